"""What is known about a submission after grading; every table and page is made from this alone.

Marks are counted in hundredths of a point, as whole numbers: sums of fractions would end in
0.9999999998. A mark that is not known is None and never 0.
"""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

__all__ = ["SCHEMA", "CaseMark", "ExerciseMark", "ExerciseStatus", "Record", "as_points"]

SCHEMA = "course_pkg.grade/1"

NOWHERE = "Not graded: no function"  # how the message begins where no answer was found at all

CaseStatus = Literal[
    "passed", "wrong", "raised", "timeout", "out_of_memory", "crashed", "malformed", "not_run"
]
ExerciseStatus = Literal[
    "correct",
    "partly",
    "wrong",
    "raised",
    "timeout",
    "out_of_memory",
    "crashed",
    "malformed",
    "not_attempted",
    "missing",
    "unknown",
    "not_graded",
]


@dataclass(frozen=True)
class CaseMark:
    """One hidden case.

    Args:
        name: what is special about it.
        status: what came of it.
        message: for the student; free of the hidden numbers.
        note: for the teacher only; may hold anything that the answer printed or raised.
    """

    name: str
    status: CaseStatus
    message: str = ""
    note: str = ""


@dataclass(frozen=True)
class ExerciseMark:
    """One exercise.

    Args:
        id: of the exercise.
        status: in a word.
        hundredths: of a point; None where the grader could not tell.
        maximum: in hundredths of a point.
        message: for the student, where there are no cases to speak for themselves.
        cases: in their order.
        structure: the answer's fingerprint, or nothing.
        size: how many parts its code has.
        seconds: how long it took.
        note: for the teacher only.
        source: the answer's own text, for the teacher only.
    """

    id: str
    status: ExerciseStatus
    hundredths: int | None
    maximum: int
    message: str = ""
    cases: tuple[CaseMark, ...] = ()
    structure: str = ""
    size: int = 0
    seconds: float = 0.0
    note: str = ""
    source: str = ""

    @property
    def is_nowhere(self) -> bool:
        """Whether neither the function nor a check of it was in anything handed in."""
        return self.status == "unknown" and self.message.startswith(NOWHERE)


@dataclass(frozen=True)
class Record:
    """One submission.

    Args:
        student: the id.
        key: what the marks depend on (`Settings.key`).
        status: graded; nothing handed in; or not one of its files could be read.
        files: path and SHA-256.
        problems: what was found wrong with the files, by name.
        exercises: in the order asked for.
        isolation: the protections that were in force.
        seed_id: short name of the secret.
        versions: of this package, Python and what else counts.
        notes: name and remark of what changes nothing about the mark.
        doubt: why it is not certain whose this is, or nothing.
        late: whether the platform calls it late.
        time: when it was handed in, in ISO form, or nothing.
        ids: the student's ids on the platform.
        days_late: as they count.
        penalty: hundredths of a point that being late costs.
        by_hand: the total, where the teacher has set it.
        comments: the teacher's.
    """

    student: str
    key: str
    status: Literal["graded", "nothing_handed_in", "unreadable"]
    files: tuple[tuple[str, str], ...]
    problems: tuple[tuple[str, str], ...]
    exercises: tuple[ExerciseMark, ...] = ()
    isolation: dict[str, Any] = field(default_factory=dict)
    seed_id: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    notes: tuple[tuple[str, str], ...] = ()
    doubt: str = ""
    late: bool = False
    time: str = ""
    ids: tuple[str, ...] = ()
    days_late: int = 0
    penalty: int = 0
    by_hand: int | None = None
    comments: tuple[str, ...] = ()

    @property
    def hundredths(self) -> int | None:
        """The total, or None where any part of it is not known."""
        if self.by_hand is not None:
            return self.by_hand
        if self.status != "graded":
            return None
        marks = [e.hundredths for e in self.exercises]
        if None in marks:
            return None
        return max(0, sum(mark for mark in marks if mark is not None) - self.penalty)

    @property
    def maximum(self) -> int:
        """The most that could be had, in hundredths."""
        return sum(e.maximum for e in self.exercises)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left for a person to look into before the mark can count."""
        known = self.status == "nothing_handed_in" or self.hundredths is not None
        return known and not self.doubt

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"schema": SCHEMA, **asdict(self)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Record":
        """The inverse of `to_dict`.

        Args:
            data: as `to_dict` made it.

        Returns:
            The record.

        Raises:
            ValueError: if the data has another form.

        Example:
            >>> record = Record("kim", "", "unreadable", (), (("a.ipynb", "empty"),))
            >>> Record.from_dict(record.to_dict()) == record
            True
        """
        fields = dict(data)
        if fields.pop("schema", None) != SCHEMA:
            raise ValueError(f"this is not a result of the form {SCHEMA}")
        try:
            exercises = tuple(
                ExerciseMark(**{**e, "cases": tuple(CaseMark(**c) for c in e["cases"])})
                for e in fields.pop("exercises")
            )
            pairs = {
                name: tuple((str(a), str(b)) for a, b in fields.pop(name))
                for name in ("files", "problems", "notes")
            }
            texts = {
                name: tuple(str(text) for text in fields.pop(name)) for name in ("ids", "comments")
            }
            return cls(exercises=exercises, **texts, **pairs, **fields)
        except (TypeError, KeyError, ValueError) as error:
            raise ValueError(f"this result cannot be read: {error}") from error


def as_points(hundredths: int | None) -> str:
    """A mark as people write it.

    Args:
        hundredths: of a point.

    Returns:
        The number with as many digits as it needs; nothing where it is not known.

    Example:
        >>> as_points(450), as_points(300), as_points(None)
        ('4.5', '3', '')
    """
    if hundredths is None:
        return ""
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")
