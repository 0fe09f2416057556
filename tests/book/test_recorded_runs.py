"""A chapter runs once: nbval judges the run that the book shows, and runs what has no record."""

import shutil
import subprocess
import sys
from pathlib import Path

import chapters
import course_cache
import nbformat
import pytest
import recorded
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from nbformat import NotebookNode
from nbval.kernel import RunningKernel

ROOT = Path(__file__).resolve().parents[2]


def cell(source: str, text: str = "", *tags: str) -> NotebookNode:
    """A cell, with what it printed."""
    made = nbformat.v4.new_code_cell(source)
    made.metadata["tags"] = list(tags)
    if text:
        made.outputs, made.execution_count = (
            [nbformat.v4.new_output("stream", name="stdout", text=text)],
            1,
        )
    return made


def notebook(*cells: NotebookNode) -> NotebookNode:
    book = nbformat.v4.new_notebook(cells=list(cells))
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    return book


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a package and the lectures' conftest."""
    for name in ("course_pkg", "lectures", "book"):
        (tmp_path / name).mkdir()
    (tmp_path / "course_pkg" / "a.py").write_text("a = 1")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "book" / "_tools").symlink_to(ROOT / "book" / "_tools")
    shutil.copy(ROOT / "lectures" / "conftest.py", tmp_path / "lectures")
    return tmp_path


def write(project: Path, name: str, book: NotebookNode) -> Path:
    path = project / "lectures" / name
    nbformat.write(book, path)
    return path


def record(project: Path, path: Path, *texts: str) -> None:
    """Pretend that the book has run a chapter and that its cells printed this."""
    book = chapters.read(path)
    for code, text in zip(chapters.code_cells(book), texts, strict=True):
        code.outputs = cell("", text).outputs
    cache = get_cache(course_cache.cache_folder(project))
    cache.cache_notebook_bundle(CacheBundleIn(book, str(path)), check_validity=False)


def nbval(project: Path, *options: str) -> str:
    """Run the chapters of a project; return what pytest said."""
    line = [sys.executable, "-m", "pytest", "lectures", "--nbval-lax", "--nbval-current-env", "-rA"]
    off = ["-p", "no:cacheprovider", "-p", "no:xdist", *options]
    done = subprocess.run([*line, *off], cwd=project, capture_output=True, text=True)
    return done.stdout + done.stderr


def test_a_chapter_is_judged_on_the_run_of_the_book(project: Path) -> None:
    # Run here, the cells would print something else: what nbval sees can only be the record.
    checked = "nbval-check-output"
    good = write(project, "01_good.ipynb", notebook(cell("print(0)"), cell("x", "1\n", checked)))
    record(project, good, "", "1\n")
    other = write(project, "02_other.ipynb", notebook(cell("y"), cell("x", "1\n", checked)))
    record(project, other, "", "2\n")
    said = nbval(project)
    assert "PASSED lectures/01_good.ipynb::Cell 1" in said
    assert "FAILED lectures/02_other.ipynb::Cell 1" in said
    assert "Cell outputs differ" in said
    assert "chapters: 4 cells judged on the book's run, 0 run here" in said


def test_what_has_no_record_is_run(project: Path) -> None:
    path = write(project, "01_new.ipynb", notebook(cell("x = 1"), cell("1 / 0")))
    said = nbval(project)
    assert "PASSED lectures/01_new.ipynb::Cell 0" in said
    assert "ZeroDivisionError" in said
    assert "chapters: 0 cells judged on the book's run, 2 run here" in said
    record(project, path, "", "")
    assert recorded.find(path, project) is not None
    (project / "course_pkg" / "a.py").write_text("a = 2")
    assert recorded.find(path, project) is None, "the package has changed"
    (project / "course_pkg" / "a.py").write_text("a = 1")
    assert recorded.find(path, project) is not None, "and changed back"
    write(project, "01_new.ipynb", notebook(cell("x = 1"), cell("1 / 1")))
    assert recorded.find(path, project) is None, "a cell has changed"


def test_an_error_in_the_record_fails() -> None:
    error = nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=["no"])
    broken = cell("fail()")
    broken.outputs = [error]
    kernel = recorded.RecordedKernel(notebook(broken, cell("print(1)", "1\n")))
    number = kernel.execute_cell_input("fail()")
    kernel.await_reply(number)
    first = kernel.get_message("iopub")
    assert (first["msg_type"], first["content"]["ename"]) == ("error", "ValueError")
    kernel.await_idle(number)
    second = kernel.execute_cell_input("print(1)")
    assert kernel.get_message("iopub")["content"]["text"] == "1\n"
    assert kernel.get_message("iopub") == {
        "msg_type": "status",
        "parent_header": {"msg_id": second},
        "content": {"execution_state": "idle"},
    }


def test_one_cell_may_be_asked_for_alone_and_none_that_was_not_run() -> None:
    kernel = recorded.RecordedKernel(notebook(cell("a"), cell("b"), cell("c")))
    kernel.execute_cell_input("b")
    with pytest.raises(ValueError, match="no cell 'a' from here on"):
        kernel.execute_cell_input("a")


def test_the_record_answers_whatever_nbval_asks_a_kernel() -> None:
    asked = {"execute_cell_input", "get_message", "await_reply", "await_idle"}
    for name in asked | {"is_alive", "interrupt", "stop"}:
        assert callable(getattr(RunningKernel, name))
        assert callable(getattr(recorded.RecordedKernel, name))
