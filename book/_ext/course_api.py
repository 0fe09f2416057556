"""The API pages: one a folder of the package, made from its docstrings as the page is read.

book/api/models/fcn.md holds a title and describes `course_pkg/models/fcn`: what the folder is
about, then each file with the public names it defines, in the order in which the folder says that
they are to be read. A name stands under the name that readers import (`course_pkg.models.fcn8s`).
The page of a part (book/api/models.md) leads to its folders' pages and keeps an anchor for each of
their names, so that an address from before the folders had pages still arrives. A folder that
defines public names needs a page, and nothing here (tests/book/test_api_pages.py).
"""

import ast
import inspect
import re
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.pycode import ModuleAnalyzer

FOLDER = "book/api/"
LONGEST_VALUE = 90


@cache
def assigned(part: ModuleType) -> dict[str, list[str]]:
    """Return the files of a part that give a value to each name at their top level."""
    found: dict[str, list[str]] = {}
    root = Path(part.__path__[0])
    for path in sorted(root.rglob("*.py")):
        module = ".".join([part.__name__, *path.relative_to(root).with_suffix("").parts])
        for node in ast.parse(path.read_text("utf8")).body:
            targets = node.targets if isinstance(node, ast.Assign) else []
            if isinstance(node, ast.AnnAssign) and node.value is not None:
                targets = [node.target]
            named = (each for target in targets for each in ast.walk(target))  # also `A, B = 1, 2`
            for target in named:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(module.removesuffix(".__init__"))
    return found


def home(part: ModuleType, name: str) -> str:
    """Return the module that defines what a part exports under ``name``."""
    value = getattr(part, name)
    if inspect.ismodule(value):
        return part.__name__
    if inspect.isclass(value) or inspect.isroutine(value):
        module = value.__module__
        return module if f"{module}.".startswith(f"{part.__name__}.") else part.__name__
    for module in assigned(part).get(name, []):
        if getattr(import_module(module), name, None) is value:
            return module
    return part.__name__


def explanation(part: ModuleType, name: str) -> list[str]:
    """Return what the source says of a constant or a type, in ``#:`` comments above it."""
    comments = ModuleAnalyzer.for_module(home(part, name)).find_attr_docs()
    return [line for line in comments.get(("", name), []) if line.strip()]


def directive(part: ModuleType, name: str) -> str:
    """Return the lines that describe one exported name."""
    value = getattr(part, name)
    full = f"{part.__name__}.{name}"
    if inspect.ismodule(value):
        return f".. automodule:: {full}\n   :members:\n"
    if inspect.isclass(value) and value.__module__.startswith("course_pkg"):
        # The fields of a named tuple are members too; described once is enough.
        fields = getattr(value, "_fields", ()) if "Attributes:" in (value.__doc__ or "") else ()
        option = f"   :exclude-members: {', '.join(fields)}\n" if fields else ""
        return f".. autoclass:: {full}\n   :members:\n{option}"
    if inspect.isroutine(value):
        return f".. autofunction:: {full}\n"
    shown = " ".join(repr(value).split())  # a constant or a type: autodoc would describe its class
    option = f"   :value: {shown}\n" if len(shown) <= LONGEST_VALUE else ""
    text = "".join(f"   {line}\n" for line in explanation(part, name))
    return f".. py:data:: {full}\n{option}\n{text}"


def families(part: ModuleType) -> dict[str, list[str]]:
    """Return a part's exported names by the module that defines them."""
    found: dict[str, list[str]] = {}
    for name in part.__all__:
        found.setdefault(home(part, name), []).append(name)
    return found


def page_of(module: str, pages: list[str]) -> str:
    """Return the page that describes a module: its own folder's, or the nearest above."""
    name = module.removeprefix("course_pkg.").replace(".", "/")
    while name not in pages:
        name, slash, _ = name.rpartition("/")
        if not slash:
            raise ExtensionError(f"{FOLDER}{name}.md is missing: {module} has public names")
    return name


def reading_order(folder: ModuleType, modules: list[str]) -> list[str]:
    """Sort modules as the folder's docstring names them; those it does not name come last."""
    about = folder.__doc__ or ""
    places = {module: about.find(f"`{module.rpartition('.')[2]}`") for module in modules}
    return sorted(modules, key=lambda module: (places[module] < 0, places[module]))


def described(folder: ModuleType, part: ModuleType, found: dict[str, list[str]]) -> str:
    """Return the sections of the files that a page describes, in MyST."""
    text = ""
    for module in reading_order(folder, list(found)):
        body = "\n".join(directive(part, name) for name in found[module])
        about = inspect.getdoc(import_module(module)) or ""
        title = module.rpartition(".")[2].lstrip("_")
        head = f"\n## {title}\n\n{about}\n" if module != folder.__name__ else ""
        text += f"{head}\n```{{eval-rst}}\n{body}\n```\n"
    return text


def below(page: str, part: ModuleType, found: dict[str, list[str]], pages: list[str]) -> str:
    """Return a list of the pages under this one, with an anchor and a link for each name."""
    text = ""
    for other in pages:
        if not other.startswith(f"{page}/"):
            continue
        names = [
            name
            for module in reading_order(import_module(dotted(other)), list(found))
            if page_of(module, pages) == other
            for name in found[module]
        ]
        full = [f"{part.__name__}.{name}" for name in names]
        links = ", ".join(f'<span id="{f}"></span>{{py:obj}}`~{f}`' for f in full)
        text += f"\n[{other.replace('/', '.')}](/{FOLDER}{other}.md)\n: {links}\n"
    return text


def dotted(page: str) -> str:
    """Return the package that a page describes."""
    return f"course_pkg.{page.replace('/', '.')}"


def rooms(folder: ModuleType, pages: list[str]) -> str:
    """Return what the folders say of themselves that define nothing public and have no page."""
    text = ""
    for path in sorted(Path(folder.__path__[0]).glob("[!_]*/__init__.py")):
        name = f"{folder.__name__}.{path.parent.name}"
        if name.removeprefix("course_pkg.").replace(".", "/") not in pages:
            about = (inspect.getdoc(import_module(name)) or "").replace("\n", "\n  ")
            text += f"\n`{path.parent.name}`\n: {about}\n"
    return f"\n## Folders\n{text}" if text else ""


def listing(page: str, pages: list[str]) -> str:
    """Return what stands on a page below its title, in MyST.

    Args:
        page: as ``"models/fcn"``.
        pages: every API page, in the order of the book.
    """
    folder = import_module(dotted(page))
    part = import_module(dotted(page.partition("/")[0]))
    found = families(part)
    own = {module: found[module] for module in found if page_of(module, pages) == page}
    text = f"\n{inspect.getdoc(folder)}\n" if folder is not part else ""
    text += described(folder, part, own) + below(page, part, found, pages)
    return text + rooms(folder, pages)


def pages_in_order(root: Path) -> list[str]:
    """Return every API page that _toc.yml names, as ``"models/fcn"``."""
    return re.findall(rf"- file: {FOLDER}(\S+)", (root / "_toc.yml").read_text("utf8"))


def complete(app: Sphinx, docname: str, source: list[str]) -> None:
    """Add the listing to an API page as it is read."""
    if docname.startswith(FOLDER):
        pages = pages_in_order(Path(app.srcdir))
        page = docname.removeprefix(FOLDER)
        try:
            source[0] += listing(page, pages)
        except (ImportError, AttributeError) as error:
            raise ExtensionError(
                f"{docname}: {dotted(page)} has no API to show: {error}"
            ) from error


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("source-read", complete)
    return {"version": "2", "parallel_read_safe": True, "parallel_write_safe": True}
