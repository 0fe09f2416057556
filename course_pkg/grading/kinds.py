"""What is not graded, and the reason to give: every file is either read or named."""

import re
from pathlib import PurePosixPath
from typing import Literal

__all__ = ["GRADED", "is_ignored", "why_not_graded"]

GRADED = (".ipynb", ".py")
_IGNORED_NAMES = {"thumbs.db", "desktop.ini", "submission_metadata.yml", "__macosx", "__pycache__"}
_ARCHIVES = {
    **dict.fromkeys((".rar", ".7z", ".egg", ".alz"), "this kind of archive is not opened"),
    **dict.fromkeys((".tar", ".gz", ".tgz", ".bz2", ".xz"), "this kind of archive is not opened"),
}
_DOCUMENTS = {
    ".pdf": "a PDF",
    **dict.fromkeys((".doc", ".docx", ".odt", ".rtf"), "a document"),
    **dict.fromkeys((".hwp", ".hwpx"), "a Hangul document"),
    **dict.fromkeys((".txt", ".md", ".text"), "plain text"),
    **dict.fromkeys((".html", ".htm", ".mhtml"), "a web page"),
    **dict.fromkeys((".ppt", ".pptx", ".key"), "slides"),
    **dict.fromkeys((".url", ".webloc", ".lnk", ".gdoc"), "a link"),
}
_ADDED = (".txt", ".json", ".html", ".download", ".crdownload", ".part", ".bak", ".old")


def is_ignored(parts: tuple[str, ...] | list[str]) -> bool:
    """Whether a path is a program's own litter, such as ``.ipynb_checkpoints``.

    Args:
        parts: of the path.

    Returns:
        True if so.

    Example:
        >>> is_ignored(["kim", ".ipynb_checkpoints", "a.ipynb"]), is_ignored(["kim", "a.ipynb"])
        (True, False)
    """
    return any(p.startswith((".", "~$")) or p.lower() in _IGNORED_NAMES for p in parts)


def why_not_graded(name: str) -> tuple[str, Literal["answers", "words", "data"]]:
    """The reason why a file is not graded, and what may be in it.

    Args:
        name: of the file.

    Returns:
        A sentence without a subject; and whether it may hold answers that a person has to look
        for, words that were handed in, or data, such as a picture, that is nobody's answer.

    Example:
        >>> why_not_graded("ch04.ipynb.txt")
        ('not graded: its name ends in .txt; rename it to ch04.ipynb', 'answers')
        >>> why_not_graded("plot.png")
        ('not graded: only .ipynb and .py files are', 'data')
    """
    path = PurePosixPath(name.rpartition("/")[2])
    ending, before = path.suffix.lower(), PurePosixPath(path.stem).suffix.lower()
    if before in GRADED and (ending in _ADDED or ending not in _DOCUMENTS):
        return f"not graded: its name ends in {path.suffix}; rename it to {path.stem}", "answers"
    if numbered := re.fullmatch(r"(.+?\.(?:ipynb|py))[ _-]*\(?\d+\)?", path.name, re.IGNORECASE):
        return (
            f"not graded: its name goes on after the ending; rename it to {numbered[1]}",
            "answers",
        )
    if ending in _ARCHIVES:
        return f"not graded: {_ARCHIVES[ending]}; expected .zip, .ipynb or .py", "answers"
    if ending in _DOCUMENTS:
        return f"not graded: it is {_DOCUMENTS[ending]}; expected .ipynb or .py", "words"
    return "not graded: only .ipynb and .py files are", "data"
