import hashlib
import subprocess
import sys

import numpy as np
import pytest
import torch
from torchvision.ops import masks_to_boxes

from course_pkg.data import (
    CLASSES,
    COLOURS,
    STUFF,
    THINGS,
    Scene,
    sample_scene,
    touching_pairs,
)

SEEDS = range(60)


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    return [sample_scene(seed) for seed in SEEDS]


def tensors(scene: Scene) -> dict[str, torch.Tensor]:
    return {name: value for name, value in vars(scene).items() if isinstance(value, torch.Tensor)}


def test_the_same_seed_gives_the_same_scene():
    first, again = sample_scene(7), sample_scene(7)
    for name, value in tensors(first).items():
        assert torch.equal(value, tensors(again)[name]), name
    assert first.caption.words == again.caption.words
    assert [(q.text, q.answer) for q in first.questions] == [
        (q.text, q.answer) for q in again.questions
    ]
    assert not torch.equal(first.image, sample_scene(8).image)


def test_another_run_gives_the_same_scene():
    code = (
        "import hashlib; from course_pkg.data import sample_scene;"
        "print(hashlib.sha256(sample_scene(7).image.numpy().tobytes()).hexdigest())"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    here = hashlib.sha256(sample_scene(7).image.numpy().tobytes()).hexdigest()
    assert run.stdout.strip() == here


@pytest.mark.parametrize("size", [32, 64, 96, 100, 128, 256, 600])
def test_any_size(size: int):
    scene = sample_scene(3, size)
    k = len(scene.labels)
    assert scene.image.shape == (3, size, size)
    assert scene.masks.shape == scene.amodal.shape == (k, size, size)
    assert scene.image.dtype == torch.float32
    assert scene.semantic.dtype == scene.labels.dtype == torch.int64
    assert 0 <= scene.image.min() < scene.image.max() <= 1


def test_a_larger_picture_shows_the_same_scene():
    same = []
    for seed in range(20):
        small, large = sample_scene(seed, 64), sample_scene(seed, 256)
        same.append((small.semantic == large.semantic[2::4, 2::4]).float().mean())
    # What differs is borders, and things that are too small to keep at 64 pixels.
    assert np.mean(same) > 0.95


def test_semantic_map_shows_the_nearest_instance_at_each_pixel(scenes: list[Scene]):
    for scene in scenes:
        k, h, w = scene.masks.shape
        nearest = torch.full((h, w), k)
        top = torch.full((h, w), -1)
        for i in range(k):
            closer = scene.amodal[i] & (scene.depth[i] < nearest)
            nearest[closer], top[closer] = scene.depth[i], i
        for i in range(k):
            assert torch.equal(scene.masks[i], top == i)
        thing = top >= 0
        assert torch.equal(scene.semantic[thing], scene.labels[top[thing]])
        assert (scene.semantic[~thing] < len(STUFF)).all()


def test_masks_do_not_overlap_and_lie_within_their_amodal_masks(scenes: list[Scene]):
    for scene in scenes:
        assert scene.masks.sum(0).max() <= 1
        assert not (scene.masks & ~scene.amodal).any()
        assert scene.masks.flatten(1).any(1).all()


def test_depth_is_an_order_and_lower_feet_are_nearer(scenes: list[Scene]):
    for scene in scenes:
        assert sorted(scene.depth.tolist()) == list(range(len(scene.depth)))
        rows = torch.arange(scene.amodal.shape[1])[None, :, None]
        feet = (scene.amodal * rows).flatten(1).amax(1)
        # What the picture's edge cuts off may have lost its foot.
        cut = scene.amodal[:, -2:].flatten(1).any(1) | scene.amodal[:, :, [0, -1]].flatten(1).any(1)
        order = scene.depth.argsort()
        feet = feet[order][~cut[order]]
        assert (feet[:-1] >= feet[1:] - 2).all()


def test_boxes_are_tight(scenes: list[Scene]):
    for scene in scenes:
        inclusive = masks_to_boxes(scene.masks)
        assert torch.equal(scene.boxes, inclusive + torch.tensor([0.0, 0, 1, 1]))


def test_instances_run_from_left_to_right(scenes: list[Scene]):
    for scene in scenes:
        middles = scene.boxes[:, 0] + scene.boxes[:, 2]
        assert (middles[:-1] <= middles[1:]).all()


def test_every_class_and_colour_occurs(scenes: list[Scene]):
    semantic = torch.stack([scene.semantic for scene in scenes])
    assert set(semantic.unique().tolist()) == set(range(len(CLASSES)))
    assert len(STUFF) + len(THINGS) == len(CLASSES) >= 8
    colours = torch.cat([scene.colours for scene in scenes])
    assert set(colours.tolist()) == set(range(len(COLOURS)))


def test_half_of_all_scenes_and_more_hold_touching_things_of_one_class(scenes: list[Scene]):
    touching = [bool(touching_pairs(scene.masks, scene.labels)) for scene in scenes]
    assert 0.6 < np.mean(touching) < 0.9


def test_many_things_are_partly_hidden_and_sizes_vary(scenes: list[Scene]):
    visible = torch.cat([s.masks.flatten(1).sum(1) for s in scenes]).double()
    whole = torch.cat([s.amodal.flatten(1).sum(1) for s in scenes])
    assert (visible < 0.9 * whole).double().mean() > 0.25
    assert (visible >= 0.2 * whole).double().mean() > 0.95
    share = visible / 128**2
    assert share.quantile(0.95) > 10 * share.quantile(0.05)


def colour_bins(image: torch.Tensor, bins: int = 16) -> np.ndarray:
    red, green, blue = np.minimum((image.numpy() * bins).astype(int), bins - 1)
    return ((red * bins + green) * bins + blue).ravel()


def test_a_lone_pixels_colour_does_not_tell_its_class():
    # The best that colour alone can do: look up which class was most frequent for it, from
    # 2.4 million pixels. It takes part of the large sky and grass and misses the things.
    votes = np.zeros((16**3, len(CLASSES)))
    for seed in range(150):
        scene = sample_scene(seed)
        np.add.at(votes, (colour_bins(scene.image), scene.semantic.numpy().ravel()), 1)
    confusion = np.zeros((len(CLASSES), len(CLASSES)))
    for seed in range(10_000, 10_040):
        scene = sample_scene(seed)
        guess = votes.argmax(1)[colour_bins(scene.image)]
        np.add.at(confusion, (scene.semantic.numpy().ravel(), guess), 1)
    hits = np.diag(confusion)
    iou = hits / (confusion.sum(0) + confusion.sum(1) - hits)
    assert iou.mean() < 0.25
    assert iou[len(STUFF) :].max() < 0.4
    assert hits.sum() / confusion.sum() < 0.65


def test_the_named_colour_is_the_colour_in_the_picture():
    # Lighting shifts colours, so the nearest of the eight names need not be the true one; it is
    # for most boxes, balls and cars, and by chance it would be for one in eight.
    from course_pkg.data._classes import COLOUR_RGB

    table = torch.tensor(COLOUR_RGB)
    hits = []
    for seed in range(60):
        scene = sample_scene(seed)
        for i, label in enumerate(scene.labels):
            if CLASSES[label] in ("box", "ball", "car") and scene.masks[i].sum() > 200:
                pixels = scene.image[:, scene.masks[i]].T
                votes = torch.cdist(pixels, table).argmin(1).bincount(minlength=8)
                hits.append(bool(votes.argmax() == scene.colours[i]))
    assert len(hits) > 50
    assert np.mean(hits) > 0.6


def test_touching_by_hand():
    masks = torch.zeros(4, 4, 4, dtype=torch.bool)
    masks[0, 0, 0] = masks[1, 0, 1] = masks[2, 1, 0] = masks[3, 2, 2] = True
    # 0 and 1 lie side by side, 0 and 2 one above the other, 1 and 2 only corner to corner.
    assert touching_pairs(masks, [5, 5, 5, 5]) == [(0, 1), (0, 2)]
    assert touching_pairs(masks, [5, 6, 5, 5]) == [(0, 2)]
    assert touching_pairs(masks[:0], []) == []
    with pytest.raises(ValueError, match="one label a mask, got 3 for 4 masks"):
        touching_pairs(masks, [1, 2, 3])


def test_bad_arguments():
    with pytest.raises(ValueError, match="seed must be a whole number from 0 on, got -1"):
        sample_scene(-1)
    with pytest.raises(ValueError, match=r"size must be at least 32 pixels.* got 31"):
        sample_scene(0, 31)
