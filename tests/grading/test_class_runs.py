"""A whole class: the same results whoever computes them, in whatever order, stopped or not."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from course_pkg.checkers import exercise, exercises_of
from course_pkg.grading import (
    Record,
    Settings,
    TooWeak,
    chosen_exercises,
    collect_submissions,
    grade_class,
)

IDS = tuple(task.id for task in exercises_of(4))[:4]
SECRET = b"a secret of the tests"
HOSTILE = "import os\ndef {name}(*inputs):\n    os._exit(3)"


@pytest.fixture(scope="module")
def submissions(tmp_path_factory, notebook):
    """Ten students: right and wrong answers, starters, crashes, one broken file."""
    root = tmp_path_factory.mktemp("class")
    rng = random.Random(5)
    for number in range(1, 10):
        cells = ["import numpy as np"]
        for id in IDS:
            task = exercise(id).definition
            wrong = f"def {task.name}(*inputs):\n    return np.random.normal(size=3)"
            solution = exercise(id).solution().source
            choice = rng.choice([solution, solution, task.starter, wrong])
            cells.append(choice if number != 4 else HOSTILE.format(name=task.name))
        (root / f"student{number}.ipynb").write_bytes(notebook(*cells))
    (root / "student10.ipynb").write_bytes(b"{")
    return root


def settings(**more):
    return Settings(IDS, SECRET, **{"timeout": 120.0, "memory_mb": 256, **more})


def everything(out):
    """All files of a run, without the seconds."""
    found = {}
    for path in sorted(out.rglob("*")):
        if path.is_file() and path.name != ".secret":
            text = path.read_text("utf8")
            text = re.sub(r'("seconds"|"execution_time"): [\d.]+', r"\1: 0", text)
            text = re.sub(r"<td>[\d.]+, [\d.]+</td>", "<td></td>", text)  # of summary.html
            found[str(path.relative_to(out))] = text
    return found


@pytest.fixture(scope="module")
def undisturbed(submissions, tmp_path_factory):
    out = tmp_path_factory.mktemp("undisturbed")
    outcome = grade_class(collect_submissions(submissions), settings(), out)
    assert len(outcome.records) == 10
    return everything(out)


def test_the_files_that_a_run_leaves(undisturbed):
    students = {f"student{n}" for n in range(1, 11)}
    folders = {"results.json", "feedback.html", "feedback.md"}
    expected = {f"{student}/{name}" for student in students for name in folders}
    expected |= {f".records/{student}.json" for student in students}
    assert set(undisturbed) == expected | {"grades.csv", "grades.jsonl", "summary.html"}
    rows = undisturbed["grades.csv"].splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == [f"student{n}" for n in range(1, 11)]


def test_two_processes_give_the_same_as_one(submissions, undisturbed, tmp_path):
    grade_class(collect_submissions(submissions), settings(), tmp_path, jobs=2)
    assert everything(tmp_path) == undisturbed


def test_threads_and_another_order_give_the_same(submissions, undisturbed, tmp_path):
    shuffled = collect_submissions(submissions)
    random.Random(1).shuffle(shuffled)
    with ThreadPoolExecutor(2) as pool:
        grade_class(shuffled, settings(), tmp_path, executor=pool)
    assert everything(tmp_path) == undisturbed


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_dask_gives_the_same(submissions, undisturbed, tmp_path):
    distributed = pytest.importorskip("distributed", reason="the engine is an extra of the tests")
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
        client.get_executor() as executor,
    ):
        grade_class(collect_submissions(submissions), settings(), tmp_path, executor=executor)
    assert everything(tmp_path) == undisturbed


# The last notebook takes ten minutes to read: however late this process gets its turn on a busy
# machine, the class is not over before it is stopped.
NEVER_OVER = """
import signal, sys, time
from course_pkg import cli
from course_pkg.grading import classes

# Tests that a shell started in the background were told to ignore it, and so would this one be.
signal.signal(signal.SIGINT, signal.default_int_handler)
read_job = classes.read_job

def read_slowly(submission, settings):
    if submission.student == "student10":
        time.sleep(600)
    return read_job(submission, settings)

classes.read_job = read_slowly
sys.exit(cli.main(sys.argv[1:]))
"""


def command(submissions, out, *more, secret, is_over=True):
    return [
        *(sys.executable, *(("-m", "course_pkg") if is_over else ("-c", NEVER_OVER))),
        *("grade", str(submissions), "--out", str(out), "--exercises", ",".join(IDS)),
        *("--timeout", "120", "--memory", "256", "--secret-file", str(secret), *more),
    ]


@pytest.fixture(scope="module")
def secret(tmp_path_factory):
    path = tmp_path_factory.mktemp("secret") / "secret"
    path.write_bytes(SECRET + b"\n")
    return path


def test_another_hash_seed_gives_the_same(submissions, undisturbed, tmp_path, secret):
    run = subprocess.run(
        command(submissions, tmp_path, "--jobs", "1", secret=secret),
        env=os.environ | {"PYTHONHASHSEED": "77"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 3, run.stderr  # student10 has no mark
    assert "no full mark for student10: student10.ipynb: it is not a notebook" in run.stderr
    assert everything(tmp_path) == undisturbed


def descendants(pid):
    found, waiting = [], [pid]
    while waiting:
        for task in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
            children = [int(child) for child in task.read_text().split()]
            found += children
            waiting += children
    return found


@pytest.mark.parametrize("students_done", [1, 4])  # four wait while the last is read
def test_killed_and_resumed_is_the_same(submissions, undisturbed, tmp_path, secret, students_done):
    """Killed without a chance to tidy up, in the middle of the student after so many."""
    process = subprocess.Popen(
        command(submissions, tmp_path, "--jobs", "2", secret=secret, is_over=False),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    records = tmp_path / ".records"
    while process.poll() is None and len(list(records.glob("*.json"))) < students_done:
        time.sleep(0.002)
    family = descendants(process.pid)
    process.kill()
    process.wait()
    for _ in range(600):  # nobody outlives it
        if not any(Path(f"/proc/{pid}/stat").exists() for pid in family):
            break
        time.sleep(0.1)
    else:
        raise AssertionError(f"still there: {family}")
    done = len(list(records.glob("s*.json")))
    assert done < 10, "it was over before it could be killed"
    for path in tmp_path.rglob("*.json"):
        if not path.name.startswith(".unfinished"):
            json.loads(path.read_text("utf8"))  # whole, or not there
    (tmp_path / ".unfinished-1-results.json").write_text("{")  # what a kill may leave
    outcome = grade_class(
        collect_submissions(submissions), settings(timeout=120.0), tmp_path, resume=True
    )
    assert outcome.reused == done
    assert everything(tmp_path) == undisturbed


def test_ctrl_c_leaves_valid_files_and_resume_goes_on(submissions, undisturbed, tmp_path, secret):
    process = subprocess.Popen(
        command(submissions, tmp_path, "--jobs", "1", secret=secret, is_over=False),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while process.poll() is None and len(list((tmp_path / ".records").glob("s*.json"))) < 2:
        time.sleep(0.002)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert "stopped; go on with --resume" in err
    assert "Traceback" not in err
    lines = (tmp_path / "grades.jsonl").read_text("utf8").splitlines()
    assert 2 <= len(lines) < 10
    for line in lines:
        Record.from_dict(
            {k: v for k, v in json.loads(line).items() if k not in ("score", "max", "flags")}
        )
    grade_class(collect_submissions(submissions), settings(), tmp_path, resume=True)
    assert everything(tmp_path) == undisturbed


def test_resume_grades_again_what_has_changed(notebook, tmp_path):
    root, out = tmp_path / "in", tmp_path / "out"
    root.mkdir()
    right = notebook("def nearest(x, s):\n    return x.repeat(s, 0).repeat(s, 1)")
    for name in ("a", "b"):
        (root / f"{name}.ipynb").write_bytes(right)
    how = Settings(("upsampling.nearest",), SECRET, timeout=120.0)
    grade_class(collect_submissions(root), how, out)
    (root / "b.ipynb").write_bytes(notebook("def nearest(x, s):\n    return x * 0 + 7"))
    second = grade_class(collect_submissions(root), how, out, resume=True)
    assert (second.reused, [r.hundredths for r in second.records]) == (1, [100, 0])
    other = Settings(("upsampling.nearest",), SECRET[::-1], timeout=120.0)
    assert grade_class(collect_submissions(root), other, out, resume=True).reused == 0
    assert grade_class(collect_submissions(root), other, out).reused == 0


def test_seeds_differ_by_secret_exercise_and_student():
    one = Settings(IDS, SECRET)
    each = Settings(IDS, SECRET, per_student_seed=True)
    assert one.seed("a.b", "kim") == one.seed("a.b", "lee")
    seeds = {
        s.seed(id, who)
        for s in (each, Settings(IDS, SECRET[::-1], per_student_seed=True))
        for id in ("a.b", "a.c")
        for who in ("kim", "lee")
    }
    assert len(seeds) == 8
    assert one.seed_id != Settings(IDS, SECRET[::-1]).seed_id


def test_scores_are_exact_sums():
    from course_pkg.grading import CaseMark, ExerciseMark

    marks = tuple(ExerciseMark(f"a.{n}", "partly", 10, 30) for n in range(3))
    record = Record("kim", "", "graded", (), (), marks)
    assert record.hundredths == 30  # 0.1 + 0.1 + 0.1 is another number
    assert CaseMark("a", "passed").message == ""


def test_weak_isolation_is_refused_unless_allowed(notebook, tmp_path):
    root = tmp_path / "in"
    root.mkdir()
    (root / "a.ipynb").write_bytes(
        notebook("def nearest(x, s):\n    return x.repeat(s, 0).repeat(s, 1)")
    )
    for measures in ((), ("landlock", "pidfd"), ("seccomp", "pidfd")):
        how = Settings(("upsampling.nearest",), SECRET, timeout=120.0, measures=measures)
        with pytest.raises(TooWeak, match="weak isolation on this machine: see `course doctor`"):
            grade_class(collect_submissions(root), how, tmp_path / "out")
    how = Settings(("upsampling.nearest",), SECRET, timeout=120.0, measures=(), allow_weak=True)
    outcome = grade_class(collect_submissions(root), how, tmp_path / "out")
    (record,) = outcome.records
    assert record.hundredths == 100
    assert record.isolation == {
        "landlock": 0,
        "seccomp": False,
        "bubblewrap": False,
        "level": "weak",
    }
    shown = json.loads((tmp_path / "out" / "a" / "results.json").read_text("utf8"))
    assert shown["extra_data"]["isolation"]["level"] == "weak"
    assert "isolation: weak" in (tmp_path / "out" / "summary.html").read_text("utf8")


def test_a_fault_of_the_graders_is_never_a_zero(notebook, tmp_path, monkeypatch):
    from course_pkg.grading import judging

    root = tmp_path / "in"
    root.mkdir()
    (root / "a.ipynb").write_bytes(notebook("def nearest(x, s):\n    return x"))

    def broken(id, seed):
        raise RuntimeError("the reference fails")

    monkeypatch.setattr(judging, "questions", broken)
    how = Settings(("upsampling.nearest",), SECRET, timeout=120.0)
    outcome = grade_class(collect_submissions(root), how, tmp_path / "out")
    (record,) = outcome.records
    assert (record.hundredths, record.exercises[0].status) == (None, "not_graded")
    assert not outcome.is_complete
    (test,) = json.loads((tmp_path / "out" / "a" / "results.json").read_text("utf8"))["tests"]
    assert "score" not in test
    assert "a,not graded to the end,,1,," in (tmp_path / "out" / "grades.csv").read_text(
        "utf-8-sig"
    )
    # A later --resume tries again.
    monkeypatch.undo()
    again = grade_class(collect_submissions(root), how, tmp_path / "out", resume=True)
    assert (again.reused, again.records[0].hundredths) == (0, 20)


def test_choices_of_exercises():
    assert chosen_exercises(["4"])[:4] == IDS
    assert chosen_exercises(["upsampling.*"]) == tuple(
        i for i in chosen_exercises() if i.startswith("upsampling.")
    )
    with pytest.raises(
        ValueError, match=r"no exercise fits 'upsampling\.nerest': see course exercises"
    ):
        chosen_exercises(["upsampling.nerest"])
