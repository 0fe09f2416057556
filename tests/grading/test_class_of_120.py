"""A made-up class of 120: no honest mark lost, nothing stops, no row is silent, nothing is left."""

import csv
import os
import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from class_of_120 import make

from course_pkg.cli import main
from course_pkg.grading.naming import readable


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Grade the class once, by the command that a teacher types."""
    place = tmp_path_factory.mktemp("class")
    canary = place / "canary"
    canary.mkdir()
    (canary / "marks.csv").write_text("kim,100\n")
    roster, rows = make(place / "in", canary)
    text = "번호;학번;이름\n" + "".join(
        f"{n};{id};{name}\n" for n, (id, name) in enumerate(roster, 1)
    )
    (place / "roster.csv").write_bytes(text.encode("utf-16"))
    before, ours = _state(place), _descendants(os.getpid())
    code = main(
        [
            *("grade", str(place / "in"), "--out", str(place / "out"), "--jobs", "2"),
            *("--exercises", "upsampling.nearest,upsampling.bed_of_nails", "--timeout", "10"),
            *("--roster", str(place / "roster.csv"), "--memory", "256"),
        ]
    )
    left = {pid for pid in _descendants(os.getpid()) - ours if not _is_pythons_own(pid)}
    table = (place / "out" / "grades.csv").read_text("utf-8-sig")
    found = {row["student"]: row for row in csv.DictReader(table.splitlines())}
    changed = {k: v for k, v in _state(place).items() if not k.startswith("out")} != before
    return rows, found, {"code": code, "left": left, "changed": changed, "place": place}


def _state(place):
    found = {}
    for path in sorted(place.rglob("*")):
        about = path.lstat()
        data = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        found[str(path.relative_to(place))] = (about.st_mode, about.st_mtime_ns, data)
    return found


def _is_pythons_own(pid):
    """The helper that multiprocessing keeps for as long as this process lives."""
    return b"resource_tracker" in Path(f"/proc/{pid}/cmdline").read_bytes()


def _descendants(pid):
    found, waiting = set(), [pid]
    while waiting:
        for task in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
            children = [int(child) for child in task.read_text().split()]
            found |= set(children)
            waiting += children
    return found


def test_every_student_has_the_row_that_was_to_be_expected(run):
    rows, found, _ = run
    assert len(rows) >= 120
    assert set(found) == set(rows)
    wrong = {
        student: (row.total, found[student]["total"], found[student]["problems"][:200])
        for student, row in rows.items()
        if row.total not in (None, found[student]["total"])
        or row.problem not in found[student]["problems"]
    }
    assert not wrong, f"{len(wrong)} of {len(rows)}: {wrong}"


def test_no_row_is_silent(run):
    _, found, about = run
    for student, row in found.items():
        assert row["total"] or row["problems"] or row["status"] == "nothing handed in", student
    assert about["code"] == 3  # some marks are not known, and the command says so
    totals = Counter(row["total"] for row in found.values())
    assert totals["2"] >= 59  # honest ones, one of them nobody's
    assert totals["1"] >= 24  # honest in one exercise, hostile in the other


def test_nothing_is_changed_and_nothing_is_left(run):
    _, _, about = run
    assert not about["changed"]
    assert not about["left"]
    for path in (about["place"] / "out").rglob("*"):
        assert readable(os.fsencode(path.name)) == path.name
        if path.is_file():
            assert "\x1b" not in path.read_text("utf8")
