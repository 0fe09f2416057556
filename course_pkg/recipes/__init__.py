"""Trained results that one line makes again: ``reproduce("fcn8s-scenes")``.

One file a result, or a family of results; `catalog` finds them. Lectures run the ``tiny`` preset,
the results page shows what ``course reproduce`` wrote.
"""

from course_pkg.recipes._core.catalog import all_recipes as all_recipes
from course_pkg.recipes._core.catalog import find_recipe as find_recipe
from course_pkg.recipes._core.catalog import recipe_names as recipe_names
from course_pkg.recipes._core.claim import Claim as Claim
from course_pkg.recipes._core.claim import Number as Number
from course_pkg.recipes._core.claim import Verdict as Verdict
from course_pkg.recipes._core.claim import judge as judge
from course_pkg.recipes._core.claims import CLAIMS as CLAIMS
from course_pkg.recipes._core.claims import check_claims as check_claims
from course_pkg.recipes._core.recipe import Job as Job
from course_pkg.recipes._core.recipe import Outcome as Outcome
from course_pkg.recipes._core.recipe import Paper as Paper
from course_pkg.recipes._core.recipe import Recipe as Recipe
from course_pkg.recipes._core.recipe import Run as Run
from course_pkg.recipes._core.reproduce import reproduce as reproduce
from course_pkg.recipes._core.reproduce import write_run as write_run

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
