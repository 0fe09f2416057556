"""Keep the chapters' files small and comparable: outputs only where a test compares them.

    python book/_tools/notebooks.py           strip what does not belong in a committed notebook
    python book/_tools/notebooks.py --check   change nothing; name what would change, return 1
    python book/_tools/notebooks.py --renew   take the compared outputs from the last run
                                              (book/_tools/execute.py)

A cell tagged `nbval-check-output` keeps its text outputs and an execution count; without the count
nbval compares nothing and the test passes whatever the cell prints.
"""

import argparse
import sys
from typing import Any

import nbformat
from chapters import ROOT, cache_folder, paths, read, tags, text
from jupyter_cache import get_cache
from nbformat import NotebookNode

CHECKED = "nbval-check-output"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
KEPT_METADATA = ("accelerator", "colab", "mystnb")
KEPT_CELL_METADATA = ("tags", "mystnb")
# Text is compared; pictures and drawn widgets are not, and would only weigh.
KEPT_TYPES = ("text/plain",)


def merged(outputs: list[Any]) -> list[Any]:
    """Join neighbouring pieces of one stream: how a kernel cuts them is an accident of timing."""
    result: list[Any] = []
    for output in outputs:
        last = result[-1] if result else None
        if output.output_type == "stream" and last and last.get("name") == output.name:
            last["text"] += output.text
        else:
            result.append(nbformat.from_dict(output))
    return result


def cleaned_output(output: Any) -> Any:
    """Return an output without pictures, metadata or the number of the run."""
    if "data" in output:
        output["data"] = {kind: output.data[kind] for kind in KEPT_TYPES if kind in output.data}
        output["metadata"] = {}
    if "execution_count" in output:
        output["execution_count"] = 1
    return output


def clean(notebook: NotebookNode, run: NotebookNode | None = None) -> NotebookNode:
    """Bring a notebook into the form that is committed.

    Args:
        notebook: changed in place.
        run: the same notebook with outputs; where given, compared cells take theirs from it.
    """
    kept = {key: notebook.metadata[key] for key in KEPT_METADATA if key in notebook.metadata}
    notebook.metadata = nbformat.from_dict({**METADATA, **kept})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    seen: set[str] = set()
    for number, cell in enumerate(notebook.cells):
        if cell.get("id", "") in {"", *seen}:
            cell["id"] = f"cell-{number:02d}"
        seen.add(cell["id"])
        cell.metadata = nbformat.from_dict(
            {key: cell.metadata[key] for key in KEPT_CELL_METADATA if key in cell.metadata}
        )
        if cell.cell_type != "code":
            continue
        if CHECKED not in tags(cell):
            cell.outputs, cell.execution_count = [], None
            continue
        found = run.cells[number].outputs if run else cell.outputs
        cell.outputs = [cleaned_output(output) for output in merged(found)]
        cell.execution_count = 1 if cell.outputs else None
    return notebook


def problems(notebook: NotebookNode) -> list[str]:
    """Name the compared cells that hold nothing to compare."""
    return [
        f"cell {number} is tagged {CHECKED} but holds no output: make lectures"
        for number, cell in enumerate(notebook.cells)
        if CHECKED in tags(cell) and not cell.outputs
    ]


def main() -> int:
    """Strip, check or renew every notebook; return 1 where something is left to do."""
    parser = argparse.ArgumentParser(description="keep the chapters' files clean")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--check", action="store_true", help="change nothing")
    kind.add_argument("--renew", action="store_true", help="take outputs from the last run")
    wish = parser.parse_args()
    left = 0
    for path in paths():
        old, run = path.read_text("utf8"), None
        if wish.renew:
            cache = get_cache(cache_folder(ROOT))
            try:
                _, run = cache.merge_match_into_notebook(read(path))
            except KeyError:
                print(f"{path.name}: has not been run as it stands; run book/_tools/execute.py")
                left += 1
                continue
        notebook = clean(read(path), run)
        for problem in problems(notebook):
            print(f"{path.name}: {problem}")
            left += 1
        if text(notebook) != old:
            print(f"{path.name}: {'would change (make lectures)' if wish.check else 'written'}")
            left += wish.check
            if not wish.check:
                path.write_text(text(notebook), "utf8")
    return int(left > 0)


if __name__ == "__main__":
    sys.exit(main())
