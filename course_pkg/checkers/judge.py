"""Compare what came with what was expected: numpy only, no learner's code anywhere near.

The error is measured against the largest expected value, not cell by cell: a cell that happens to
be almost zero would otherwise make honest rounding look like a mistake.
"""

from dataclasses import dataclass

import numpy as np

__all__ = ["Difference", "compare_outputs"]

_SINGLE = np.dtype(np.float32)
# What honest float32 arithmetic may lose: 4e-7 in an exercise's small sums, 2e-4 in the largest
# convolutions, which no exercise has. Every known mistake is further away than this.
_SINGLE_TOLERANCE = 1e-5


@dataclass(frozen=True)
class Difference:
    """The first thing that is wrong with an answer.

    Args:
        output: which of the outputs.
        sentence: what is wrong with it.
    """

    output: str
    sentence: str


def compare_outputs(
    expected: dict[str, np.ndarray], got: dict[str, np.ndarray], tolerance: float
) -> Difference | None:
    """Say what is wrong with an answer, or nothing if it is right.

    Args:
        expected: the right outputs by name.
        got: the learner's, under the same names.
        tolerance: largest error allowed, relative to the largest expected value.

    Returns:
        The first difference, or None.

    Example:
        >>> compare_outputs({"y": np.array([1.0, 2.0])}, {"y": np.array([1.0, 5.0])}, 1e-8).sentence
        '1 of 2 values differs; the worst stands at [1]: expected 2, got 5.'
    """
    for name, right in expected.items():
        sentence = _compare(right, got[name], tolerance)
        if sentence:
            return Difference(name, sentence)
    return None


def _compare(expected: np.ndarray, got: np.ndarray, tolerance: float) -> str:
    if got.shape != expected.shape:
        return f"The shape is {_shape(got)}, expected {_shape(expected)}."
    wrong_dtype = _dtype_sentence(expected, got)
    if wrong_dtype:
        return wrong_dtype
    if got.size == 0:
        return ""
    if expected.dtype.kind != "f":
        return _worst(expected, got, np.asarray(got != expected))

    if got.dtype == _SINGLE:
        tolerance = max(tolerance, _SINGLE_TOLERANCE)
    finite = np.isfinite(got)
    if not finite.all():
        where = np.argwhere(~finite)[0]
        count = int((~finite).sum())
        return f"{_count(count, got.size)} not a finite number; the first stands at {_at(where)}."
    with np.errstate(over="ignore"):  # an absurdly large answer is wrong, not a warning
        expected, got = expected.astype(np.float64), got.astype(np.float64)
        largest = float(np.abs(expected).max()) or 1.0
        error = np.asarray(np.abs(got - expected) / largest)
    if error.max() <= tolerance:
        return ""
    return _worst(expected, got, np.asarray(error > tolerance), error)


def _dtype_sentence(expected: np.ndarray, got: np.ndarray) -> str:
    """What is wrong with the kind of number, if anything."""
    want, came = expected.dtype.kind, got.dtype.kind
    if want == "b" and came != "b":
        return f"The values are {got.dtype}, expected True and False (bool)."
    if want in "iu" and came not in "iu":
        hint = "use // instead of /, or dtype=int" if came == "f" else "count with numbers"
        return f"The values are {got.dtype}, expected integers: {hint}."
    if want == "f" and came == "b":
        return "The values are True and False, expected floating-point numbers."
    if want == "f" and came == "f" and got.dtype.itemsize < _SINGLE.itemsize:
        return f"The values are {got.dtype}, expected float64 or float32: most digits are lost."
    return ""


def _worst(
    expected: np.ndarray, got: np.ndarray, differs: np.ndarray, error: np.ndarray | None = None
) -> str:
    """How many values differ and where the difference is largest."""
    if not differs.any():
        return ""
    flat = int(np.argmax(differs if error is None else error))
    where = np.unravel_index(flat, got.shape)
    right, came = expected[where].item(), got[where].item()
    digits = ".6g" if f"{right:.6g}" != f"{came:.6g}" else ".12g"
    sentence = f"expected {right:{digits}}, got {came:{digits}}"
    if got.size == 1:
        return f"{sentence[0].upper()}{sentence[1:]}."
    count = int(differs.sum())
    verb = "differs" if count == 1 else "differ"
    return (
        f"{count} of {got.size} values {verb}; the {'first' if error is None else 'worst'} stands "
        f"at {_at(where)}: {sentence}."
    )


def _count(count: int, total: int) -> str:
    return f"{count} of {total} values {'is' if count == 1 else 'are'}"


def _shape(array: np.ndarray) -> str:
    return "() (a single number)" if array.ndim == 0 else str(array.shape)


def _at(index: tuple[np.intp, ...] | np.ndarray) -> str:
    return str([int(i) for i in index])
