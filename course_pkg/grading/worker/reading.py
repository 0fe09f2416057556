"""Find the answers in a notebook, and of everything else only what they need.

Of all cells this keeps the answer's function and, step by step, whatever top-level names it uses:
imports, helpers, constants. Training loops, plots and installations are left out, so nothing has
to run that the answer does not ask for. Nothing is executed here; but parsing hostile text can
bring Python down, so even this happens in a jailed process.
"""

import ast
import symtable
from dataclasses import dataclass, field
from typing import Any

from .cells import Unreadable, parse
from .structure import fingerprint, without_annotations

__all__ = ["read"]


@dataclass
class _Statement:
    cell: int
    node: ast.stmt
    binds: set[str]
    uses: set[str]
    mutates: set[str] = field(default_factory=set)


def read(cells: list[tuple[str, str]], wanted: dict[str, str]) -> dict[str, Any]:
    """Find the answers.

    Args:
        cells: name and text of every code cell, from top to bottom.
        wanted: exercise ids, and what the answer's function is called unless a ``check`` in the
            notebook names another.

    Returns:
        ``problems``: cells that cannot be read and names defined twice. ``answers``: by exercise
        id the function's name, the cells' texts with everything else blanked out, and the
        structure of the function.

    Example:
        >>> found = read([("cell 1", "import os"), ("cell 2", "def f(x): return x")], {"a.f": "f"})
        >>> found["answers"]["a.f"]["cells"]
        [['cell 2', 'def f(x): return x']]
    """
    problems: list[list[str]] = []
    texts: dict[int, str] = {}
    statements: list[_Statement] = []
    names = dict(wanted)
    for number, (label, source) in enumerate(cells):
        try:
            tree, texts[number] = parse(source)
            statements += [_statement(number, node) for node in tree.body]
            names |= {k: v for k, v in _checked(tree).items() if k in wanted}
        except Unreadable as reason:
            problems.append([label, str(reason)])
        except RecursionError:
            problems.append([label, "the code is nested too deeply to be read"])
    answers = {}
    for id, name in names.items():
        # Alone, a text without a function of that name holds no answer.
        definitions = [s for s in statements if name in s.binds]
        if not definitions:
            continue
        needed = _closure(statements, name)
        kept = [
            [cells[number][0], _only(text, [s.node for s in needed if s.cell == number])]
            for number, text in texts.items()
            if any(s.cell == number for s in needed)
        ]
        functions = [s for s in definitions if isinstance(s.node, ast.FunctionDef | ast.ClassDef)]
        if len(functions) > 1:
            where = [cells[s.cell][0] for s in functions]
            twice = f"`{name}` is defined {len(functions)} times ({', '.join(where)})"
            problems.append([where[-1], f"{twice}: the last one counts"])
        mark, size = fingerprint(definitions[-1].node)
        answers[id] = {"name": name, "cells": kept, "structure": mark, "size": size}
    return {"problems": [list(p) for p in dict.fromkeys(map(tuple, problems))], "answers": answers}


def _closure(statements: list[_Statement], name: str) -> list[_Statement]:
    """Every statement that makes ``name``, or something that such a statement uses."""
    names, chosen = {name}, set()
    variables = set().union(*(s.binds for s in statements if _makes_a_variable(s.node)))
    while True:
        fresh = {
            index
            for index, s in enumerate(statements)
            if index not in chosen and (s.binds | (s.mutates & variables)) & names | _stars(s.node)
        }
        if not fresh:
            return [statements[index] for index in sorted(chosen)]
        chosen |= fresh
        names |= set().union(*(statements[index].uses for index in fresh))


def _statement(cell: int, node: ast.stmt) -> _Statement:
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        return _Statement(cell, node, set(), set())
    bare = without_annotations(node)
    table = symtable.symtable(ast.unparse(bare), "cell", "exec")
    binds, uses = set(), set()
    for symbol in table.get_symbols():
        if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace():
            binds.add(symbol.get_name())
        if symbol.is_referenced():
            uses.add(symbol.get_name())
    children = list(table.get_children())
    while children:
        inner = children.pop()
        uses |= {s.get_name() for s in inner.get_symbols() if s.is_global()}
        children += inner.get_children()
    return _Statement(cell, node, binds, uses, _mutated(node))


def _mutated(node: ast.stmt) -> set[str]:
    """Names of things changed in place: ``table[k] = v``, ``table.update(...)``."""
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        targets = [node.target]
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        targets = [node.value.func]
    roots = set()
    for target in targets:
        while isinstance(target, ast.Subscript | ast.Attribute):
            target = target.value
            if isinstance(target, ast.Name):
                roots.add(target.id)
    return roots


def _makes_a_variable(node: ast.stmt) -> bool:
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)
    return not isinstance(node, kinds)


def _stars(node: ast.stmt) -> set[str]:
    """``from x import *`` may bring any name."""
    star = isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
    return {"*"} if star else set()


def _checked(tree: ast.Module) -> dict[str, str]:
    """What is handed to a check: ``exercise("topic.name").check(my_function)``."""
    found = {}
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(
                    attr="check",
                    value=ast.Call(
                        func=ast.Name(id="exercise") | ast.Attribute(attr="exercise"),
                        args=[ast.Constant(value=str() as id)],
                    ),
                ),
                args=[ast.Name(id=name)],
            ):
                found[id] = name
            case _:
                pass
    return found


def _only(text: str, nodes: list[ast.stmt]) -> str:
    """The text of some statements, each on the line where it stands in the cell."""
    lines = [line.encode() for line in text.split("\n")]  # columns are counted in bytes
    kept = [b""] * len(lines)
    for node in nodes:
        decorators = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(d.lineno for d in decorators)])
        last = node.end_lineno or node.lineno
        for row in range(first - 1, last):
            start = node.col_offset if row == first - 1 and not decorators else 0
            end = node.end_col_offset if row == last - 1 else None
            part = lines[row][start:end]
            kept[row] = kept[row] + b"; " + part if kept[row] else part
    return b"\n".join(kept).decode().rstrip()
