"""What padding and output_padding do in a transposed convolution."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "crop"]


def crop(
    x: np.ndarray, weight: np.ndarray, stride: int, padding: int, output_padding: int
) -> np.ndarray:
    """The transposed convolution along a line, cropped by its padding.

    Example:
        >>> crop(np.array([1.0, 10.0]), np.array([1.0, 2.0, 3.0]), 2, 1, 1)
        array([ 2., 13., 20., 30.])
    """
    # Room first, crop second: what is un-cropped on the right holds real sums, not zeros.
    whole = np.zeros((len(x) - 1) * stride + len(weight) + output_padding)
    for i, value in enumerate(x):
        whole[i * stride : i * stride + len(weight)] += value * weight
    return whole[padding : len(whole) - padding]


def _stamps(x: np.ndarray, weight: np.ndarray, stride: int) -> np.ndarray:
    return crop(x, weight, stride, 0, 0)


def _zeros_at_the_end(
    x: np.ndarray, weight: np.ndarray, stride: int, padding: int, output_padding: int
) -> np.ndarray:
    full = _stamps(x, weight, stride)
    return np.concatenate([full[padding : len(full) - padding], np.zeros(output_padding)])


def _no_output_padding(
    x: np.ndarray, weight: np.ndarray, stride: int, padding: int, output_padding: int
) -> np.ndarray:
    return crop(x, weight, stride, padding, 0)


def _padding_adds_zeros(
    x: np.ndarray, weight: np.ndarray, stride: int, padding: int, output_padding: int
) -> np.ndarray:
    return np.pad(_stamps(x, weight, stride), (padding, padding + output_padding))


def _crops_the_right_only(
    x: np.ndarray, weight: np.ndarray, stride: int, padding: int, output_padding: int
) -> np.ndarray:
    full = _stamps(x, weight, stride)
    return np.concatenate([full, np.zeros(output_padding)])[
        : len(full) - 2 * padding + output_padding
    ]


def _output_padding_on_the_left(
    x: np.ndarray, weight: np.ndarray, stride: int, padding: int, output_padding: int
) -> np.ndarray:
    return crop(x[::-1].copy(), weight[::-1].copy(), stride, padding, output_padding)[::-1].copy()


def _case(rng: np.random.Generator, name: str, n: int, k: int, *settings: int) -> Case:
    numbers = dict(zip(("stride", "padding", "output_padding"), settings, strict=True))
    return Case(name, {"x": rng.normal(size=n), "weight": rng.normal(size=k), **numbers})


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    hand = {"x": np.array([1.0, 10.0]), "weight": np.array([1.0, 2.0, 3.0])}
    yield Case("padding 1: 3 values", hand | {"stride": 2, "padding": 1, "output_padding": 0})
    yield Case(
        "output_padding 1: 4 values", hand | {"stride": 2, "padding": 1, "output_padding": 1}
    )
    yield Case(
        "no padding: a zero at the end", hand | {"stride": 2, "padding": 0, "output_padding": 1}
    )
    yield _case(rng, "no padding at all", 3, 2, 3, 0, 0)
    yield _case(rng, "stride 3, output_padding 2", 4, 4, 3, 1, 2)
    yield _case(rng, "padding 2", 5, 5, 2, 2, 1)


EXERCISE = Exercise(
    id="conv_transpose.crop",
    title="Padding that crops",
    chapter=5,
    points=4,
    statement=(
        "The transposed convolution along a line, as torch computes it: stamps of weight (k,) "
        "stride cells apart, added up; padding takes that many cells off each end; output_padding "
        "lets the result reach that many cells further right. Return (n - 1) * stride + k - "
        "2 * padding + output_padding values."
    ),
    starter=(
        "def crop(x, weight, stride, padding, output_padding):\n    raise NotImplementedError"
    ),
    hints=(
        "First the whole line of stamps, as in conv_transpose.stamp. Then cut.",
        "Which cells come back with output_padding 1 after a padding of 1? They hold sums already.",
        "Append output_padding zeros to the whole line, then cut padding cells off both ends.",
    ),
    reference=crop,
    cases=_cases,
    mistakes=(
        Mistake(
            "The cells that output_padding adds are zero here although stamps reach them. Make "
            "room first and crop afterwards: it un-crops real sums.",
            _zeros_at_the_end,
        ),
        Mistake(
            "The output_padding is not used: the result has to reach further right.",
            _no_output_padding,
        ),
        Mistake(
            "Zeros were put round the result. That is padding of the ordinary convolution's input; "
            "in the transposed one it crops.",
            _padding_adds_zeros,
        ),
        Mistake(
            "The result reaches further left. output_padding works at the right end only.",
            _output_padding_on_the_left,
        ),
        Mistake(
            "Everything was cut off the right end. Padding takes the same from both ends.",
            _crops_the_right_only,
        ),
    ),
)
