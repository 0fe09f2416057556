"""Dense evaluation equals the classifier window by window; torchvision's nets are the examples."""

import copy

import pytest
import torch
import torchvision
from torch import nn

from course_pkg.models import (
    LENET_PATCH,
    N4_PATCH,
    ciresan_n4,
    lenet_patch,
    shift_and_stitch,
    sliding_window_logits,
    to_fully_convolutional,
)


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


def _without_padding(model: nn.Module) -> nn.Module:
    for layer in model.modules():
        if isinstance(layer, nn.Conv2d):
            layer.padding = (0, 0)
    return model


def _assert_every_cell_equals(
    model: nn.Module, side: int, stride: int, size: tuple[int, int]
) -> None:
    model = model.eval()
    channels = next(m.in_channels for m in model.modules() if isinstance(m, nn.Conv2d))
    images = torch.rand(1, channels, *size)
    with torch.no_grad():
        dense = to_fully_convolutional(model, side)(images)
        loop = sliding_window_logits(model, images, side, stride, batch_size=1)
    assert dense.shape == loop.shape
    assert dense[0, 0].numel() > 1
    assert (dense - loop).abs().max() <= 1e-5
    # Untrained logits are small numbers: hold them to their own size as well.
    assert (dense - loop).abs().max() <= 1e-4 * loop.abs().max()


def test_alexnet_at_native_size() -> None:
    model = torchvision.models.alexnet().eval()
    image = torch.rand(1, 3, 224, 224)
    with torch.no_grad():
        dense = to_fully_convolutional(model, 224)(image)
        assert dense.shape == (1, 1000, 1, 1)
        torch.testing.assert_close(dense[..., 0, 0], model(image), atol=1e-5, rtol=1e-4)


def test_alexnet_without_padding_at_every_cell() -> None:
    # Without padding AlexNet's last map has 6 x 6 cells from 355 pixels on.
    model = _without_padding(torchvision.models.alexnet())
    _assert_every_cell_equals(model, side=355, stride=32, size=(355 + 32, 355 + 64))


def test_alexnet_with_padding_differs_inside_a_larger_image() -> None:
    model = torchvision.models.alexnet().eval()
    image = torch.rand(1, 3, 224 + 64, 224 + 64)
    with torch.no_grad():
        dense = to_fully_convolutional(model, 224)(image)
        window = model(image[..., 32:256, 32:256])
    assert dense.shape[-2:] == (3, 3)
    assert (dense[..., 1, 1] - window).abs().max() > 1e-4


def test_vgg16_at_native_size_and_at_every_cell() -> None:
    model = torchvision.models.vgg16(init_weights=False).eval()
    image = torch.rand(1, 3, 224, 224)
    with torch.no_grad():
        dense = to_fully_convolutional(model, 224)
        torch.testing.assert_close(dense(image)[..., 0, 0], model(image), atol=1e-5, rtol=1e-4)
        # Without padding the smallest image is VGG-16's field of view at fc6, 404 pixels.
        _without_padding(model), _without_padding(dense)
        image = torch.rand(1, 3, 404, 404 + 32)
        cells = dense(image)
        loop = sliding_window_logits(model, image, 404, stride=32, batch_size=1)
    assert cells.shape == loop.shape == (1, 1000, 1, 2)
    assert (cells - loop).abs().max() <= 1e-5
    assert (cells - loop).abs().max() <= 1e-4 * loop.abs().max()


def test_lenet_and_n4_at_every_cell() -> None:
    _assert_every_cell_equals(lenet_patch(5), LENET_PATCH, stride=4, size=(49, 60))
    _assert_every_cell_equals(ciresan_n4(), N4_PATCH, stride=16, size=(95 + 16, 95 + 40))


@pytest.mark.parametrize("cells", [1, 2, 4])
def test_adaptive_average_pool_at_every_cell(cells: int) -> None:
    model = nn.Sequential(
        nn.Conv2d(2, 3, 5), nn.ReLU(), nn.AdaptiveAvgPool2d(cells), nn.Flatten(),
        nn.Dropout(), nn.Linear(3 * cells**2, 4), nn.Tanh(), nn.Linear(4, 2, bias=False),
    )  # fmt: skip
    _assert_every_cell_equals(model, side=8, stride=1, size=(11, 13))


def test_blocks_between_the_layers_are_kept_whole() -> None:
    model = torchvision.models.resnet18().eval()
    image = torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        dense = to_fully_convolutional(model, 64)
        torch.testing.assert_close(dense(image)[..., 0, 0], model(image), atol=1e-5, rtol=1e-4)
        assert dense(torch.rand(1, 3, 64, 128)).shape == (1, 1000, 1, 3)


def test_flatten_order_is_channel_row_column() -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 1), nn.Flatten(), nn.Linear(2 * 3 * 3, 1))
    dense = to_fully_convolutional(model, 3)
    assert dense[-1].weight[0, 1, 2, 0] == model[-1].weight[0, 1 * 9 + 2 * 3 + 0]


def test_result_is_its_own_and_has_dropout_off() -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Dropout(), nn.Linear(2 * 16, 5))
    before = copy.deepcopy(model.state_dict())
    dense = to_fully_convolutional(model, 6)
    assert model.training
    assert not any(layer.training for layer in dense.modules())
    with torch.no_grad():
        for p in dense.parameters():
            p.zero_()
    assert all(torch.equal(before[k], v) for k, v in model.state_dict().items())


def test_dense_net_learns_in_every_weight() -> None:
    dense = to_fully_convolutional(lenet_patch(3), LENET_PATCH)
    dense(torch.rand(1, 3, 40, 40)).square().sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in dense.parameters())


@pytest.mark.parametrize("size", [(32, 32), (33, 41), (47, 36)])
def test_shift_and_stitch_equals_the_patch_loop(size: tuple[int, int]) -> None:
    model = lenet_patch(3).eval()
    images = torch.rand(2, 3, *size)
    with torch.no_grad():
        dense = to_fully_convolutional(model, LENET_PATCH)
        got = shift_and_stitch(dense, images, LENET_PATCH, stride=4)
        loop = sliding_window_logits(model, images, LENET_PATCH)
    torch.testing.assert_close(got, loop, atol=1e-5, rtol=1e-4)


class _Backwards(nn.Module):
    """Holds its layers in another order than it applies them."""

    def __init__(self) -> None:
        super().__init__()
        self.second = nn.Conv2d(2, 2, 3)
        self.first = nn.Conv2d(2, 2, 3)
        self.fc = nn.Linear(2 * 4, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc(self.second(self.first(x)).flatten(1))


def test_errors() -> None:
    with pytest.raises(ValueError, match="does not apply its layers one after the other"):
        to_fully_convolutional(_Backwards(), 6)
    with pytest.raises(ValueError, match="cannot make Sequential fully convolutional at input"):
        to_fully_convolutional(lenet_patch(2), 30)
    with pytest.raises(ValueError, match="choose an input size at which the pool divides evenly"):
        to_fully_convolutional(torchvision.models.alexnet(), 256)
    with pytest.raises(ValueError, match="make the pool a layer"):
        to_fully_convolutional(torchvision.models.mobilenet_v2(), 64)
    with pytest.raises(ValueError, match="windows of 32 pixels at stride 4 do not fit"):
        shift_and_stitch(nn.Identity(), torch.zeros(1, 1, 31, 40), 32, 4)
    with pytest.raises(ValueError, match="read both off with receptive_field"):
        shift_and_stitch(nn.Identity(), torch.zeros(1, 1, 40, 40), 32, 4)
