"""`progress()` after a restart: what is written down, where, and how to have nothing written."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from course_pkg.checkers.memory import forget, recall, remember

CHECKS = (
    "from course_pkg.checkers import exercise, progress\n"
    "exercise('upsampling.nearest').check(lambda x, s: x.repeat(s, 0).repeat(s, 1))\n"
    "exercise('upsampling.sum_pool').check(lambda y, stride: y)\n"
)
SHOWS = "from course_pkg.checkers import progress\nprint(dict(progress(chapter=4).rows))\n"


def run(code, folder, **more):
    env = {k: v for k, v in os.environ.items() if k != "COURSE_PROGRESS"} | more
    code = f"import sys; sys.path.insert(0, {str(Path.cwd())!r})\n{code}"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_progress_survives_a_restart(tmp_path):
    run(CHECKS, tmp_path)
    shown = run(SHOWS, tmp_path)
    assert "'upsampling.nearest': 'correct'" in shown
    assert "'upsampling.sum_pool': 'wrong'" in shown
    assert json.loads((tmp_path / ".course_progress.json").read_text()) == {
        "upsampling.nearest": "correct",
        "upsampling.sum_pool": "wrong",
    }


def test_one_setting_switches_it_off(tmp_path):
    run(CHECKS, tmp_path, COURSE_PROGRESS="off")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def place(tmp_path, monkeypatch):
    place = tmp_path / "mine.json"
    monkeypatch.setenv("COURSE_PROGRESS", str(place))
    return place


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"a.b": 3, "c.d": "no such word"}', "\0"])
def test_a_broken_file_is_an_empty_one(place, content):
    place.write_text(content)
    assert recall() == {}
    remember("a.b", "correct")
    assert recall() == {"a.b": "correct"}


def test_what_was_correct_stays_so_and_what_was_not_tried_is_not_written(place):
    remember("a.b", "not_attempted")
    assert not place.exists()
    for outcome in ("wrong", "correct", "raised"):
        remember("a.b", outcome)
    assert recall() == {"a.b": "correct"}
    forget()
    assert recall() == {}


def test_a_folder_that_cannot_be_written_to_is_no_error(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "no" / "such" / "folder" / "p.json"))
    remember("a.b", "correct")
    assert recall() == {}
