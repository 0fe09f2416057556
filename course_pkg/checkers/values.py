"""From whatever a function returned to plain numpy arrays, or a sentence saying why not.

Only exact types are let through. An object that merely behaves like an array could answer
"equal" to every comparison, so subclasses and lookalikes are refused rather than trusted.
"""

import sys
from typing import Any

import numpy as np

__all__ = ["Refused", "collect", "plain"]

_NUMPY_SCALARS = tuple(np.dtype(code).type for code in "?bBhHiIlLqQefdgFDG")
_MAX_DEPTH = 8  # of lists in lists; also ends a list that contains itself


class Refused(ValueError):
    """The returned value cannot be judged; the text says why."""


def collect(returned: Any, names: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Turn what a function returned into named arrays.

    Args:
        returned: anything.
        names: the outputs that the exercise expects.

    Returns:
        One plain array per name, copied.

    Raises:
        Refused: if something is missing or is not made of real numbers.

    Example:
        >>> collect(([1, 2], 3.0), ("values", "scale"))
        {'values': array([1, 2]), 'scale': array(3.)}
    """
    if returned is None:
        raise Refused("Your function returned None: is a `return` missing?")
    if len(names) == 1:
        return {names[0]: plain(returned)}
    if not (type(returned) is tuple or type(returned) is list) or len(returned) != len(names):
        raise Refused(
            f"Your function has to return {len(names)} things ({', '.join(names)}), "
            f"it returned {_name(returned)}."
        )
    return {name: plain(value, f"`{name}`") for name, value in zip(names, returned, strict=True)}


def plain(value: Any, what: str = "the result") -> np.ndarray:
    """Copy an array, a tensor, a list or a number into a plain array.

    Args:
        value: anything.
        what: how to call it in the sentence.

    Returns:
        An array of booleans, integers or floating-point numbers.

    Raises:
        Refused: if the value is something else.

    Example:
        >>> plain([[1, 2], [3, 4]]).shape
        (2, 2)
        >>> plain("2")
        Traceback (most recent call last):
        ...
        course_pkg.checkers.values.Refused: Expected the result to be an array, ... got a str.
    """
    array = np.array(_numbers(value, what, 0))
    if array.dtype.kind not in "biuf":
        raise Refused(f"Expected {what} to hold real numbers, got dtype {array.dtype}.")
    return array


def _numbers(value: Any, what: str, depth: int) -> Any:
    """The value with every tensor inside turned into an array; refuses what is not a number."""
    kind = type(value)
    if kind is np.ndarray or any(kind is known for known in (bool, int, float, complex)):
        return value
    if any(kind is known for known in _NUMPY_SCALARS):
        return value
    if kind is list or kind is tuple:
        if depth == _MAX_DEPTH:
            raise Refused(f"Expected {what} to be an array, got lists nested too deeply.")
        rows = [_numbers(row, what, depth + 1) for row in value]
        if len({np.shape(row) for row in rows}) > 1:
            raise Refused(f"Expected {what} to be an array, got a list of rows of unequal length.")
        return np.array(rows) if rows else np.zeros(0)
    return _from_tensor(value, what)


def _from_tensor(value: Any, what: str) -> np.ndarray:
    torch = sys.modules.get("torch")  # where torch was never imported, nothing can be a tensor
    if torch is None or not (type(value) is torch.Tensor or type(value) is torch.nn.Parameter):
        raise Refused(
            f"Expected {what} to be an array, a tensor, a list or a number, got {_name(value)}."
        )
    try:
        return value.detach().cpu().resolve_neg().numpy()
    except (TypeError, RuntimeError):  # sparse, bfloat16, quantised: numpy has no such arrays
        raise Refused(
            f"Expected {what} to be a dense tensor of numbers, got {value.layout} of {value.dtype}."
        ) from None


def _name(value: Any) -> str:
    """What a value is, in words that fit after "got"."""
    kind = type(value)
    if value is None:
        return "None"
    if kind is tuple or kind is list:
        return f"a {kind.__name__} of {len(value)}"
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    article = "an" if f"{module}{kind.__name__}"[0] in "aeiou" else "a"
    return f"{article} {module}{kind.__name__}"
