"""What every network has to do: reach all of its weights, and learn four pictures by heart."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def four_scenes(side: int = 32) -> tuple[Tensor, Tensor]:
    """Noisy grey pictures with a red and a blue rectangle each; classes 0, 1, 2 and some 255."""
    generator = torch.Generator().manual_seed(0)
    images = 0.4 + 0.2 * torch.rand(4, 3, side, side, generator=generator)
    semantic = torch.zeros(4, side, side, dtype=torch.long)
    for n in range(4):
        for label, channel in ((1, 0), (2, 2)):
            top, left = torch.randint(0, side // 2, (2,), generator=generator).tolist()
            box = (slice(top, top + side // 2), slice(left, left + side // 3))
            images[n, channel][box] += 0.4
            semantic[n][box] = label
    semantic[:, 0, 0] = 255
    return images, semantic


def count(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


def randomize_zeros(model: nn.Module) -> None:
    """Score layers start at zero, which hides everything behind them: give them values."""
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for p in model.parameters():
            if not p.any():
                p.copy_(0.1 * torch.randn(p.shape, generator=generator))


def assert_all_parameters_learn(model: nn.Module, loss: Tensor) -> None:
    """Every weight gets a gradient somewhere; a bias before batch normalisation may get zero."""
    model.zero_grad()
    loss.backward()
    without = [
        name
        for name, p in model.named_parameters()
        if p.grad is None or (name.endswith("weight") and not p.grad.any())
    ]
    assert not without, f"no gradient reaches {without}"
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())


def overfit(
    model: nn.Module,
    steps: int,
    lr: float,
    side: int = 32,
    answer: Callable[[nn.Module, Tensor], Tensor] = lambda model, images: model(images),
) -> float:
    """Train on four pictures and return the share of their pixels that come out right."""
    images, semantic = four_scenes(side)
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        F.cross_entropy(answer(model, images), semantic, ignore_index=255).backward()
        optimizer.step()
    labels = answer(model, images).argmax(dim=1)
    counts = semantic != 255
    return (labels == semantic)[counts].float().mean().item()


def assert_state_dict_round_trip(
    make: Callable[[], nn.Module], answer: Callable[[nn.Module], Tensor]
) -> None:
    """Two nets of one builder differ until one takes the other's state."""
    first, second = make(), make()
    for p in [*first.parameters(), *second.parameters()]:
        with torch.no_grad():
            p.add_(0.05 * torch.randn_like(p))
    first.eval(), second.eval()
    with torch.no_grad():
        assert not torch.equal(answer(first), answer(second))
        second.load_state_dict(first.state_dict())
        assert torch.equal(answer(first), answer(second))
