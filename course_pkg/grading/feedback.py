"""The page that a student gets back, as HTML that needs nothing else and as Markdown."""

from html import escape

from course_pkg.checkers import exercise
from course_pkg.grading.record import ExerciseMark, Record, as_points

__all__ = ["STYLE", "feedback_html", "feedback_markdown"]

STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 1.6rem 0 .3rem; }
pre, code { font-family: ui-monospace, monospace; white-space: pre-wrap; }
pre { margin: .2rem 0 .4rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .2rem .6rem .2rem 0; vertical-align: top; }
tr { border-bottom: 1px solid #8886; }
.exercise { border-left: 4px solid #7f8c9b; padding-left: .9rem; }
.correct { border-color: #2e9e5b; } .failed { border-color: #d9534f; }
""".strip()

_WORDS = {
    "correct": "right",
    "partly": "partly right",
    "out_of_memory": "out of memory",
    "not_attempted": "not attempted",
    "missing": "not found",
    "unknown": "unknown",
    "not_graded": "not graded",
    "malformed": "not an answer",
    "raised": "raised an error",
    "timeout": "took too long",
}


def feedback_html(record: Record) -> str:
    """The page as HTML; every word of the submission is escaped.

    Args:
        record: one submission's.

    Returns:
        A whole document.

    Example:
        >>> "<title>Feedback: kim</title>" in feedback_html(Record("kim", "", "graded", (), ()))
        True
    """
    parts = [f"<h1>{escape(record.student)}: {escape(_total(record))}</h1>"]
    parts += [f"<p>{escape(text)}</p>" for text in _remarks(record)]
    if told := record.problems + record.notes:
        items = "".join(f"<li><code>{escape(n)}</code>: {escape(r)}</li>" for n, r in told)
        parts.append(f"<h2>About your files</h2><ul>{items}</ul>")
    for mark in record.exercises:
        tone = {"correct": "correct", "not_attempted": "", "not_graded": "", "unknown": ""}.get(
            mark.status, "failed"
        )
        lines = "".join(f"<pre>{escape(line)}</pre>" for line in _lines(mark))
        parts.append(
            f'<section class="exercise {tone}"><h2>{escape(_heading(mark))}</h2>{lines}</section>'
        )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Feedback: {escape(record.student)}</title><style>{STYLE}</style></head>"
        f"<body><main>\n{chr(10).join(parts)}\n</main></body></html>\n"
    )


def feedback_markdown(record: Record) -> str:
    """The same as Markdown; what the student wrote stands in code blocks, where it means nothing.

    Args:
        record: one submission's.

    Returns:
        The text.

    Example:
        >>> feedback_markdown(Record("kim", "", "nothing_handed_in", (), ())).splitlines()[0]
        '# kim: nothing handed in'
    """
    parts = [f"# {_plain(record.student)}: {_total(record)}", *map(_plain, _remarks(record))]
    if told := record.problems + record.notes:
        parts.append("## About your files")
        parts.append("\n".join(f"- {_plain(n)}: {_plain(r)}" for n, r in told))
    for mark in record.exercises:
        parts.append(f"## {_heading(mark)}")
        parts.append("\n\n".join(_block(line) for line in _lines(mark)))
    return "\n\n".join(part for part in parts if part) + "\n"


def _total(record: Record) -> str:
    if record.status == "nothing_handed_in":
        return "nothing handed in"
    if record.hundredths is None:
        return "not graded to the end"
    of = f" of {as_points(record.maximum)}" if record.maximum else ""  # set by hand, unasked
    return f"{as_points(record.hundredths)}{of} points"


def _remarks(record: Record) -> list[str]:
    return [*_about_the_total(record), *record.comments]


def _about_the_total(record: Record) -> list[str]:
    if record.by_hand is not None:
        return ["Your teacher has set the total by hand."]
    if record.days_late:
        days = "a day" if record.days_late == 1 else f"{record.days_late} days"
        return [f"Handed in {days} late: {as_points(record.penalty)} points are taken off."]
    if record.status == "unreadable":
        return ["No file could be read, so there is no mark yet. Ask your teacher."]
    if record.status == "graded" and record.hundredths is None:
        return ["Some of it has no mark yet; that is not a mark of 0. Ask your teacher."]
    return []


def _heading(mark: ExerciseMark) -> str:
    word = _WORDS.get(mark.status, mark.status)
    got = "no mark" if mark.hundredths is None else as_points(mark.hundredths)
    title = exercise(mark.id).definition.title
    return f"{title} ({mark.id}): {word}, {got} of {as_points(mark.maximum)}"


def _lines(mark: ExerciseMark) -> list[str]:
    lines = [mark.message] if mark.message else []
    for case in mark.cases:
        word = "right" if case.status == "passed" else _WORDS.get(case.status, case.status)
        word = word.replace("_", " ")
        lines.append(f"{case.name}: {word}" + (f"\n{case.message}" if case.message else ""))
    return lines


def _plain(text: str) -> str:
    """Text in which no character means anything to Markdown or HTML."""
    flat = " ".join(text.split())
    return "".join(f"\\{c}" if c in r"\`*_{}[]()#+!|<>~&" else c for c in flat)


def _block(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.split("\n"))
