"""Weights, drops, lateness, overrides, codes: what a teacher decides, in small files."""

import csv
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

import pytest

from course_pkg.cli import main
from course_pkg.grading import (
    ExerciseMark,
    Override,
    Policy,
    Record,
    Rules,
    read_overrides,
    read_policy,
)
from course_pkg.grading.adjusting import adjusted
from course_pkg.grading.differences import differences
from course_pkg.grading.feedback import feedback_html, feedback_markdown
from course_pkg.grading.gradescope import results

RIGHT = "def nearest(x, s):\n    return x.repeat(s, 0).repeat(s, 1)"
WRONG = "def nearest(x, s):\n    return x * 0 + 7"


def record(*marks, student="kim", **more):
    made = tuple(
        ExerciseMark(f"a.e{n}", "partly", got, most) for n, (got, most) in enumerate(marks)
    )
    return Record(student, "", "graded", (), (), made, **more)


DUE = datetime(2026, 3, 20, 23, 59, tzinfo=timezone(timedelta(hours=9)))
LATE = Policy(due=DUE, per_day=Fraction(10), most=Fraction(50), grace=timedelta(minutes=15))


@pytest.mark.parametrize(
    ("after", "days"),
    [
        (timedelta(minutes=-1), 0),
        (timedelta(minutes=15), 0),
        (timedelta(minutes=16), 1),
        (timedelta(days=1, minutes=15), 1),
        (timedelta(days=1, minutes=16), 2),
        (timedelta(days=30), 30),
    ],
)
def test_started_days_count(after, days):
    assert LATE.days_late(DUE + after, is_late=False) == days
    utc = (DUE + after).astimezone(UTC)  # the same moment by another clock
    assert LATE.days_late(utc, is_late=True) == days


def test_what_being_late_costs():
    one = adjusted(record((100, 100), (80, 100), late=True), Rules(LATE))
    assert (one.days_late, one.penalty, one.hundredths) == (1, 18, 162)
    time = (DUE + timedelta(days=9)).isoformat()
    assert adjusted(record((100, 100), time=time), Rules(LATE)).hundredths == 50  # at the most
    free = Policy(due=DUE, per_day=Fraction(10), free_days=2)
    assert adjusted(record((100, 100), time=time), Rules(free)).hundredths == 30
    unknown = adjusted(record((None, 100), time=time), Rules(LATE))
    assert (unknown.hundredths, unknown.penalty) == (None, 0)


def test_weights_and_drops():
    rules = Rules(Policy(weights={"a.e0": Fraction("2.5")}, dropped=("a.e1",)))
    found = adjusted(record((40, 100), (100, 100), (33, 300)), rules)
    assert [(m.hundredths, m.maximum) for m in found.exercises] == [(100, 250), (0, 0), (33, 300)]
    assert (found.hundredths, found.maximum) == (133, 550)
    assert found.exercises[1].message.startswith("This exercise does not count.")
    lowest = adjusted(record((40, 100), (50, 200), (100, 100)), Rules(Policy(lowest=1)))
    assert (lowest.hundredths, lowest.maximum) == (140, 200)
    # Thirds stay exact until the end: a sum of roundings would be another mark.
    thirds = Rules(Policy(weights={f"a.e{n}": Fraction("0.1") for n in range(3)}))
    assert adjusted(record((100, 300), (100, 300), (100, 300)), thirds).hundredths == 30


def test_marks_and_comments_by_hand():
    lines = (
        Override("kim", "a.e0", 50, "Right idea"),
        Override("kim", "", None, "Lovely comments"),
        Override("kim", "late", 0, "Ill that week"),
        Override("lee", "a.e0", 0),
    )
    found = adjusted(record((None, 100), (100, 100), late=True), Rules(LATE, lines))
    assert (found.hundredths, found.days_late, found.penalty) == (150, 0, 0)
    # The pages name exercises by their titles, which these made-up ones have not.
    page = feedback_html(replace(found, exercises=()))
    assert "Lovely comments" in page
    assert "Ill that week" in page
    assert (
        found.exercises[0].message == "Set by your teacher to 0.5 points (was no mark).\nRight idea"
    )
    total = adjusted(record((10, 100), late=True), Rules(LATE, [Override("kim", "", 77)]))
    assert (total.hundredths, total.penalty) == (77, 0)
    bare = replace(total, exercises=())
    assert "Your teacher has set the total by hand" in feedback_markdown(bare)
    assert results(bare)["score"] == 0.77


POLICY = """
[late]
due = 2026-03-20 23:59:00+09:00
per_day = 10
grace_minutes = 15
times = "files"
[weights]
"upsampling.nearest" = 0.1
[drop]
exercises = ["upsampling.sum_pool"]
lowest = 1
"""


def test_the_policy_is_a_small_file(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text(POLICY)
    policy = read_policy(path)
    assert policy.weights == {"upsampling.nearest": Fraction(1, 10)}
    assert (policy.due, policy.lowest, policy.times) == (DUE, 1, "files")


def test_what_is_nowhere_waits_for_a_person_unless_the_class_says_zero(tmp_path):
    nowhere = "Not graded: no function `nearest` was found, and no check of it."
    other = "Not graded: what `nearest` reads is made in a cell that was not run."
    marks = tuple(
        ExerciseMark(id, "unknown", None, 100, said)
        for id, said in (("upsampling.nearest", nowhere), ("upsampling.sum_pool", other))
    )
    record = Record("kim", "", "graded", (), (), marks)
    assert adjusted(record, Rules()).hundredths is None
    path = tmp_path / "policy.toml"
    path.write_text("[not_found]\nmark = 'zero'")
    found, left = adjusted(record, Rules(read_policy(path))).exercises
    assert (found.status, found.hundredths) == ("missing", 0)
    assert found.message == "No function `nearest` was found, and no check of it."
    assert left == marks[1]  # the grader did not see all of it: that is no mark of 0


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[late", "cannot be read:"),
        ("[lat]", "holds 'lat', expected [late], [weights], [drop]"),
        ("[late]\nper_dy = 1", "holds 'per_dy', expected due, free_days, grace_minutes"),
        ("[late]\ndue = 'tomorrow'", "must be a moment such as 2026-03-20 23:59:00"),
        ("[late]\nper_day = -1", "must be a number and not negative, got -1"),
        ("[late]\ntimes = 'mine'", "must be 'platform' or 'files', got 'mine'"),
        ("[not_found]\nmark = 0", "must be 'unknown' or 'zero', got 0"),
        ("[weights]\n'upsampling.nerest' = 2", "no exercise 'upsampling.nerest': did you mean"),
        ("[weights]\n'upsampling.nearest' = true", "must be a number and not negative, got True"),
    ],
)
def test_a_policy_that_makes_no_sense_is_one_sentence(tmp_path, text, sentence):
    path = tmp_path / "policy.toml"
    path.write_text(text)
    with pytest.raises(ValueError, match="policy") as error:
        read_policy(path)
    assert sentence in str(error.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("student,exercise\nkim,a.b", "has no column 'points', expected student, exercise"),
        ("student,exercise,points,comment\n,a.b,1,", "row 2 of"),
        ("student,exercise,points,comment\nkim,a.c,1,", "is about 'a.c', expected an exercise"),
        ("student,exercise,points,comment\nkim,a.b,much,", "gives 'much' points, expected a"),
        ("student,exercise,points,comment\nkim,a.b,-1,", "gives -1 points, expected none or more"),
        (
            "student,exercise,points,comment\nkim,a.b,1,\nkim,a.b,2,",
            "rows 2 and 3 of",
        ),
    ],
)
def test_overrides_that_make_no_sense_are_one_sentence(tmp_path, text, sentence):
    path = tmp_path / "o.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"o\.csv") as error:
        read_overrides(path, ["a.b"])
    assert sentence in str(error.value)


@pytest.fixture
def graded(tmp_path, notebook):
    """Grade two students with options; gives exit code and the rows of the table."""
    root = tmp_path / "in"
    root.mkdir()
    (root / "Kim Minsu_501_assignsubmission_file_").mkdir()
    (root / "Lee Young_502_assignsubmission_file_").mkdir()
    (root / "Kim Minsu_501_assignsubmission_file_" / "a.ipynb").write_bytes(notebook(RIGHT))
    (root / "Lee Young_502_assignsubmission_file_" / "lee.ipynb").write_bytes(notebook(WRONG))

    def run(*more, out="out"):
        place = tmp_path / out
        (tmp_path / "secret").write_text("a secret of the tests")
        arguments = ["grade", str(root), "--out", str(place), "--jobs", "1", "--timeout", "120"]
        arguments += [
            "--exercises",
            "upsampling.nearest",
            "--secret-file",
            str(tmp_path / "secret"),
        ]
        code = main([*arguments, *map(str, more)])
        table = place / "grades.csv"
        if not table.exists():
            return code, {}
        rows = csv.DictReader(table.read_text("utf-8-sig").splitlines())
        return code, {row["student"]: row for row in rows}

    return run


def test_overrides_survive_every_run_and_are_never_written(graded, tmp_path, capsys):
    path = tmp_path / "overrides.csv"
    text = "student,exercise,points,comment\nLee Young,upsampling.nearest,0.5,Nearly\n"
    path.write_text(text)
    for more in ((), ("--resume",), ()):
        code, rows = graded("--overrides", path, *more)
        assert (code, rows["Lee Young"]["total"], rows["Kim Minsu"]["total"]) == (0, "0.5", "1")
    assert path.read_text() == text
    assert graded("--resume")[1]["Lee Young"]["total"] == "0"  # without the file, without its marks
    path.write_text(text.replace("Lee Young", "Lee Yong"))
    assert graded("--overrides", path)[0] == 2
    assert "names Lee Yong, who has no row" in capsys.readouterr().err


def test_a_diff_of_two_runs(graded, tmp_path, capsys):
    path = tmp_path / "overrides.csv"
    path.write_text("student,exercise,points,comment\nLee Young,upsampling.nearest,0.5,\n")
    graded(out="a")
    graded("--overrides", path, out="b")
    capsys.readouterr()
    assert main(["diff", str(tmp_path / "a"), str(tmp_path / "b")]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "Lee Young: 0 -> 0.5",
        "Lee Young: upsampling.nearest: 0 wrong -> 0.5 wrong",
    ]
    assert main(["diff", str(tmp_path / "a"), str(tmp_path / "a")]) == 0
    assert main(["diff", str(tmp_path / "a"), str(tmp_path / "no")]) == 2


def test_a_diff_names_cases_and_students():
    from course_pkg.grading import CaseMark

    def made(status, points, student="kim"):
        case = CaseMark("stride 2", status)
        mark = ExerciseMark("a.b", "partly", points, 100, cases=(case,))
        return Record(student, "", "graded", (), (), (mark,))

    lines = differences(
        [made("passed", 100), made("passed", 100, "lee")],
        [made("wrong", 0), made("wrong", 0, "park")],
    )
    assert lines == [
        "kim: 1 -> 0",
        "kim: a.b: 1 partly -> 0 partly (stride 2: passed -> wrong)",
        "lee: 1 -> not in the second run",
        "park: not in the first run -> 0",
    ]


def test_codes_for_names(graded, tmp_path):
    key, archive = tmp_path / "who.csv", tmp_path / "feedback.zip"
    code, rows = graded("--anonymous", key, "--feedback-zip", archive)
    assert code == 0
    who = dict(csv.reader(key.read_text("utf-8-sig").splitlines()))
    assert {who[student]: row["total"] for student, row in rows.items()} == {
        "Kim Minsu": "1",
        "Lee Young": "0",
    }
    for path in (tmp_path / "out").rglob("*"):
        if path.is_file() and path.name != ".secret":
            text = str(path.relative_to(tmp_path)) + path.read_text("utf8")
            for name in ("Kim", "Lee", "lee.ipynb", "501"):
                assert name not in text, path
    assert graded("--anonymous", key)[1].keys() == rows.keys()  # the same codes again


def test_days_late_come_from_the_platform_and_from_files_only_if_asked(graded, tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text("[late]\ndue = 2020-01-01 00:00:00\nper_day = 1\nmost = 20\n")
    assert graded("--policy", path)[1]["Kim Minsu"]["total"] == "1"
    path.write_text(path.read_text() + 'times = "files"\n')
    row = graded("--policy", path, "--resume")[1]["Kim Minsu"]
    assert row["total"] == "0.8"
    assert "0.2 points off for being late" in row["problems"]
    shown = json.loads((tmp_path / "out" / "Kim Minsu" / "results.json").read_text("utf8"))
    assert shown["score"] == 0.8
    assert shown["output"].endswith("0.2 points are taken off for being late.")


OWN = '''
"""An exercise of a teacher's own."""

from course_pkg.checkers import Case, Exercise, Mistake


def double(x):
    """Twice as much."""
    return 2 * x


def _once(x):
    return x


def _cases(rng):
    for name in ("a few", "more", "many", "still more"):
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


@pytest.fixture
def own(tmp_path, monkeypatch):
    from course_pkg.checkers import registry

    monkeypatch.setenv(registry.FOLDER_VARIABLE, "")
    folder = tmp_path / "mine_all" / "mine"
    folder.mkdir(parents=True)
    (folder / "double.py").write_text(OWN)
    yield folder.parent
    monkeypatch.undo()
    registry._all.cache_clear()


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_exercises_of_a_teachers_own(own, tmp_path, notebook, jobs):
    root = tmp_path / "in"
    root.mkdir()
    (root / "kim.ipynb").write_bytes(notebook("def double(x):\n    return x + x"))
    (root / "lee.ipynb").write_bytes(notebook("def double(x):\n    return x"))
    arguments = ["grade", str(root), "--out", str(tmp_path / "out"), "--exercises", "mine.*"]
    arguments += ["--exercises-from", str(own), "--timeout", "120", "--jobs", jobs]
    assert main(arguments) == 0
    rows = csv.DictReader((tmp_path / "out" / "grades.csv").read_text("utf-8-sig").splitlines())
    assert [(row["student"], row["mine.double"]) for row in rows] == [("kim", "1"), ("lee", "0")]


def test_exercises_of_a_teachers_own_are_proved_like_the_books(own, capsys):
    assert main(["selftest", "--exercises", "mine.*", "--exercises-from", str(own)]) in (0, 1)
    assert "of 1 exercises hold" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("upsampling/nearest.py", OWN, "the book has an exercise upsampling.nearest already"),
        ("mine/other.py", OWN, "EXERCISE.id must be 'mine.other', got 'mine.double'"),
        ("mine/broken.py", "1 / 0", "cannot be used: ZeroDivisionError: division by zero"),
        ("mine/empty.py", "", "cannot be used: AttributeError: "),
    ],
)
def test_a_folder_that_cannot_be_used_is_one_sentence(own, tmp_path, capsys, name, text, sentence):
    (own / name).parent.mkdir(exist_ok=True)
    (own / name).write_text(text)
    arguments = ["selftest", "--exercises", "mine.double", "--exercises-from", str(own)]
    assert main(arguments) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[drop]\nexercises = "upsampling.nearest"', "must be a list of ids"),
        ("[drop]\nexercises = 3", "must be a list of ids"),
        ("[drop]\nlowest = 1.5", "must be a whole number, got 1.5"),
        ("[late]\nfree_days = 0.5", "must be a whole number, got 0.5"),
        ("[late]\nmost = 150", "must be at most 100 percent, got 150"),
        ("[late]\ngrace_minutes = inf", "must be a number and not negative, got inf"),
    ],
)
def test_a_rule_that_could_be_meant_otherwise_is_refused(tmp_path, text, said):
    path = tmp_path / "policy.toml"
    path.write_text(text)
    with pytest.raises(ValueError, match=said):
        read_policy(path)


def test_half_a_day_late_is_refused(tmp_path):
    path = tmp_path / "overrides.csv"
    path.write_text("student,exercise,points,comment\nkim,late,1.5,\n")
    with pytest.raises(ValueError, match=r"row 2 .* gives 1.5 days late, expected a whole number"):
        read_overrides(path, [])
