"""Segmentation and attention, one tested operation at a time: the companion package of the book.

`import course_pkg` loads nothing heavy: each part (`ops`, `viz`, `widgets`, ...) is imported when
it is first named, so that the checkers also work where torch is not installed.
"""

from importlib import import_module
from types import ModuleType

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

try:
    # Shapes in signatures (jaxtyping) are checked at every call by beartype. The hook has to stay
    # alive after this file: the parts it must catch are imported later. Without the pep484 tower
    # an int would be refused where a float is expected.
    from jaxtyping import install_import_hook

    _hook = install_import_hook(
        "course_pkg", "beartype.beartype(conf=beartype.BeartypeConf(is_pep484_tower=True))"
    )
except ImportError:  # inside a page there is no jaxtyping; the checkers need none
    _hook = None


def __getattr__(name: str) -> ModuleType:
    """Import a part of the package on its first use."""
    if name in _PARTS:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_PARTS])
