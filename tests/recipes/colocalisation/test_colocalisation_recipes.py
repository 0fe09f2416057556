"""Co-localisation: names, the paper's numbers, a run of each kind, and what is measured."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from course_pkg.engine import History, read_results
from course_pkg.models import ActivationEncoder, Colocaliser
from course_pkg.recipes import find_recipe, reproduce, write_run
from course_pkg.recipes._core import catalog
from course_pkg.recipes.colocalisation.data import SIDE, colocalisation_data, encoder_views
from course_pkg.recipes.colocalisation.picture import picture_of_boxes
from course_pkg.recipes.colocalisation.recipe import _settled
from course_pkg.recipes.colocalisation.scores import found_boxes, measure_colocalisation

FEW = {
    "steps": 3,
    "starts": 2,
    "images": 6,
    "batch_size": 3,
    "encoder_steps": 2,
    "encoder_budget": 6_000,
    "encoder_batch": 32,
    "classes": (3, 8),
}


def only_shrunk(monkeypatch, name, preset="tiny"):
    recipe = find_recipe(name)
    presets = {**recipe.presets, "tiny": replace(recipe.presets[preset], **FEW)}
    monkeypatch.setattr(catalog, "_by_name", lambda: {name: replace(recipe, presets=presets)})


@pytest.mark.parametrize("task", ["t", "tc"])
def test_recipes_and_the_papers_numbers(task):
    recipe = find_recipe(f"colocalisation-{task}-mnist")
    assert list(recipe.presets) == ["tiny", "small", "full"]
    assert (recipe.dataset, recipe.split) == ("mnist", "test")
    assert all(recipe.presets[p].classes == tuple(range(10)) for p in ("small", "full"))
    assert all(recipe.presets[p].images == 100 for p in recipe.presets)
    assert recipe.paper is not None
    assert recipe.paper.tag == "R"
    expected = {
        "t": {"corloc": 1.0},
        "tc": {"corloc_lowest_class": 0.75, "corloc_highest_class": 0.93},
    }
    assert recipe.paper.value == expected[task]
    small = find_recipe(f"colocalisation-{task}-digits")
    assert list(small.presets) == ["tiny"]
    assert small.paper is None


@pytest.mark.parametrize("name", ["colocalisation-t-digits", "colocalisation-tc-digits"])
def test_tiny_trains_measures_and_writes(name, tmp_path, monkeypatch):
    only_shrunk(monkeypatch, name)
    run = reproduce(name, "tiny", seed=3, device="cpu", progress=False)
    assert run.history.steps == 3
    assert all(math.isfinite(loss) for loss in run.history.loss)
    assert list(run.model) == ["3", "8"]
    assert not run.model.training
    assert run.model["3"].progress == 1
    metrics = run.metrics
    assert metrics["parameters"] == 5947
    assert len(metrics["class_corloc"]) == 2
    pictures, _ = run.data.val[8].tensors
    said = run.predict((8, pictures))
    assert torch.equal(said, found_boxes(run.model["8"], pictures))
    assert (pictures > 0).flatten(1).sum(1).float().mean() > (300 if "tc" in name else 50)
    for key in ("corloc", "random_box_corloc", "encoder_accuracy", "mean_iou"):
        assert 0 <= metrics[key] <= 1
    numbers, picture = write_run(run, tmp_path)
    [result] = read_results(tmp_path)
    assert result.metrics == metrics
    assert numbers.name == f"{name}.tiny.cpu.seed3.json"
    with Image.open(picture) as sheet:
        assert sheet.size == (6 * (SIDE + 2) - 2, 4 * (SIDE + 2) - 2)
    again = reproduce(name, "tiny", seed=3, device="cpu", progress=False)
    assert again.history.loss == run.history.loss
    assert again.metrics == metrics


def test_trains_on_another_device(trained_away, monkeypatch):
    only_shrunk(monkeypatch, "colocalisation-tc-digits")
    run = trained_away("colocalisation-tc-digits")
    pictures, _ = run.data.val[8].tensors
    assert len(run.predict((8, pictures))) == len(pictures)


def test_the_small_preset_on_mnist_files(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    arrays = {
        f"x_{s}": rng.integers(0, 256, (60, 28, 28), dtype=np.uint8) for s in ("train", "test")
    }
    arrays |= {f"y_{s}": np.arange(60) % 10 for s in ("train", "test")}
    (tmp_path / "mnist").mkdir()
    np.savez(tmp_path / "mnist" / "mnist.npz", **arrays)
    name = "colocalisation-tc-mnist"
    only_shrunk(monkeypatch, name, preset="small")
    where = {"device": "cpu", "data": tmp_path, "progress": False}
    run = reproduce(name, "tiny", checkpoints=tmp_path / "kept", **where)
    assert run.result().paper["value"] == {
        "corloc_lowest_class": 0.75,
        "corloc_highest_class": 0.93,
    }
    kept = {path.name for path in (tmp_path / "kept").iterdir() if path.is_dir()}
    parts = ["encoder"] + [f"digit{d}.start{s}" for d in (3, 8) for s in (0, 1)]
    assert kept == {f"{name}.{part}.tiny.cpu.seed0" for part in parts}
    resumed = reproduce(name, "tiny", checkpoints=tmp_path / "kept", resume=True, **where)
    assert resumed.metrics == run.metrics
    assert resumed.model["8"].progress == 1


def test_the_start_with_the_lowest_last_losses_is_kept():
    falling = History(loss=[9.0] * 18 + [1.0, 2.0])
    flat = History(loss=[2.0] * 20)
    assert _settled(falling) == 1.5
    assert min([flat, falling], key=_settled) is falling
    assert _settled(History(loss=[4.0])) == 4.0


def test_the_sets_hold_one_class_and_never_a_digit_of_the_encoders():
    first, again = (colocalisation_data("digits", 0, [3, 8], 50) for _ in range(2))
    assert list(first.val) == [3, 8]
    images, labels = first.train.tensors
    assert len(images) == 1438
    known = {row.numpy().tobytes() for row in images[labels == 3]}
    for digit in (3, 8):
        pictures, boxes = first.val[digit].tensors
        assert torch.equal(pictures, again.val[digit].tensors[0])
        for picture, (x0, y0, x1, y1) in zip(pictures, boxes.int().tolist(), strict=True):
            crop = picture[:, y0:y1, x0:x1]
            assert crop.count_nonzero() == picture.count_nonzero()
            assert crop.numpy().tobytes() not in known
    # 50 pictures from 47 eights: three of them stand in two places.
    counts = {}
    for picture, (x0, y0, x1, y1) in zip(
        first.val[8].tensors[0], first.val[8].tensors[1].int().tolist(), strict=True
    ):
        key = picture[:, y0:y1, x0:x1].numpy().tobytes()
        counts[key] = counts.get(key, 0) + 1
    assert sorted(counts.values()) == [1] * 44 + [2] * 3


def test_what_the_encoder_learns_from_holds_whole_digits():
    """A white square of 28 x 28 fills at most its share of the view, and little is cut off."""
    torch.manual_seed(0)
    views = encoder_views(torch.ones(300, 1, 28, 28), torch.zeros(2, 1, 28, 28))
    share = views.mean((1, 2, 3))
    assert share.min() > (1 / 3 / 0.9) ** 2 * 0.7
    assert share.min() < 0.2
    assert share.max() > 0.9


class At(Colocaliser):
    """Always looks at one box of the true size."""

    def __init__(self, x: float, y: float) -> None:
        super().__init__(SIDE)
        self.at = torch.tensor([28 / SIDE, (x + 14) / 42 - 1, (y + 14) / 42 - 1])

    def theta(self, images):
        return self.at.expand(len(images), 3)


def test_measures_by_hand():
    """Two pictures, digits at (0, 0) and (0, 14): IoU 1 and 1/3 with a box at (0, 0)."""
    data = colocalisation_data("digits", 0, [3], 2)
    pictures = torch.zeros(2, 1, SIDE, SIDE)
    boxes = torch.tensor([[0.0, 0, 28, 28], [0.0, 14, 28, 42]])
    data.val[3].tensors = (pictures, boxes)

    class SaysThree(nn.Linear):
        def forward(self, input):
            return torch.nn.functional.one_hot(torch.full((len(input),), 3), 10).float()

    encoder = ActivationEncoder(nn.Sequential(nn.Flatten(), SaysThree(784, 10)))
    metrics = measure_colocalisation(nn.ModuleDict({"3": At(0, 0)}), encoder, data)
    assert metrics["corloc"] == metrics["corloc_lowest_class"] == 0.5
    assert metrics["class_corloc"] == [0.5]
    assert metrics["mean_iou"] == pytest.approx((1 + 1 / 3) / 2)
    assert metrics["encoder_accuracy"] == 1
    # By chance: a box of 28 at (u, v), uniform from 0 to 56, meets one at (0, 0) by more than
    # half where (28 - u)(28 - v) > 2/3 28^2; with a = 1 - u/28 that area is
    # 28^2 (1 - 2/3 - 2/3 ln(3/2)); for the second, at the middle of a side, v may go both ways.
    corner = (28 / 56) ** 2 * (1 / 3 - 2 / 3 * math.log(1.5))
    expected = (corner + 2 * corner) / 2
    assert metrics["random_box_corloc"] == pytest.approx(expected, abs=0.004)


def test_found_boxes_wants_a_colocaliser():
    with pytest.raises(TypeError, match="finder must be a Colocaliser, got Identity"):
        found_boxes(nn.Identity(), torch.zeros(1, 1, SIDE, SIDE))


def test_the_picture_shows_before_above_after():
    box = torch.tensor([[1.0, 1.0, 4.0, 4.0]])
    before, after = torch.tensor([[0.0, 0.0, 6.0, 6.0]]), torch.tensor([[2.0, 2.0, 5.0, 5.0]])
    sheet = np.asarray(picture_of_boxes([(torch.zeros(1, 1, 6, 6), box, before, after)]))
    orange, grey = [255, 170, 0], [110, 110, 110]
    assert sheet.shape == (14, 6, 3)
    assert sheet[0, 0].tolist() == sheet[5, 5].tolist() == orange
    assert sheet[1, 1].tolist() == sheet[8 + 1, 1].tolist() == grey
    assert sheet[8 + 2, 2].tolist() == sheet[8 + 4, 4].tolist() == orange
    assert sheet[8, 0].tolist() == [0, 0, 0]
    large = picture_of_boxes([(torch.zeros(1, 1, 6, 6), box, before, after)], enlarge=3)
    assert large.size == (18, 38)
