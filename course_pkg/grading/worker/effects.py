"""What a statement does to names, as far as reading it can tell: binds, uses, changes in place.

Where reading cannot tell, it says yes: a statement too many costs a moment, one too few an answer.
"""

import ast
import re
import symtable
from collections.abc import Iterable
from dataclasses import dataclass, field

from .structure import without_annotations

__all__ = ["Statement", "groups", "statement", "stored"]

_ID = re.compile(r"[a-z]\w*\.[a-z]\w*")
_CHECKERS = "course_pkg.checkers"
_ANYTHING = frozenset({"exec", "eval", "globals", "locals", "vars", "user_ns", "__dict__", "push"})
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_IMPORTS = (ast.Import, ast.ImportFrom)


@dataclass
class Statement:
    """One statement of a cell's top level.

    Args:
        cell: number of the cell.
        node: the statement.
        binds: names that it gives a value.
        uses: names that it or a function in it reads.
        touches: names whose object it may change when it runs.
        reach: of a definition: names whose object calling it may change.
        rebinds: names that a function in it declares global and assigns.
        alike: pairs of names that may stand for one object afterwards.
        ids: exercise ids that are written in it.
        words: attributes and names in it, to see whether it may check something.
        is_anything: whether it may bind any name.
    """

    cell: int
    node: ast.stmt
    binds: set[str] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)
    touches: set[str] = field(default_factory=set)
    reach: set[str] = field(default_factory=set)
    rebinds: set[str] = field(default_factory=set)
    alike: set[tuple[str, str]] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    is_anything: bool = False

    @property
    def is_definition(self) -> bool:
        """Whether it is a function or a class."""
        return isinstance(self.node, _DEFINITIONS)

    @property
    def is_import(self) -> bool:
        """Whether it is an import."""
        return isinstance(self.node, _IMPORTS)

    @property
    def is_constant(self) -> bool:
        """Whether it gives names a value that nothing can change."""
        match self.node:
            case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
                return _is_constant(value)
            case _:
                return False


def statement(cell: int, node: ast.stmt) -> Statement:
    """Read one statement.

    Args:
        cell: number of its cell.
        node: the statement.

    Returns:
        What it does.

    Raises:
        SyntaxError: if it cannot be compiled, such as a function with one argument twice.

    Example:
        >>> found = statement(0, ast.parse("np.fill_diagonal(w, value)").body[0])
        >>> sorted(found.uses), sorted(found.touches)
        (['np', 'value', 'w'], ['np', 'value', 'w'])
    """
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    compile(ast.Module([node], []), "cell", "exec", flags, dont_inherit=True)
    found = Statement(cell, node)
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        return found
    _read_names(found)
    for inner in ast.walk(node):
        _read_words(found, inner)
    pairs = _alike(node)
    touched = _likes(pairs, _touched(node))
    if found.is_definition:
        found.reach = (touched & found.uses) | found.rebinds
        head = [*node.decorator_list]  # type: ignore[attr-defined]
        head += getattr(node, "bases", [])
        for part in head:
            found.touches |= _names_in(part)
        if isinstance(node, ast.ClassDef):  # its body runs at once
            found.touches |= found.reach
    else:
        found.touches = (touched & (found.uses | found.binds)) | found.rebinds
        found.alike = pairs
    found.is_anything = bool(_ANYTHING & found.words) or (
        isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
    )
    return found


def _read_names(found: Statement) -> None:
    table = symtable.symtable(ast.unparse(without_annotations(found.node)), "cell", "exec")
    for symbol in table.get_symbols():
        if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace():
            found.binds.add(symbol.get_name())
        if symbol.is_referenced():
            found.uses.add(symbol.get_name())
    children = list(table.get_children())
    while children:
        inner = children.pop()
        for symbol in inner.get_symbols():
            if symbol.is_global():
                found.uses.add(symbol.get_name())
                if symbol.is_declared_global() and symbol.is_assigned():
                    found.rebinds.add(symbol.get_name())
        children += inner.get_children()


def _read_words(found: Statement, node: ast.AST) -> None:
    match node:
        case ast.Constant(value=str() as text):
            if len(text) < 100 and _ID.fullmatch(text):
                found.ids.add(text)
            if text == _CHECKERS:
                found.words.add("checkers")
        case ast.Attribute(attr=word) | ast.Name(id=word):
            found.words.add(word)
        case ast.Import(names=names):
            found.words |= {part for a in names for part in a.name.split(".")}
        case ast.ImportFrom(module=module, names=names):
            found.words |= {*(module or "").split("."), *(a.name for a in names)}


def _touched(node: ast.AST) -> set[str]:
    """Names that an assignment into them, a method of theirs or a call with them may change."""
    found = stored(node)
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            if isinstance(inner.func, ast.Attribute):
                found |= _roots(inner.func.value)
            for argument in (*inner.args, *(k.value for k in inner.keywords)):
                found |= _roots(argument)
        elif isinstance(inner, ast.AugAssign):
            found |= _roots(inner.target)
    return found


def stored(node: ast.AST) -> set[str]:
    """Names of which an element or an attribute is assigned or deleted; what setattr changes.

    Args:
        node: a statement.

    Returns:
        The names.

    Example:
        >>> stored(ast.parse("f.cache = {}; t[0] = k").body[0])
        {'f'}
    """
    found: set[str] = set()
    for inner in ast.walk(node):
        match inner:
            case (
                ast.Subscript(ctx=ast.Store() | ast.Del())
                | ast.Attribute(ctx=ast.Store() | ast.Del())
            ):
                found |= _roots(inner)
            case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[first, *_]):
                found |= _roots(first)
            case ast.Call(func=ast.Attribute(attr="update_wrapper"), args=[first, *_]):
                found |= _roots(first)
    return found


def _alike(node: ast.AST) -> set[tuple[str, str]]:
    """Pairs of a name and one that it may have got its object from."""
    found = set()
    for inner in ast.walk(node):
        match inner:
            case ast.Assign(targets=targets, value=value):
                sides = [(target, value) for target in targets]
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                sides = [(target, value)]
            case ast.NamedExpr(target=target, value=value):
                sides = [(target, value)]
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                sides = [(target, value)]
            case ast.withitem(optional_vars=ast.expr() as target, context_expr=value):
                sides = [(target, value)]
            case _:
                continue
        for target, value in sides:
            found |= {(a, b) for a in _roots(target) for b in _roots(value) if a != b}
    return found


def groups(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Names that may all stand for one object, by each of them.

    Args:
        pairs: of names that may stand for one object.

    Returns:
        The names by each of them.

    Example:
        >>> groups([("a", "b"), ("b", "c")])["c"] == {"a", "b", "c"}
        True
    """
    found: dict[str, set[str]] = {}
    for one, other in pairs:
        first, second = found.get(one, {one}), found.get(other, {other})
        if first is second:
            continue
        if len(first) < len(second):
            first, second = second, first
        first |= second
        for name in (one, *second):
            found[name] = first
    return found


def _likes(pairs: Iterable[tuple[str, str]], names: set[str]) -> set[str]:
    alike = groups(pairs)
    return names.union(*(alike.get(name, ()) for name in names))


def _roots(node: ast.AST) -> set[str]:
    """Names whose object an expression may be, or be a part of."""
    match node:
        case ast.Name(id=name):
            return {name}
        case ast.Attribute(value=value) | ast.Subscript(value=value) | ast.Starred(value=value):
            return _roots(value)
        case ast.NamedExpr(target=target, value=value):
            return _roots(target) | _roots(value)
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            return set().union(*map(_roots, parts))
        case ast.Dict(values=parts) | ast.BoolOp(values=parts):
            return set().union(*map(_roots, parts))
        case ast.IfExp(body=one, orelse=other):
            return _roots(one) | _roots(other)
        case ast.Call(func=function, args=args, keywords=keywords):
            inside = [*args, *(k.value for k in keywords)]
            if isinstance(function, ast.Attribute):
                inside.append(function.value)
            return set().union(*map(_roots, inside))
        case _:
            return set()


def _names_in(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def _is_constant(node: ast.expr) -> bool:
    match node:
        case ast.Constant():
            return True
        case ast.UnaryOp(operand=inner):
            return _is_constant(inner)
        case ast.BinOp(left=left, right=right):
            return _is_constant(left) and _is_constant(right)
        case ast.Tuple(elts=parts):
            return all(map(_is_constant, parts))
        case _:
            return False
