"""Trained results that one line makes again: ``reproduce("fcn8s-scenes")``.

One file a result, or a family of results; `catalog` finds them. Lectures run the ``tiny`` preset,
the results page shows what ``course reproduce`` wrote.
"""

from .catalog import all_recipes as all_recipes
from .catalog import find_recipe as find_recipe
from .catalog import recipe_names as recipe_names
from .recipe import Job as Job
from .recipe import Outcome as Outcome
from .recipe import Paper as Paper
from .recipe import Recipe as Recipe
from .recipe import Run as Run
from .running import reproduce as reproduce
from .running import write_run as write_run

__all__ = [
    "Job",
    "Outcome",
    "Paper",
    "Recipe",
    "Run",
    "all_recipes",
    "find_recipe",
    "recipe_names",
    "reproduce",
    "write_run",
]
