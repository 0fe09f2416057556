"""Seconds a submission beside otter-grader and nbgrader, and a whole class in one command.

    python benchmarks/grading.py --otter DIR/otter --nbgrader DIR/nbgrader

The peers live in virtual environments of their own, made outside the repository:

    python -m venv DIR/otter && DIR/otter/bin/pip install otter-grader==7.0.0 ipykernel numpy
    python -m venv DIR/nbgrader && DIR/nbgrader/bin/pip install nbgrader==0.9.6 ipykernel numpy

Two measurements. The same single exercise with the same five cases, graded by each in turn, round
after round, so that whatever else the machine does meets all of them; what counts is the fastest
round, starting the program included. Then 300 generated submissions of one chapter's exercises in
one command, with the memory of all its processes together. Writes ``benchmarks/grading.json``.
"""

import argparse
import datetime
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import threading
import time
from importlib.metadata import version
from pathlib import Path

from course_pkg.checkers import exercise, exercises_of

ONE, CHAPTER = "upsampling.nearest", 4
RIGHT = (
    "def nearest(x, scale_factor):\n    return x.repeat(scale_factor, 0).repeat(scale_factor, 1)"
)
# The cases of our exercise, for graders that cannot know it.
CASES = ((2, 2, 2), (2, 3, 2), (3, 2, 3), (2, 3, 1), (1, 1, 4))
CHECK = """x = np.random.default_rng({n}).normal(size=({h}, {w}))
assert np.allclose(nearest(x, {s}), np.kron(x, np.ones(({s}, {s}))))"""
KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def notebook(*cells: str, marks: dict[int, dict[str, object]] | None = None) -> str:
    made = [
        {
            "cell_type": "code",
            "id": f"c{number}",
            "metadata": {"nbgrader": marks[number]} if marks and number in marks else {},
            "source": text,
            "outputs": [],
            "execution_count": None,
        }
        for number, text in enumerate(cells)
    ]
    return json.dumps({"cells": made, "metadata": KERNEL, "nbformat": 4, "nbformat_minor": 5})


def timed(command: list[str], cwd: Path, bin_folder: Path | None = None) -> float:
    path = f"{bin_folder}:{os.environ['PATH']}" if bin_folder else os.environ["PATH"]
    start = time.perf_counter()
    run = subprocess.run(
        command, cwd=cwd, env=os.environ | {"PATH": path}, capture_output=True, text=True
    )
    if run.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{run.stdout[-800:]}{run.stderr[-800:]}")
    return time.perf_counter() - start


def checks() -> list[str]:
    return [CHECK.format(n=n, h=h, w=w, s=s) for n, (h, w, s) in enumerate(CASES)]


def prepare_otter(place: Path, venv: Path) -> None:
    (place / "tests").mkdir(parents=True)
    lines = ["import numpy as np", "from otter.test_files import test_case", "OK_FORMAT = False"]
    lines += ["name = 'q1'", "points = 5"]
    for number, text in enumerate(checks()):
        body = text.replace("\n", "\n    ")
        lines += ["@test_case(points=1)", f"def test_{number}(nearest):", f"    {body}"]
    (place / "tests" / "q1.py").write_text("\n".join(lines) + "\n")
    (place / "submission.ipynb").write_text(notebook("import numpy as np", RIGHT))
    (place / "out").mkdir()
    timed([f"{venv}/bin/otter", "generate", "-t", "tests", "-o", "a.zip"], place, venv / "bin")


def run_otter(place: Path, venv: Path) -> float:
    command = [f"{venv}/bin/otter", "run", "-a", "a.zip", "-o", "out", "submission.ipynb"]
    seconds = timed(command, place, venv / "bin")
    tests = json.loads((place / "out" / "results.json").read_text())["tests"]
    if sum(test.get("score", 0) for test in tests) != 5:
        raise SystemExit(f"otter gave {tests}")
    return seconds


def prepare_nbgrader(place: Path, venv: Path, students: int) -> None:
    def mark(id: str, **more: object) -> dict[str, object]:
        base = {"schema_version": 3, "grade_id": id, "task": False, "grade": False}
        return {**base, "solution": False, "locked": False, **more}

    marks = {1: mark("answer", solution=True)}
    marks |= {2 + n: mark(f"t{n}", grade=True, locked=True, points=1) for n in range(len(CASES))}
    text = notebook("import numpy as np", RIGHT, *checks(), marks=marks)
    (place / "source" / "hw").mkdir(parents=True)
    (place / "source" / "hw" / "up.ipynb").write_text(text)
    (place / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'c'\n"
    )
    program = f"{venv}/bin/nbgrader"
    timed([program, "generate_assignment", "hw"], place, venv / "bin")
    released = (place / "release" / "hw" / "up.ipynb").read_text()
    for number in range(students):
        folder = place / "submitted" / f"s{number}" / "hw"
        folder.mkdir(parents=True)
        (folder / "up.ipynb").write_text(released)


def run_nbgrader(place: Path, venv: Path, student: int) -> float:
    command = [f"{venv}/bin/nbgrader", "autograde", "hw", "--student", f"s{student}"]
    seconds = timed(command, place, venv / "bin")
    if not (place / "autograded" / f"s{student}" / "hw" / "up.ipynb").exists():
        raise SystemExit("nbgrader graded nothing")
    return seconds


def run_ours(place: Path, submissions: int, number: int) -> float:
    """Seconds of one command for several submissions of the one exercise."""
    folder = place / "class"
    if not folder.exists():
        folder.mkdir(parents=True)
        for student in range(submissions):
            (folder / f"s{student}.ipynb").write_text(notebook("import numpy as np", RIGHT))
    out = place / f"out{number}"
    command = [sys.executable, "-m", "course_pkg", "grade", str(folder), "--out", str(out)]
    seconds = timed([*command, "--exercises", ONE, "--jobs", "1", "--timeout", "120"], place)
    rows = (out / "grades.csv").read_text("utf-8-sig").splitlines()[1:]
    if len(rows) != submissions or not all(",graded,1,1," in row for row in rows):
        raise SystemExit("our grader did not give full marks")
    return seconds


def memory_of(pid: int) -> int:
    """Bytes that a process and all below it hold, pages shared between them counted once."""
    total = 0
    waiting = [pid]
    while waiting:
        current = waiting.pop()
        try:
            rollup = Path(f"/proc/{current}/smaps_rollup").read_text()
            tasks = Path(f"/proc/{current}/task").iterdir()
            for task in tasks:
                waiting += [int(child) for child in (task / "children").read_text().split()]
        except OSError:  # gone in the meantime
            continue
        total += int(rollup.split("\nPss:")[1].split()[0]) << 10
    return total


def grade_class(place: Path, students: int, jobs: int) -> dict[str, float | int]:
    folder = place / "class300"
    folder.mkdir()
    draw = random.Random(0)
    tasks = exercises_of(CHAPTER)
    for student in range(students):
        cells = ["import numpy as np"]
        for task in tasks:
            wrong = f"def {task.name}(*inputs):\n    return np.zeros((4, 4))"
            solution = exercise(task.id).solution().source
            cells.append(draw.choice([solution, solution, solution, wrong, task.starter]))
        (folder / f"student{student}.ipynb").write_text(notebook(*cells))
    command = [sys.executable, "-m", "course_pkg", "grade", str(folder)]
    command += ["--out", str(place / "grades300"), "--exercises", str(CHAPTER)]
    command += ["--jobs", str(jobs), "--timeout", "120"]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peak = 0
    done = threading.Event()
    while not done.is_set():
        peak = max(peak, memory_of(process.pid))
        if process.poll() is not None:
            done.set()
        done.wait(1.0)
    seconds = time.perf_counter() - start
    rows = (place / "grades300" / "grades.csv").read_text("utf-8-sig").splitlines()[1:]
    if process.returncode != 0 or len(rows) != students:
        raise SystemExit("the class was not graded to the end")
    return {
        "submissions": students,
        "exercises": len(tasks),
        "jobs": jobs,
        "seconds": round(seconds, 1),
        "seconds_per_submission": round(seconds / students, 4),
        "seconds_per_exercise": round(seconds / students / len(tasks), 4),
        "peak_memory_mb": peak >> 20,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--otter", type=Path, required=True)
    parser.add_argument("--nbgrader", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--class-size", type=int, default=300)
    parser.add_argument("--ours", type=int, default=50, help="submissions in our command")
    options = parser.parse_args()
    load = os.getloadavg()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        prepare_otter(place / "otter", options.otter)
        prepare_nbgrader(place / "nbgrader", options.nbgrader, options.rounds)
        (place / "ours").mkdir()
        best = dict.fromkeys(("course", "otter", "nbgrader"), float("inf"))
        for number in range(options.rounds):
            ours = run_ours(place / "ours", options.ours, number) / options.ours
            best["course"] = min(best["course"], ours)
            best["otter"] = min(best["otter"], run_otter(place / "otter", options.otter))
            took = run_nbgrader(place / "nbgrader", options.nbgrader, number)
            best["nbgrader"] = min(best["nbgrader"], took)
        one = {name: round(seconds, 4) for name, seconds in best.items()}
        one |= {f"{name}_ratio": round(best[name] / best["course"], 1) for name in list(best)[1:]}
        print(json.dumps(one))
        whole = grade_class(place, options.class_size, os.cpu_count() or 1)
    result = {
        "one_exercise_seconds_per_submission": one,
        "rounds": options.rounds,
        "submissions_in_our_command": options.ours,
        "a_class": whole,
        "peers": {"otter-grader": "7.0.0", "nbgrader": "0.9.6"},
        "command": "python benchmarks/grading.py --otter DIR --nbgrader DIR"
        f" --rounds {options.rounds}",
        "hardware": f"{platform.machine()}, {os.cpu_count()} cores",
        "load_at_the_start": round(load[0], 1),
        "versions": {"python": platform.python_version(), "numpy": version("numpy")},
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }
    file = Path(__file__).with_suffix(".json")
    file.write_text(json.dumps(result, indent=1) + "\n", encoding="utf8")
    print(file.read_text(encoding="utf8"))


if __name__ == "__main__":
    main()
