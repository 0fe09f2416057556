"""What is raised when an argument does not fit its place."""

from jaxtyping import TypeCheckError

__all__ = ["ArgumentError", "DeviceError"]


class ArgumentError(TypeCheckError, ValueError):
    """An argument of the wrong shape, dtype, device or type; the message is one sentence.

    It is jaxtyping's `TypeCheckError`, because a check of the signature raises it, and a
    `ValueError`, because that is what the functions document: whoever catches either is right,
    also where the check stands in front of a function that would have refused the value itself.
    """


class DeviceError(ArgumentError, RuntimeError):
    """Arguments that lie on different devices; torch raises a `RuntimeError` for these."""


for _error in (ArgumentError, DeviceError):
    _error.__module__ = "course_pkg"  # the name by which it is printed, caught and pickled
