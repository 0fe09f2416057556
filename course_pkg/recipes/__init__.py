"""Trained results that one line makes again: ``reproduce("fcn8s-scenes")``.

One file a result, or a family of results; `catalog` finds them. Lectures run the ``tiny`` preset,
the results page shows what ``course reproduce`` wrote.
"""

from .catalog import all_recipes as all_recipes
from .catalog import find_recipe as find_recipe
from .catalog import recipe_names as recipe_names
from .claim import Claim as Claim
from .claim import Number as Number
from .claim import Verdict as Verdict
from .claim import judge as judge
from .claims import CLAIMS as CLAIMS
from .claims import check_claims as check_claims
from .recipe import Job as Job
from .recipe import Outcome as Outcome
from .recipe import Paper as Paper
from .recipe import Recipe as Recipe
from .recipe import Run as Run
from .running import reproduce as reproduce
from .running import write_run as write_run

__all__ = [
    "CLAIMS",
    "Claim",
    "Job",
    "Number",
    "Outcome",
    "Paper",
    "Recipe",
    "Run",
    "Verdict",
    "all_recipes",
    "check_claims",
    "find_recipe",
    "judge",
    "recipe_names",
    "reproduce",
    "write_run",
]
