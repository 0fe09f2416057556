"""The interface of instance systems: sizes, order, and that Mask R-CNN and the cascade share it."""

import pytest
import torch
from torchvision.models.detection import MaskRCNN

from course_pkg import metrics, models
from course_pkg.data import SceneDataset, collate_instances


def systems():
    torch.manual_seed(0)
    rpn = models.RPNSize(anchor_sizes=(16, 32), after_nms=10)
    for build in (
        lambda body: models.MultitaskCascade(body, 8, rpn=rpn),
        lambda body: models.mask_rcnn(body, 8, rpn),
    ):
        yield build(models.LiteFeatures(models.EfficientNetLite0(), 8).train())


def test_both_systems_take_targets_and_give_what_the_metric_reads():
    scenes = SceneDataset(3, 64, target="instance")
    images, targets = collate_instances([scenes[0], scenes[2]])
    images = [images[0], images[1][:, :50]]
    targets[1]["masks"] = targets[1]["masks"][:, :50]
    kept = targets[1]["masks"].flatten(1).any(dim=1) & (targets[1]["boxes"][:, 1] < 49)
    targets[1] = {**targets[1], **{k: targets[1][k][kept] for k in ("boxes", "labels", "masks")}}
    targets[1]["boxes"][:, 3].clamp_(max=50)
    for system in systems():
        assert isinstance(system, models.InstanceSystem)
        loss = models.total_loss(system, (images, targets))
        assert loss.ndim == 0
        assert loss.isfinite()
        was_training = [m.training for m in system.modules()]
        with torch.inference_mode():
            found = system(images)  # without targets: predictions, in train() as well
        assert [m.training for m in system.modules()] == was_training
        for prediction, image in zip(found, images, strict=True):
            assert prediction["masks"].shape[1:] == image.shape[1:]
            assert prediction["masks"].dtype == torch.bool
            assert (prediction["scores"].diff() <= 0).all()
        score = metrics.InstanceAP(8)
        score.update(found, targets)
        assert 0 <= score.compute()["apr50"] <= 1


def test_mask_rcnn_is_torchvisions_and_gives_its_losses():
    *_, reference = systems()
    assert isinstance(reference.net, MaskRCNN)
    images, targets = collate_instances([SceneDataset(1, 64, target="instance")[0]])
    assert set(reference(images, targets)) == {
        "loss_classifier",
        "loss_box_reg",
        "loss_mask",
        "loss_objectness",
        "loss_rpn_box_reg",
    }
    assert sum(p.numel() for p in reference.body.parameters()) > 1e6


def test_predictions_are_ordered_and_empty_masks_left_out():
    masks = torch.zeros(3, 4, 4, dtype=torch.bool)
    masks[0, 1, 1] = masks[2, 2, 2] = True
    boxes = torch.arange(12.0).reshape(3, 4)
    found = models.instance_prediction(
        boxes, torch.tensor([1, 2, 3]), torch.tensor([0.2, 0.9, 0.4]), masks
    )
    assert found["labels"].tolist() == [3, 1]
    torch.testing.assert_close(found["boxes"], boxes[[2, 0]])
    one = models.instance_prediction(
        boxes, torch.tensor([1, 2, 3]), torch.tensor([0.2, 0.9, 0.4]), masks, most=1
    )
    assert one["labels"].tolist() == [3]


def test_padding_leaves_the_image_where_it_was():
    image = torch.rand(3, 33, 20)
    batch = models.pad_to_batch([image, torch.rand(3, 10, 40)])
    assert batch.shape == (2, 3, 64, 64)
    torch.testing.assert_close(batch[0, :, :33, :20], image)
    assert batch[0, :, 33:].unique().tolist() == pytest.approx([127 / 255])


def test_the_shared_map_has_a_cell_for_every_four_pixels_and_frozen_statistics():
    features = models.LiteFeatures(models.EfficientNetLite0(), 5).train()
    before = {name: b.clone() for name, b in features.named_buffers()}
    assert features(torch.rand(2, 3, 64, 96)).shape == (2, 5, 16, 24)
    assert all(torch.equal(b, before[name]) for name, b in features.named_buffers())
    assert features.mix.training


def test_what_is_refused():
    with pytest.raises(ValueError, match="at least one image"):
        models.pad_to_batch([])
    with pytest.raises(ValueError, match="0 is the background"):
        models.instance_prediction(
            torch.zeros(1, 4), torch.tensor([0]), torch.ones(1), torch.ones(1, 2, 2).bool()
        )
