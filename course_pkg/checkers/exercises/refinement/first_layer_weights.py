"""How large the first layer of a net is that reads its own answer."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "first_layer_weights"]


def first_layer_weights(num_classes: int, width: int, kernel_size: int) -> int:
    """Three colour planes and a score plane per class go in; every output map has a bias.

    Example:
        >>> first_layer_weights(8, 25, 8)
        17625
    """
    planes = 3 + num_classes
    return width * (planes * kernel_size**2 + 1)


def _colours_only(num_classes: int, width: int, kernel_size: int) -> int:
    return width * (3 * kernel_size**2 + 1)


def _scores_only(num_classes: int, width: int, kernel_size: int) -> int:
    return width * (num_classes * kernel_size**2 + 1)


def _a_net_per_colour(num_classes: int, width: int, kernel_size: int) -> int:
    return 3 * width * (kernel_size**2 + 1)


def _one_label_plane(num_classes: int, width: int, kernel_size: int) -> int:
    return width * (4 * kernel_size**2 + 1)


def _no_bias(num_classes: int, width: int, kernel_size: int) -> int:
    return width * (3 + num_classes) * kernel_size**2


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    names = ("num_classes", "width", "kernel_size")
    yield Case("8 classes, 25 maps, 8x8", dict(zip(names, (8, 25, 8), strict=True)))
    yield Case("33 classes, 50 maps, 8x8", dict(zip(names, (33, 50, 8), strict=True)))
    yield Case("two classes, one map, 1x1", dict(zip(names, (2, 1, 1), strict=True)))
    drawn = (int(rng.integers(4, 30)), int(rng.integers(8, 64)), int(rng.integers(3, 9)))
    yield Case("any numbers", dict(zip(names, drawn, strict=True)))


EXERCISE = Exercise(
    id="refinement.first_layer_weights",
    title="What goes into the first layer",
    chapter=8,
    points=1,
    statement=(
        "A recurrent segmentation net reads one tensor: the three colour planes and, behind them, "
        "one score plane for each of num_classes classes. Its first layer is a convolution with "
        "width output maps, kernel_size x kernel_size kernels and biases. Return how many numbers "
        "that layer learns."
    ),
    starter=(
        "def first_layer_weights(num_classes, width, kernel_size):\n    raise NotImplementedError"
    ),
    hints=(
        "How many planes does the layer read? With 8 classes there are 11.",
        "One output map has a kernel for every plane, and one bias.",
    ),
    reference=first_layer_weights,
    cases=_cases,
    mistakes=(
        Mistake(
            "Only the colours are read. Where would the net see its previous answer?",
            _colours_only,
        ),
        Mistake(
            "Only the scores are read. Without the image the net could not check them.",
            _scores_only,
        ),
        Mistake(
            "This is a net of its own for each of red, green and blue. There is one net, and it "
            "reads all planes together.",
            _a_net_per_colour,
        ),
        Mistake(
            "This reads one plane of labels behind the colours. Scores have one plane per class.",
            _one_label_plane,
        ),
        Mistake(
            "The biases are missing: one per output map.",
            _no_bias,
        ),
    ),
)
