"""Every numpy exercise as a page would ask about it: answers right and wrong, and what comes back.

Runs in this Python and in a page's; `course_page` is the page's own half in Python.
"""

import inspect
import json
import sys

import course_page

from course_pkg.checkers import Checker, exercises_of

TASKS = [task for task in exercises_of() if not task.needs]


def mistaken(task, number: int) -> str:
    """Code that defines an exercise's function as one of its known mistakes.

    It is the exercise's own file, with its helpers, run as the reader's own: to call into the
    package is refused.
    """
    file = inspect.getsource(sys.modules[task.mistakes[number].wrong.__module__])
    code = f"space = {{'__name__': '__main__'}}\nexec({file!r}, space)\n"
    return f"{code}{task.name} = space['EXERCISE'].mistakes[{number}].wrong\n"


def solved(task) -> str:
    """Code that solves an exercise, as its solution shows it."""
    return f"import numpy as np\n\n\n{Checker(task).solution().source}\n"


def begun(task) -> str:
    """The code an exercise begins with."""
    return f"import numpy as np\n\n\n{task.starter}\n"


def asked(task, code: str) -> dict:
    """What a page gets for an answer."""
    request = {"do": "check", "code": code, "subject": task.id}
    return json.loads(course_page.answer(json.dumps(request)))


def outcomes() -> dict[str, list]:
    """All answers, by exercise: the beginning, the solution, each known mistake, each hint."""
    found = {}
    for task in TASKS:
        codes = [begun(task), solved(task)]
        codes += [mistaken(task, number) for number in range(len(task.mistakes))]
        hints = [repr(Checker(task).hint(number + 1)) for number in range(len(task.hints))]
        found[task.id] = [asked(task, code) for code in codes] + hints
    return found
