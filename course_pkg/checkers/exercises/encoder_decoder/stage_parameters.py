"""How many numbers a decoder stage has to learn."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "stage_parameters"]


def stage_parameters(channels: np.ndarray, kernel_size: int) -> int:
    """Weights and biases of a chain of convolutions, each with its batch normalisation.

    Example:
        >>> stage_parameters(np.array([64, 64]), 3)
        37056
    """
    total = 0
    for layer in range(len(channels) - 1):
        c, d = channels[layer], channels[layer + 1]
        total += c * d * kernel_size**2 + d  # the convolution: kernels and biases
        total += 2 * d  # the normalisation: a scale and a shift
    return int(total)


def _no_normalisation(channels: np.ndarray, kernel_size: int) -> int:
    return stage_parameters(channels, kernel_size) - 2 * int(sum(channels[1:]))


def _no_bias(channels: np.ndarray, kernel_size: int) -> int:
    return stage_parameters(channels, kernel_size) - int(sum(channels[1:]))


def _kernels_only(channels: np.ndarray, kernel_size: int) -> int:
    return stage_parameters(channels, kernel_size) - 3 * int(sum(channels[1:]))


def _running_statistics(channels: np.ndarray, kernel_size: int) -> int:
    return stage_parameters(channels, kernel_size) + 2 * int(sum(channels[1:]))


def _one_row_of_the_kernel(channels: np.ndarray, kernel_size: int) -> int:
    return int(sum(c * d * kernel_size + 3 * d for c, d in pairwise(channels)))


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("one layer, 2 to 3 maps", {"channels": np.array([2, 3]), "kernel_size": 3})
    yield Case("SegNet's deepest stage", {"channels": np.array([512] * 4), "kernel_size": 3})
    yield Case("a stage that narrows", {"channels": np.array([128, 128, 64]), "kernel_size": 3})
    yield Case("7x7 kernels", {"channels": np.array([4, 4]), "kernel_size": 7})
    channels = rng.integers(1, 65, size=4)
    yield Case("any widths", {"channels": channels, "kernel_size": 3})


EXERCISE = Exercise(
    id="encoder_decoder.stage_parameters",
    title="What a decoder stage learns",
    chapter=7,
    points=1,
    statement=(
        "A decoder stage is a chain of convolutions with kernel_size x kernel_size kernels; "
        "channels lists the number of maps before the first, between them, and after the last. "
        "Every convolution has a bias, and behind it a batch normalisation with one scale and one "
        "shift per map. Return how many numbers the stage learns."
    ),
    starter="def stage_parameters(channels, kernel_size):\n    raise NotImplementedError",
    hints=(
        "How many numbers does one 3x3 kernel hold that reads 2 maps? An output map has one such "
        "kernel.",
        "Per output map there are three numbers more: the bias, the scale, the shift.",
        "Add c * d * kernel_size**2 + 3 * d over all neighbours c, d in channels.",
    ),
    reference=stage_parameters,
    cases=_cases,
    mistakes=(
        Mistake(
            "The batch normalisations are missing: each learns a scale and a shift per map.",
            _no_normalisation,
        ),
        Mistake(
            "The biases of the convolutions are missing: one per output map.",
            _no_bias,
        ),
        Mistake(
            "These are the kernels alone. Biases, scales and shifts are learnt too.",
            _kernels_only,
        ),
        Mistake(
            "The running means and variances were counted. They are kept, but no gradient ever "
            "changes them: they are not learnt.",
            _running_statistics,
        ),
        Mistake(
            "A kernel has kernel_size rows and kernel_size columns: square it.",
            _one_row_of_the_kernel,
        ),
    ),
)
