"""Show the package's own code inside a lecture, so that there is never a second copy of it."""

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

from IPython.display import Markdown

__all__ = ["show_source", "source_text"]


def show_source(*objects: Callable[..., Any], doc: bool = False) -> Markdown:
    """Display the source of functions or classes as highlighted code.

    The lecture shows what is installed, not a copy that could grow old.

    Args:
        objects: functions or classes written in Python.
        doc: also show the docstrings (they are on the API pages anyway).

    Returns:
        A markdown block; as the last line of a cell it is drawn by Jupyter, Colab and the book.

    Example:
        >>> from course_pkg.ops import bed_of_nails
        >>> print(show_source(bed_of_nails).data.splitlines()[1])
        def bed_of_nails(
    """
    listings = [source_text(obj, doc=doc) for obj in objects]
    return Markdown("```python\n" + "\n\n".join(listings) + "\n```")


def source_text(obj: Callable[..., Any], doc: bool = False) -> str:
    """The dedented source of a function or class, with or without its docstrings.

    Args:
        obj: a function or class written in Python.
        doc: keep the docstrings.

    Returns:
        The source text, without a newline at the end.

    Raises:
        ValueError: if there is no Python source to show (an object written in C).

    Example:
        >>> from course_pkg.ops import bed_of_nails
        >>> "Args:" in source_text(bed_of_nails), "Args:" in source_text(bed_of_nails, doc=True)
        (False, True)
    """
    try:
        text = textwrap.dedent(inspect.getsource(inspect.unwrap(obj))).rstrip()
    except (TypeError, OSError) as error:
        raise ValueError(
            f"show_source: {obj!r} has no Python source to show ({error}); "
            "give a function or class that is written in Python"
        ) from None
    return text if doc else _without_docstrings(text)


def _without_docstrings(text: str) -> str:
    """Cut the docstrings' lines out and leave every other character as it was written."""
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        first = node.body[0]
        is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        if is_text and ast.get_docstring(node) is not None and len(node.body) > 1:
            for number in range(first.lineno - 1, first.end_lineno or first.lineno):
                lines[number] = "\0"  # not removed yet: the other nodes count lines too
    kept = [line for line in lines if line != "\0"]
    return "\n".join(kept).replace(":\n\n", ":\n")
