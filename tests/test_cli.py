"""The `course` command: what it prints, and one sentence with exit code 2 for bad input."""

import subprocess
import sys

import pytest

import course_pkg
from course_pkg.checkers import exercises_of
from course_pkg.cli import main


def test_version(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out == f"course {course_pkg.__version__}\n"


def test_exercises_lists_every_one_with_chapter_points_and_title(capsys):
    assert main(["exercises"]) == 0
    header, *lines = capsys.readouterr().out.splitlines()
    assert header.split() == ["exercise", "chapter", "points", "title"]
    shown = [tuple(line.split(maxsplit=3)) for line in lines]
    assert shown == [(e.id, str(e.chapter), str(e.points), e.title) for e in exercises_of()]


def test_exercises_of_one_chapter(capsys):
    assert main(["exercises", "--chapter", "5"]) == 0
    lines = capsys.readouterr().out.splitlines()[1:]
    assert [line.split()[0] for line in lines] == [e.id for e in exercises_of(5)]


def test_without_a_command_it_explains_itself(capsys):
    assert main([]) == 0
    out = capsys.readouterr().out
    assert out.startswith("usage: course")
    assert "list the exercises" in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["exercises", "--chapter", "99"],
            "course: chapter 99 has no exercises; those that have: ",
        ),
        (
            ["exercises", "--chapter", "four"],
            "course exercises: argument --chapter: invalid int value",
        ),
        (["exercises", "--chaptr", "4"], "course: unrecognized arguments: --chaptr 4"),
        (["exercise"], "course: argument COMMAND: invalid choice: 'exercise'"),
        (["--nonsense"], "course: unrecognized arguments: --nonsense"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(capsys, arguments, sentence):
    try:
        code = main(arguments)
    except SystemExit as stop:
        code = stop.code
    out, err = capsys.readouterr()
    assert code == 2
    assert out == ""
    assert err.startswith(sentence)
    assert len(err.splitlines()) == 1


def test_a_mistake_in_the_package_is_not_taken_for_bad_input(monkeypatch):
    def broken(chapter):
        raise KeyError("a bug")

    monkeypatch.setattr("course_pkg.checkers.exercises_of", broken)
    with pytest.raises(KeyError):
        main(["exercises"])


def test_python_dash_m_is_the_same_command():
    run = subprocess.run(
        [sys.executable, "-m", "course_pkg", "exercises", "--chapter", "99"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("course: chapter 99 has no exercises; those that have: ")
    assert run.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["exercises", "list"])
def test_a_reader_that_has_seen_enough_ends_the_command_quietly(command):
    line = f"{sys.executable} -m course_pkg {command} | head -1"
    run = subprocess.run(line, shell=True, capture_output=True, text=True, check=False)
    assert len(run.stdout.splitlines()) == 1
    assert run.stderr == ""
