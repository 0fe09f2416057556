"""What a learner reads after a check: the first case that fails, and what to make of it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from course_pkg.checkers.card import Card
from course_pkg.checkers.definition import Exercise
from course_pkg.checkers.run import CaseOutcome, CaseResult

__all__ = ["Report", "show_value"]

_SHOWN_WHOLE = 36  # an array with more values is shown by its shape alone


@dataclass(frozen=True, repr=False)
class Report:
    """The answer to ``exercise(...).check(function)``; a notebook shows it as a card.

    Args:
        exercise: the exercise that was checked.
        outcome: correct, wrong, not_attempted or raised.
        passed: cases that passed before the first failure.
        total: cases of the exercise.
        failure: the first case that did not pass.
    """

    exercise: Exercise
    outcome: CaseOutcome
    passed: int
    total: int
    failure: CaseResult | None = None

    @property
    def message(self) -> str:
        """The sentence to read first: the known mistake if it is one, else what is wrong."""
        failed = self.failure
        if failed is None or self.outcome == "not_attempted":
            return ""
        sentence = failed.difference.sentence if failed.difference else ""
        return failed.mistake or failed.note or sentence or failed.error

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data, for JSON."""
        return {
            "exercise": self.exercise.id,
            "outcome": self.outcome,
            "passed": self.passed,
            "total": self.total,
            "case": self.failure.case.name if self.failure else None,
            "message": self.message,
        }

    @property
    def card(self) -> Card:
        """The report as a card."""
        subject = self.exercise.id
        if self.outcome == "correct":
            rows = (("", f"All {self.total} cases agree with the reference."),)
            return Card(subject, "correct", rows, "good")
        asking = f'exercise("{subject}").hint()'
        if self.failure is None or self.outcome == "not_attempted":
            step = (
                f"Write your own lines in place of `raise NotImplementedError` in "
                f"{self.exercise.name}, run the cell, then check again. A first nudge: {asking}"
            )
            return Card(subject, "not attempted yet", (("", step),))
        heading = "wrong" if self.outcome == "wrong" else "your code raised an error"
        rows = (*_rows(self, self.failure), ("", f"Stuck? {asking}"))
        return Card(subject, heading, rows, "bad")

    def __repr__(self) -> str:
        return repr(self.card)

    def _repr_html_(self) -> str:
        return self.card._repr_html_()


def show_value(value: Any) -> str:
    """A number as it is, a small array with its values, a large one by its shape.

    Args:
        value: an array or a number.

    Returns:
        One or more lines.

    Example:
        >>> print(show_value(np.array([1.0, 0.25])))
        shape (2,): [1.  , 0.25]
        >>> show_value(np.zeros((64, 64)))
        'shape (64, 64)'
    """
    if not isinstance(value, np.ndarray) or value.ndim == 0:
        number = value.item() if isinstance(value, np.ndarray) else value
        return f"{number:.6g}" if isinstance(number, float) else str(number)
    if value.size == 0 or value.size > _SHOWN_WHOLE:
        return f"shape {value.shape}"
    text = np.array2string(value, precision=4, suppress_small=True, separator=", ")
    return f"shape {value.shape}:{' ' if value.ndim == 1 else chr(10)}{text}"


def _rows(report: Report, failed: CaseResult) -> tuple[tuple[str, str], ...]:
    """What failed and how, from the most to the least telling."""
    rows = [("", f"Case {report.passed + 1} of {report.total} fails: {failed.case.name}.")]
    rows += [("", text) for text in (failed.mistake, failed.note) if text]
    if failed.difference:
        several = len(report.exercise.outputs) > 1
        sentence = failed.difference.sentence
        rows.append(("", f"In {failed.difference.output}: {sentence}" if several else sentence))
    if failed.error:
        rows.append(("raised", failed.error))
        if "\n" not in failed.error:  # no line of the learner's: most likely the call did not fit
            rows.append(("", f"The checker calls {report.exercise.signature}."))
    rows += [(f"input {name}", show_value(value)) for name, value in failed.case.inputs.items()]
    if failed.difference and failed.expected and failed.got:
        name = failed.difference.output
        rows.append(("expected", show_value(failed.expected[name])))
        rows.append(("got", show_value(failed.got[name])))
    return tuple(rows)
