"""Mend what docstrings and signatures lose on their way to an API page."""

import inspect
import re
from typing import Any

from docutils import nodes
from sphinx.addnodes import desc_signature
from sphinx.application import Sphinx


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
    app.connect("object-description-transform", shorten_types)
    app.connect("autodoc-process-signature", plain_signature)
    app.connect("autodoc-process-docstring", keep_sentences, priority=400)  # napoleon has 500
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
