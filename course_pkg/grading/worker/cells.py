"""A cell's text as Python sees it: notebook magics out, and the reason where it cannot be read."""

import ast
import re
import textwrap
import warnings

__all__ = ["Unreadable", "parse"]

# Cell magics whose body is still Python; all others hold another language.
_TRANSPARENT = ("%%time", "%%timeit", "%%capture", "%%prun")
_MAGIC = re.compile(
    r"^(?P<indent>\s*)(?:[%!?].*|[\w., ]+=\s*[%!].*|[\w.]+\?{1,2})\s*$", re.MULTILINE
)


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
        'pass\nk = 2'
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    head = source.lstrip().partition("\n")[0]
    if head.startswith("%%"):
        if not head.startswith(_TRANSPARENT):
            raise Unreadable(f"a {head.split()[0]} cell holds no Python and is left out")
        source = source.replace(head, "", 1)
    # As it is first: a line in a long text may well begin with a percent sign.
    without_magics = _MAGIC.sub(r"\g<indent>pass", source)
    first: Exception | None = None
    for text in dict.fromkeys((source, without_magics, textwrap.dedent(without_magics))):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about escapes; the learner has seen them
                return ast.parse(text), text
        except (SyntaxError, ValueError) as error:
            first = first if text != without_magics and first else error
        except (RecursionError, MemoryError):
            raise Unreadable("the code is nested too deeply to be read") from None
    if isinstance(first, SyntaxError) and first.lineno:
        raise Unreadable(f"line {first.lineno}: {first.msg}")
    raise Unreadable(str(first))
