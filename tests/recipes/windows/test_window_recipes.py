"""DRAW, the glimpses and the handwriting: two steps each, measured, written, repeatable."""

import math
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch

from course_pkg.engine import read_results
from course_pkg.models import DrawSteps, draw_bound, draw_with_windows, draw_without_windows
from course_pkg.recipes import find_recipe, reproduce, write_run
from course_pkg.recipes._core import catalog
from course_pkg.recipes.windows.draw.picture import picture_of_canvases
from course_pkg.recipes.windows.draw.recipe import kl_averaged
from course_pkg.recipes.windows.glimpses.data import hide_digits
from course_pkg.recipes.windows.handwriting.picture import picture_of_writing

SMALL = {"hidden": 8, "latent": 3, "steps": 2}
SHRUNK = {
    "draw-digits": {"build": partial(draw_with_windows, read_size=2, write_size=2, **SMALL)},
    "draw-whole-digits": {"build": partial(draw_without_windows, **SMALL)},
    "glimpses-cluttered-digits": {"glimpses": 2, "hidden": 8, "patch_size": 4, "test": 20},
    "handwriting-strokes": {"hidden": 8, "bumps": 2, "components": 2, "letters": (1, 2)},
}


@pytest.fixture
def shrunk(monkeypatch):
    small = {}
    for name, settings in SHRUNK.items():
        recipe = find_recipe(name)
        tiny = replace(recipe.presets["tiny"], steps=2, batch_size=5, **settings)
        small[name] = replace(recipe, presets={**recipe.presets, "tiny": tiny})
    monkeypatch.setattr(catalog, "_by_name", lambda: small)


def run_of(name, seed=3):
    return reproduce(name, "tiny", seed=seed, device="cpu", progress=False)


@pytest.mark.parametrize("name", SHRUNK)
def test_tiny_trains_measures_and_writes(name, shrunk, tmp_path):
    run = run_of(name)
    assert run.history.steps == 2
    assert all(math.isfinite(loss) for loss in run.history.loss)
    assert not run.model.training
    assert run.metrics["parameters"] == sum(p.numel() for p in run.model.parameters())
    write_run(run, tmp_path)
    [result] = read_results(tmp_path)
    assert result.metrics == run.metrics
    assert result.split == "test"
    again = run_of(name)
    assert again.history.loss == run.history.loss
    assert again.metrics == run.metrics
    assert run_of(name, seed=4).history.loss != run.history.loss


@pytest.mark.parametrize("name", SHRUNK)
def test_trains_on_another_device(name, shrunk, trained_away):
    assert trained_away(name).metrics["parameters"] > 0


def test_the_bound_is_that_of_the_test_digits(shrunk):
    run = run_of("draw-digits")
    m = run.metrics
    assert m["test_digits"] == len(run.data.val) == 359
    assert m["bound_nats"] == pytest.approx(m["reconstruction_nats"] + m["kl_nats"])
    assert m["printed_constant_nats"] - m["bound_nats"] == pytest.approx(0.5 * (3 - 1) * 2)
    images = torch.stack([image for image, _ in run.data.val])
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        each = [draw_bound(run.model(part, generator), part) for part in images.split(100)]
    assert m["bound_nats"] == pytest.approx(float(torch.cat(each).mean()), rel=1e-5)
    pictures = run.predict(images[:2])
    assert pictures.shape == (2, 1, 28, 28)
    assert 0 <= float(pictures.min()) <= float(pictures.max()) <= 1
    assert run.picture().size[1] == 2 * (8 * 29 - 1)


def test_accuracy_is_that_of_the_predictions(shrunk):
    run = run_of("glimpses-cluttered-digits")
    images, labels = run.data.val[:]
    assert images.shape == (20, 1, 60, 60)
    right = (run.predict(images) == labels).double().mean()
    assert run.metrics["accuracy"] == pytest.approx(float(right))
    assert run.metrics["error"] == pytest.approx(1 - float(right))


def test_training_clutter_is_thrown_anew_and_the_test_set_is_not(shrunk):
    first, second = (run_of("glimpses-cluttered-digits", seed).data for seed in (3, 4))
    assert torch.equal(first.val[0][0], second.val[0][0])
    torch.manual_seed(0)
    samples = [first.train[0], first.train[1]]
    assert not torch.equal(hide_digits(0, samples)[0], hide_digits(0, samples)[0])


def test_words_are_written(shrunk):
    run = run_of("handwriting-strokes")
    assert {len(run.data.train), len(run.data.val)} == {10, 300}
    [(points, window)] = run.predict(["tea"])
    assert points.shape == (len(points), 3)
    assert window.shape == (len(points), 3)
    assert 0 <= run.metrics["window_on_letter"] <= 1
    assert run.picture().width == 320


def test_no_word_is_cut_off():
    far = torch.tensor([[-50.0, 30.0, 0.0], [200.0, -90.0, 0.0], [9.0, 9.0, 1.0]])
    dot = torch.tensor([[5.0, 5.0, 1.0]])
    ink = 255 - np.asarray(picture_of_writing([far, far, dot]), float)
    assert ink.shape == (240, 320)
    rows = ink.reshape(3, 80, 320)
    assert (rows.max((1, 2)) > 200).all()
    border = np.ones((80, 320), bool)
    border[6:-6, 6:-6] = False
    assert rows[:, border].max() == 0


def test_averaged_nats_by_hand():
    steps = DrawSteps(torch.zeros(2, 1, 1, 1, 1), torch.full((2, 1), 5.0), (None,) * 2, (None,) * 2)
    loss = kl_averaged(steps, 10, torch.ones(1, 1, 1, 1))
    assert float(loss) == pytest.approx(math.log(2) + 2 * 5 / 10)


def test_canvases_stand_in_rows_and_time_goes_to_the_right():
    canvases = torch.full((3, 2, 1, 2, 2), -50.0)
    canvases[2, 1] = 50
    sheet = torch.tensor(np.array(picture_of_canvases(canvases, enlarge=1)))
    assert sheet[3:, 6:].tolist() == [[255, 255]] * 2
    assert sheet[:2, :2].tolist() == [[0, 0]] * 2
    assert sheet[2].tolist() == [255] * 8


@pytest.mark.parametrize("name", ["draw-mnist", "draw-whole-mnist", "draw-averaged-kl-mnist"])
def test_full_is_the_papers_size(name):
    model = find_recipe(name).presets["full"].build()
    assert (model.steps, model.latent_size, model.encoder.hidden_size) == (64, 100, 256)
    assert list(find_recipe(name).presets) == ["tiny", "small", "full"]


def test_papers_numbers_say_how_sure_they_are():
    tags = {n: find_recipe(n).paper for n in ("draw-mnist", "draw-whole-mnist")}
    assert {n: (p.value["bound_nats"], p.tag) for n, p in tags.items() if p} == {
        "draw-mnist": (80.97, "R"),
        "draw-whole-mnist": (87.40, "M"),
    }
