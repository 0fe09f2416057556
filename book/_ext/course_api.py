"""The API pages: a sentence by hand in book/api/NAME.md, the rest from the package's docstrings.

What a sub-package exports (`__all__`) is listed under the file that defines it, one family a
section, by the name that a reader imports. A new sub-package needs one new page and nothing here.
"""

import inspect
import re
from importlib import import_module
from types import ModuleType
from typing import Any

from docutils import nodes
from sphinx.addnodes import desc_signature
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

FOLDER = "book/api/"


LONGEST_VALUE = 90


def directive(module: ModuleType, name: str) -> str:
    """Return the lines that describe one exported name."""
    value = getattr(module, name)
    full = f"{module.__name__}.{name}"
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
    return f".. py:data:: {full}\n{option}"


def families(module: ModuleType) -> dict[str, list[str]]:
    """Return the exported names by the file that defines them, files in their order of import."""
    found: dict[str, list[str]] = {module.__name__: []}
    for name in module.__all__:
        home = getattr(getattr(module, name), "__module__", "")
        known = home if home.startswith(module.__name__) else module.__name__
        found.setdefault(known, []).append(name)
    return found


def listing(name: str) -> str:
    """Return the sections of one sub-package's page, in MyST."""
    module = import_module(f"course_pkg.{name}")
    text = ""
    for home, names in families(module).items():
        if not names:
            continue
        about = inspect.getdoc(import_module(home)) or ""
        body = "\n".join(directive(module, name) for name in names)
        title = home.removeprefix(f"{module.__name__}.").lstrip("_")
        head = f"\n## {title}\n\n{about}\n" if home != module.__name__ else ""
        text += f"{head}\n```{{eval-rst}}\n{body}\n```\n"
    return text


def complete(app: Sphinx, docname: str, source: list[str]) -> None:
    """Add the listing to an API page as it is read."""
    if docname.startswith(FOLDER):
        name = docname.removeprefix(FOLDER)
        try:
            source[0] += listing(name)
        except (ImportError, AttributeError) as error:
            raise ExtensionError(
                f"{docname}: course_pkg.{name} has no API to show: {error}"
            ) from error


def keep_sentences(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]
) -> None:
    """Keep a colon in a sentence from being read as the end of a type.

    Types stand in the signatures. What our `Returns:` sections and attributes hold is prose, and
    a colon in front tells the reader of docstrings that no type precedes it.
    """
    if what in ("attribute", "property") and lines and ":" in lines[0]:
        lines[0] = f": {lines[0]}"
    for number, line in enumerate(lines[:-1]):
        if line.strip() in ("Returns:", "Yields:"):
            text = lines[number + 1]
            indent = len(text) - len(text.lstrip())
            lines[number + 1] = f"{text[:indent]}: {text[indent:]}"


def plain_signature(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, signature: str, result: str
) -> tuple[str, str] | None:
    """Mend signatures that Sphinx cannot parse or that say nothing.

    Defaults made by a function (``<factory>``) are no Python. Over a widget's own settings
    traitlets puts ``(*args, **kwargs)``.
    """
    if not signature:
        return None
    if what == "class" and "t.Any" in signature:
        own = inspect.signature(obj.__init__)
        bare = [p.replace(annotation=p.empty) for p in list(own.parameters.values())[1:]]
        signature = str(own.replace(parameters=bare, return_annotation=own.empty))
    return re.sub(r"<[^<>]*>", "...", signature), result


def shorten_types(app: Sphinx, domain: str, objtype: str, content: nodes.Element) -> None:
    """Write ``Sequence`` for ``~collections.abc.Sequence`` where Sphinx could not read a type."""
    for signature in content.parent.findall(desc_signature):
        for text in list(signature.findall(nodes.Text)):
            if "~" in text:
                short = re.sub(r"~(?:\w+\.)*", "", text.astext())
                text.parent.replace(text, nodes.Text(short))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("source-read", complete)
    app.connect("object-description-transform", shorten_types)
    app.connect("autodoc-process-signature", plain_signature)
    app.connect("autodoc-process-docstring", keep_sentences, priority=400)  # napoleon has 500
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
