"""Instance recipes: one budget for all, two steps of each, what is measured, and the data."""

import csv
import math

import numpy as np
import pytest
import torch
from PIL import Image
from shrunk import only_shrunk_system

from course_pkg.data import InstanceTarget
from course_pkg.engine import read_results
from course_pkg.recipes import reproduce, write_run
from course_pkg.recipes.instances.cascades import BUDGETS, RECIPES
from course_pkg.recipes.instances.data import InstancePictures, instance_nuclei, instance_scenes
from course_pkg.recipes.instances.picture import paint_instances
from course_pkg.recipes.instances.scores import separated_pairs

NAMES = sorted(recipe.name for recipe in RECIPES)


@pytest.fixture(scope="module")
def fake_nuclei(tmp_path_factory):
    """A folder laid out as the nuclei, with squares for nuclei; two of three are for training."""
    from course_pkg.data._nuclei_split import VAL_IDS

    root = tmp_path_factory.mktemp("data")
    for folder in ("images", "labels"):
        (root / "nuclei" / folder).mkdir(parents=True)
    ids = [f"zzzz000{i}" for i in range(4)] + sorted(VAL_IDS)[:2]
    rng = np.random.default_rng(0)
    with (root / "nuclei" / "index.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["name", "id", "type", "instances", "width", "height"])
        for i, identity in enumerate(ids):
            labels = np.zeros((80, 96), dtype=np.uint16)
            labels[10:30, 10:30], labels[10:30, 30:52], labels[50:70, 60:80] = 1, 2, 3
            photo = (labels > 0) * 180 + rng.integers(0, 60, labels.shape)
            Image.fromarray(photo.astype(np.uint8)).save(root / f"nuclei/images/{i:04d}.png")
            Image.fromarray(labels).save(root / f"nuclei/labels/{i:04d}.png")
            rows.writerow([f"{i:04d}", identity, "fluorescence", 3, 96, 80])
    return root


def test_every_system_has_the_same_budget():
    for dataset, presets in BUDGETS.items():
        assert list(presets) == ["tiny", "small", "full"]
        for recipe in RECIPES:
            if recipe.dataset == dataset:
                assert {name: settings[0] for name, settings in recipe.presets.items()} == presets
    assert {name.rpartition("-")[0] for name in NAMES} == {
        "mnc3",
        "mnc5",
        "mnc3-stepwise",
        "mnc3-whole",
        "mask-rcnn",
        "mask-rcnn-fpn",
    }
    assert all((r.paper is None) for r in RECIPES if r.dataset == "scenes")


@pytest.mark.parametrize("name", ["mnc5-nuclei", "mask-rcnn-scenes"])
def test_trains_on_another_device(name, fake_nuclei, trained_away, monkeypatch):
    only_shrunk_system(monkeypatch, name, batch_size=2)
    run = trained_away(name, data=fake_nuclei)
    assert len(run.predict([run.data.val[0][0]])) == 1


@pytest.mark.parametrize("name", NAMES)
def test_two_steps_are_trained_measured_and_written(name, fake_nuclei, tmp_path, monkeypatch):
    only_shrunk_system(monkeypatch, name, batch_size=2)
    run = reproduce(name, "tiny", seed=1, device="cpu", data=fake_nuclei, progress=False)
    assert run.history.steps == 2
    assert all(math.isfinite(loss) for loss in run.history.loss)
    assert not run.model.training
    for metric in ("apr50", "apr70", "apr_vol"):
        assert 0 <= run.metrics[metric] <= 1
    assert len(run.metrics["apr_curve"]) == 9
    assert run.metrics["apr_vol"] == pytest.approx(sum(run.metrics["apr_curve"]) / 9, abs=1e-5)
    assert run.metrics["seconds_per_image"] > 0
    assert (run.metrics["steps"], run.metrics["batch_size"]) == (2, 2)
    numbers, picture = write_run(run, tmp_path)
    [result] = read_results(tmp_path)
    assert result.metrics == run.metrics
    assert numbers.stem == picture.stem == f"{name}.tiny.cpu.seed1"


def test_nuclei_are_cut_turned_and_left_whole(fake_nuclei):
    data = instance_nuclei(fake_nuclei, crop=(64, 64))
    assert (len(data.train), len(data.val)) == (4, 2)
    torch.manual_seed(0)
    image, target = data.train[0]
    assert image.shape == (3, 64, 64)
    whole, truth = data.val[0]
    assert whole.shape == (3, 80, 96)
    assert truth["boxes"].tolist() == [[10, 10, 30, 30], [30, 10, 52, 30], [60, 50, 80, 70]]
    # The masks moved with the picture: nuclei are the bright pixels.
    for picture, labels in ((image, target), (whole, truth)):
        inside = labels["masks"].as_subclass(torch.Tensor).any(dim=0)
        assert torch.equal(picture[0] > 0.5, inside)


def test_cuts_differ_and_a_small_image_is_not_cut():
    numbers = torch.arange(1, 65).reshape(8, 8).short()
    sample = (numbers.byte().expand(3, 8, 8), numbers, torch.ones(64).long())
    torch.manual_seed(0)
    cut = InstancePictures([sample], crop=(4, 4))
    assert len({int(cut[0][0][0].amax() * 255) for _ in range(20)}) > 3
    large = InstancePictures([sample], crop=(20, 20))
    image, target = large[0]
    assert image.shape == (3, 8, 8)
    assert len(target["labels"]) == 64


def test_scenes_without_things_are_not_trained_on():
    data = instance_scenes(64, (48, 48), (6, 3))
    assert len(data.val) == 3
    assert all(len(data.train[i][1]["labels"]) for i in range(0, len(data.train)) if data.train)
    assert data.classes[0] == "background"


def strips(*spans):
    masks = torch.zeros(len(spans), 1, 12, dtype=torch.bool)
    for mask, (start, end) in zip(masks, spans, strict=True):
        mask[0, start:end] = True
    return masks


def found(masks, labels=None):
    labels = torch.ones(len(masks)).long() if labels is None else torch.tensor(labels)
    return {"masks": masks, "labels": labels, "scores": torch.ones(len(masks))}


def test_touching_pairs_are_told_apart_or_not():
    truth = found(strips((0, 4), (4, 8), (9, 12)))  # the first two touch
    assert separated_pairs(found(strips((0, 4), (4, 8))), truth) == (1, 1)
    assert separated_pairs(found(strips((0, 8))), truth) == (1, 0)  # one component for both
    assert separated_pairs(found(strips((0, 4), (4, 8)), [1, 2]), truth) == (1, 0)
    assert separated_pairs(found(strips()), truth) == (1, 0)
    apart: InstanceTarget = found(strips((0, 4), (6, 8)))
    assert separated_pairs(found(strips((0, 4))), apart) == (0, 0)


def test_instances_are_painted_in_colours_of_their_own():
    painted = paint_instances(torch.zeros(3, 1, 12), strips((0, 4), (4, 8)), opacity=1.0)
    assert painted.shape == (1, 12, 3)
    assert len({tuple(p) for p in painted[0].tolist()}) == 3
    assert painted[0, 9].tolist() == [0, 0, 0]
