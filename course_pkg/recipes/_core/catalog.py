"""Finding recipes: every module of this package that has a ``RECIPES`` brings its own.

A new result is a new file; there is no list to keep in step.
"""

import difflib
import pkgutil
from functools import cache
from importlib import import_module

from course_pkg.recipes._core.recipe import Recipe

__all__ = ["all_recipes", "find_recipe", "recipe_names"]


@cache
def _by_name() -> dict[str, Recipe]:
    package = import_module("course_pkg.recipes")
    found: dict[str, Recipe] = {}
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        for recipe in getattr(import_module(module.name), "RECIPES", ()):
            if recipe.name in found:
                raise ValueError(f"two recipes are called {recipe.name!r}: rename one of them")
            found[recipe.name] = recipe
    return dict(sorted(found.items()))


def all_recipes() -> list[Recipe]:
    """Return every recipe, by name.

    Example:
        >>> "fcn8s-camvid" in [recipe.name for recipe in all_recipes()]
        True
    """
    return list(_by_name().values())


def recipe_names() -> list[str]:
    """Return the names of all recipes.

    Example:
        >>> len(recipe_names()) == len(all_recipes())
        True
    """
    return list(_by_name())


def find_recipe(name: str) -> Recipe:
    """Return the recipe of that name.

    Args:
        name: such as ``fcn8s-camvid``.

    Raises:
        ValueError: if there is none; the message offers the nearest names.

    Example:
        >>> find_recipe("fcn8s-scenes").dataset
        'scenes'
    """
    found = _by_name().get(name)
    if found is None:
        near = difflib.get_close_matches(name, recipe_names(), n=3, cutoff=0.5)
        meant = f"did you mean {', '.join(near)}? " if near else ""
        raise ValueError(f"there is no recipe {name!r}: {meant}`course list` names them all")
    return found
