"""A transposed convolution that starts as interpolation."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake, call_each

__all__ = ["EXERCISE", "upsampling_weight"]


def upsampling_weight(num_classes: int, stride: int) -> np.ndarray:
    """The weight with which a transposed convolution enlarges every class by itself.

    Example:
        >>> upsampling_weight(2, 2)[0, 0, 1]
        array([0.1875, 0.5625, 0.5625, 0.1875])
        >>> float(abs(upsampling_weight(2, 2)[0, 1]).max())
        0.0
    """
    size = 2 * stride
    middle = stride - 0.5  # between the two cells in the middle
    tent = 1 - np.abs(np.arange(size) - middle) / stride
    weight = np.zeros((num_classes, num_classes, size, size))
    for k in range(num_classes):
        weight[k, k] = np.outer(tent, tent)
    return weight


def _all_pairs(num_classes: int, stride: int) -> np.ndarray:
    weight = upsampling_weight(num_classes, stride)
    return np.broadcast_to(weight[0, 0], weight.shape).copy()


def _shared_out(num_classes: int, stride: int) -> np.ndarray:
    return _all_pairs(num_classes, stride) / num_classes


def _first_class_only(num_classes: int, stride: int) -> np.ndarray:
    weight = upsampling_weight(num_classes, stride)
    weight[1:] = 0
    return weight


def _sums_to_one(num_classes: int, stride: int) -> np.ndarray:
    return upsampling_weight(num_classes, stride) / stride**2


def _middle_on_a_cell(num_classes: int, stride: int) -> np.ndarray:
    tent = 1 - np.abs(np.arange(2 * stride) - (stride - 1)) / stride
    eye = np.eye(num_classes)[:, :, None, None]
    return eye * np.outer(tent, tent)


def _nearest(num_classes: int, stride: int) -> np.ndarray:
    box = np.zeros(2 * stride)
    box[stride // 2 : stride // 2 + stride] = 1
    return np.eye(num_classes)[:, :, None, None] * np.outer(box, box)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("3 classes, stride 2", {"num_classes": 3, "stride": 2})
    yield Case("2 classes, stride 4", {"num_classes": 2, "stride": 4})
    yield Case("a single class, stride 3", {"num_classes": 1, "stride": 3})
    yield Case("5 classes, stride 8", {"num_classes": 5, "stride": 8})
    for rows in rng.integers((1, 2), (6, 13), size=(3, 3, 2)):
        several = {"num_classes": rows[:, 0], "stride": rows[:, 1]}
        yield Case("several settings, one call each", several)


EXERCISE = Exercise(
    id="fcn.upsampling_weight",
    title="Bilinear, and only on the diagonal",
    chapter=6,
    points=2,
    statement=(
        "FCN's upsampling is a transposed convolution from num_classes to num_classes channels "
        "whose kernel is 2 * stride a side. It starts as bilinear interpolation of every class by "
        "itself. Return its weight, (num_classes, num_classes, 2 * stride, 2 * stride): along an "
        "axis a tent whose middle lies between the two middle cells and which falls by 1 / stride "
        "a cell."
    ),
    starter="def upsampling_weight(num_classes, stride):\n    raise NotImplementedError",
    hints=(
        "weight[a, b] is the stamp with which class a's scores are put down on class b's map. "
        "What should sky leave on road's map?",
        "For stride 2 the tent is 0.25 0.75 0.75 0.25; np.outer makes it two-dimensional.",
        "Begin with np.zeros and set weight[k, k] for every class k.",
    ),
    reference=upsampling_weight,
    cases=_cases,
    mistakes=(
        Mistake(
            "Every class is stamped onto every other: all score maps come out the same, and no "
            "class can win. Leave the pairs of different classes at zero.",
            _all_pairs,
        ),
        Mistake(
            "Sharing the stamp among the classes still mixes them. Only weight[k, k] is not zero.",
            _shared_out,
        ),
        Mistake("Only the first class is enlarged; the others vanish.", _first_class_only),
        Mistake(
            "The stamps add up to 1 each, so the scores shrink: where stamps overlap, their "
            "weights have to add up to 1.",
            _sums_to_one,
        ),
        Mistake(
            "The tent stands on a cell. For an even kernel its middle lies between two cells, or "
            "the scores move by half a pixel.",
            _middle_on_a_cell,
        ),
        Mistake("This copies (nearest neighbour). A tent blends.", _nearest),
    ),
    drive=call_each,
)
