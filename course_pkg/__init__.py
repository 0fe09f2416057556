"""Segmentation and attention, one tested operation at a time: the companion package of the book.

`import course_pkg` loads nothing heavy: each part (`ops`, `viz`, `widgets`, ...) is imported when
it is first named, so that the checkers also work where torch is not installed.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_PARTS = (
    "checkers",
    "cli",
    "data",
    "engine",
    "grading",
    "metrics",
    "models",
    "ops",
    "recipes",
    "viz",
    "widgets",
)

_OF_THE_CHECKS = ("ArgumentError", "DeviceError", "set_checks")

try:
    # Shapes in signatures (jaxtyping) are checked at every call; parts are imported later and so
    # each module is met on its way in.
    from course_pkg import _checks

    _checks.install(__name__)
except ImportError:  # inside a page there is no jaxtyping; the checkers need none
    _checks = None


def __getattr__(name: str) -> Any:
    """Import a part of the package on its first use."""
    if name in _PARTS:
        return import_module(f"{__name__}.{name}")
    if name in _OF_THE_CHECKS and _checks is not None:
        return getattr(_checks, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_PARTS, *_OF_THE_CHECKS])
