"""`--unless-passed` leaves out what has passed unchanged, and only that."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HELPERS = Path(__file__).parent


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a package, tests of it, and a test of the repository."""
    texts = {
        "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '--doctest-modules'\n",
        "README.md": "words",
        "course_pkg/__init__.py": "",
        "course_pkg/half.py": '"""\n>>> 4 // 2\n2\n"""\n',
        "course_pkg/silent.py": "",
        "tests/helper.py": "",
        "tests/ops/test_half.py": "def test_half():\n    assert True\n",
        "tests/ops/test_root.py": "#.parents[2]\ndef test_root():\n    assert True\n",
        "tests/test_readme.py": "def test_readme():\n    assert True\n",
    }
    for name, text in texts.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def run(project: Path, *options: str, rc: int = 0) -> list[str]:
    """Run the tests; return the files of which something ran."""
    line = [sys.executable, "-m", "pytest", "tests", "course_pkg", "-v", "-p", "unchanged"]
    done = subprocess.run(
        [*line, "--unless-passed", *options],
        cwd=project,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(HELPERS), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    assert done.returncode == rc, done.stdout + done.stderr
    words = [word for line in done.stdout.splitlines() for word in line.split() if "::" in word]
    return sorted({word.partition("::")[0] for word in words})


DOCTEST, HALF, ROOT, README = ALL = [
    "course_pkg/half.py",
    "tests/ops/test_half.py",
    "tests/ops/test_root.py",
    "tests/test_readme.py",
]


def change(project: Path, name: str, text: str) -> None:
    (project / name).write_text(text)


def test_what_has_passed_is_left_out_until_something_changes(project: Path) -> None:
    assert run(project) == ALL
    assert run(project) == [], "nothing has changed, and that is no failure"
    change(project, HALF, "def test_half():\n    assert 1\n")
    assert run(project) == [HALF], "another test's file is no test's business"
    change(project, "README.md", "other words")
    assert run(project) == [ROOT, README], "tests of the package do not read it"
    change(project, "course_pkg/silent.py", "x = 1")
    assert run(project) == ALL
    change(project, "course_pkg/silent.py", "")
    assert run(project) == [], "back at a state that has passed"
    change(project, "tests/helper.py", "x = 1")
    assert run(project) == ALL


def test_several_workers_leave_out_the_same(project: Path) -> None:
    assert run(project, "-p", "xdist", "-n", "2", "--dist", "loadfile") == ALL
    assert run(project, "-p", "xdist", "-n", "2", "--dist", "loadfile") == []
    change(project, HALF, "def test_half():\n    assert 1\n")
    assert run(project, "-p", "xdist", "-n", "2", "--dist", "loadfile") == [HALF]


@pytest.mark.parametrize("body", ["assert False", "import pytest; pytest.skip('no GPU')"])
def test_a_failure_or_a_skip_is_not_remembered(project: Path, body: str) -> None:
    rc = int("assert" in body)
    change(project, HALF, f"def test_good():\n    pass\n\ndef test_half():\n    {body}\n")
    assert run(project, rc=rc) == ALL
    assert run(project, rc=rc) == [HALF]


def test_a_part_of_a_file_or_a_run_cut_short_is_not_remembered(project: Path) -> None:
    change(project, HALF, "def test_a():\n    pass\n\ndef test_b():\n    pass\n")
    run(project, "-k", "test_a")
    run(project, "-k", "test_a", "-p", "xdist", "-n", "2")
    assert run(project) == ALL
    change(project, HALF, "def test_a():\n    pass\n\ndef test_b():\n    assert False\n")
    change(project, "course_pkg/silent.py", "x = 1")
    run(project, "-x", rc=1)
    assert HALF in run(project, rc=1)
