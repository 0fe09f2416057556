"""Composition of windows: by hand, against published numbers, and against gradients."""

import pytest
import torch
from torch import nn

from course_pkg.models import FieldSize, VGG16Trunk, receptive_field, windows_of


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([], (1, 1)),
        ([(3,)], (3, 1)),
        ([(3,), (3,)], (5, 1)),
        ([(2, 2), (3,)], (6, 2)),  # three cells of two pixels
        ([(3, 2), (3, 2)], (7, 4)),  # 3 cells at 0, 2, 4, each 3 wide
        ([(3, 1, 2)], (5, 1)),
        ([(2, 2), (3, 1, 2)], (10, 2)),
        ([(3,)] * 111, (223, 1)),
    ],
)
def test_by_hand(layers: list[tuple[int, ...]], expected: tuple[int, int]) -> None:
    assert receptive_field(layers) == FieldSize(*expected)


def test_vgg16_has_the_published_fields() -> None:
    with torch.device("meta"):
        windows = windows_of(VGG16Trunk())
    assert receptive_field(windows) == (212, 32)
    assert receptive_field([*windows, (7,)]) == (404, 32)  # FCN, table 1


def test_field_is_where_the_gradient_arrives() -> None:
    net = nn.Sequential(
        nn.Conv1d(1, 1, 3, stride=2), nn.Conv1d(1, 1, 3, dilation=2), nn.AvgPool1d(2)
    )
    for p in net.parameters():
        nn.init.ones_(p)
    x = torch.zeros(1, 1, 60, requires_grad=True)
    y = net(x)
    reached = [
        torch.autograd.grad(y[0, 0, i], x, retain_graph=True)[0].nonzero()[:, 2] for i in (3, 4)
    ]
    field = receptive_field([(3, 2), (3, 1, 2), (2, 2)])
    assert field.size == int(reached[0][-1] - reached[0][0]) + 1
    assert field.stride == int(reached[1][0] - reached[0][0])


def test_windows_of_reads_every_kind_of_layer() -> None:
    net = nn.Sequential(
        nn.Conv2d(1, 1, 5, stride=3, dilation=2), nn.BatchNorm2d(1), nn.MaxPool2d(3, 2),
        nn.Sequential(nn.AvgPool2d((2, 2))),
    )  # fmt: skip
    assert windows_of(net) == [(5, 3, 2), (3, 2, 1), (2, 2, 1)]


def test_errors() -> None:
    with pytest.raises(ValueError, match=r"but \(3, 0\) came"):
        receptive_field([(3, 0)])
    with pytest.raises(ValueError, match="one to three numbers"):
        receptive_field([(3, 1, 1, 1)])
    with pytest.raises(ValueError, match="AdaptiveAvgPool2d has no fixed window"):
        windows_of(nn.Sequential(nn.AdaptiveAvgPool2d(1)))
    with pytest.raises(ValueError, match="only square windows"):
        windows_of(nn.Sequential(nn.Conv2d(1, 1, (3, 5))))
