"""From a folder of notebooks to a class's marks, with submitted code behind a process border.

`collect_submissions` finds what was handed in, `Settings` says how it is graded, `grade_class`
grades it on any executor and writes marks and feedback. Loads torch only in a worker process or
for an exercise's reference that needs it.
"""

from course_pkg.grading.adjusting import Rules
from course_pkg.grading.choices import chosen_exercises, read_secret
from course_pkg.grading.classes import GradedClass, grade_class
from course_pkg.grading.judging import GradingJob, grade_submission
from course_pkg.grading.overrides import Override, read_overrides
from course_pkg.grading.policy import Policy, read_policy
from course_pkg.grading.process import Fault, Isolation, TooWeak
from course_pkg.grading.record import CaseMark, ExerciseMark, Record
from course_pkg.grading.rosters import Student, read_roster
from course_pkg.grading.settings import Settings
from course_pkg.grading.submissions import Bounds, File, Submission, collect_submissions

__all__ = [
    "Bounds",
    "CaseMark",
    "ExerciseMark",
    "Fault",
    "File",
    "GradedClass",
    "GradingJob",
    "Isolation",
    "Override",
    "Policy",
    "Record",
    "Rules",
    "Settings",
    "Student",
    "Submission",
    "TooWeak",
    "chosen_exercises",
    "collect_submissions",
    "grade_class",
    "grade_submission",
    "read_overrides",
    "read_policy",
    "read_roster",
    "read_secret",
]
