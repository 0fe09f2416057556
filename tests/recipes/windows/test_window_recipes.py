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
from course_pkg.recipes.windows.glimpses.data import Clutter, hide_digits
from course_pkg.recipes.windows.handwriting.picture import picture_of_writing

SMALL = {"hidden": 8, "latent": 3, "steps": 2}
SHRUNK = {
    "draw-digits": {"build": partial(draw_with_windows, read_size=2, write_size=2, **SMALL)},
    "draw-whole-digits": {"build": partial(draw_without_windows, **SMALL)},
    "glimpses-cluttered-digits": {"glimpses": 2, "hidden": 8, "patch_size": 4, "test": 20},
    "handwriting-strokes": {"hidden": 8, "bumps": 2, "components": 2, "letters": (1, 2)},
    "handwriting-without-text-strokes": {"hidden": 8, "components": 2, "letters": (1, 2)},
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
    images, labels, boxes = run.data.val[:]
    assert images.shape == (20, 1, 60, 60)
    right = (run.predict(images) == labels).double().mean()
    assert run.metrics["accuracy"] == pytest.approx(float(right))
    assert run.metrics["error"] == pytest.approx(1 - float(right))
    # A canvas of 60 pixels, a digit of 28: by luck a look falls on it that often.
    assert run.metrics["uniform_on_digit"] == pytest.approx(28**2 / 60**2)
    with torch.no_grad():
        last = run.model(images).windows[-1]
    x, y = last.centre_x, last.centre_y
    there = (boxes[:, 0] <= x) & (x <= boxes[:, 2]) & (boxes[:, 1] <= y) & (y <= boxes[:, 3])
    assert run.metrics["last_on_digit"] == pytest.approx(float(there.double().mean()))
    for canvas, (x0, y0, x1, y1) in zip(images, boxes.long().tolist(), strict=True):
        inside = canvas[0, y0:y1, x0:x1].sum()
        torch.testing.assert_close(inside, canvas.sum(), msg="the box holds the whole digit")


def test_the_papers_clutter_is_the_papers():
    recipe = find_recipe("glimpses-cluttered-mnist")
    for preset in ("small", "long", "full"):
        settings = recipe.presets[preset]
        assert settings.clutter == Clutter(side=100, pieces=8, piece=8)
        assert (settings.glimpses, settings.patch_size) == (8, 12)


def test_training_clutter_is_thrown_anew_and_the_test_set_is_not(shrunk):
    first, second = (run_of("glimpses-cluttered-digits", seed).data for seed in (3, 4))
    assert torch.equal(first.val[0][0], second.val[0][0])
    torch.manual_seed(0)
    samples = [first.train[0], first.train[1]]
    how = Clutter(side=40, pieces=0)
    assert not torch.equal(hide_digits(how, samples)[0], hide_digits(how, samples)[0])


def test_draw_on_the_usual_binarised_digits(monkeypatch, tmp_path):
    recipe = find_recipe("draw-fixed-mnist")
    tiny = replace(recipe.presets["tiny"], steps=2, batch_size=2, **SHRUNK["draw-digits"])
    small = replace(recipe, presets={"tiny": replace(tiny, test=None)})
    (tmp_path / "binarized-mnist").mkdir()
    rng = np.random.default_rng(0)
    for part in ("train", "test"):
        lines = [" ".join(map(str, rng.integers(0, 2, 784))) for _ in range(4)]
        path = tmp_path / "binarized-mnist" / f"binarized_mnist_{part}.amat"
        path.write_text("\n".join(lines) + "\n")
    papers = [find_recipe(name).paper for name in ("draw-mnist", "draw-whole-mnist")]
    monkeypatch.setattr(catalog, "_by_name", lambda: {recipe.name: small})
    run = reproduce(recipe.name, "tiny", device="cpu", data=tmp_path, progress=False)
    first, again = (run.data.train[1][0] for _ in range(2))
    assert torch.equal(first, again), "these coins lie as they fell"
    assert math.isfinite(run.metrics["bound_nats"])
    assert all(paper and "draw-fixed-mnist" in paper.source for paper in papers)


def test_words_are_written(shrunk):
    run = run_of("handwriting-strokes")
    assert {len(run.data.train), len(run.data.val)} == {10, 300}
    [(points, window)] = run.predict(["tea"])
    assert points.shape == (len(points), 3)
    assert window.shape == (len(points), 3)
    assert 0 <= run.metrics["window_on_letter"] <= 1
    assert run.picture().width == 320


def test_real_lines_are_learned_from_too(monkeypatch, tmp_path):
    line = (
        '<a><StrokeSet><Stroke><Point x="{}" y="2"/><Point x="5" y="{}"/></Stroke></StrokeSet></a>'
    )
    for kind, form in (("trainset", "a01-000u"), ("testset_f", "a01-001z")):
        strokes = tmp_path / "iam-ondb" / "lineStrokes" / "a01" / form[:-1]
        text = tmp_path / "iam-ondb" / "ascii" / "a01" / form[:-1]
        strokes.mkdir(parents=True), text.mkdir(parents=True)
        for number in range(2):
            (strokes / f"{form}-0{number}.xml").write_text(line.format(number, 4))
        (text / f"{form}.txt").write_text("CSR:\n\nIs it?\nYes!\n")
        (tmp_path / "iam-ondb" / f"{kind}.txt").write_text(f"{form}\n")
    recipe = find_recipe("handwriting-iam")
    assert (recipe.presets["paper"].hidden, recipe.presets["paper"].layers) == (400, 2)
    small = replace(recipe.presets["paper"], steps=2, batch_size=2, hidden=8, bumps=2, components=2)
    shrunk = replace(recipe, presets={"paper": small})
    monkeypatch.setattr(catalog, "_by_name", lambda: {recipe.name: shrunk})
    run = reproduce(recipe.name, "paper", device="cpu", data=tmp_path, progress=False)
    assert math.isfinite(run.metrics["nats_per_point"])
    assert run.metrics["window_on_letter"] is None, "nobody knows which letter a point belongs to"
    assert len(run.predict(["Is it"])[0][0])


def test_a_pen_without_text_writes_as_long_as_it_is_asked(shrunk):
    run = run_of("handwriting-without-text-strokes")
    assert run.predict(7).shape == (7, 3)
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
