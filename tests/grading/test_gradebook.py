"""Marks go back to the platform in its own table; feedback in an archive that it can sort out."""

import csv
import fcntl
import io
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import zipfile

import pytest

from course_pkg.cli import main
from course_pkg.grading import ExerciseMark, Record
from course_pkg.grading.gradebook import filled_in
from course_pkg.grading.returning import feedback_zip
from course_pkg.grading.tables import grades_jsonl

CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,HW 4 (5512),Current Score\n"
    "    Points Possible,,,,,10,(read only)\n"
    '"Kim, Minsu",1001,2024001,kim,A,,0.00\n'
    '"Lee, Young",1002,2024002,lee,A,3,0.00\n'
    '"Park, Jin",1003,2024003,park,A,,0.00\n'
    '"Student, Test",1004,,,A,,\n'
)
MOODLE = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade",'
    '"Last modified (grade)","Feedback comments"\n'
    'Participant 501,"Kim Minsu",kim@u.ac.kr,"Submitted, late",,10.00,-,\n'
    "Participant 502,이영희,lee@u.ac.kr,Submitted,,10.00,-,\n"
)


def record(student, got, most=400, ids=(), **more):
    marks = (ExerciseMark("a.b", "partly", got, most),) if got != "" else ()
    return Record(student, "", more.pop("status", "graded"), (), (), marks, ids=ids, **more)


def table(text):
    return list(csv.reader(io.StringIO(text)))


def test_the_gradebook_of_canvas(tmp_path):
    path = tmp_path / "canvas.csv"
    path.write_text("\ufeff" + CANVAS)
    records = [
        record("kimminsu", 350, ids=("kimminsu", "1001")),
        record("2024002", None),
        record("stranger", 100),
        record("2024003", "", status="nothing_handed_in"),
    ]
    filled = filled_in(path, records, "HW 4 (5512)")
    rows, before = table(filled.text), table(CANVAS)
    assert rows[2] == [*before[2][:5], "3.5", before[2][6]]
    assert [rows[n] for n in (0, 1, 3, 4, 5)] == [before[n] for n in (0, 1, 3, 4, 5)]
    assert (filled.count, filled.without_mark, filled.not_found) == (
        1,
        ("2024002", "2024003"),
        ("stranger",),
    )


def test_the_worksheet_of_moodle(tmp_path):
    path = tmp_path / "moodle.csv"
    path.write_text(MOODLE)
    records = [record("Kim Minsu", 100, ids=("Kim Minsu", "501")), record("이영희", 400)]
    rows, before = table(filled_in(path, records, out_of=10).text), table(MOODLE)
    assert [row[4] for row in rows] == ["Grade", "2.5", "10"]
    assert [[*row[:4], *row[5:]] for row in rows] == [[*row[:4], *row[5:]] for row in before]


@pytest.mark.parametrize(
    ("students", "found"),
    [
        (["김민수"], 0),  # two rows of one name
        (["1", "2"], 2),
        (["1", "01"], 1),  # only one of them is in the table
        (["kim@u.ac.kr", "1"], 0),  # two records for one row
    ],
)
def test_no_mark_goes_to_a_row_that_may_be_anothers(tmp_path, students, found):
    path = tmp_path / "own.csv"
    path.write_text("학번;이름;Email;점수\n1;김민수;kim@u.ac.kr;\n2;김민수;;\n")
    filled = filled_in(path, [record(student, 100) for student in students], "점수")
    assert filled.count == found
    assert len(filled.not_found) == len(students) - found


def test_a_doubtful_owner_gives_no_mark_away(tmp_path):
    path = tmp_path / "canvas.csv"
    path.write_text(CANVAS)
    filled = filled_in(path, [record("2024001", 100, doubt="it fits two")], "HW 4 (5512)")
    assert (filled.count, filled.without_mark) == (0, ("2024001",))


def test_the_command(tmp_path, capsys):
    (tmp_path / "out").mkdir()
    text = grades_jsonl([record("s-abc", 400), record("s-xyz", None)])
    (tmp_path / "out" / "grades.jsonl").write_text(text)
    (tmp_path / "who.csv").write_text("code,student\ns-abc,2024001\ns-xyz,2024002\n")
    (tmp_path / "canvas.csv").write_text(CANVAS)
    arguments = ["gradebook", str(tmp_path / "out"), "--into", str(tmp_path / "canvas.csv")]
    arguments += ["--out", str(tmp_path / "upload.csv"), "--key", str(tmp_path / "who.csv")]
    assert main([*arguments, "--column", "HW 4 (5512)"]) == 3
    shown = capsys.readouterr()
    assert shown.out == f"1 marks entered; upload {tmp_path}/upload.csv\n"
    assert shown.err == "no mark for 2024002: their cell is as it was\n"
    assert table((tmp_path / "upload.csv").read_text())[2][5] == "4"
    assert main(arguments) == 2
    assert "several columns: say which with --column" in capsys.readouterr().err
    assert main([*arguments, "--column", "HW 5"]) == 2
    assert "has no column 'HW 5'; it has Student, ID" in capsys.readouterr().err


def test_feedback_in_one_archive_under_the_platforms_names():
    def handed_in(student, path, **more):
        return Record(student, "", "graded", ((path, ""),), (), ids=(student,), **more)

    archive = zipfile.ZipFile(
        io.BytesIO(
            feedback_zip(
                [
                    handed_in("kim", "Kim Minsu_501_assignsubmission_file_/a/ch04.ipynb"),
                    handed_in("lee", "leeyoung_LATE_1002_70002_ch04.ipynb"),
                    Record("../park", "", "unreadable", (("x_1_2_a.ipynb", ""),), ()),
                    Record("absent", "", "nothing_handed_in", (), ()),
                ]
            )
        )
    )
    names = archive.namelist()
    assert names[:2] == [
        "Kim Minsu_501_assignsubmission_file_/feedback.html",
        "leeyoung_LATE_1002_70002_feedback.html",
    ]
    assert len(names) == 3
    assert names[2].startswith("_")
    assert ".." not in names[2].split("/")
    assert b"<title>Feedback: kim</title>" in archive.read(names[0])


def test_a_progress_line_tells_the_time_left(tmp_path, notebook):
    """On a terminal; in a file there is no line to draw over."""
    (tmp_path / "in").mkdir()
    for n in range(3):
        (tmp_path / "in" / f"{n}.ipynb").write_bytes(
            notebook("def nearest(x, s):\n    raise NotImplementedError")
        )
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    command = [sys.executable, "-m", "course_pkg", "grade", str(tmp_path / "in")]
    command += ["--out", str(tmp_path / "out"), "--exercises", "upsampling.nearest", "--jobs", "1"]
    process = subprocess.Popen(command, stderr=theirs, stdout=subprocess.DEVNULL)
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 4096):
            shown += piece
    except OSError:  # the other end is closed
        pass
    assert process.wait() == 0
    assert re.search(r"3/3 \[\d\d:\d\d<\d\d:\d\d", shown.decode())
    assert json.loads((tmp_path / "out" / "grades.jsonl").read_text().splitlines()[0])
