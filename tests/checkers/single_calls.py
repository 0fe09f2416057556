"""The inputs of an exercise's cases, one call each: a case may ask several settings at once."""

from collections.abc import Iterator
from typing import Any

from course_pkg.checkers import make_cases
from course_pkg.checkers.definition import call_each


def single_calls(task, seed: int = 0) -> Iterator[dict[str, Any]]:
    for case in make_cases(task, seed):
        rows = case.inputs
        if task.drive is call_each and all(hasattr(row, "tolist") for row in rows.values()):
            for column in zip(*(row.tolist() for row in rows.values()), strict=True):
                yield dict(zip(rows, column, strict=True))
        else:
            yield dict(rows)
