"""Every recipe trains two steps, is measured, and writes a result that reads back."""

import math
from dataclasses import replace

import pytest
import torch
from PIL import Image
from shrunk import SIDE, only_shrunk

from course_pkg.data import PALETTE, CamVid
from course_pkg.engine import read_results
from course_pkg.recipes import all_recipes, reproduce, write_run
from course_pkg.recipes._core.training import parameter_groups
from course_pkg.recipes.segmentation.settings import Pixels

SEGMENTATION = [
    recipe.name
    for recipe in all_recipes()
    if isinstance(tiny := recipe.presets.get("tiny"), tuple) and isinstance(tiny[0], Pixels)
]


@pytest.mark.parametrize("name", SEGMENTATION)
def test_tiny_trains_measures_and_writes(name, fake_camvid, tmp_path, monkeypatch):
    only_shrunk(monkeypatch, name)
    run = reproduce(name, "tiny", seed=3, device="cpu", data=fake_camvid, progress=False)
    assert run.history.steps == 2
    assert run.history.stop_reason == "finished"
    assert all(math.isfinite(loss) for loss in run.history.loss)
    assert not run.model.training
    classes = len(run.data.classes)
    assert len(run.metrics["class_iou"]) == classes
    assert run.metrics["parameters"] == sum(p.numel() for p in run.model.parameters())
    for metric in ("pixel_accuracy", "mean_accuracy", "miou", "fwiou", "boundary_f1"):
        assert 0 <= run.metrics[metric] <= 1

    image, target = run.data.val[0]
    labels = run.predict(image[None])
    assert labels.shape == (1, *target.shape)
    assert labels.dtype == torch.int64
    # What is reported is the score of these labels.
    right = (labels[0] == target)[target != 255].double().mean()
    if len(run.data.val) == 1:
        assert run.metrics["pixel_accuracy"] == pytest.approx(float(right))

    numbers, picture = write_run(run, tmp_path)
    assert numbers.name == f"{name}.tiny.cpu.seed3.json"
    assert picture.name == f"{name}.tiny.cpu.seed3.png"
    [result] = read_results(tmp_path)
    assert replace(result, date="") == replace(run.result(), date="")
    assert result.metrics == run.metrics
    assert result.command == f"course reproduce {name} --preset tiny --device cpu --seed 3"
    assert result.dataset == name.rpartition("-")[2]
    assert result.split == "val"
    assert result.seconds > 0
    assert result.peak_memory_mb > 50
    assert (result.paper is None) == (run.recipe.paper is None)
    with Image.open(picture) as sheet:
        assert sheet.width == 3 * 176 + 2 * 4


AWAY = ("fcn8s", "deconvnet", "segnet", "multiscale2", "refinement", "patch", "full-resolution")


@pytest.mark.parametrize("name", [f"{net}-scenes" for net in AWAY])
def test_trains_on_another_device(name, trained_away, monkeypatch):
    only_shrunk(monkeypatch, name)
    run = trained_away(name)
    image, target = run.data.val[0]
    assert run.predict(image[None])[0].eq(target).shape == target.shape


def test_staged_training_keeps_every_stage(monkeypatch):
    only_shrunk(monkeypatch, "fcn8s-scenes")
    run = reproduce("fcn8s-scenes", "tiny", device="cpu", progress=False)
    assert list(run.stages) == ["fcn32s-scenes", "fcn16s-scenes", "fcn8s-scenes"]
    assert [len(s.model.head.score) for s in run.stages.values()] == [1, 2, 3]
    assert run.stages["fcn8s-scenes"].model is run.model
    assert run.stages["fcn8s-scenes"].metrics == run.metrics
    assert run.stages["fcn32s-scenes"].metrics["parameters"] < run.metrics["parameters"]
    total = sum(stage.history.seconds for stage in run.stages.values())
    assert run.seconds > total  # evaluation comes on top
    # The first stage went on learning inside the second, and was left alone itself.
    first, second = (run.stages[f"fcn{s}s-scenes"].model.head.score[0].weight for s in (32, 16))
    assert not torch.equal(first, second)


def test_other_ways_to_read_labels_off_are_measured_beside(monkeypatch):
    only_shrunk(monkeypatch, "refinement-scenes", "multiscale2-scenes")
    run = reproduce("refinement-scenes", "tiny", device="cpu", progress=False)
    assert run.metrics["miou_pass3"] == run.metrics["miou"]
    image, target = run.data.val[0]
    with torch.inference_mode():
        first = run.model(image[None], passes=1)[-1].argmax(1)[0]
    share = float(run.metrics["miou_pass1"])
    from course_pkg.metrics import ConfusionMatrix

    confusion = ConfusionMatrix(len(run.data.classes))
    confusion.update(first, target)
    assert share == pytest.approx(confusion.compute()["miou"])
    run = reproduce("multiscale2-scenes", "tiny", device="cpu", progress=False)
    assert "miou_superpixels" in run.metrics
    assert run.stages == {}


def test_same_seed_same_numbers_other_seed_others(monkeypatch):
    only_shrunk(monkeypatch, "segnet-scenes", steps=3)

    def losses_and_metrics(seed):
        torch.rand(seed + 5)  # what was drawn before must not matter
        run = reproduce("segnet-scenes", "tiny", seed=seed, device="cpu", progress=False)
        return run.history.loss, run.metrics

    first = losses_and_metrics(0)
    assert losses_and_metrics(0) == first
    assert losses_and_metrics(1)[0] != first[0]


def test_preset_comes_from_the_environment(monkeypatch):
    only_shrunk(monkeypatch, "patch-scenes")
    monkeypatch.delenv("COURSE_PRESET", raising=False)
    assert reproduce("patch-scenes", device="cpu", progress=False).preset == "tiny"
    monkeypatch.setenv("COURSE_PRESET", "huge")
    with pytest.raises(ValueError, match="no preset 'huge': choose tiny, small or full"):
        reproduce("patch-scenes", device="cpu", progress=False)


def test_full_needs_a_gpu():
    with pytest.raises(
        ValueError, match=r"'full' of patch-scenes is made for a GPU .* tiny or small"
    ):
        reproduce("patch-scenes", "full", device="cpu")


def test_a_stage_that_is_done_is_not_trained_again_on_resume(monkeypatch, tmp_path):
    only_shrunk(monkeypatch, "fcn32s-scenes", "fcn16s-scenes")
    where = {"preset": "tiny", "device": "cpu", "checkpoints": tmp_path, "progress": False}
    coarse = reproduce("fcn32s-scenes", **where)
    assert (tmp_path / ".gitignore").read_text() == "*\n"
    again = reproduce("fcn16s-scenes", resume=True, **where)
    assert again.stages["fcn32s-scenes"].history.seconds == coarse.history.seconds
    weights = coarse.model.head.score[0].weight
    assert torch.equal(again.stages["fcn32s-scenes"].model.head.score[0].weight, weights)
    # Without resume everything starts anew, and comes out the same.
    anew = reproduce("fcn16s-scenes", **where)
    assert anew.stages["fcn32s-scenes"].history.seconds != coarse.history.seconds
    assert anew.history == again.history
    assert anew.metrics == again.metrics


def test_the_light_backbone_learns_at_its_own_rate(monkeypatch):
    _, stages = reproduce_settings("fcn16s-scenes")
    model = stages[0].build(9, None)
    how = stages[0].training
    fresh, tuned = parameter_groups(model, how.rate, how.body_rate)
    assert {id(p) for p in tuned["params"]} == {id(p) for p in model.body.parameters()}
    assert {id(p) for p in fresh["params"]} == {
        id(p) for p in model.head.parameters() if p.requires_grad
    }
    assert tuned["lr"] < stages[0].training.rate


def test_a_later_stage_starts_from_the_one_before():
    _, stages = reproduce_settings("fcn16s-scenes")
    coarser = stages[0].build(9, None)
    torch.nn.init.ones_(coarser.head.score[0].weight)
    finer = stages[1].build(9, coarser)
    assert (finer.head.score[0].weight == 1).all()
    assert (finer.head.score[1].weight == 0).all()


def test_frozen_features_are_not_given_to_the_optimizer():
    _, stages = reproduce_settings("multiscale-camvid")
    model = stages[1].build(11, stages[0].build(11, None))
    how = stages[1].training
    [group] = parameter_groups(model, how.rate, how.body_rate)
    assert {id(p) for p in group["params"]} == {id(p) for p in model.classifier.parameters()}
    with pytest.raises(ValueError, match="second step needs the trained features"):
        stages[1].build(11, None)


def reproduce_settings(name):
    from course_pkg.recipes import find_recipe

    return find_recipe(name).presets["tiny"]


def test_scenes_and_camvid_keep_their_colours(fake_camvid):
    from course_pkg.recipes.segmentation.data import camvid, scenes

    data = scenes(SIDE, (32, 48), (0.3, 1.0), (3, 2))
    assert (len(data.train), len(data.val), data.palette) == (3, 2, PALETTE)
    assert data.train[0][0].shape == (3, 32, 48)
    real = camvid(fake_camvid, (32, 48), (0.3, 1.0), (2, None))
    assert (len(real.train), len(real.val), real.classes) == (2, 2, CamVid.classes)
