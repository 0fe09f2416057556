"""A cell's text as Python sees it: IPython's own reading of magics, shell lines and help.

Lines stay where they stand in the notebook, so that what is said about line 3 is about line 3.
"""

import ast
import contextlib
import importlib
import importlib.util
import re
import sys
import types
import warnings
from functools import cache
from typing import Any

__all__ = ["Unreadable", "load_transformer", "parse"]

# Cell magics whose body is another language, or Python that the notebook's own process never runs.
_OTHER_LANGUAGE = frozenset(
    [
        "!",
        "bash",
        "sh",
        "script",
        "cmd",
        "system",
        "sx",
        "html",
        "HTML",
        "svg",
        "SVG",
        "javascript",
        "js",
        "latex",
        "markdown",
        "perl",
        "ruby",
        "pypy",
        "python",
        "python2",
        "python3",
        "R",
        "cython",
        "sql",
        "bigquery",
        "writefile",
        "file",
        "writetemplate",
        "cpp",
        "cu",
        "cuda",
        "julia",
        "sage",
        "skip",
    ]
)
_PYLAB = "import numpy; np = numpy; import matplotlib.pyplot as plt; from numpy import *"
_LINE_MAGIC = re.compile(
    r"(?P<indent>\s*)get_ipython\(\)\.run_line_magic\('(?P<name>\w+)', (?P<text>'.*'|\".*\")\)\s*"
)
_PROMPT = re.compile(r"\s*In \[\d+\]: ")  # pasted; to Python an annotation
_MOST_MAGICS = 500


class Unreadable(ValueError):
    """The cell is not Python; the text says where and why."""


def parse(source: str) -> tuple[ast.Module, str]:
    r"""Parse a cell as a notebook would take it.

    Args:
        source: the cell's text.

    Returns:
        The syntax tree, and the text that its line numbers count in.

    Raises:
        Unreadable: with line and reason.

    Example:
        >>> tree, text = parse("%matplotlib inline\nk = 2")
        >>> text
        "get_ipython().run_line_magic('matplotlib', 'inline')\nk = 2\n"
        >>> parse("!pip install \\\n  numpy\nk = 2")[0].body[1].lineno
        3
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in source:
        raise Unreadable("source code string cannot contain null bytes")
    if not _PROMPT.match(source):
        with contextlib.suppress(SyntaxError):
            return _tree(source), source  # most cells are plain Python
    lines = source.splitlines(keepends=True)
    blank = next((i for i, line in enumerate(lines) if line.strip()), 0)
    head = lines[blank].strip() if lines else ""
    if head.startswith("%%"):
        name = head[2:].split()[0] if head[2:].split() else ""
        if name in _OTHER_LANGUAGE:
            raise Unreadable(f"a %%{name} cell holds no Python and is left out")
        body = "\n" * (blank + 1) + "".join(lines[blank + 1 :])
        try:
            return parse(body)
        except Unreadable as reason:
            raise Unreadable(f"a %%{name} cell was read as Python: {reason}") from None
    text = "\n" * blank + _transformed(lines[blank:])
    try:
        return _tree(text), text
    except SyntaxError as error:
        raise Unreadable(f"line {error.lineno}: {error.msg}") from None
    except ValueError as error:
        raise Unreadable(str(error)) from None


def _tree(text: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about escapes; the learner has seen them
            return ast.parse(text)
    except (RecursionError, MemoryError):
        raise Unreadable("the code is nested too deeply to be read") from None


def _transformed(lines: list[str]) -> str:
    """IPython's transformations one by one, with a blank line for each that one has joined."""
    manager = load_transformer()()
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    for transform in manager.cleanup_transforms:
        lines = transform(lines)
    for _ in range(_MOST_MAGICS):
        changed, after = manager.do_one_token_transform(lines)
        if not changed:
            break
        place = next(
            (i for i, pair in enumerate(zip(lines, after, strict=False)) if pair[0] != pair[1]), 0
        )
        after[place + 1 : place + 1] = ["\n"] * (len(lines) - len(after))
        lines = after
    return "".join(_line_magic(line) for line in lines)


def _line_magic(line: str) -> str:
    """``%time y = f(x)`` assigns as if it stood there by itself, and ``%pylab`` imports."""
    found = _LINE_MAGIC.fullmatch(line)
    if not found or found["name"] not in ("time", "pylab"):
        return line
    statement = _PYLAB if found["name"] == "pylab" else ast.literal_eval(found["text"])
    try:
        ast.parse(statement)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return line
    return f"{found['indent']}{statement}\n"


@cache
def load_transformer() -> Any:
    r"""IPython's `TransformerManager`, without the rest of IPython, which takes five times as long.

    Returns:
        The class.

    Example:
        >>> load_transformer()().transform_cell("!ls")
        "get_ipython().system('ls')\n"
    """
    name = "IPython.core.inputtransformer2"
    known = sys.modules.get("IPython")
    if known is None:
        spec = importlib.util.find_spec("IPython")
        if spec is None or spec.submodule_search_locations is None:
            raise ModuleNotFoundError("reading notebooks needs IPython: pip install ipython")
        outside = types.ModuleType("IPython")
        outside.__path__ = list(spec.submodule_search_locations)
        sys.modules["IPython"] = outside
    try:
        return importlib.import_module(name).TransformerManager
    finally:
        if known is None:  # what an answer imports under this name is not this
            for module in [m for m in sys.modules if m.partition(".")[0] == "IPython"]:
                del sys.modules[module]
