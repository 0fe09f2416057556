"""What a notebook finds around it: `course_pkg.checkers`, IPython's names, and refused imports.

Stand-ins with the same names, of which only `check` does anything: it asks the judge.
"""

import ast
import builtins
import importlib.abc
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

__all__ = ["Surroundings", "guarded"]

_GUARD = "__import_or_stand_in__"


class Nothing:
    """Takes every call and attribute and shows nothing: `display`, `get_ipython`, a hint."""

    def __call__(self, *_: Any, **__: Any) -> "Nothing":
        return self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __iter__(self) -> Any:
        return iter(())

    def __repr__(self) -> str:
        return ""


class _Report(Nothing):
    """What a check gives back when the answer was not right, which is when a notebook goes on."""

    outcome, passed, total, message = "wrong", 0, 1, ""


class Surroundings:
    """Names and modules of a notebook, made once for one answer.

    Args:
        id: of the exercise that is asked for.
        refusals: what may be imported.
        on_check: called with a function that is checked for this exercise.
    """

    def __init__(self, id: str, refusals: Any, on_check: Callable[[Any], None]) -> None:
        self._refusals = refusals
        self._on_check = on_check
        self._id = id
        self.space: dict[str, Any] = {"__name__": "__main__"}
        nothing = Nothing()
        self.space |= {
            "__builtins__": builtins,
            "display": nothing,
            "get_ipython": lambda: _Shell(self.space),
            "exercise": self._exercise,
            "In": [""],
            "Out": {},
            "_": "",
            _GUARD: self._import_or_stand_in,
        }
        checkers = {"exercise": self._exercise, "progress": nothing}
        package = self._module("course_pkg", {}, lambda name: refusals.absent("course_pkg"))
        package.__dict__["checkers"] = self._module("course_pkg.checkers", checkers, nothing)
        for name in ("IPython", "IPython.display", "IPython.core", "IPython.core.display"):
            more = {"get_ipython": self.space["get_ipython"]}
            self._module(name, more, lambda name: nothing)
            parent, _, child = name.rpartition(".")
            if parent:
                vars(sys.modules[parent])[child] = sys.modules[name]
        # The namespace is what `import __main__` gives, too.
        main = ModuleType("__main__")
        main.__dict__.update(self.space)
        self.space = main.__dict__
        sys.modules["__main__"] = main
        self._real_import = builtins.__import__
        builtins.__import__ = self._import
        sys.meta_path.insert(0, _Gate(refusals))

    def _exercise(self, id: Any) -> Any:
        return _Checker(self._on_check if id == self._id else None)

    def _module(self, name: str, names: dict[str, Any], more: Callable[[str], Any]) -> ModuleType:
        module = ModuleType(name)
        module.__path__ = []

        def fall_back(name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return more(name)

        module.__dict__.update(names)
        module.__dict__["__getattr__"] = fall_back
        sys.modules[name] = module
        return module

    def _import(
        self,
        name: str,
        globals: Any = None,
        locals: Any = None,
        fromlist: Any = (),
        level: int = 0,
    ) -> Any:
        asks = globals is not None and globals.get("__name__") == "__main__"
        if asks and level == 0 and not _may(name, self._refusals):
            self._refusals.refuse(name)
        return self._real_import(name, globals, locals, fromlist, level)

    def _import_or_stand_in(self, module: str, name: str | None, whole: bool) -> Any:
        """For imports outside the answer's call: the rest of the notebook goes on without."""
        scope = self.space
        try:
            found = self._import(module, scope, None, (name,) if name else (), 0)
        except ModuleNotFoundError:
            if not self._refusals.is_lenient:
                raise
            return self._refusals.absent(module)
        if name is not None:
            if not hasattr(found, name):
                raise ImportError(f"cannot import name {name!r} from {module!r}")
            return getattr(found, name)
        if whole:  # import a.b as c
            for part in module.split(".")[1:]:
                found = getattr(found, part)
        return found


def _may(name: str, refusals: Any) -> bool:
    if name.partition(".")[0] == "course_pkg":
        return name in ("course_pkg", "course_pkg.checkers")
    return refusals.may(name)


class _Checker(Nothing):
    """`exercise(id)`; hints and solutions say nothing here."""

    def __init__(self, on_check: Callable[[Any], None] | None) -> None:
        self._on_check = on_check
        self.outcome = None

    def check(self, function: Any) -> Any:
        if not callable(function):
            raise ValueError(f"check needs the function itself, got a {type(function).__name__}")
        if self._on_check is not None:
            self._on_check(function)
        return _Report()


class _Shell(Nothing):
    """`get_ipython()`: ``%time x`` runs x, shell lines give no lines."""

    def __init__(self, space: dict[str, Any]) -> None:
        self.user_ns = space

    def run_line_magic(self, name: str, line: str = "", *_: Any, **__: Any) -> Any:
        if name in ("time", "timeit", "prun"):
            try:
                return eval(line, self.user_ns)
            except SyntaxError:
                return exec(line, self.user_ns)
        return None

    def getoutput(self, *_: Any, **__: Any) -> list[str]:
        return []


class _Gate(importlib.abc.MetaPathFinder):
    """Refuses by name what would otherwise be found and then not be readable."""

    def __init__(self, refusals: Any) -> None:
        self._refusals = refusals
        self._known = {name.partition(".")[0] for name in sys.modules}

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> None:
        top = fullname.partition(".")[0]
        if top in self._known and top != "course_pkg":
            return
        if not _may(fullname, self._refusals):
            self._refusals.refuse(fullname)


def guarded(node: ast.stmt) -> ast.stmt:
    """A statement whose imports, each by itself, leave a stand-in where they are refused.

    That holds in a function too, for as long as it runs before the answer is called, as a decorator
    does. Imports in a ``try`` that has an answer to a failed one stay as they are.

    Args:
        node: a statement of a cell's top level.

    Returns:
        The statement to run.

    Example:
        >>> guarded(ast.parse("import torch.nn as nn, numpy").body[0])
        <ast.If object at ...>
    """
    return _Guard().visit(node)


class _Guard(ast.NodeTransformer):
    def visit_Try(self, node: ast.Try) -> ast.Try:
        if not node.handlers:
            node.body = [self.visit(part) for part in node.body]
        for handler in node.handlers:
            handler.body = [self.visit(part) for part in handler.body]
        node.orelse = [self.visit(part) for part in node.orelse]
        node.finalbody = [self.visit(part) for part in node.finalbody]
        return node

    def visit_Import(self, node: ast.Import) -> ast.stmt:
        return _assignments(
            node,
            [
                (a.asname or a.name.partition(".")[0], a.name, None, a.asname is not None)
                for a in node.names
            ],
        )

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt:
        if node.level or node.module == "__future__" or node.names[0].name == "*":
            return node
        module = str(node.module)
        return _assignments(node, [(a.asname or a.name, module, a.name, False) for a in node.names])


def _assignments(node: ast.stmt, imports: list[tuple[str, str, str | None, bool]]) -> ast.stmt:
    lines = [
        f"{target} = {_GUARD}({module!r}, {name!r}, {whole!r})"
        for target, module, name, whole in imports
    ]
    body = ast.parse("if True:\n" + "".join(f"    {line}\n" for line in lines)).body[0]
    for inner in ast.walk(body):
        if hasattr(inner, "lineno"):
            ast.copy_location(inner, node)
    return body
