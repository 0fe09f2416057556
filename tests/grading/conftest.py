"""One warm worker for all tests of grading, and what every attack has to leave behind: nothing."""

import json
import time
from pathlib import Path

import pytest
from grading_secret import SECRET

from course_pkg.checkers import exercise
from course_pkg.grading import GradingJob, Settings, grade_submission
from course_pkg.grading.process import ALL_MEASURES
from course_pkg.grading.workers import close_workers, worker_for

PATIENT = 120.0  # seconds; for programs that must not be stopped on a busy machine


@pytest.fixture(scope="session", autouse=True)
def _no_worker_outlives_the_tests():
    yield
    close_workers()


@pytest.fixture(scope="session")
def notebook():
    """Make a notebook's bytes from its code cells."""

    def make(*cells):
        code = [{"cell_type": "code", "source": text, "outputs": []} for text in cells]
        return json.dumps({"cells": code, "metadata": {}, "nbformat": 4}).encode()

    return make


@pytest.fixture(scope="session")
def grade(notebook):
    """Grade code cells as one student's notebook; gives the record."""

    def run(
        *cells, exercises=("upsampling.nearest",), timeout=PATIENT, memory=256, data=None, **more
    ):
        settings = Settings(tuple(exercises), SECRET, timeout=timeout, memory_mb=memory, **more)
        files = (("kim.ipynb", notebook(*cells) if data is None else data),)
        return grade_submission(GradingJob("kim", files, (), "key"), settings)

    return run


@pytest.fixture
def attack(grade, tmp_path):
    """Run a program and see that nothing but its own mark came of it.

    Gives the mark of the exercise. Afterwards an honest answer to another exercise in the same
    notebook, and an honest submission, have to get full marks; the files beside have to be as they
    were; and no process may be left.
    """
    canary = tmp_path / "canary"
    canary.mkdir()
    (canary / "marks.csv").write_text("kim,100\n")

    def run(source, id="upsampling.nearest", timeout=PATIENT, memory=256):
        source = source.replace("CANARY", str(canary))
        before = _state(canary)
        other = "upsampling.bed_of_nails"
        honest = exercise(other).solution().source
        ids = (id, other) if timeout == PATIENT else (id,)
        record = grade(
            "import numpy as np", source, honest, exercises=ids, timeout=timeout, memory=memory
        )
        assert record.isolation["level"] == "strong"
        if len(ids) == 2:
            assert record.exercises[1].status == "correct", record.exercises[1]
        after = grade("import numpy as np", exercise("upsampling.nearest").solution().source)
        assert after.exercises[0].status == "correct", after.exercises[0]
        assert _state(canary) == before
        assert _children_left_by_workers() == []
        return record.exercises[0]

    return run


@pytest.fixture
def honest_mark():
    return exercise("upsampling.nearest").definition.points * 100


def _state(folder):
    paths = sorted(folder.rglob("*"))
    return [
        (str(p), p.read_bytes() if p.is_file() else b"", p.stat().st_mode, p.stat().st_mtime_ns)
        for p in paths
    ]


def _children_left_by_workers(patience=10.0):
    """Those that are still there after a moment.

    The handle of a process says that it has ended a little before the kernel takes it off its
    parent's list, so the list may still hold one that is already dead. One that was left stays.
    """
    deadline = time.monotonic() + patience
    while (found := _children_of_workers()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return found


def _children_of_workers():
    """Processes whose parent is a worker of this session."""
    found = []
    for packages in ((), ("torch",)):
        if packages and not _is_running(packages):
            continue
        pid = worker_for(packages, ALL_MEASURES)._process.pid
        found += Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return found


def _is_running(packages):
    from course_pkg.grading.workers import _here

    return (packages, ALL_MEASURES) in _here.__dict__.get("workers", {})
