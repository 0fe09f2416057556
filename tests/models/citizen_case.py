"""What the tests of a network as a citizen need to know of it."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

SIDE = 32


@dataclass
class Case:
    """One network.

    Attributes:
        make: builds it, small.
        ask: its inputs for a batch of n.
        cannot: what it cannot do (see `test_citizens.CAN`), and why.
        deep: so deep that an export with free sizes takes torch a minute.
        odd: its inputs where the pictures' sides are odd; None if it reads none, or of one size.
    """

    make: Callable[[], nn.Module]
    ask: Callable[[int], tuple]
    cannot: dict[str, str] = field(default_factory=dict)
    odd: Callable[[], tuple] | None = None
    deep: bool = False


def lively(net: nn.Module) -> nn.Module:
    """Move every weight a little: a head that starts at zero answers zero to everything."""
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for weight in net.parameters():
            weight += 0.05 * torch.randn(weight.shape, generator=generator)
    return net.eval()


def pixels(n: int, channels: int, height: int, width: int) -> Tensor:
    return torch.linspace(0, 1, n * channels * height * width).reshape(n, channels, height, width)


def pictures(
    make: Callable[[], nn.Module], side: int = SIDE, channels: int = 3, deep: bool = False
) -> Case:
    """A network that reads pictures of any size."""
    return Case(
        make,
        lambda n: (pixels(n, channels, side, side),),
        odd=lambda: (pixels(2, channels, side + 5, side + 11),),
        deep=deep,
    )


def fixed(make: Callable[[], nn.Module], side: int, channels: int = 3, **cannot: str) -> Case:
    """A network that reads pictures of one size."""
    return Case(make, lambda n: (pixels(n, channels, side, side),), cannot)


def words(n: int, t: int = 4, least: int = 3, most: int = 9) -> Tensor:
    return (torch.arange(n * t).reshape(n, t) * 7) % (most - least) + least


def numbers(*shape: int) -> Tensor:
    return torch.linspace(-1, 1, max(int(torch.tensor(shape).prod()), 1))[
        : int(torch.tensor(shape).prod())
    ].reshape(shape)
