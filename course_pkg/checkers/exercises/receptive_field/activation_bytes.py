"""What a network has to keep until the backward pass."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "activation_bytes"]


def activation_bytes(
    channels: np.ndarray, strides: np.ndarray, batch: int, height: int, width: int
) -> int:
    """Bytes that the outputs of a stack of padded layers take in float32.

    Example:
        >>> activation_bytes(np.array([8, 16]), np.array([1, 2]), 1, 4, 4)
        768
    """
    total = 0
    for c, s in zip(channels, strides, strict=True):
        height, width = -(-height // int(s)), -(-width // int(s))
        total += int(c) * height * width
    return 4 * batch * total  # a float32 is four bytes


def _last_layer(
    channels: np.ndarray, strides: np.ndarray, batch: int, height: int, width: int
) -> int:
    before = activation_bytes(channels[:-1], strides[:-1], batch, height, width)
    return activation_bytes(channels, strides, batch, height, width) - before


def _numbers(channels: np.ndarray, strides: np.ndarray, batch: int, height: int, width: int) -> int:
    return activation_bytes(channels, strides, batch, height, width) // 4


def _strides_forgotten_at_once(
    channels: np.ndarray, strides: np.ndarray, batch: int, height: int, width: int
) -> int:
    each = zip(channels, strides, strict=True)
    return sum(
        activation_bytes(np.array([c]), np.array([s]), batch, height, width) for c, s in each
    )


def _no_strides(
    channels: np.ndarray, strides: np.ndarray, batch: int, height: int, width: int
) -> int:
    return activation_bytes(channels, 0 * strides + 1, batch, height, width)


def _one_picture(
    channels: np.ndarray, strides: np.ndarray, batch: int, height: int, width: int
) -> int:
    return activation_bytes(channels, strides, 1, height, width)


def _strides_too_late(
    channels: np.ndarray, strides: np.ndarray, batch: int, height: int, width: int
) -> int:
    shifted = np.concatenate([[1], strides[:-1]])
    return activation_bytes(channels, shifted, batch, height, width)


def _case(name: str, layers: list[tuple[int, int]], *rest: int) -> Case:
    channels, strides = np.array(layers).T.copy()
    sizes = dict(zip(("batch", "height", "width"), rest, strict=True))
    return Case(name, {"channels": channels, "strides": strides, **sizes})


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield _case("two pictures, halved, then a third", [(8, 2), (16, 3)], 2, 12, 24)
    yield _case("full resolution all the way", [(8, 1), (8, 1), (8, 1)], 2, 10, 12)
    yield _case("halved three times", [(4, 2), (8, 2), (16, 2)], 3, 32, 16)
    yield _case("an odd size is rounded up", [(2, 2), (2, 2)], 1, 9, 7)
    layers = [(int(c), int(s)) for c, s in rng.integers((1, 1), (30, 4), (5, 2))]
    yield _case("random layers", layers, 4, 60, 45)


EXERCISE = Exercise(
    id="receptive_field.activation_bytes",
    title="The memory of a stack",
    chapter=3,
    points=2,
    statement=(
        "Layer i of a padded stack gives channels[i] maps and divides the height and width of its "
        "input by strides[i], rounding up. For training, every layer's output is kept. Return how "
        "many bytes these outputs take for batch pictures of height x width, in float32. The "
        "pictures themselves do not count."
    ),
    starter=(
        "def activation_bytes(channels, strides, batch, height, width):\n"
        "    raise NotImplementedError"
    ),
    hints=(
        "Walk through the layers and carry height and width along: they shrink for all that "
        "follows.",
        "One layer's output: channels * height * width numbers, after its own stride.",
        "Add the layers, times the batch, times 4 bytes.",
    ),
    reference=activation_bytes,
    cases=_cases,
    mistakes=(
        Mistake("This is the last layer alone. The backward pass needs all of them.", _last_layer),
        Mistake("These are numbers, not bytes: a float32 takes four.", _numbers),
        Mistake(
            "The strides are not used: a layer that halves leaves a quarter of the numbers.",
            _no_strides,
        ),
        Mistake(
            "A stride lasts: what one layer has made small stays small for those after it.",
            _strides_forgotten_at_once,
        ),
        Mistake("This is one picture; there are batch of them.", _one_picture),
        Mistake(
            "A layer's own stride already makes its own output smaller, not only the next one's.",
            _strides_too_late,
        ),
    ),
)
