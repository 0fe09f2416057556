"""Put `checked` in front of the public functions of the package while its modules are imported.

jaxtyping's own import hook does the same with its own wrapper, which binds every call to the
signature, checks the arguments twice and cannot be compiled by torch. Nothing else differs: the
syntax tree of a module gets a decorator more, and its bytecode a cache file of its own.
"""

import ast
import sys
from collections.abc import Sequence
from importlib import _bootstrap_external  # pyright: ignore[reportAttributeAccessIssue]
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import cache_from_source, decode_source
from types import CodeType, ModuleType
from typing import Any

from course_pkg._checks.wrapper import checked, checked_dataclass

__all__ = ["install"]

# Change it with `_Decorator`: bytecode in the cache was made by the old one.
_CACHE_TAG = "checked1"
_FUNCTION, _DATACLASS = "__checked__", "__checked_dataclass__"


def install(package: str) -> None:
    """Check what is imported from ``package`` from now on, this folder excepted."""
    if not any(isinstance(f, _Finder) and f.package == package for f in sys.meta_path):
        sys.meta_path.insert(0, _Finder(package))


class _Finder(MetaPathFinder):
    def __init__(self, package: str) -> None:
        self.package = package

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        # Private modules are called by checked code alone; this folder is one of them.
        first, *others = fullname.split(".")
        if first != self.package or not others or any(part.startswith("_") for part in others):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and type(spec.loader) is SourceFileLoader:
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


class _Loader(SourceFileLoader):
    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> CodeType:
        tree = ast.parse(decode_source(data), filename=path)
        _Decorator().visit(tree)
        return compile(tree, path, "exec", dont_inherit=True, optimize=_optimize)

    def get_code(self, fullname: str) -> CodeType | None:
        # The import system has no other place to say under which name bytecode is kept.
        original = _bootstrap_external.cache_from_source
        _bootstrap_external.cache_from_source = _tagged_cache
        try:
            return super().get_code(fullname)
        finally:
            _bootstrap_external.cache_from_source = original

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__[_FUNCTION] = checked
        module.__dict__[_DATACLASS] = checked_dataclass
        super().exec_module(module)


def _tagged_cache(path: str, **_: Any) -> str:
    return cache_from_source(path, optimization=_CACHE_TAG)


class _Decorator(ast.NodeVisitor):
    """Decorates public functions and methods; what is private is called by checked code alone."""

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        if any("dataclass" in ast.unparse(d) for d in node.decorator_list):
            # Outermost: the dataclass has to be made before its __init__ can be checked.
            node.decorator_list.insert(0, _name(_DATACLASS, node))
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        # Innermost: other decorators may hide the signature. Functions inside are not visited.
        private = node.name.startswith("_") and node.name not in ("__init__", "__call__")
        unchecked = any("no_type_check" in ast.unparse(d) for d in node.decorator_list)
        if not private and not unchecked:
            node.decorator_list.append(_name(_FUNCTION, node))


def _name(name: str, place: ast.stmt) -> ast.Name:
    return ast.copy_location(ast.Name(name, ast.Load()), place)
