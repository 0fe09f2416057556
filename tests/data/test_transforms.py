import pytest
import torch
from PIL import Image
from torch.nn import functional as F
from torchvision import tv_tensors
from torchvision.transforms import v2

from course_pkg.data import (
    IMAGENET,
    LITE,
    SceneDataset,
    denormalize,
    eval_transforms,
    instance_target,
    normalize,
    train_transforms,
)


def marked(height: int = 60, width: int = 80) -> tuple[tv_tensors.Image, tv_tensors.Mask]:
    """A black picture with a white square off centre, and the square's mask."""
    mask = torch.zeros(height, width, dtype=torch.int64)
    mask[8:33, 40:71] = 1
    return tv_tensors.Image(mask.float().repeat(3, 1, 1)), tv_tensors.Mask(mask)


def test_image_and_mask_stay_together():
    image, mask = marked()
    transform = train_transforms(48, scale=(0.3, 1.0), jitter=0)
    shown = set()
    for seed in range(20):
        torch.manual_seed(seed)
        moved, moved_mask = transform(image, mask)
        assert moved.shape == (3, 48, 48)
        assert moved_mask.shape == (48, 48)
        # Smooth and nearest resizing may differ by one pixel: each square, grown by a pixel on
        # every side, holds the other.
        white, labelled = moved[:1] > 0.5, (moved_mask == 1)[None]
        for inner, outer in ((white, labelled), (labelled, white)):
            grown = F.max_pool2d(outer.as_subclass(torch.Tensor).float(), 3, 1, 1) > 0
            lost = inner & ~grown
            # At the picture's edge a row or column may be all that one of them has left.
            assert not lost[:, 1:-1, 1:-1].any()
        shown.add(int((moved_mask == 1).sum()))
    assert len(shown) > 10  # it did cut differently each time


def test_masks_keep_their_labels():
    mask = tv_tensors.Mask(torch.tensor([[0, 7], [255, 3]]).repeat_interleave(9, 0))
    image = tv_tensors.Image(torch.zeros(3, *mask.shape))
    torch.manual_seed(0)
    for transform in (train_transforms((33, 21)), eval_transforms((33, 21))):
        _, resized = transform(image, mask)
        assert resized.shape == (33, 21)
        assert resized.dtype == torch.int64
        assert set(resized.unique().tolist()) <= {0, 3, 7, 255}


def test_mirroring_mirrors_both():
    image, mask = marked()
    transform = train_transforms((60, 80), scale=(1, 1), ratio=(4 / 3, 4 / 3), flip=1, jitter=0)
    moved, moved_mask = transform(image, mask)
    assert torch.equal(moved_mask, mask.flip(-1))
    assert torch.allclose(moved, image.flip(-1), atol=1e-6)


def test_jitter_leaves_the_mask_alone():
    image, mask = marked()
    transform = train_transforms((60, 80), scale=(1, 1), ratio=(4 / 3, 4 / 3), flip=0, jitter=0.9)
    torch.manual_seed(0)
    moved, moved_mask = transform(image * 0.5, mask)
    assert torch.equal(moved_mask, mask)
    assert (moved - image * 0.5).abs().max() > 0.05


def test_boxes_fit_their_masks_after_the_cut_and_lost_instances_go():
    masks = torch.zeros(2, 60, 80, dtype=torch.bool)
    masks[0, 2:6, 2:6] = True
    masks[1, 20:50, 20:70] = True
    target = instance_target(masks, torch.tensor([4, 5]), image_id=3)
    transform = train_transforms(32, scale=(0.2, 0.3))
    image = tv_tensors.Image(torch.zeros(3, 60, 80))
    numbers = []
    for seed in range(12):
        torch.manual_seed(seed)
        _, moved = transform(image, target)
        again = instance_target(moved["masks"].as_subclass(torch.Tensor), moved["labels"])
        assert torch.equal(moved["boxes"], again["boxes"])
        assert len(moved["boxes"]) == len(moved["masks"]) == len(moved["labels"])
        assert moved["boxes"].canvas_size == (32, 32)
        assert moved["image_id"] == 3
        numbers.append(moved["labels"].tolist())
    assert [5] in numbers  # the small one is cut away at times


def test_photographs_become_floats():
    image = Image.new("RGB", (12, 10), (255, 0, 51))
    moved, mask = eval_transforms()(image, tv_tensors.Mask(torch.zeros(10, 12).long()))
    assert moved.dtype == torch.float32
    assert moved[:, 0, 0].tolist() == pytest.approx([1, 0, 0.2])
    assert mask.shape == (10, 12)


def test_normalising_is_torchvisions():
    image = torch.rand(2, 3, 5, 4, generator=torch.Generator().manual_seed(0))
    for stats in (IMAGENET, LITE):
        expected = v2.Normalize(list(stats.mean), list(stats.std))(image)
        torch.testing.assert_close(normalize(image, stats), expected)
        torch.testing.assert_close(denormalize(normalize(image, stats), stats), image)
    torch.testing.assert_close(normalize(image[0]), normalize(image)[0])
    # EfficientNet-Lite: black is -127 / 128, white 1
    assert normalize(torch.zeros(3, 1, 1), LITE)[0].item() == pytest.approx(-127 / 128)
    assert normalize(torch.ones(3, 1, 1), LITE)[0].item() == pytest.approx(1)


def test_statistics_in_the_transform():
    image, mask = marked()
    plain, _ = eval_transforms()(image, mask)
    moved, _ = eval_transforms(stats=IMAGENET)(image, mask)
    torch.testing.assert_close(moved.as_subclass(torch.Tensor), normalize(plain, IMAGENET))


def test_scenes_go_through():
    torch.manual_seed(0)
    scenes = SceneDataset(2, 64, transforms=train_transforms(48))
    image, semantic = scenes[0]
    assert image.shape == (3, 48, 48)
    assert semantic.shape == (48, 48)
    target = SceneDataset(1, 64, transforms=eval_transforms(32), target="instance")[0][1]
    assert target["masks"].shape[1:] == (32, 32)


def test_bad_arguments():
    with pytest.raises(ValueError, match="scale must be 0 < low <= high <= 1"):
        train_transforms(32, scale=(0.5, 1.5))
    with pytest.raises(ValueError, match="flip must be a chance"):
        train_transforms(32, flip=2)
    with pytest.raises(ValueError, match="one or two numbers of pixels"):
        eval_transforms((3, 4, 5))
