"""Write files so that whoever reads them, at any moment, finds an old one or a new one whole."""

import json
import os
from pathlib import Path
from typing import Any

__all__ = ["clear_leftovers", "write_bytes", "write_file", "write_json"]

_UNFINISHED = ".unfinished-"


def write_file(path: Path, text: str, encoding: str = "utf8") -> None:
    """Replace a file in one step.

    Args:
        path: the file; missing folders are made.
        text: what it shall hold.
        encoding: ``"utf-8-sig"`` for spreadsheets that would otherwise spoil Korean names.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "a" / "b.txt"
        >>> write_file(path, "done")
        >>> path.read_text()
        'done'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{_UNFINISHED}{os.getpid()}-{path.name[:80]}")
    try:
        with beside.open("w", encoding=encoding, newline="", errors="replace") as opened:
            opened.write(text)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def write_bytes(path: Path, data: bytes) -> None:
    """Replace a file of bytes in one step.

    Args:
        path: the file; missing folders are made.
        data: what it shall hold.

    Raises:
        ValueError: if it cannot be written.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "a.zip"
        >>> write_bytes(path, b"PK")
        >>> path.read_bytes()
        b'PK'
    """
    beside = path.with_name(f"{_UNFINISHED}{os.getpid()}-{path.name[:80]}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        raise ValueError(f"{path} cannot be written: {error.strerror}") from error


def write_json(path: Path, data: dict[str, Any]) -> None:
    r"""Replace a JSON file in one step.

    Args:
        path: the file.
        data: plain data.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "a.json"
        >>> write_json(path, {"total": 4.5})
        >>> path.read_text()
        '{\n "total": 4.5\n}\n'
    """
    write_file(path, json.dumps(data, indent=1, ensure_ascii=False) + "\n")


def clear_leftovers(folder: Path) -> None:
    """Remove what a run that was killed left half written.

    Args:
        folder: the output folder.

    Example:
        >>> clear_leftovers(Path("/nowhere"))
    """
    for path in folder.rglob(f"{_UNFINISHED}*"):
        path.unlink(missing_ok=True)
