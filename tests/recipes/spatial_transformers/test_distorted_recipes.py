"""Rows of the table of distorted digits: names, the paper's numbers, and a run of each kind."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from course_pkg.engine import read_results
from course_pkg.models import spatial_transformer_net
from course_pkg.recipes import find_recipe, reproduce, write_run
from course_pkg.recipes._core import catalog
from course_pkg.recipes.spatial_transformers.data import RandomDraws, distorted_data
from course_pkg.recipes.spatial_transformers.picture import outline_in_pixels
from course_pkg.recipes.spatial_transformers.recipe import (
    RECIPES,
    DigitTraining,
    _optimizer,
    localisation_groups,
)

SUMS = [f"2xst-fcn-{kind}-addition-digits" for kind in ("projective", "tps")]
NAMES = {recipe.name for recipe in RECIPES}


def only_shrunk(monkeypatch, name, preset="tiny"):
    recipe = find_recipe(name)
    small = replace(recipe.presets[preset], steps=2, batch_size=32, train=40, test=20)
    presets = {**recipe.presets, "tiny": small}
    monkeypatch.setattr(catalog, "_by_name", lambda: {name: replace(recipe, presets=presets)})


def test_every_row_of_the_paper_is_there():
    nets = ["fcn", "cnn"] + [
        f"st-{f}-{k}" for f in ("fcn", "cnn") for k in ("affine", "projective", "tps")
    ]
    table = {f"{net}-{task}-mnist" for net in nets for task in ("r", "rts", "p", "e")}
    clutter = {f"{n}-tc-mnist" for n in ("fcn", "cnn", "st-fcn-affine", "st-cnn-affine")}
    sums = {f"{n}-addition-mnist" for n in ("fcn", "cnn")}
    kinds = ("affine", "projective", "tps")
    sums |= {f"{k}st-fcn-{kind}-addition-mnist" for k in ("", "2x") for kind in kinds}
    assert table | clutter | sums == {name for name in NAMES if name.endswith("-mnist")}
    for name in table | clutter | sums:
        recipe = find_recipe(name)
        assert list(recipe.presets) == ["tiny", "small", "long", "full"]
        assert (recipe.dataset, recipe.split) == ("mnist", "test")
        # Plain nets and their twins differ in nothing but the transformer.
        plain = name.removeprefix("2x").removeprefix("st-").split("-")[0]
        twin = find_recipe(f"{plain}-{name.split('-')[-2]}-mnist")
        assert recipe.presets == twin.presets


@pytest.mark.parametrize(
    ("name", "percent"),
    [
        ("fcn-r-mnist", 2.1),
        ("st-fcn-tps-r-mnist", 1.1),
        ("cnn-rts-mnist", 0.8),
        ("st-cnn-projective-rts-mnist", 0.6),
        ("st-fcn-projective-p-mnist", 1.4),
        ("st-cnn-tps-e-mnist", 1.1),
        ("st-cnn-affine-tc-mnist", 1.7),
        ("fcn-addition-mnist", 47.7),
        ("st-fcn-affine-addition-mnist", 22.6),
        ("st-fcn-projective-addition-mnist", 18.5),
        ("2xst-fcn-tps-addition-mnist", 5.8),
    ],
)
def test_the_papers_numbers(name, percent):
    paper = find_recipe(name).paper
    assert paper is not None
    assert paper.value == {"error": pytest.approx(percent / 100)}
    assert paper.tag == "R"
    assert ("memory" in paper.source) == any(t in name for t in ("-p-", "-e-"))


def test_a_number_from_memory_says_so():
    paper = find_recipe("st-fcn-tps-addition-mnist").paper
    assert paper is not None
    assert (paper.value, paper.tag) == ({"error": 0.191}, "M")


def test_the_localisation_nets_have_a_rate_of_their_own():
    model = spatial_transformer_net("fcn", "affine", 28)
    rest, moving = localisation_groups(model, 0.5, 0.1)
    assert (rest["lr"], moving["lr"]) == (0.5, 0.05)
    assert set(map(id, moving["params"])) == set(map(id, model.transformers.parameters()))
    assert len(rest["params"]) + len(moving["params"]) == len(list(model.parameters()))
    # One step of plain SGD, as the paper's: everything moves by its own rate times its gradient.
    settings = DigitTraining(steps=3, rate=0.5, localisation=0.1, paper_sgd=True)
    optimizer, _ = _optimizer(model, settings)
    before = [p.detach().clone() for p in model.parameters()]
    for p in model.parameters():
        p.grad = torch.ones_like(p)
    optimizer.step()
    for (name, p), old in zip(model.named_parameters(), before, strict=True):
        rate = 0.05 if name.startswith("transformers.") else 0.5
        torch.testing.assert_close(old - p.detach(), torch.full_like(old, rate))
    assert find_recipe("st-cnn-tps-rts-mnist").presets["long"].localisation == 0.1
    with pytest.raises(ValueError, match="localisation must be above 0, got 0"):
        localisation_groups(model, 0.5, 0)


@pytest.mark.parametrize(
    "name",
    ["fcn-rts-digits", "st-cnn-affine-r-digits", "st-fcn-affine-tc-digits", *SUMS],
)
def test_tiny_trains_measures_and_writes(name, tmp_path, monkeypatch):
    only_shrunk(monkeypatch, name)
    run = reproduce(name, "tiny", seed=3, device="cpu", progress=False)
    assert run.history.steps == 2
    assert all(math.isfinite(loss) for loss in run.history.loss)
    pictures, answers = run.data.val.tensors
    said = run.predict(pictures)
    # What is reported is the share of wrong ones among these answers.
    assert run.metrics["error"] == pytest.approx(float((said != answers).double().mean()))
    assert run.metrics["test_digits"] == len(answers) == 20
    assert run.metrics["parameters"] == sum(p.numel() for p in run.model.parameters())
    assert run.metrics["parameters"] <= run.recipe.presets["tiny"].budget
    files = write_run(run, tmp_path)
    [result] = read_results(tmp_path)
    assert result.command == f"course reproduce {name} --preset tiny --device cpu --seed 3"
    assert result.paper is None
    assert len(files) == (1 if name.startswith("fcn") else 2)
    if len(files) == 2:
        with Image.open(files[1]) as sheet:
            side = 2 * run.data.side + 2
            rows = 3 if name.startswith("2x") else 2
            assert sheet.size == (12 * side - 2, rows * side - 2)
    again = reproduce(name, "tiny", seed=3, device="cpu", progress=False)
    assert again.history.loss == run.history.loss
    assert again.metrics == run.metrics


@pytest.mark.parametrize("name", ["cnn-rts-digits", "st-cnn-affine-r-digits", *SUMS])
def test_trains_on_another_device(name, trained_away, monkeypatch):
    only_shrunk(monkeypatch, name)
    run = trained_away(name)
    pictures, answers = run.data.val.tensors
    assert run.metrics["error"] == pytest.approx(
        float((run.predict(pictures) != answers).double().mean())
    )


def test_the_papers_training_on_mnist_files(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    arrays = {
        f"x_{s}": rng.integers(0, 256, (60, 28, 28), dtype=np.uint8) for s in ("train", "test")
    }
    arrays |= {f"y_{s}": rng.integers(0, 10, 60) for s in ("train", "test")}
    (tmp_path / "mnist").mkdir()
    np.savez(tmp_path / "mnist" / "mnist.npz", **arrays)
    only_shrunk(monkeypatch, "fcn-r-mnist", preset="full")
    run = reproduce("fcn-r-mnist", "tiny", device="cpu", data=tmp_path, progress=False)
    assert run.history.learning_rate[0] == 0.01
    assert run.result().paper == {
        "value": {"error": 0.021},
        "tag": "R",
        "source": "Jaderberg et al. 2015, table 1: 150,000 steps of 256 digits, mean of three runs",
    }


def test_what_is_measured_is_spoiled_once_and_never_trained_on():
    first, second = (distorted_data("digits", "RTS", train=30, test=10) for _ in range(2))
    assert torch.equal(first.val.tensors[0], second.val.tensors[0])
    assert (first.side, first.channels, first.classes) == (42, 1, 10)
    assert len(first.images) == 30
    sums = distorted_data("digits", "addition", train=30, test=10)
    assert (sums.side, sums.channels, sums.classes) == (42, 2, 19)
    assert sums.val.tensors[0].shape == (10, 2, 42, 42)


def test_draws_cover_the_digits():
    torch.manual_seed(0)
    draws = RandomDraws(7, chunks=3)
    assert len(draws) == 3
    seen = torch.cat([draws[i] for i in range(20)])
    assert set(seen.tolist()) == set(range(7))


def test_the_outline_walks_round_the_grid():
    from course_pkg.ops import affine_grid

    theta = torch.tensor([[[0.5, 0, 0], [0, 0.5, 0.5]]])
    walk = outline_in_pixels(affine_grid(theta, (1, 1, 3, 3), align_corners=True)[0], side=8)
    assert walk == [(2, 4), (4, 4), (6, 4), (6, 6), (6, 8), (4, 8), (2, 8), (2, 6), (2, 4)]
