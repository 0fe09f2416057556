import pytest
import torch
from torch.utils.data import DataLoader
from torchvision import tv_tensors
from torchvision.ops import masks_to_boxes

from course_pkg.data import (
    SceneDataset,
    boxes_from_masks,
    collate_instances,
    collate_regions,
    instance_target,
)


def test_boxes_by_hand():
    masks = torch.zeros(3, 5, 6, dtype=torch.bool)
    masks[0, 1, 2] = True
    masks[1, 0:4, 5] = masks[1, 4, 0] = True
    # one pixel has area 1; two far pieces share a box; nothing gives zeros
    expected = [[2.0, 1, 3, 2], [0, 0, 6, 5], [0, 0, 0, 0]]
    assert boxes_from_masks(masks).tolist() == expected
    assert boxes_from_masks(masks[:0]).shape == (0, 4)


def test_boxes_are_torchvisions_plus_the_last_pixel():
    masks = torch.rand(20, 17, 23, generator=torch.Generator().manual_seed(0)) < 0.02
    masks = masks[masks.flatten(1).any(1)]
    assert len(masks) > 10
    expected = masks_to_boxes(masks) + torch.tensor([0.0, 0, 1, 1])
    assert torch.equal(boxes_from_masks(masks), expected)


def test_target_drops_what_is_not_there():
    masks = torch.zeros(2, 4, 4, dtype=torch.bool)
    masks[1, 2, 3] = True
    target = instance_target(masks, torch.tensor([1, 2]), image_id=9)
    assert target["labels"].tolist() == [2]
    assert target["masks"].shape == (1, 4, 4)
    assert target["boxes"].tolist() == [[3, 2, 4, 3]]
    assert isinstance(target["boxes"], tv_tensors.BoundingBoxes)
    assert target.get("image_id") == 9
    assert "image_id" not in instance_target(masks, torch.tensor([1, 2]))


def test_target_without_instances():
    target = instance_target(torch.zeros(0, 4, 4, dtype=torch.bool), torch.zeros(0).long())
    assert target["boxes"].shape == (0, 4)
    assert target["masks"].shape == (0, 4, 4)


def test_background_is_no_label():
    with pytest.raises(ValueError, match=r"labels must be 1 or more.* got 0"):
        instance_target(torch.ones(1, 2, 2, dtype=torch.bool), torch.tensor([0]))


def test_instance_batches():
    loader = DataLoader(
        SceneDataset(3, 32, target="instance"), batch_size=3, collate_fn=collate_instances
    )
    images, targets = next(iter(loader))
    assert [tuple(image.shape) for image in images] == [(3, 32, 32)] * 3
    assert [target["image_id"] for target in targets] == [0, 1, 2]


@pytest.mark.parametrize("target", ["caption", "question"])
def test_language_batches_are_padded_with_zeros(target: str):
    scenes = SceneDataset(4, 32, target=target)
    images, batch = collate_regions([scenes[i] for i in range(4)])
    assert images.shape == (4, 3, 32, 32)
    assert type(images) is torch.Tensor
    longest = max(len(scenes[i][1]["tokens"]) for i in range(4))
    assert batch["tokens"].shape == (4, longest)
    for i in range(4):
        for key, value in scenes[i][1].items():
            row = batch[key][i]
            if value.ndim == 0:
                assert row == value
                continue
            assert torch.equal(row[: len(value)], value.as_subclass(torch.Tensor))
            assert not row[len(value) :].any()


def test_empty_batch():
    with pytest.raises(ValueError, match="at least one sample"):
        collate_regions([])
