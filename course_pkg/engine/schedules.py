"""Learning rates over time: a factor from 0 to 1 times the optimizer's own rate.

Each schedule is a function of the step that can be read and plotted, and a builder that hands it
to torch. `fit` calls ``scheduler.step()`` once after every optimizer step.
"""

import math

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR

__all__ = [
    "constant_factor",
    "constant_schedule",
    "cosine_factor",
    "cosine_schedule",
    "poly_factor",
    "poly_schedule",
]


def constant_factor(step: int, warmup: int = 0) -> float:
    """Rise in equal strides over the first ``warmup`` steps, then stay at 1.

    The first update already moves: at step 0 the factor is 1/(warmup + 1), not 0.

    Args:
        step: optimizer steps done before this one.
        warmup: steps until the full rate.

    Returns:
        The factor of the learning rate.

    Raises:
        ValueError: if ``warmup`` is negative.

    Source: Goyal et al. 2017, Accurate, Large Minibatch SGD, section 2.2 (warm-up).

    Example:
        >>> [constant_factor(step, warmup=3) for step in range(5)]
        [0.25, 0.5, 0.75, 1.0, 1.0]
    """
    if warmup < 0:
        raise ValueError(f"warmup must be at least 0 steps, got {warmup}")
    return min(1.0, (step + 1) / (warmup + 1))


def poly_factor(step: int, steps: int, power: float = 0.9, warmup: int = 0) -> float:
    """Fall as (1 - progress) ** power, to 0 after the last step.

    Args:
        step: optimizer steps done before this one.
        steps: steps of the whole run.
        power: 1 is a straight line; 0.9 is the segmentation papers' habit.
        warmup: steps until the full rate; the fall is spread over the rest.

    Returns:
        The factor of the learning rate.

    Raises:
        ValueError: if ``warmup`` is not below ``steps``.

    Source: Chen et al. 2017, DeepLab, section 4.1.1 (the "poly" policy).

    Example:
        >>> [poly_factor(step, steps=4, power=1.0) for step in range(5)]
        [1.0, 0.75, 0.5, 0.25, 0.0]
    """
    progress = _progress(step, steps, warmup)
    return constant_factor(step, warmup) * (1 - progress) ** power


def cosine_factor(step: int, steps: int, final: float = 0.0, warmup: int = 0) -> float:
    """Fall along half a cosine from 1 to ``final``: slowly, fast, slowly.

    Args:
        step: optimizer steps done before this one.
        steps: steps of the whole run.
        final: factor after the last step.
        warmup: steps until the full rate; the fall is spread over the rest.

    Returns:
        The factor of the learning rate.

    Raises:
        ValueError: if ``warmup`` is not below ``steps``.

    Source: Loshchilov and Hutter 2017, SGDR, section 3.

    Example:
        >>> [round(cosine_factor(step, steps=4), 3) for step in range(5)]
        [1.0, 0.854, 0.5, 0.146, 0.0]
    """
    progress = _progress(step, steps, warmup)
    fall = 0.5 * (1 + math.cos(math.pi * progress))
    return constant_factor(step, warmup) * (final + (1 - final) * fall)


def constant_schedule(optimizer: Optimizer, warmup: int = 0) -> LambdaLR:
    """Build a scheduler for `constant_factor`.

    Args:
        optimizer: its present learning rates are the full ones.
        warmup: steps until the full rate.

    Returns:
        The scheduler, for `fit`.
    """
    return LambdaLR(optimizer, lambda step: constant_factor(step, warmup))


def poly_schedule(
    optimizer: Optimizer, steps: int, power: float = 0.9, warmup: int = 0
) -> LambdaLR:
    """Build a scheduler for `poly_factor`.

    Args:
        optimizer: its present learning rates are the full ones.
        steps: optimizer steps of the whole run.
        power: 1 is a straight line.
        warmup: steps until the full rate.

    Returns:
        The scheduler, for `fit`.
    """
    return LambdaLR(optimizer, lambda step: poly_factor(step, steps, power, warmup))


def cosine_schedule(
    optimizer: Optimizer, steps: int, final: float = 0.0, warmup: int = 0
) -> LambdaLR:
    """Build a scheduler for `cosine_factor`.

    Args:
        optimizer: its present learning rates are the full ones.
        steps: optimizer steps of the whole run.
        final: factor after the last step.
        warmup: steps until the full rate.

    Returns:
        The scheduler, for `fit`.
    """
    return LambdaLR(optimizer, lambda step: cosine_factor(step, steps, final, warmup))


def _progress(step: int, steps: int, warmup: int) -> float:
    """How much of the fall is done, 0 to 1; more steps than planned stay at the end."""
    if not 0 <= warmup < steps:
        raise ValueError(f"warmup must be from 0 to steps - 1 = {steps - 1}, got {warmup}")
    return min(1.0, max(0.0, (step - warmup) / (steps - warmup)))
