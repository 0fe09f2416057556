"""Exercises that check themselves: call ``exercise("topic.name").check(your_function)``.

Loads neither torch nor matplotlib, and runs wherever numpy does, also inside a page.
"""

from course_pkg.checkers.card import Card
from course_pkg.checkers.definition import Case, Exercise, Mistake, make_cases
from course_pkg.checkers.registry import exercises_of
from course_pkg.checkers.report import Report
from course_pkg.checkers.run import CaseResult, run_case
from course_pkg.checkers.session import Checker, exercise, progress

__all__ = [
    "Card",
    "Case",
    "CaseResult",
    "Checker",
    "Exercise",
    "Mistake",
    "Report",
    "exercise",
    "exercises_of",
    "make_cases",
    "progress",
    "run_case",
]
