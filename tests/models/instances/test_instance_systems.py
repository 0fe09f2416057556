"""The interface of instance systems: sizes, order, and that Mask R-CNN and the cascade share it."""

import pytest
import torch
import torchvision
from torchvision.models.detection import MaskRCNN
from torchvision.models.feature_extraction import create_feature_extractor

from course_pkg import metrics, models
from course_pkg.data import IMAGENET, SceneDataset, collate_instances


def systems():
    torch.manual_seed(0)
    rpn = models.RPNSize(anchor_sizes=(16, 32), after_nms=10)
    for build in (
        lambda body: models.MultitaskCascade(body, 8, rpn=rpn),
        lambda body: models.mask_rcnn(body, 8, rpn),
    ):
        yield build(models.LiteFeatures(models.EfficientNetLite0(), 8).train())
    four = models.RPNSize(anchor_sizes=(8, 16, 32, 64), after_nms=10)
    pyramid = models.PyramidFeatures(models.EfficientNetLite0(), 8).train()
    yield models.mask_rcnn(pyramid, 8, four, voting=False)


def test_all_systems_take_targets_and_give_what_the_metric_reads():
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
    _, reference, on_a_pyramid = systems()
    assert isinstance(on_a_pyramid.net, MaskRCNN)
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


def test_mask_rcnn_gets_what_the_cascade_gets_where_it_is_not_the_idea():
    cascade, reference, _ = systems()
    ours, theirs = cascade.size, reference.net.roi_heads
    assert theirs.fg_bg_sampler.batch_size_per_image == ours.rois
    assert theirs.fg_bg_sampler.positive_fraction == ours.foreground
    generator = reference.net.rpn.anchor_generator
    assert generator.sizes == (cascade.rpn.size.anchor_sizes,)
    assert generator.aspect_ratios == (cascade.rpn.size.aspect_ratios,)


@pytest.mark.parametrize("training", [False, True])
def test_mask_rcnn_sees_an_image_at_the_size_that_it_was_trained_at(training):
    _, reference, _ = systems()
    images, targets = collate_instances([SceneDataset(1, 64, target="instance")[0]])
    seen = []
    reference.body.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0].shape))
    with torch.inference_mode():
        reference(images, targets if training else None)
    assert seen[0][2:] == (64, 64)


def test_around_a_small_image_mask_rcnn_sees_the_bodys_grey_and_not_black():
    _, reference, _ = systems()
    seen = []
    reference.body.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0]))
    image = torch.rand(3, 40, 50)
    with torch.inference_mode():
        reference([image])
    torch.testing.assert_close(seen[0][0, :, :40, :50], image)
    torch.testing.assert_close(seen[0], models.pad_to_batch([image]))


def test_voting_mends_a_mask_and_without_it_each_box_has_its_own():
    _, reference, _ = systems()
    boxes = torch.tensor([[0.0, 0.0, 16.0, 16.0], [0.0, 0.0, 16.0, 15.0]])
    masks = torch.zeros(2, 1, 28, 28)
    masks[0, :, :, :14], masks[1] = 1.0, 1.0  # the first is half wrong
    found = {"boxes": boxes, "labels": torch.tensor([1, 1]), "masks": masks}
    found["scores"] = torch.tensor([0.6, 0.5])
    voted = reference._bundle(found, (20, 20))
    assert len(voted["scores"]) == 1
    assert voted["masks"][0, :14, :15].all()  # 0.45 of the votes are enough
    reference.voting = False
    alone = reference._bundle(found, (20, 20))
    assert len(alone["scores"]) == 2  # torchvision has thinned them out before
    assert not alone["masks"][0, :, 9:].any()


def test_each_map_of_a_pyramid_has_anchors_of_its_own_size():
    pyramid = models.PyramidFeatures(models.EfficientNetLite0(), 8)
    maps = pyramid(torch.zeros(1, 3, 64, 96))
    assert [tuple(x.shape[1:]) for x in maps.values()] == [
        (8, 16, 24),
        (8, 8, 12),
        (8, 4, 6),
        (8, 2, 3),
    ]
    reference = models.mask_rcnn(pyramid, 3)
    assert reference.net.rpn.anchor_generator.sizes == ((8,), (16,), (32,), (64,))
    with pytest.raises(ValueError, match="4 maps take one anchor size each, got"):
        models.mask_rcnn(pyramid, 3, models.RPNSize(anchor_sizes=(16, 32)))


def test_a_network_trained_on_coco_gets_heads_for_other_classes():
    reference = models.mask_rcnn_coco(num_classes=3, weights=None, min_size=96)
    heads = reference.net.roi_heads
    assert heads.box_predictor.cls_score.out_features == 3
    assert heads.mask_predictor.mask_fcn_logits.out_channels == 3
    assert isinstance(reference, models.InstanceSystem)
    assert sum(p.numel() for p in reference.body.parameters()) > 23e6  # ResNet-50
    seen = []
    reference.body.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0].shape))
    with torch.inference_mode():
        (found,) = reference.eval()([torch.rand(3, 48, 60)])
    assert seen[0][2:] == (96, 128)  # twice as large, and filled up
    assert found["masks"].shape[1:] == (48, 60)
    assert (found["boxes"] <= torch.tensor([60.0, 48.0] * 2)).all()


def on_resnet():
    """Every system on torchvision's ResNet-18, as small as it gets."""
    torch.manual_seed(0)
    rpn = models.RPNSize(anchor_sizes=(16, 32), after_nms=10)

    def body():
        return models.resnet18_pyramid()

    def paths(count):
        return [models.CropPath(body(), crop_size=32, hidden=8).train() for _ in range(count)]

    size = models.CascadeSize(class_hidden=8, mask_hidden=8)
    yield models.MultitaskCascade(models.LiteFeatures(body(), 8).train(), 8, 5, size, rpn)
    yield models.mask_rcnn(models.LiteFeatures(body(), 8).train(), 8, rpn)
    yield models.mask_rcnn(models.PyramidFeatures(body(), 8).train(), 8)
    yield models.SDS(*paths(2), num_classes=8, crop_size=32, samples=4)
    (path,) = paths(1)
    head = models.HypercolumnHead(8, 8, models.ALL_LAYERS, channels=path.channels)
    yield models.HypercolumnSystem(path, head, num_classes=8, crop_size=32, samples=4)


def test_every_system_stands_on_another_body_as_well():
    image, target = SceneDataset(1, 64, target="instance")[0]
    for system in on_resnet():
        loss = models.total_loss(system, ([image], [target]))
        loss.backward()
        learned = [p.grad is not None and p.grad.any() for p in system.body.parameters()]
        assert any(learned)
        with torch.inference_mode():
            (found,) = system.eval()([image])
        assert found["masks"].shape[1:] == (64, 64)


def test_the_adapters_maps_are_the_networks_own():
    network = torchvision.models.resnet18().eval()
    body = models.ResNet18Pyramid(network).eval()
    image = torch.rand(1, 3, 64, 96)
    mean = torch.tensor(IMAGENET.mean)[:, None, None]
    std = torch.tensor(IMAGENET.std)[:, None, None]
    names = {f"layer{i}": f"layer{i}" for i in (1, 2, 3, 4)}
    theirs = create_feature_extractor(network, names)((image - mean) / std)
    for mine, other, channels in zip(
        body(image), theirs.values(), body.channels.values(), strict=True
    ):
        torch.testing.assert_close(mine, other)
        assert mine.shape[1] == channels


def test_a_bodys_own_grey_is_nothing_to_it():
    body = models.resnet18_pyramid()
    batch = models.pad_to_batch([torch.rand(3, 20, 20)], value=body.mean)
    torch.testing.assert_close(batch[0, :, 25, 25], torch.tensor(IMAGENET.mean))
    crops = models.box_crops(
        torch.rand(3, 9, 9), torch.tensor([[20.0, 20.0, 30.0, 30.0]]), 4, body.mean
    )
    expected = torch.tensor(IMAGENET.mean)[:, None, None].expand(3, 4, 4)
    torch.testing.assert_close(crops[0], expected)
    nothing = torch.zeros(1, 9, 9, dtype=torch.bool)
    box = torch.tensor([[0.0, 0.0, 9.0, 9.0]])
    alone = models.region_crops(torch.rand(1, 3, 4, 4), nothing, box, body.mean)
    torch.testing.assert_close(alone[0], expected)


def test_what_is_no_body_is_refused():
    with pytest.raises(ValueError, match="Conv2d does not: write an adapter"):
        models.LiteFeatures(torch.nn.Conv2d(3, 4, 1))
    odd = models.resnet18_pyramid()
    odd.channels = {"stride4": 64}
    with pytest.raises(ValueError, match="must be named stride4, stride8, stride16, stride32"):
        models.CropPath(odd)


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
