"""The class at a glance: which exercises went well, what was slow, whom to look at."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from statistics import median

from course_pkg.checkers import exercise
from course_pkg.grading.feedback import STYLE
from course_pkg.grading.flags import PUBLISHED, alike
from course_pkg.grading.record import ExerciseMark, Record, as_points

__all__ = ["summary_html"]

_BAR = """.bar { background: #2e9e5b55; display: inline-block; height: .8em; }
.beside { display: flex; gap: 1rem; overflow-x: auto; }
.beside figure { flex: 1 0 24rem; margin: 0; }
.beside pre { white-space: pre; overflow-x: auto; }"""
_SHOWN = 6  # answers of a group; whoever wants more has the notebooks

_WITHOUT_AN_ANSWER = ("missing", "unknown", "not_attempted", "not_graded")


def summary_html(records: Sequence[Record], exercises: Sequence[str]) -> str:
    """A page for the teacher, in one file.

    Args:
        records: the class.
        exercises: ids in the order of the tables.

    Returns:
        A whole document.

    Example:
        >>> "0 submissions" in summary_html([], [])
        True
    """
    counts = Counter(record.status for record in records)
    lines = [f"{counts['graded']} of {len(records)} submissions graded"]
    if counts["unreadable"]:
        lines.append(f"{counts['unreadable']} could not be read")
    if counts["nothing_handed_in"]:
        lines.append(f"{counts['nothing_handed_in']} students handed in nothing")
    totals = sorted(r.hundredths for r in records if r.hundredths is not None)
    if totals:
        best = max(record.maximum for record in records)
        middle = as_points(round(median(totals)))
        lines.append(f"median {middle} of {as_points(best)} points")
    levels = sorted({str(r.isolation["level"]) for r in records if r.isolation})
    lines.append(f"isolation: {' and '.join(levels) or 'nothing was run'}")
    body = [f"<h1>Summary</h1><p>{escape('; '.join(lines))}.</p>"]
    body.append("<h2>Exercises</h2>" + _exercises(records, exercises))
    failing = _hardest_cases(records)
    if failing:
        body.append("<h2>Cases that fail most often</h2>" + _table(("Case", "Failed"), failing))
    groups = alike(records)
    if groups:
        body.append("<h2>Built alike</h2><p>A hint to look, not a verdict.</p>")
        body += _alike(records, groups)
    troubles = [(r.student, r.doubt) for r in records if r.doubt]
    troubles += [(r.student, f"{name}: {reason}") for r in records for name, reason in r.problems]
    troubles += [
        (r.student, f"{e.id}: {e.message} {e.note}")
        for r in records
        for e in r.exercises
        if e.status == "not_graded"
    ]
    if troubles:
        body.append("<h2>Files with problems</h2>" + _table(("Student", "What"), troubles))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Summary</title><style>{STYLE}\n{_BAR}</style></head><body><main>\n"
        + "\n".join(body)
        + "\n</main></body></html>\n"
    )


def _exercises(records: Sequence[Record], exercises: Sequence[str]) -> str:
    rows = []
    for id in exercises:
        marks = [e for record in records for e in record.exercises if e.id == id]
        if not marks:
            continue
        answered = [e for e in marks if e.status not in _WITHOUT_AN_ANSWER]
        right = sum(e.status == "correct" for e in marks)
        share = 100 * right // len(marks)
        rows.append(
            "<tr>"
            f"<td>{escape(exercise(id).definition.title)}<br><code>{escape(id)}</code></td>"
            f'<td><span class="bar" style="width:{share / 20:.2f}em"></span> {share} %</td>'
            f"<td>{len(answered)}</td><td>{_seconds(answered)}</td></tr>"
        )
    head = "<tr><th>Exercise</th><th>Right</th><th>Answered</th><th>Seconds, slowest</th></tr>"
    return f"<table>{head}{''.join(rows)}</table>"


def _seconds(marks: list[ExerciseMark]) -> str:
    if not marks:
        return ""
    times = [mark.seconds for mark in marks]
    return f"{median(times):.2f}, {max(times):.2f}"


def _hardest_cases(records: Sequence[Record]) -> list[tuple[str, str]]:
    asked: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for record in records:
        for mark in record.exercises:
            for case in mark.cases:
                name = f"{mark.id}: {case.name}"
                asked[name] += 1
                failed[name] += case.status != "passed"
    worst = sorted(failed, key=lambda name: (-failed[name] / asked[name], name))[:10]
    return [(name, f"{failed[name]} of {asked[name]}") for name in worst if failed[name]]


def _alike(
    records: Sequence[Record], groups: Mapping[str, Sequence[tuple[str, ...]]]
) -> Iterator[str]:
    """Each group folded up, its answers side by side."""
    source = {(r.student, mark.id): mark.source for r in records for mark in r.exercises}
    for id, clusters in groups.items():
        for number, cluster in enumerate(clusters, 1):
            students = [who for who in cluster if who != PUBLISHED]
            named = ", ".join(students) + (f", and {PUBLISHED}" if PUBLISHED in cluster else "")
            beside = "".join(
                f"<figure><figcaption>{escape(who)}</figcaption>"
                f"<pre>{escape(source[who, id].strip())}</pre></figure>"
                for who in students[:_SHOWN]
            )
            yield (
                f"<details><summary><code>{escape(id)}</code>, group {number}: {escape(named)}"
                f'</summary><div class="beside">{beside}</div></details>'
            )


def _table(head: tuple[str, str], rows: Sequence[tuple[str, str]]) -> str:
    lines = [f"<tr><td>{escape(a)}</td><td>{escape(b)}</td></tr>" for a, b in rows]
    return f"<table><tr><th>{head[0]}</th><th>{head[1]}</th></tr>{''.join(lines)}</table>"
