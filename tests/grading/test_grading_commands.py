"""The commands around grading: their options, their files, their sentences for bad input."""

import ast
import json
import os
import re
import subprocess
import sys
import types
import zipfile

import pytest

from course_pkg.checkers import exercise, exercises_of
from course_pkg.cli import main
from course_pkg.grading import choices, read_roster, read_secret
from course_pkg.grading.bridges import nbgrader_notebook, nbgrader_points, otter_tests
from course_pkg.grading.naming import safe_folder
from course_pkg.grading.whose import student_of

RIGHT = "def nearest(x, s):\n    return x.repeat(s, 0).repeat(s, 1)"


@pytest.fixture
def class_of_two(tmp_path, notebook):
    root = tmp_path / "in"
    root.mkdir()
    (root / "hw_kim_1.ipynb").write_bytes(notebook(RIGHT))
    (root / "hw_lee_1.py").write_text("def nearest(x, s):\n    return x", "utf8")
    return root


def test_grade_writes_the_table_and_says_how_many(class_of_two, tmp_path, capsys):
    roster = tmp_path / "class.csv"
    roster.write_text("\ufeffname,학번\n김,kim\n이,lee\n박,park\n", "utf8")
    out = tmp_path / "out"
    arguments = ["grade", str(class_of_two), "--out", str(out), "--exercises", "upsampling.nearest"]
    arguments += ["--jobs", "1", "--timeout", "120", "--roster", str(roster)]
    assert main(arguments) == 0
    assert capsys.readouterr().out == f"2 of 3 submissions graded; see {out}/summary.html\n"
    rows = (out / "grades.csv").read_text("utf-8-sig").splitlines()
    assert [row.split(",")[:4] for row in rows] == [
        ["student", "status", "total", "max"],
        ["kim", "graded", "1", "1"],
        ["lee", "graded", "0.2", "1"],
        ["park", "nothing handed in", "", ""],
    ]
    page = (out / "summary.html").read_text("utf8")
    assert "2 of 3 submissions graded; 1 students handed in nothing" in page
    secret = out / ".secret"
    assert secret.stat().st_mode & 0o777 == 0o600
    assert main([*arguments, "--resume", "--id-from", r"hw_(?P<id>\w+?)_"]) == 0
    assert ", 3 of them kept from an earlier run;" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["grade"], "grade needs SUBMISSIONS and --out FOLDER"),
        (["grade", "/nowhere", "--out", "OUT"], "there are no submissions at /nowhere"),
        (["grade", "IN", "--out", "OUT", "--jobs", "0"], "--jobs must be at least 1, got 0"),
        (["grade", "IN", "--out", "OUT", "--timeout", "0"], "timeout must be positive, got 0.0"),
        (["grade", "IN", "--out", "OUT", "--memory", "1"], "memory must be at least 64 MB, got 1"),
        (["grade", "IN", "--out", "OUT", "--exercises", "x.y"], "no exercise fits 'x.y'"),
        (["grade", "IN", "--out", "OUT", "--id-from", "("], "the pattern '(' is not one:"),
        (["grade", "IN", "--out", "OUT", "--secret-file", "/no"], "the secret cannot be read:"),
        (["grade", "IN", "--out", "OUT", "--roster", "/no"], "the roster cannot be read:"),
        (["grade", "IN", "--out", "IN"], "--out "),
        (["grade", "IN", "--out", "IN/grades"], "--out "),
        (["grade", "IN", "--out", "IN/hw_kim_1.ipynb"], "--out "),
        (["grade", "IN", "--out", "OUT", "--names", "blackboard"], "names can be auto, canvas,"),
        (["grade", "IN", "--out", "OUT", "--max-files", "0"], "bounds must be at least 1"),
        (["grade", "--gradescope"], "grade --gradescope needs --secret-file"),
        (["export", "gradescope", "--out", "x.zip"], "export gradescope needs --secret-file"),
        (["selftest", "--exercises", "x"], "no exercise fits 'x'"),
    ],
)
def test_bad_input_is_one_sentence(class_of_two, tmp_path, capsys, arguments, sentence):
    places = {"IN": str(class_of_two), "OUT": str(tmp_path / "out")}
    words = [re.sub("^(IN|OUT)", lambda found: places[found[0]], word) for word in arguments]
    assert main(words) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"course: {sentence}")
    assert err.count("\n") == 1


def test_a_short_secret_is_refused(class_of_two, tmp_path, capsys):
    (tmp_path / "s").write_text("short")
    arguments = ["grade", str(class_of_two), "--out", str(tmp_path / "o")]
    assert main([*arguments, "--secret-file", str(tmp_path / "s")]) == 2
    assert "the secret has 5 bytes, expected at least 16" in capsys.readouterr().err


def test_doctor_tells_the_level_that_the_probe_found(capsys):
    assert main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].startswith("isolation")
    assert "strong: a probe could not read files" in lines[-1]
    assert any(line.startswith("Landlock") and "version" in line for line in lines)


def test_selftest_proves_a_sound_exercise_and_finds_a_faulty_one(capsys, monkeypatch):
    assert main(["selftest", "--exercises", "upsampling.nearest"]) == 0
    mistakes = len(exercise("upsampling.nearest").definition.mistakes)
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"1 of 1 exercises hold; {mistakes} known mistakes tried"
    assert lines[1].split() == ["upsampling.nearest", "0%", "0%", "20%", "40%"]
    from dataclasses import replace

    from course_pkg.checkers import Mistake
    from course_pkg.grading import selftest

    task = exercise("upsampling.nearest").definition
    sound = Mistake("Right.", task.reference)
    faulty = replace(task, mistakes=(sound,), starter="def nearest(x, scale_factor):\n    return x")
    monkeypatch.setattr(exercise("upsampling.nearest"), "definition", faulty)
    (finding,) = selftest.prove(["upsampling.nearest"])
    assert "the mistake nearest passes, seed 0" in finding.faults
    assert "the starter is graded as partly" in finding.faults


@pytest.fixture
def unpacked(tmp_path, capsys):
    """The archive for Gradescope, laid out as its container does."""
    secret = tmp_path / "secret"
    secret.write_text("a secret of the tests")
    archive = tmp_path / "autograder.zip"
    arguments = ["export", "gradescope", "--out", str(archive), "--secret-file", str(secret)]
    assert main([*arguments, "--exercises", "upsampling.nearest", "--timeout", "120"]) == 0
    first = archive.read_bytes()
    assert main([*arguments, "--exercises", "upsampling.nearest", "--timeout", "120"]) == 0
    assert archive.read_bytes() == first
    capsys.readouterr()
    root = tmp_path / "autograder"
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(root / "source")
        modes = {info.filename: info.external_attr >> 16 for info in opened.infolist()}
    assert modes["run_autograder"] == modes["setup.sh"] == 0o755
    (root / "submission").mkdir()
    return root


def run_autograder(root):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    subprocess.run(
        ["bash", str(root / "source" / "run_autograder")],
        env=environment | {"AUTOGRADER_ROOT": str(root), "AUTOGRADER_PYTHON": sys.executable},
        cwd=root,
        check=True,
        capture_output=True,
    )
    return json.loads((root / "results" / "results.json").read_text("utf8"))


def test_the_gradescope_archive_grades_a_submission(unpacked, notebook):
    (unpacked / "submission" / "my ch04 의 사본.ipynb").write_bytes(notebook(RIGHT))
    shown = run_autograder(unpacked)
    (test,) = shown["tests"]
    assert (test["score"], test["max_score"], test["status"]) == (1.0, 1.0, "passed")
    assert shown["extra_data"]["isolation"]["level"] == "strong"
    assert shown["stdout_visibility"] == "hidden"
    # Only keys that the platform knows; it refuses a file with others.
    assert set(shown) <= {
        *("score", "execution_time", "output", "output_format", "test_output_format", "tests"),
        *("test_name_format", "visibility", "stdout_visibility", "extra_data", "leaderboard"),
    }
    assert set(test) <= {
        *("score", "max_score", "status", "name", "name_format", "number", "output"),
        *("output_format", "tags", "visibility", "extra_data"),
    }


@pytest.mark.parametrize("content", [None, b"{"])
def test_the_gradescope_archive_always_leaves_a_result(unpacked, content):
    if content is not None:
        (unpacked / "submission" / "a.ipynb").write_bytes(content)
    shown = run_autograder(unpacked)
    assert shown["output"].startswith("Not graded")
    assert shown["tests"] == []


def test_nbgrader_points_are_partial_and_quiet(capsys):
    import warnings

    def half(x, s):
        warnings.warn("careful", stacklevel=1)
        print("noise")
        print("noise", file=sys.stderr)
        return x.repeat(s, 0).repeat(s, 1) if s != 3 else None

    points = nbgrader_points("upsampling.nearest", half)
    assert type(points) is float
    assert points == 0.8
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")

    def stops(x, s):
        raise SystemExit

    assert nbgrader_points("upsampling.nearest", stops) == 0.0


def test_the_nbgrader_notebook_runs_and_ends_in_full_points():
    ids = ["upsampling.nearest", "upsampling.max_unpool"]
    book = json.loads(nbgrader_notebook(ids))
    marks = [c["metadata"].get("nbgrader") for c in book["cells"]]
    graded = [m for m in marks if m and m["grade"]]
    assert [m["points"] for m in graded] == [exercise(i).definition.points for i in ids]
    assert len({m["grade_id"] for m in marks if m}) == len([m for m in marks if m])
    space = {}
    for cell in book["cells"]:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse(cell["source"])
        last = tree.body.pop() if "nbgrader_points" in cell["source"] else None
        exec(compile(tree, "cell", "exec"), space)
        if last is not None:
            assert isinstance(last, ast.Expr)
            points = eval(compile(ast.Expression(last.value), "cell", "eval"), space)
            assert points in (1.0, 2.0)
            assert points == cell["metadata"]["nbgrader"]["points"]


def test_the_otter_tests_pass_and_fail_by_case(tmp_path, monkeypatch):
    made = {}

    def stand_in(**about):  # for otter's decorator: notes the test and leaves it as it is
        def keep(function):
            made[about["name"]] = (about["points"], about["hidden"], function)
            return function

        return keep

    fake = types.ModuleType("otter.test_files")
    fake.test_case = stand_in
    monkeypatch.setitem(sys.modules, "otter", types.ModuleType("otter"))
    monkeypatch.setitem(sys.modules, "otter.test_files", fake)
    (file,) = otter_tests(tmp_path, ["upsampling.nearest"])
    space = {}
    exec(file.read_text("utf8"), space)
    assert (space["OK_FORMAT"], space["points"]) == (False, 1)
    assert sum(points for points, _, _ in made.values()) == pytest.approx(1)
    for _, _, test in made.values():
        test(lambda x, s: x.repeat(s, 0).repeat(s, 1))
    with pytest.raises(AssertionError):
        made["stride 3" if "stride 3" in made else next(iter(made))][2](lambda x, s: x)


@pytest.mark.parametrize(
    ("path", "student"),
    [
        ("kim01.ipynb", "kim01"),
        ("Copy of Copy of kim01.ipynb", "kim01"),
        ("kim01 (3).ipynb", "kim01"),
        ("kim01-Copy1.ipynb", "kim01"),
        ("kim01 - 복사본.ipynb", "kim01"),
        ("kim01의 사본의 사본.ipynb", "kim01"),
        ("사본 - kim01.ipynb", "kim01"),
        ("kim/4/a.ipynb", "kim"),
        ("(1).ipynb", "(1)"),
    ],
)
def test_whose_file_it_is(path, student):
    assert student_of(path) == student


def test_the_roster_is_matched_by_whole_words():
    roster = ["kim", "kim1", "이"]
    assert student_of("x/hw-kim1-late.ipynb", roster=roster) == "kim1"
    assert student_of("hw_kim.ipynb", roster=roster) == "kim"
    assert student_of("kimchi.ipynb", roster=roster) == "kimchi"
    assert student_of("kim1/a.ipynb", id_from=r"^(\d)") is None


def test_folders_of_students_stay_inside():
    ids = [
        "..",
        "../x",
        "/etc",
        "a/b",
        "a:b",
        "C:\\x",
        ".",
        "",
        "-rf",
        ".secret",
        "grades.csv",
        "a" * 300,
    ]
    names = [safe_folder(id) for id in ids]
    assert len(set(names)) == len(ids)
    for name in names:
        assert name
        assert not set(name) & set("/\\:")
        assert not name.startswith((".", "-"))
        assert len(name) < 100
    assert safe_folder("kim@snu.ac.kr") == "kim@snu.ac.kr"


def test_rosters(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("kim\nlee\n\nkim\n")
    assert read_roster(path) == ("kim", "lee")
    path.write_text("email,id\na@b,7\nc@d,8\n")
    assert read_roster(path) == ("7", "8")
    path.write_text("id\n")
    with pytest.raises(ValueError, match="names no students"):
        read_roster(path)


def test_a_secret_is_made_once(tmp_path):
    one = read_secret(None, tmp_path / "out")
    assert len(one) >= 32
    assert read_secret(None, tmp_path / "out") == one
    assert choices.read_secret(None, tmp_path / "other") != one


def test_grading_loads_torch_only_where_an_exercise_needs_it():
    code = (
        "import sys\nfrom course_pkg.grading import *\n"
        "settings = Settings(('upsampling.nearest',), bytes(16), timeout=120.0)\n"
        "if __name__ == '__main__':\n"
        "    files = (('a.py', b'def nearest(x, s): return x'),)\n"
        "    r = grade_submission(GradingJob('k', files, (), ''), settings)\n"
        "    print(r.status, *(m for m in ('torch', 'matplotlib', 'dask') if m in sys.modules))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.stdout, run.returncode) == ("graded\n", 0), run.stderr


def test_every_exercise_can_be_sent_across_the_border():
    from course_pkg.grading.questions import drive_source, questions
    from course_pkg.grading.worker.wire import pack, unpack

    for task in exercises_of():
        source, name = drive_source(task)
        assert f"def {name}(" in source
        if task.needs:
            continue
        for question in questions(task.id, 5):
            inputs = dict(question.case.inputs)
            again = unpack(*pack(inputs))
            assert repr(again) == repr(inputs)
