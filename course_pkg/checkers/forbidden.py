"""Operations that an exercise forbids, found by reading the code of an answer.

Reading sees what is written, and the ways to hide it from reading: text run as code, names put
together, the insides of torch and of Python. What is not written there cannot be called, as far as
torch's dispatcher has not been told otherwise (`dispatch.py`, and `bans.py` for a class). The class
grader's worker loads this same file by its path.
"""

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Found", "find", "is_foreign", "operators", "read", "sentence"]

_OPERATORS = {
    "convolution": (
        "convolution",
        "_convolution",
        "convolution_overrideable",
        "convolution_backward",
        "convolution_backward_overrideable",
        "mkldnn_convolution",
        "slow_conv_transpose2d",
        "slow_conv_transpose3d",
        "slow_conv_dilated2d",
        "slow_conv_dilated3d",
        "thnn_conv2d",
        "_slow_conv2d_forward",
        "_slow_conv2d_backward",
        "slow_conv3d",
        "slow_conv3d_forward",
        "_nnpack_spatial_convolution",
        "conv_tbc",
        "conv_depthwise3d",
        "_conv_depthwise2d",
        "col2im",
    )
}
_WRITTEN = {"convolution": re.compile(r"(?i)^_*(lazy)?(conv|.*convolution|fold$|col2im|.*_conv)")}
# What an answer needs here; everything else could be a way to the rest of Python.
_MODULES = frozenset(
    [
        "torch",
        "numpy",
        "math",
        "itertools",
        "functools",
        "collections",
        "typing",
        "operator",
        "dataclasses",
        "__future__",
        "course_pkg",
        "IPython",
        "abc",
        "numbers",
        "warnings",
        "enum",
        "copy",
    ]
)
_NAMES = frozenset(
    [
        "exec",
        "eval",
        "compile",
        "__import__",
        "globals",
        "locals",
        "vars",
        "breakpoint",
        "open",
        "input",
        "__builtins__",
        "__loader__",
        "__spec__",
        "get_ipython",
    ]
)
_INSIDE = frozenset(
    [
        "_C",
        "_ops",
        "ops",
        "library",
        "jit",
        "compile",
        "fx",
        "_dynamo",
        "_inductor",
        "_decomp",
        "_prims",
        "_refs",
        "_lowrank",
        "overrides",
        "_python_dispatch",
        "cpp_extension",
        "backends",
        "package",
        "export",
        "onnx",
        "sys",
        "os",
        "gc",
        "ctypes",
        "ctypeslib",
        "f2py",
        "testing",
        "load",
        "hub",
        "attrgetter",
        "methodcaller",
        "quantized",
        "ao",
        "nn.grad",
        "compiler",
        "_VF",
        "_tensor",
        "user_ns",
        "system",
        "getoutput",
    ]
)


@dataclass(frozen=True)
class Found:
    """Something in the code that the exercise does without.

    Args:
        line: where it stands in the text.
        what: it.
    """

    line: int
    what: str


def operators(forbid: Iterable[str]) -> tuple[str, ...]:
    """The operators of ``torch.ops.aten`` behind the names an exercise gives.

    Args:
        forbid: operators, or the group ``"convolution"``.

    Returns:
        All operators.

    Example:
        >>> operators(["relu"])
        ('relu',)
        >>> "col2im" in operators(["convolution"])
        True
    """
    return tuple(op for name in forbid for op in _OPERATORS.get(name, (name,)))


def sentence(what: str) -> str:
    """What the learner reads, in the notebook and in a class.

    Args:
        what: the operation.

    Returns:
        A sentence.

    Example:
        >>> sentence("F.fold")
        'Your function used an operation that this exercise forbids: F.fold.'
    """
    return f"Your function used an operation that this exercise forbids: {what}."


def read(text: str, forbid: Iterable[str]) -> Found | None:
    r"""The first forbidden operation that a piece of code names, or a way to name one unseen.

    Args:
        text: the code.
        forbid: as the exercise gives it.

    Returns:
        What was found, or None.

    Example:
        >>> read("def f(x, w):\n    return F.conv_transpose2d(x, w)", ["convolution"])
        Found(line=2, what='F.conv_transpose2d')
        >>> read("def f(x, w):\n    return (x * w).sum()", ["convolution"])
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return find(tree, forbid)


def find(tree: ast.AST, forbid: Iterable[str], is_answer: bool = True) -> Found | None:
    """The same for code that has been parsed.

    Args:
        tree: the code.
        forbid: as the exercise gives it.
        is_answer: whether it is the function and what it needs; around a check only the ways to
            hide something are looked for.

    Returns:
        What was found, or None.

    Example:
        >>> find(ast.parse("print(F.fold(x, 2, 2))"), ["convolution"], is_answer=False)
    """
    names = tuple(forbid)
    if not names:
        return None
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    found = [
        Found(getattr(node, "lineno", 1), what)
        for node in ast.walk(tree)
        if (what := _what(node, names, own, is_answer))
    ]
    return min(found, key=lambda f: f.line, default=None)


def _what(node: ast.AST, forbid: tuple[str, ...], own: set[str], is_answer: bool) -> str:
    match node:
        case ast.Import(names=names):
            foreign = [a.name for a in names if is_foreign(a.name)]
            return f"import {foreign[0]}" if foreign else ""
        case ast.ImportFrom(module=module, names=names):
            if is_foreign(module or ""):
                return f"from {module} import"
            odd = [a.name for a in names if _is_named(a.name, forbid, is_answer)]
            return odd[0] if odd and (module or "").partition(".")[0] == "torch" else ""
        case ast.Attribute(attr=attr):
            dunder = attr.startswith("__") and attr not in ("__init__", "__name__", "__call__")
            if dunder or _is_named(attr, forbid, is_answer):
                is_own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
                return "" if is_own and not dunder else ast.unparse(node)[:60]
        case ast.Name(id=name) if name in _NAMES:
            return name
        case ast.Name(id=name, ctx=ast.Load()) if is_answer and name not in own:
            return name if any(name == op for op in operators(forbid)) else ""
        case ast.Call(func=ast.Name(id="getattr" | "setattr" | "delattr") as function, args=args):
            match args:
                case [_, ast.Constant(value=str() as attr), *_]:
                    odd = attr.startswith("__") or _is_named(attr, forbid, is_answer)
                    return f"{function.id}(..., {attr!r})" if odd else ""
                case _:
                    return f"{function.id} with a name that is computed"
        case _:
            pass
    return ""


def is_foreign(module: str) -> bool:
    """Whether an answer to an exercise that forbids something has no business with a module.

    Args:
        module: its name.

    Returns:
        True for all but a few.

    Example:
        >>> is_foreign("torch.nn.functional"), is_foreign("torch.library"), is_foreign("gc")
        (False, True, True)
    """
    parts = module.split(".")
    if parts[0] == "course_pkg":  # refused as an import, in the words for that
        return False
    return parts[0] not in _MODULES or any(part in _INSIDE for part in parts[1:])


def _is_named(attr: str, forbid: tuple[str, ...], is_answer: bool) -> bool:
    if attr in _INSIDE:
        return True
    if not is_answer:
        return False
    return attr in operators(forbid) or any(
        pattern.match(attr) for name in forbid if (pattern := _WRITTEN.get(name))
    )
