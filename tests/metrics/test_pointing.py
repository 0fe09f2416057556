"""Pointing accuracy against hand counts, and against a game that is really played."""

import math

import pytest
import torch

from course_pkg.metrics.pointing import (
    PointingAccuracy,
    attention_inside,
    cell_coverage,
    pointing_hits,
)


def rand(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_coverage_by_hand_and_by_counting_pixels():
    regions = rand(3, 6, 8) < 0.4
    coverage = cell_coverage(regions, (3, 2))
    assert coverage.shape == (3, 6)
    # Cell 3 is row 1, column 1: rows 2 to 3, columns 4 to 7.
    counted = regions[:, 2:4, 4:8].sum((1, 2)) / 8
    torch.testing.assert_close(coverage[:, 3], counted)
    torch.testing.assert_close(coverage.sum(-1) * 8, regions.sum((1, 2)).float())


def test_hits_by_hand():
    coverage = torch.tensor([[0.0, 0.3, 1.0, 0.0]])
    assert pointing_hits(torch.tensor([[0.1, 0.7, 0.1, 0.1]]), coverage).tolist() == [1.0]
    assert pointing_hits(torch.tensor([[0.7, 0.1, 0.1, 0.1]]), coverage).tolist() == [0.0]
    # A tie between a cell inside and one outside is half a hit.
    assert pointing_hits(torch.tensor([[0.4, 0.1, 0.4, 0.1]]), coverage).tolist() == [0.5]
    assert pointing_hits(torch.full((1, 4), 0.25), coverage).tolist() == [0.5]


def test_weight_inside_is_the_chance_to_hit_with_a_drawn_pixel():
    region = rand(1, 8, 8) < 0.3
    weights = rand(1, 16, seed=1).softmax(-1)
    inside = attention_inside(weights, cell_coverage(region, (4, 4)).double())
    generator = torch.Generator().manual_seed(2)
    cell = torch.multinomial(weights[0], 50_000, replacement=True, generator=generator)
    within = torch.randint(4, (2, 50_000), generator=generator) % 2
    y, x = 2 * (cell // 4) + within[0], 2 * (cell % 4) + within[1]
    share = region[0, y, x].double().mean()
    error = math.sqrt(float(share * (1 - share)) / 50_000)
    assert abs(float(inside) - float(share)) < 4 * error


def test_a_uniform_map_scores_the_regions_share_of_the_picture():
    regions = rand(5, 6, 6) < 0.2
    coverage = cell_coverage(regions, (3, 3))
    uniform = torch.full((5, 9), 1 / 9)
    torch.testing.assert_close(attention_inside(uniform, coverage), regions.float().mean((1, 2)))
    torch.testing.assert_close(pointing_hits(uniform, coverage), (coverage > 0).float().mean(-1))


def test_the_accumulator_is_the_mean_over_words_that_mean_a_place():
    weights, coverage = rand(7, 9).softmax(-1), cell_coverage(rand(7, 6, 6, seed=3) < 0.2, (3, 3))
    coverage[[1, 4]] = 0
    kept = [0, 2, 3, 5, 6]
    pointing = PointingAccuracy()
    pointing.update(weights[:3], coverage[:3].double())
    pointing.update(weights[3:], coverage[3:].double())
    scores = pointing.compute()
    hits = [float(coverage[k, int(weights[k].argmax())] > 0) for k in kept]
    assert scores["pointing_accuracy"] == pytest.approx(sum(hits) / 5)
    inside = [float((weights[k] * coverage[k]).sum()) for k in kept]
    assert scores["attention_inside"] == pytest.approx(sum(inside) / 5)
    share = [float((coverage[k] > 0).double().mean()) for k in kept]
    assert scores["uniform_pointing"] == pytest.approx(sum(share) / 5)
    assert scores["uniform_inside"] == pytest.approx(float(coverage[kept].mean()))
    pointing.reset()
    assert math.isnan(pointing.compute()["pointing_accuracy"])


def test_a_word_without_a_place_counts_nowhere():
    assert math.isnan(float(pointing_hits(torch.ones(1, 4), torch.zeros(1, 4))))
    assert math.isnan(float(attention_inside(torch.ones(1, 4), torch.zeros(1, 4))))
    pointing = PointingAccuracy()
    pointing.update(torch.ones(2, 4).double(), torch.zeros(2, 4).double())
    assert math.isnan(pointing.compute()["attention_inside"])


def test_a_grid_that_does_not_divide_the_picture_is_refused():
    with pytest.raises(ValueError, match=r"8 x 9 cannot be cut into 4 x 4"):
        cell_coverage(torch.zeros(1, 8, 9, dtype=torch.bool), (4, 4))
