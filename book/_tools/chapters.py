"""What the notebook tools share: where the notebooks lie, how they are read, written and cached."""

import sys
from importlib import import_module
from pathlib import Path

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "book" / "_ext"))  # the book's extensions are no package
cache_folder = import_module("course_cache").cache_folder
source_address = import_module("course_repository").source_address


def paths() -> list[Path]:
    """Return the chapters' notebooks, in their order."""
    return sorted((ROOT / "lectures").glob("*.ipynb"))


def read(path: Path) -> NotebookNode:
    """Read one notebook without changing it."""
    return nbformat.reads(path.read_text("utf8"), as_version=4)


def text(notebook: NotebookNode) -> str:
    """Return a notebook as it stands in its file."""
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def tags(cell: NotebookNode) -> list[str]:
    """Return a cell's tags."""
    return cell.metadata.get("tags", [])


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells that run."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]
