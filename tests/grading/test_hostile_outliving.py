"""No answer outlives its grader, however that one went, and no line number tells a hidden input."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

STAY = """
import ctypes, os, signal, time
def nearest(x, s):
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)  # no signal when the parent ends
    {how}
"""
WAYS = {
    "sleeps": "time.sleep(600)",
    "spins": "while True: pass",
    "waits_for_the_judge": "os.read(3, 1 << 20); os.read(3, 1 << 20); time.sleep(600)",
    "stays_in_a_thread": (
        "import threading; threading.Thread(target=time.sleep, args=(600,)).start(); "
        "ctypes.CDLL(None).pthread_exit(None)"
    ),
}


def processes():
    return {int(p.name) for p in Path("/proc").iterdir() if p.name.isdecimal()}


def descendants(pid):
    found, waiting = [], [pid]
    while waiting:
        for task in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
            children = [int(child) for child in task.read_text().split()]
            found += children
            waiting += children
    return found


@pytest.mark.parametrize("way", WAYS)
def test_no_answer_outlives_a_killed_grader(notebook, tmp_path, way):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "kim.ipynb").write_bytes(notebook(STAY.format(how=WAYS[way])))
    grader = subprocess.Popen(
        [
            *(sys.executable, "-m", "course_pkg", "grade", str(tmp_path / "in")),
            *("--out", str(tmp_path / "out"), "--exercises", "upsampling.nearest"),
            *("--jobs", "1", "--timeout", "300"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 120
    family = []
    while time.monotonic() < deadline and grader.poll() is None:
        family = descendants(grader.pid)
        if len(family) >= 2 and _ignores_signals(family[-1]):  # the worker, and the answer at work
            break
        time.sleep(0.05)
    assert len(family) >= 2
    os.kill(grader.pid, signal.SIGKILL)
    grader.wait()
    for _ in range(300):
        left = [pid for pid in family if pid in processes() and not _is_dead(pid)]
        if not left:
            return
        time.sleep(0.1)
    raise AssertionError(f"still there: {left}")


def _status(pid, field):
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return ""
    return next((line.split()[1] for line in lines if line.startswith(f"{field}:")), "")


def _ignores_signals(pid):
    ignored = _status(pid, "SigIgn")
    return bool(ignored) and bool(int(ignored, 16) & 1 << (signal.SIGTERM - 1))


def _is_dead(pid):
    return _status(pid, "State") in ("", "Z", "X")


LINES = "def nearest(x, s):\n    v = int(abs(x.ravel()[0]) * 1000) % 50\n" + "".join(
    f"    if v == {n}: raise ValueError\n" for n in range(50)
)
SUBSCRIPTS = "def nearest(x, s):\n    v = int(abs(x.ravel()[0]) * 1000) % 50\n" + "".join(
    f"    [0] * {n + 1} if v != {n} else [][v]\n" for n in range(50)
)
HELPERS = (
    "".join(f"def f{n}(): return 1 / 0\n" for n in range(50))
    + "def nearest(x, s):\n    globals()[f'f{int(abs(x.ravel()[0]) * 1000) % 50}']()\n"
)


@pytest.mark.parametrize("source", [LINES, SUBSCRIPTS, HELPERS])
def test_hidden_inputs_choose_no_line_that_is_shown(grade, source):
    (mark,) = grade(source).exercises
    assert mark.status == "raised"
    hidden = [case for case in mark.cases if "line" not in case.message]
    assert len(hidden) >= 3
    # The line of a case that everybody knows is a help and no secret.
    assert len({case.message for case in hidden}) == 1
