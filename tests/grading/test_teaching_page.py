"""The teachers' page followed literally: every command on it, in its order, in one folder."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from course_pkg.checkers import exercises_of

PAGE = (Path(__file__).parents[2] / "book" / "teaching.md").read_text("utf8")
# The page's own commands; the proof of all exercises, which takes minutes, is cut to one of them.
SHELL = """
set -eu
course() {
  if [ "$1" = selftest ] && [ $# = 1 ]; then set -- selftest --exercises upsampling.nearest; fi
  if [ "$1" = grade ]; then set -- "$@" --timeout 60 --jobs 1; fi
  echo "+ course $*" >&2
  "$PYTHON" -m course_pkg "$@"
}
openssl() { "$PYTHON" -c 'import secrets; print(secrets.token_hex(32))'; }
"""
OWN = '''
from course_pkg.checkers import Case, Exercise, Mistake


def double(x):
    """Twice as much."""
    return 2 * x


def _once(x):
    return x


def _cases(rng):
    for name in ("a few", "more", "many", "still more", "the most"):
        yield Case(name, {"x": rng.normal(size=(3, 3))})


EXERCISE = Exercise(
    id="mine.double",
    title="Twice",
    chapter=4,
    points=1,
    statement="Return twice x.",
    starter="def double(x):\\n    raise NotImplementedError",
    hints=("What is two times x?",),
    reference=double,
    cases=_cases,
    mistakes=(Mistake("This is x itself.", _once),),
)
'''
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,HW 4 (5512)\n    Points Possible,,,,,10\n"
    '"Kim, Minsu",1001,,kim01,A,\n"Lee, Young",1002,,lee02,A,\n'
)
MOODLE = (
    'Identifier,"Full name",Email address,Status,Grade,Maximum Grade,Last modified (grade)\n'
    "Participant 501,Kim Minsu,kim@u.ac.kr,Submitted,,10.00,-\n"
    "Participant 502,Lee Young,lee@u.ac.kr,Submitted,,10.00,-\n"
)
EXPORT = """
submission_1:
  :submitters:
  - :name: Kim Minsu
    :sid: kim01
  :created_at: 2026-03-20 10:00:00.000000000 +09:00
submission_2:
  :submitters:
  - :name: Lee Young
    :sid: lee02
  :created_at: 2026-03-22 10:00:00.000000000 +09:00
"""


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """A folder in which every shell block of the page has been run."""
    place = tmp_path_factory.mktemp("teacher")
    right = "def nearest(x, s):\n    return x.repeat(s, 0).repeat(s, 1)\n"
    right += "def double(x):\n    return x + x\n"
    wrong = "def nearest(x, s):\n    return x * 0\ndef double(x):\n    return x\n"
    # What a learner leaves as the chapter gives it counts 0; what is not there at all has no mark.
    untouched = [e.starter for e in exercises_of(4) if e.id != "upsampling.nearest"]
    right, wrong = ("\n".join([text, *untouched]) for text in (right, wrong))
    folders = {
        "submissions": ("kim01.py", "lee02/ch04.py", "park03.py"),
        "canvas": ("kimminsu_1001_7001_ch04.py", "leeyoung_LATE_1002_7002_ch04.py"),
        "moodle": (
            "Kim Minsu_501_assignsubmission_file_/ch04.py",
            "Lee Young_502_assignsubmission_file_/ch04.py",
        ),
        "gradescope": ("submission_1/ch04.py", "submission_2/ch04.py"),
    }
    for folder, names in folders.items():
        for name, text in zip(names, (right, wrong, right), strict=False):
            path = place / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    (place / "gradescope" / "submission_metadata.yml").write_text(EXPORT)
    (place / "class.csv").write_bytes("학번;이름\nkim01;김\nlee02;이\npark03;박\n".encode("cp949"))
    (place / "canvas.csv").write_text(CANVAS)
    (place / "moodle.csv").write_text(MOODLE)
    (policy,) = blocks("toml")
    (place / "policy.toml").write_text(policy)
    (overrides,) = (block for block in blocks("text") if block.startswith("student,"))
    (place / "overrides.csv").write_text(overrides)
    (place / "my-exercises" / "mine").mkdir(parents=True)
    (place / "my-exercises" / "mine" / "double.py").write_text(OWN)
    said = []
    for number, block in enumerate(blocks("sh")):
        if "course diff" in block:  # of the first run with its rules, and the last
            subprocess.run(["cp", "-r", "grades-first", "grades-before"], cwd=place, check=True)
        run = subprocess.run(
            ["bash", "-c", SHELL + block],
            cwd=place,
            env=os.environ | {"PYTHON": sys.executable},
            capture_output=True,
            text=True,
            check=False,
        )
        said.append((block, run.returncode, run.stdout + run.stderr))
        if number == 0:
            subprocess.run(["cp", "-r", "grades", "grades-first"], cwd=place, check=True)
    return place, said


def rows(path):
    return list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))


def test_every_command_of_the_page_does_what_it_says(followed):
    _, said = followed
    assert len(said) >= 10
    for block, code, text in said:
        expected = 1 if "course diff" in block else 0
        assert code == expected, f"{block}\n{text[-2000:]}"


def test_the_marks_of_each_platforms_folder(followed):
    place, _ = followed
    for platform, students in {
        "canvas": ["kimminsu", "leeyoung"],
        "moodle": ["Kim Minsu", "Lee Young"],
        "gradescope": ["Kim Minsu", "Lee Young"],
    }.items():
        found = rows(place / f"grades-{platform}" / "grades.csv")
        assert [(row["student"], row["total"]) for row in found] == list(
            zip(students, ["1", "0"], strict=True)
        )


def test_the_tables_that_the_platforms_take_back(followed):
    place, _ = followed
    canvas = rows(place / "upload.csv")
    assert [row["HW 4 (5512)"] for row in canvas] == ["10", "1", "0"]
    most = sum(task.points for task in exercises_of(4))
    (first, second) = rows(place / "upload-moodle.csv")
    assert float(first["Grade"]) == pytest.approx(10 / most, abs=0.005)
    assert second["Grade"] == "0"


def test_rules_and_overrides_of_the_page(followed):
    place, said = followed
    marks = {row["student"]: row for row in rows(place / "grades" / "grades.csv")}
    assert marks["kim01"]["total"] == "0.5"
    assert "Ill that week" in marks["lee02"]["problems"]
    assert "Lovely comments in your code" in marks["park03"]["problems"]
    (differences,) = (text for block, _, text in said if "course diff" in block)
    assert "kim01: " in differences
    codes = rows(place / "grades-by-code" / "grades.csv")
    assert not {"kim01", "lee02", "park03"} & {row["student"] for row in codes}
    mine = {row["student"]: row["total"] for row in rows(place / "grades-mine" / "grades.csv")}
    assert mine == {"kim01": "1", "lee02": "0", "park03": "1"}


def test_every_flag_of_the_command_is_on_the_page():
    listed = subprocess.run(
        [sys.executable, "-m", "course_pkg", "grade", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    flags = set(re.findall(r"--[a-z-]+", listed)) - {"--help", "--memory", "--jobs", "--timeout"}
    missing = {flag for flag in flags if flag not in PAGE} - {"--submission", "--results"}
    assert not missing
