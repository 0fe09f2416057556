"""The shape of a piece of code without its names: two answers of one structure were one answer.

Says nothing about who copied, and short functions are alike by nature: a hint for a person.
"""

import ast
import copy
import hashlib

__all__ = ["fingerprint", "without_annotations"]


def fingerprint(node: ast.stmt) -> tuple[str, int]:
    r"""A short text that stays the same when names, comments and annotations change.

    Args:
        node: a definition.

    Returns:
        The text, and how many parts the code has.

    Example:
        >>> f = ast.parse("def f(x):\n    'Doc.'\n    return x + 1").body[0]
        >>> g = ast.parse("def g(y: int) -> int:\n    return y + 1").body[0]
        >>> fingerprint(f) == fingerprint(g)
        True
    """
    plain = _Renamed().visit(without_annotations(node))
    digest = hashlib.sha256(ast.dump(plain).encode("utf8", "replace")).hexdigest()
    return digest[:16], sum(1 for _ in ast.walk(plain))


def without_annotations(node: ast.stmt) -> ast.stmt:
    r"""A copy without type annotations, which no answer needs in order to run.

    Args:
        node: any statement.

    Returns:
        The copy.

    Example:
        >>> ast.unparse(without_annotations(ast.parse("def f(x: Tensor): return x").body[0]))
        'def f(x):\n    return x'
    """
    return _Bare().visit(copy.deepcopy(node))


class _Bare(ast.NodeTransformer):
    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.returns = None
        self.generic_visit(node)
        return node


class _Renamed(ast.NodeTransformer):
    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def _new(self, name: str) -> str:
        return self._names.setdefault(name, f"v{len(self._names)}")

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self._new(node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.arg = self._new(node.arg)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.name = self._new(node.name)
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        self.generic_visit(node)
        return node
