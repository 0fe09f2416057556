"""The tools that run, clean and stamp the notebooks, and the one that pins versions."""

import os
import subprocess
import sys
from pathlib import Path

import colab
import constraints
import execute
import nbformat
import notebooks
import pytest
import stamp
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[2]


def code(source: str, *tags: str, outputs: list | None = None) -> NotebookNode:
    cell = nbformat.v4.new_code_cell(source, outputs=outputs or [])
    cell.metadata["tags"] = list(tags)
    return cell


def printed(text: str) -> NotebookNode:
    return nbformat.v4.new_output("stream", name="stdout", text=text)


def notebook(*cells: NotebookNode) -> NotebookNode:
    return nbformat.v4.new_notebook(cells=list(cells))


# --- notebooks.py ----------------------------------------------------------------------------


def test_outputs_stay_only_where_a_test_compares_them() -> None:
    book = notebook(
        code("print(1)", outputs=[printed("1\n")]),
        code("print(2)", notebooks.CHECKED, outputs=[printed("2\n")]),
    )
    book.cells[0].execution_count = 7
    cleaned = notebooks.clean(book)
    assert cleaned.cells[0].outputs == []
    assert cleaned.cells[0].execution_count is None
    assert cleaned.cells[1].outputs[0].text == "2\n"
    assert cleaned.cells[1].execution_count == 1, "without a count nbval compares nothing"


def test_pieces_of_a_stream_are_joined() -> None:
    pieces = [printed("a\n"), printed("b\n")]
    cleaned = notebooks.clean(notebook(code("x", notebooks.CHECKED, outputs=pieces)))
    assert [output.text for output in cleaned.cells[0].outputs] == ["a\nb\n"]


def test_pictures_and_numbers_of_runs_go() -> None:
    data = {"image/png": "AAAA", "text/html": "<b>1</b>", "text/plain": "1"}
    result = nbformat.v4.new_output("execute_result", data, execution_count=12)
    cleaned = notebooks.clean(notebook(code("x", notebooks.CHECKED, outputs=[result])))
    output = cleaned.cells[0].outputs[0]
    assert output.data == {"text/plain": "1"}
    assert output.execution_count == 1


def test_metadata_of_editors_goes_and_ours_stays() -> None:
    book = notebook(code("x", "setup"))
    book.metadata["vscode"] = {"a": 1}
    book.metadata["accelerator"] = "GPU"
    book.cells[0].metadata["collapsed"] = True
    book.cells[0].metadata["mystnb"] = {"image": {"alt": "a cat"}}
    cleaned = notebooks.clean(book)
    assert set(cleaned.metadata) == {"kernelspec", "language_info", "accelerator"}
    assert cleaned.cells[0].metadata == {"tags": ["setup"], "mystnb": {"image": {"alt": "a cat"}}}


def test_ids_are_kept_and_made_unique() -> None:
    book = notebook(code("a"), code("b"), code("c"))
    book.cells[0]["id"] = book.cells[1]["id"] = "same"
    del book.cells[2]["id"]
    ids = [cell["id"] for cell in notebooks.clean(book).cells]
    assert ids == ["same", "cell-01", "cell-02"]


def test_cleaning_twice_changes_nothing() -> None:
    book = notebook(code("print(2)", notebooks.CHECKED, outputs=[printed("2\n")]))
    once = notebooks.text(notebooks.clean(book))
    again = notebooks.text(notebooks.clean(nbformat.reads(once, as_version=4)))
    assert once == again


def test_outputs_are_taken_from_a_run() -> None:
    book = notebook(code("print(2)", notebooks.CHECKED), code("print(3)"))
    run = notebook(code("", outputs=[printed("2\n")]), code("", outputs=[printed("3\n")]))
    cleaned = notebooks.clean(book, run)
    assert cleaned.cells[0].outputs[0].text == "2\n"
    assert cleaned.cells[1].outputs == []


def test_a_compared_cell_without_output_is_a_problem() -> None:
    empty = notebooks.clean(notebook(code("print(2)", notebooks.CHECKED)))
    assert "holds no output" in notebooks.problems(empty)[0]
    full = notebook(code("print(2)", notebooks.CHECKED, outputs=[printed("2\n")]))
    assert notebooks.problems(notebooks.clean(full)) == []


# --- stamp.py --------------------------------------------------------------------------------


def test_the_address_is_written_into_the_setup_cell() -> None:
    book = notebook(code('SOURCE = ""  # here\nprint(SOURCE)', "setup"), code('SOURCE = ""'))
    assert stamp.stamp(book, "https://github.com/a/b")
    assert book.cells[0].source.startswith('SOURCE = "https://github.com/a/b"  # here\n')
    assert book.cells[1].source == 'SOURCE = ""', "only the set-up cell is stamped"
    assert stamp.stamp(book, "")
    assert book.cells[0].source == 'SOURCE = ""  # here\nprint(SOURCE)'


@pytest.mark.parametrize("source", ["import torch", 'SOURCE = ""\nSOURCE = ""', '  SOURCE = ""'])
def test_a_notebook_without_a_place_for_the_address_is_named(source: str) -> None:
    assert not stamp.stamp(notebook(code(source, "setup")), "https://github.com/a/b")


@pytest.mark.parametrize("tool", ["notebooks.py", "stamp.py"])
def test_the_committed_notebooks_are_clean_and_stamped(tool: str) -> None:
    line = [sys.executable, str(ROOT / "book" / "_tools" / tool), "--check"]
    done = subprocess.run(line, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


# --- execute.py ------------------------------------------------------------------------------


def write(folder: Path, *sources: str) -> Path:
    book = notebook(*(code(source) for source in sources))
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    path = folder / "try.ipynb"
    nbformat.write(book, path)
    return path


def test_a_run_brings_the_outputs(tmp_path: Path) -> None:
    path = write(tmp_path, "import os", "print(os.path.basename(os.getcwd()))")
    run, seconds, problem = execute.run(path, timeout=60)
    assert problem == ""
    assert run.cells[1].outputs[0].text == tmp_path.name + "\n", "a notebook runs in its folder"
    assert seconds > 0
    assert "execution" not in run.cells[0].metadata, "times would change the cache's key"


def test_a_failing_cell_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "x = 1", "y = x / 0", "print('never')")
    problem = execute.run(path, timeout=60)[2]
    assert "cell 1:" in problem
    assert "y = x / 0" in problem
    assert "ZeroDivisionError: division by zero" in problem


def test_only_the_newest_states_are_kept(tmp_path: Path) -> None:
    states = [tmp_path / f"state{number}" for number in range(5)]
    for age, state in enumerate(states):
        state.mkdir()
        (state / "outputs").write_text("x")
        os.utime(state, (1_000_000 - age, 1_000_000 - age))
    execute.forget_old_states(states[0])
    assert sorted(tmp_path.iterdir()) == states[: execute.KEPT_STATES]


# --- constraints.py and colab.py -------------------------------------------------------------


def test_constraints_are_names_and_versions_only() -> None:
    installed = [
        {"name": "torch", "version": "2.14.1+cpu"},
        {"name": "jupyter_core", "version": "5.9.1"},
        {"name": "course-pkg", "version": "0.1.0"},
        {"name": "pip", "version": "25.0"},
        {"name": "Babel", "version": "2.18.0"},
    ]
    expected = ["babel==2.18.0", "jupyter-core==5.9.1", "torch==2.14.1"]
    assert constraints.lines(installed) == expected


def test_the_committed_constraints_have_no_address_and_pin_torch() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    names = [pin.partition("==")[0] for pin in pins]
    assert names == sorted(set(names))
    assert set(constraints.PINNED) <= set(pins)
    assert [line for line in pins if line.count("==") != 1 or "/" in line or ";" in line] == []


def test_a_python_that_does_not_answer_is_not_chosen(tmp_path: Path, monkeypatch) -> None:
    shim = tmp_path / "python9.9"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert colab.find_python("9.9") is None
    shim.write_text('#!/bin/sh\n[ "$PYENV_VERSION" = 9.9 ] && echo 9.9\n')
    assert colab.find_python("9.9") == (str(shim), {"PYENV_VERSION": "9.9"})
    shim.write_text("#!/bin/sh\necho 9.9\n")
    assert colab.find_python("9.9") == (str(shim), {})


def test_the_newest_row_with_a_python_at_hand_is_chosen(monkeypatch) -> None:
    rows = [
        {"runtime": "old", "python": "3.12.1"},
        {"runtime": "middle", "python": "3.12.9"},
        {"runtime": "new", "python": "3.13.1"},
    ]
    found = {"3.12": ("python3.12", {})}
    monkeypatch.setattr(colab, "find_python", found.get)
    assert colab.choose(rows, None)[0]["runtime"] == "middle"
    assert colab.choose(rows, "old")[0]["runtime"] == "old"
    with pytest.raises(SystemExit, match=r"Python 3\.12 or 3\.13"):
        colab.choose(rows, "new")
