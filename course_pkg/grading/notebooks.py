"""Read a submitted file as data: its code cells, and a reason where that is impossible.

Works on the JSON itself. What makes other graders stumble (missing or doubled cell ids, stripped
metadata, stored outputs that claim success) is not looked at.
"""

import io
import json
import tokenize
from dataclasses import dataclass
from typing import Any

__all__ = ["MAX_BYTES", "Broken", "Source", "read_file"]

MAX_BYTES = 32 << 20
_MAX_CELLS = 5000


class Broken(ValueError):
    """The file cannot be read; the text says why."""


@dataclass(frozen=True)
class Source:
    """The text of one file.

    Args:
        cells: name and text of every code cell, such as ``("cell 3", "k = 2")``.
        prose: the same of Markdown cells, where an answer may have ended up by accident.
    """

    cells: tuple[tuple[str, str], ...]
    prose: tuple[tuple[str, str], ...] = ()


def read_file(name: str, data: bytes) -> Source:
    """The cells of a notebook, or a Python file as one cell.

    Args:
        name: the file's name; its ending says what it is.
        data: the file's bytes.

    Returns:
        The cells.

    Raises:
        Broken: with a sentence for the teacher and the student.

    Example:
        >>> read_file("a.py", b"k = 2").cells
        (('a.py', 'k = 2'),)
        >>> read_file("a.ipynb", b"{")
        Traceback (most recent call last):
        ...
        course_pkg.grading.notebooks.Broken: it is not a notebook: not JSON from line 1 on
    """
    if len(data) > MAX_BYTES:
        raise Broken(f"it has more than {MAX_BYTES >> 20} MB: clear its outputs first")
    if not data.strip():
        raise Broken("the file is empty")
    if name.lower().endswith(".py"):
        return Source(((name.rpartition("/")[2], _python(data)),))
    notebook = _json(data)
    cells = _cells(notebook)
    if not cells:
        raise Broken("it is a notebook without cells")
    if len(cells) > _MAX_CELLS:
        raise Broken(f"it has {len(cells)} cells, more than {_MAX_CELLS}")
    code, prose = [], []
    for number, cell in enumerate(cells, 1):
        kind, text = _kind_and_text(cell, number)
        if kind == "code":
            code.append((f"cell {number}", text))
        elif kind == "markdown":
            prose.append((f"cell {number}", text))
    return Source(tuple(code), tuple(prose))


def _python(data: bytes) -> str:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise Broken(f"its characters are not UTF-8: {_first_line(error)}") from error


def _json(data: bytes) -> dict[str, Any]:
    try:
        text = data.decode(json.detect_encoding(data))
    except UnicodeDecodeError as error:
        raise Broken(f"its characters are not UTF-8: byte {error.start} is not") from error
    try:
        notebook = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise Broken(f"it is not a notebook: not JSON from line {error.lineno} on") from error
    except (RecursionError, ValueError) as error:
        raise Broken(f"it is not a notebook: {_first_line(error)}") from error
    if not isinstance(notebook, dict):
        raise Broken("it is not a notebook: JSON, but not an object with cells")
    return notebook


def _cells(notebook: dict[str, Any]) -> list[Any]:
    if "cells" not in notebook and isinstance(notebook.get("worksheets"), list):
        sheets = [s for s in notebook["worksheets"] if isinstance(s, dict)]  # format 3, of 2014
        found = [s.get("cells", []) for s in sheets]
        return [cell for cells in found if isinstance(cells, list) for cell in cells]
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise Broken("it is not a notebook: it has no list of cells")
    return cells


def _kind_and_text(cell: Any, number: int) -> tuple[str, str]:
    if not isinstance(cell, dict):
        raise Broken(f"cell {number} is not a cell")
    text = cell.get("source", cell.get("input", ""))
    if isinstance(text, list) and all(isinstance(line, str) for line in text):
        text = "".join(text)
    if not isinstance(text, str):
        raise Broken(f"the source of cell {number} is not text")
    # Half a surrogate pair can stand in JSON, but in no text that is ever written again.
    return str(cell.get("cell_type", "")), text.encode("utf8", "replace").decode()


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0][:120]
