"""One student's result in the form that Gradescope reads."""

from typing import Any

from course_pkg.checkers import exercise
from course_pkg.grading.record import CaseMark, ExerciseMark, Record, as_points

__all__ = ["case_line", "results"]


def results(record: Record) -> dict[str, Any]:
    r"""The content of ``results.json``.

    An exercise that could not be graded has no score there, and the text at the top says so: it
    must not look like a mark of 0.

    Args:
        record: one submission's.

    Returns:
        Plain data, free of what only the teacher may see.

    Example:
        >>> results(Record("kim", "", "unreadable", (), (("a.ipynb", "the file is empty"),)))[
        ...     "output"
        ... ]
        'Not graded: no file could be read.\na.ipynb: the file is empty'
    """
    lines = [f"{name}: {reason}" for name, reason in record.problems + record.notes]
    if record.status == "unreadable":
        lines.insert(0, "Not graded: no file could be read.")
    elif record.status == "nothing_handed_in":
        lines.insert(0, "Nothing was handed in.")
    elif record.hundredths is None:
        lines.insert(0, "Not graded to the end: the total below is not the mark.")
    lines += record.comments
    if record.penalty:
        lines.append(f"{as_points(record.penalty)} points are taken off for being late.")
    # The platform adds up the tests; only where the mark is another has it to be told.
    sure = record.hundredths is not None and (record.penalty or record.by_hand is not None)
    return {
        **({"score": (record.hundredths or 0) / 100} if sure else {}),
        "output": "\n".join(lines),
        "output_format": "text",
        "test_output_format": "text",
        "stdout_visibility": "hidden",
        "execution_time": round(sum(e.seconds for e in record.exercises), 3),
        "tests": [_test(number, mark) for number, mark in enumerate(record.exercises, 1)],
        "extra_data": {
            "schema": "course_pkg.grade/1",
            "status": record.status,
            "isolation": record.isolation,
            "seed_id": record.seed_id,
            "versions": record.versions,
            "files": dict(record.files),
        },
    }


def case_line(case: CaseMark) -> str:
    """A case in one line, or two if it failed.

    Args:
        case: the case.

    Returns:
        The text.

    Example:
        >>> case_line(CaseMark("stride 2", "passed"))
        '[right] stride 2'
    """
    if case.status == "passed":
        return f"[right] {case.name}"
    return f"[{case.status.replace('_', ' ')}] {case.name}\n  " + case.message.replace("\n", "\n  ")


def _test(number: int, mark: ExerciseMark) -> dict[str, Any]:
    task = exercise(mark.id).definition
    lines = [mark.message] if mark.message else []
    if mark.cases:
        passed = sum(case.status == "passed" for case in mark.cases)
        lines.append(f"{passed} of {len(mark.cases)} cases right.")
    lines += [case_line(case) for case in mark.cases]
    test: dict[str, Any] = {
        "number": str(number),
        "name": f"{task.title} ({mark.id})",
        "output": "\n".join(lines),
        "tags": [f"chapter {task.chapter}"],
        "visibility": "visible",
        "extra_data": {"status": mark.status},
    }
    if mark.hundredths is not None:
        test |= {
            "score": mark.hundredths / 100,
            "max_score": mark.maximum / 100,
            "status": "passed" if mark.hundredths == mark.maximum else "failed",
        }
    return test
