"""Packages that only some parts need: they come with an extra, and a missing one is one sentence.

``pip install course-pkg`` brings what `ops` and `models` need; pyproject.toml says which extra
brings what.
"""

from importlib import import_module
from types import ModuleType
from typing import Literal

__all__ = ["Extra", "MissingExtraError", "need"]

Extra = Literal["train", "widgets", "grading"]


class MissingExtraError(ModuleNotFoundError):
    """A package is missing that only an extra brings; the message is the whole answer."""


def need(extra: Extra, *modules: str) -> ModuleType:
    """Import modules that an extra brings.

    Args:
        extra: in pyproject.toml.
        modules: their full names.

    Returns:
        The last of them.

    Raises:
        MissingExtraError: if one is not installed; the message says what to install.

    Example:
        >>> need("train", "skimage.segmentation").felzenszwalb.__name__
        'felzenszwalb'
        >>> need("train", "no_such_package")
        Traceback (most recent call last):
        course_pkg._extras.MissingExtraError: no_such_package is not installed: pip install ...
    """
    loaded: list[ModuleType] = []
    for module in modules:
        try:
            loaded.append(import_module(module))
        except ModuleNotFoundError as error:
            package = module.partition(".")[0]
            if (error.name or package).partition(".")[0] != package:
                raise  # it is there, and lacks something of its own
            raise MissingExtraError(
                f"{package} is not installed: pip install 'course-pkg[{extra}]'", name=package
            ) from None
    return loaded[-1]
