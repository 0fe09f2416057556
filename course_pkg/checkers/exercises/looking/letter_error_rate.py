"""How wrong is a transcript? Letters to insert, drop or replace, for each letter that was said."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "letter_error_rate"]


def letter_error_rate(written: np.ndarray, said: np.ndarray) -> float:
    """Count the edits between two sequences, over the length of the true one.

    Example:
        >>> letter_error_rate(np.array([1, 2, 3]), np.array([1, 3, 3, 4]))
        0.5
    """
    row = list(range(len(said) + 1))
    for i, letter in enumerate(written, start=1):
        above, row = row, [i]
        for j, other in enumerate(said, start=1):
            replaced = above[j - 1] + int(letter != other)
            row.append(min(above[j] + 1, row[j - 1] + 1, replaced))
    return row[-1] / len(said)


def _edits(written: np.ndarray, said: np.ndarray, replacing: int) -> int:
    row = list(range(len(said) + 1))
    for i, letter in enumerate(written, start=1):
        above, row = row, [i]
        for j, other in enumerate(said, start=1):
            swap = above[j - 1] + replacing * int(letter != other)
            row.append(min(above[j] + 1, row[j - 1] + 1, swap))
    return row[-1]


def _place_by_place(written: np.ndarray, said: np.ndarray) -> float:
    shared = min(len(written), len(said))
    wrong = int((written[:shared] != said[:shared]).sum()) + abs(len(written) - len(said))
    return wrong / len(said)


def _never_replaces(written: np.ndarray, said: np.ndarray) -> float:
    return _edits(written, said, replacing=2) / len(said)


def _over_the_written(written: np.ndarray, said: np.ndarray) -> float:
    return _edits(written, said, replacing=1) / max(len(written), 1)


def _counts(written: np.ndarray, said: np.ndarray) -> float:
    return float(_edits(written, said, replacing=1))


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    def case(name: str, written: list[int], said: list[int]) -> Case:
        as_whole = {"written": np.array(written, int), "said": np.array(said, int)}
        return Case(name, as_whole)

    yield case("all right", [3, 1, 2], [3, 1, 2])
    yield case("one replaced", [3, 5, 2], [3, 1, 2])
    yield case("the first one missed", [1, 2, 4, 5], [3, 1, 2, 4, 5])
    yield case("two too many", [3, 3, 1, 2, 2], [3, 1, 2])
    yield case("nothing written", [], [3, 1])
    noisy = rng.integers(0, 4, 9).tolist()
    yield case("everything at once", noisy, rng.integers(0, 4, 7).tolist())


EXERCISE = Exercise(
    id="looking.letter_error_rate",
    title="Letters wrong for each letter said",
    chapter=13,
    points=3,
    statement=(
        "written and said are 1-D arrays of letters as whole numbers. Return the smallest number "
        "of edits that turn one into the other, divided by the number of letters said. An edit "
        "inserts one letter, drops one, or replaces one by another."
    ),
    starter="def letter_error_rate(written, said):\n    raise NotImplementedError",
    hints=(
        "Let d[i, j] be the edits between the first i letters written and the first j said. What "
        "are d[0, j] and d[i, 0]?",
        "For d[i, j] there are three ways: from d[i-1, j] and from d[i, j-1] with one edit more, "
        "and from d[i-1, j-1] with one more only if the two letters differ.",
        "Fill the table row by row, take its last corner, divide by len(said).",
    ),
    reference=letter_error_rate,
    cases=_cases,
    mistakes=(
        Mistake(
            "This compares place by place. One missed letter then makes all that follow wrong; "
            "an edit distance slides past it.",
            _place_by_place,
        ),
        Mistake(
            "This pays twice for a replaced letter, once to drop and once to insert. Replacing is "
            "one edit.",
            _never_replaces,
        ),
        Mistake(
            "Divide by the number of letters that were said, not by how many were written: or "
            "writing more would make it look better.",
            _over_the_written,
        ),
        Mistake("This is the number of edits. Divide by the letters said.", _counts),
    ),
)
