"""A chapter shows the package's code, it does not copy it.

Two copies drift apart, and the reader learns the wrong one. What a notebook writes itself has to be
different (loops instead of the fast version, with another name) or a stub to be filled in.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = sorted((ROOT / "lectures").glob("*.ipynb"))
SMALL = 40  # nodes of syntax; below this two functions may be alike by chance
Definition = ast.FunctionDef | ast.ClassDef


def definitions(source: str) -> Iterator[Definition]:
    """Yield every function and class of a piece of source."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Definition):
            yield node


def shape(definition: Definition) -> str:
    """Return what is left of a definition without names, annotations, docstrings, decorators."""
    tree = ast.parse(ast.unparse(definition)).body[0]
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, Definition):
            node.name, node.decorator_list = "_", []
            if isinstance(node, ast.FunctionDef):
                node.returns = None
            if ast.get_docstring(node) is not None and len(node.body) > 1:
                node.body = node.body[1:]
        elif isinstance(node, ast.arg):
            node.annotation = None
            node.arg = names.setdefault(node.arg, f"v{len(names)}")
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
    return ast.dump(tree)


@cache
def package() -> tuple[dict[str, str], dict[str, str]]:
    """Return the shapes and the public names of everything in course_pkg, with their places."""
    shapes, names = {}, {}
    for path in sorted((ROOT / "course_pkg").rglob("*.py")):
        text = path.read_text("utf8")
        public = public_names(text) if path.parent.name != "exercises" else set()
        for node in definitions(text):
            place = f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
            if sum(1 for _ in ast.walk(node)) > SMALL:
                shapes[shape(node)] = place
            if node.name in public:
                names[node.name] = place
    return shapes, names


def public_names(source: str) -> set[str]:
    """Return the functions and classes that a file defines for others (no methods)."""
    found = {node.name for node in ast.parse(source).body if isinstance(node, Definition)}
    return {name for name in found if not name.startswith("_")}


def copies(source: str, is_stub: bool = False) -> list[str]:
    """Name the definitions of a cell that the package already has."""
    shapes, names = package()
    found = []
    text = [
        "pass" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines()
    ]
    own = public_names("\n".join(text))
    for node in definitions("\n".join(text)):
        if twin := shapes.get(shape(node)):
            found.append(f"`{node.name}` copies {twin}: show it with viz.show_source")
        elif node.name in names and node.name in own and not is_stub:
            found.append(f"`{node.name}` hides {names[node.name]}: give it another name")
    return found


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_defines_nothing_that_the_package_has(path: Path) -> None:
    problems = []
    for number, cell in enumerate(nbformat.reads(path.read_text("utf8"), as_version=4).cells):
        if cell.cell_type == "code":
            is_stub = "exercise" in cell.metadata.get("tags", [])
            problems += [f"cell {number}: {found}" for found in copies(cell.source, is_stub)]
    assert not problems, "\n".join(problems)


def test_a_renamed_copy_is_found() -> None:
    text = (ROOT / "course_pkg" / "ops" / "upsampling.py").read_text("utf8")
    original = max(definitions(text), key=lambda node: sum(1 for _ in ast.walk(node)))
    copy = ast.parse(ast.unparse(original)).body[0]
    copy.name = "mine"
    for node in ast.walk(copy):
        if isinstance(node, ast.arg):
            node.arg, node.annotation = f"my_{node.arg}", None
        elif isinstance(node, ast.Name) and node.id in {a.arg for a in original.args.args}:
            node.id = f"my_{node.id}"
    assert "copies course_pkg" in copies(ast.unparse(copy))[0]


def test_a_name_of_the_package_is_found_and_a_stub_may_have_it() -> None:
    source = "def bed_of_nails(x, stride):\n    raise NotImplementedError"
    assert "hides course_pkg" in copies(source)[0]
    assert copies(source, is_stub=True) == []
    assert copies("%pip install x\ndef bed_of_nails_loops(x):\n    return x") == []
