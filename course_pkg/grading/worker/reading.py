"""Find the answers in a notebook, and of everything else only what may have a part in them.

Of all cells this keeps the statements that check or define an answer and, step by step, whatever
gives a value to a name that these use, or may change what such a name stands for. Training loops,
plots and installations are left out as far as they have no part in it. Nothing is executed here;
but parsing hostile text can bring Python down, so even this happens in a jailed process.
"""

import ast
from typing import Any

from .cells import Unreadable, parse
from .changes import changes
from .effects import Statement, statement
from .structure import fingerprint

__all__ = ["read"]

_STATE_OF_LIBRARIES = ("seed", "set", "filter", "simplefilter", "warnings", "getcontext")


class _Notebook:
    """The statements of all cells, and what is known about them together."""

    def __init__(self, cells: list[tuple[str, str]]) -> None:
        self.cells = cells
        self.texts: dict[int, str] = {}
        self.statements: list[Statement] = []
        self.problems: list[list[str]] = []
        self.broken: list[int] = []
        for number, (_, source) in enumerate(cells):
            try:
                tree, self.texts[number] = parse(source)
            except (Unreadable, RecursionError) as reason:
                self._problem(number, _why(reason))
                continue
            for node in tree.body:
                try:
                    self.statements.append(statement(number, node))
                except (SyntaxError, RecursionError, MemoryError, ValueError) as reason:
                    self._problem(number, _why(reason, node))
        self.changes = changes(self.statements)
        self.checking = self._checking()

    def _problem(self, number: int, reason: str) -> None:
        self.problems.append([self.cells[number][0], reason])
        self.broken.append(number)

    def _checking(self) -> dict[int, set[str]]:
        """Statements that may check something, each with the ids it may do so for."""
        tainted, packages = {"exercise"}, set()
        ids: dict[str, set[str]] = {}
        found: dict[int, set[str]] = {}
        for number, s in enumerate(self.statements * 2):  # twice, for what is used before
            number %= len(self.statements)
            if s.is_import and "course_pkg" in s.words:
                if s.words & {"checkers", "exercise", "*"}:
                    tainted |= s.binds
                packages |= s.binds
                continue
            mine = s.ids.union(*(ids.get(name, ()) for name in s.uses))
            through_package = s.uses & packages and s.words & {"checkers", "exercise"}
            if s.uses & tainted or through_package or "checkers" in s.words:
                tainted |= s.binds
                found[number] = mine
            for name in s.binds:
                ids[name] = ids.get(name, set()) | mine
        return found

    def needed(self, id: str, name: str) -> tuple[list[int], set[int]]:
        """The statements of one answer, and those of them that may have nothing to do with it."""
        roots = {n for n, ids in self.checking.items() if id in ids or not ids}
        roots |= {n for n, s in enumerate(self.statements) if name in s.binds}
        anything = {n for n, s in enumerate(self.statements) if s.is_anything or self._sets(s)}
        names = {name}.union(*(self.statements[n].uses for n in roots | anything))
        chosen, sure = roots | anything, set(roots)
        while True:
            binding = {n for n, s in enumerate(self.statements) if s.binds & names}
            changing = {n for n, names_of in self.changes.items() if names_of & names}
            sure |= binding
            fresh = (binding | changing) - chosen
            if not fresh:
                return sorted(chosen), chosen - sure
            chosen |= fresh
            names |= set().union(*(self.statements[n].uses for n in fresh))

    def _sets(self, s: Statement) -> bool:
        """``np.random.seed(0)``, ``sys.setrecursionlimit(...)``: state that no name stands for."""
        match s.node:
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=attr))):
                return attr.startswith(_STATE_OF_LIBRARIES)
            case _:
                return False


def read(cells: list[tuple[str, str]], wanted: dict[str, str]) -> dict[str, Any]:
    """Find the answers.

    Args:
        cells: name and text of every code cell, from top to bottom.
        wanted: exercise ids, and what the answer's function is called.

    Returns:
        ``problems``: cells that cannot be read and names defined twice. ``broken``: of the ids
        without an answer, the cells that hold one and cannot be read. ``answers``: by exercise id
        the function's name, the cells' texts with everything else blanked out, the places of
        statements that may have nothing to do with it, and the structure of the function.

    Example:
        >>> found = read([("cell 1", "import os"), ("cell 2", "def f(x): return x")], {"a.f": "f"})
        >>> found["answers"]["a.f"]["cells"]
        [['cell 2', 'def f(x): return x']]
    """
    book = _Notebook(cells)
    answers, broken = {}, {}
    for id, name in wanted.items():
        definitions = [s for s in book.statements if name in s.binds and not s.is_import]
        chosen, unsure = book.needed(id, name)
        parts = [book.statements[n] for n in chosen]
        checks = any(id in ids or not ids for ids in book.checking.values())
        if not checks and not any(name in s.binds for s in parts):
            torn = [n for n in book.broken if f"def {name}" in cells[n][1]]
            if torn:
                broken[id] = [cells[n][0] for n in torn]
            continue
        kept = [
            [cells[number][0], _only(text, [s.node for s in parts if s.cell == number])]
            for number, text in book.texts.items()
            if any(s.cell == number for s in parts)
        ]
        places = [
            [cells[book.statements[n].cell][0], book.statements[n].node.lineno]
            for n in sorted(unsure)
        ]
        functions = [s for s in definitions if s.is_definition]
        if len(functions) > 1:
            where = ", ".join(cells[s.cell][0] for s in functions)
            twice = f"`{name}` is defined {len(functions)} times ({where})"
            note = f"{twice}: what was checked counts, else the last one"
            book.problems.append([cells[functions[-1].cell][0], note])
        last = definitions[-1] if definitions else _checked(book, id)
        mark, size = fingerprint(last.node) if last else ("", 0)
        answers[id] = {
            "name": name,
            "cells": kept,
            "unsure": places,
            "structure": mark,
            "size": size,
        }
    problems = [list(p) for p in dict.fromkeys(map(tuple, book.problems))]
    return {"problems": problems, "answers": answers, "broken": broken}


def _checked(book: _Notebook, id: str) -> Statement | None:
    """The definition of what a check is given under another name, or the check itself."""
    for number in reversed([n for n, ids in book.checking.items() if id in ids]):
        used = book.statements[number].uses
        named = [s for s in book.statements[:number] if s.is_definition and s.binds & used]
        return named[-1] if named else book.statements[number]
    return None


def _why(reason: Exception, node: ast.stmt | None = None) -> str:
    if isinstance(reason, RecursionError | MemoryError):
        return "the code is nested too deeply to be read"
    if isinstance(reason, SyntaxError) and node is not None:
        return f"line {reason.lineno or node.lineno}: {reason.msg}"
    return str(reason)


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
