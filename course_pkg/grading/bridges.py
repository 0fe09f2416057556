"""The same exercises inside other graders: nbgrader notebooks and otter tests.

Those graders run a student's code and the test in one process. So will these: marks from them are
only as safe as theirs. What they gain is partial credit and the messages.
"""

import contextlib
import hashlib
import io
import json
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from course_pkg.checkers import exercise, make_cases, run_case

__all__ = ["case_passes", "nbgrader_notebook", "nbgrader_points", "otter_tests"]


def nbgrader_points(id: str, function: Callable[..., Any], seed: int = 0) -> float:
    """What an answer is worth, as the last line of an nbgrader test cell.

    nbgrader takes a number for the points, anything else for full points, and any warning for
    none; so this gives a plain float and keeps warnings and prints to itself.

    Args:
        id: of the exercise.
        function: the answer.
        seed: what the inputs are drawn from; another one in a hidden test.

    Returns:
        Points, from 0 to those of the exercise.

    Example:
        >>> nbgrader_points("upsampling.nearest", lambda x, s: x.repeat(s, 0).repeat(s, 1))
        1.0
    """
    task = exercise(id).definition
    cases = make_cases(task, seed)
    passed = sum(case_passes(id, function, number, seed) for number in range(len(cases)))
    return task.points * 100 * passed // len(cases) / 100


def case_passes(id: str, function: Callable[..., Any], number: int, seed: int = 0) -> bool:
    """Whether one case is right; the check inside an otter test.

    Args:
        id: of the exercise.
        function: the answer.
        number: of the case, from 0.
        seed: what the inputs are drawn from.

    Returns:
        True if so.

    Example:
        >>> case_passes("upsampling.nearest", lambda x, s: x, 0)
        False
    """
    task = exercise(id).definition
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        case = make_cases(task, seed)[number]
        return run_case(task, case, function).outcome == "correct"


def nbgrader_notebook(ids: Sequence[str], seeds: Mapping[str, int] | None = None) -> str:
    """A source notebook for ``nbgrader generate_assignment``.

    Args:
        ids: of the exercises.
        seeds: of the hidden tests, by exercise; 1 for all if left out. They stand in the source
            notebook alone, between the marks of hidden tests, so nbgrader does not hand them out.

    Returns:
        The notebook as JSON, with nbgrader's metadata of version 3.

    Example:
        >>> notebook = json.loads(nbgrader_notebook(["upsampling.nearest"]))
        >>> [cell["metadata"]["nbgrader"]["grade"] for cell in notebook["cells"][1:]]
        [False, False, True]
    """
    cells = [_cell("code", "import numpy as np\nfrom course_pkg.checkers import exercise", None, 0)]
    for number, id in enumerate(ids, 1):
        task = exercise(id).definition
        text = f"## {task.title}\n\n{task.statement}"
        cells.append(_cell("markdown", text, _kind(f"q{number}-text", locked=True), 3 * number))
        head, _, body = exercise(id).solution().source.partition("\n")
        solution = f"{task.starter.partition(chr(10))[0]}\n    ### BEGIN SOLUTION\n"
        if isinstance(task.reference, str):
            module, _, name = task.reference.partition(":")
            call = f"    from {module} import {name} as solution\n    return solution("
            solution += call + task.signature.partition("(")[2] + "\n    ### END SOLUTION"
        else:
            del head
            solution += body + "\n    ### END SOLUTION"
        kind = _kind(f"q{number}-answer", solution=True)
        cells.append(_cell("code", solution, kind, 3 * number + 1))
        test = (
            f'exercise("{id}").check({task.name})\n'
            "### BEGIN HIDDEN TESTS\n"
            "from course_pkg.grading.bridges import nbgrader_points\n\n"
            f'nbgrader_points("{id}", {task.name}, seed={(seeds or {}).get(id, 1)})\n'
            "### END HIDDEN TESTS"
        )
        kind = _kind(f"q{number}-test", grade=True, locked=True, points=task.points)
        cells.append(_cell("code", test, kind, 3 * number + 2))
    return (
        json.dumps(
            {
                "cells": cells,
                "metadata": {
                    "kernelspec": {
                        "display_name": "Python 3",
                        "language": "python",
                        "name": "python3",
                    }
                },
                "nbformat": 4,
                "nbformat_minor": 5,
            },
            indent=1,
        )
        + "\n"
    )


def otter_tests(
    folder: Path, ids: Sequence[str], seeds: Mapping[str, int] | None = None
) -> list[Path]:
    """Test files for otter-grader, one an exercise and one test a case.

    Args:
        folder: where they go.
        ids: of the exercises.
        seeds: of the inputs, by exercise; 1 for all if left out.

    Returns:
        The files.

    Example:
        >>> import tempfile
        >>> otter_tests(Path(tempfile.mkdtemp()), ["upsampling.nearest"])[0].name
        'upsampling_nearest.py'
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for id in ids:
        task = exercise(id).definition
        seed = (seeds or {}).get(id, 1)
        cases = make_cases(task, seed)
        share = task.points / len(cases)
        lines = [
            "from otter.test_files import test_case",
            "",
            "from course_pkg.grading.bridges import case_passes",
            "",
            "OK_FORMAT = False",
            f"name = {id!r}",
            f"points = {task.points}",
        ]
        for number, case in enumerate(cases):
            lines += [
                "",
                "",
                f"@test_case(points={share!r}, hidden={number > 0}, name={case.name!r})",
                f"def test_{number}({task.name}):",
                f"    assert case_passes({id!r}, {task.name}, {number}, seed={seed})",
            ]
        path = folder / f"{id.replace('.', '_')}.py"
        path.write_text("\n".join(lines) + "\n", encoding="utf8")
        written.append(path)
    return written


def _kind(
    grade_id: str,
    grade: bool = False,
    solution: bool = False,
    locked: bool = False,
    points: int | None = None,
) -> dict[str, Any]:
    kind: dict[str, Any] = {
        "schema_version": 3,
        "grade_id": grade_id,
        "grade": grade,
        "solution": solution,
        "locked": locked,
        "task": False,
    }
    return kind if points is None else {**kind, "points": points}


def _cell(cell_type: str, text: str, kind: dict[str, Any] | None, number: int) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "cell_type": cell_type,
        "id": hashlib.sha256(f"{number}{text}".encode()).hexdigest()[:8],
        "metadata": {} if kind is None else {"nbgrader": kind},
        "source": text,
    }
    if cell_type == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell
