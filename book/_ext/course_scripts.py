"""Take out of every page what the stock theme puts there for nobody.

Thebe (live cells on a remote machine) is unused, but its settings come twice and the second copy
stops the page's scripts with an error. Widgets draw themselves from their own HTML, so the stored
kernel state is dead weight. Source maps and a second copy of the icon fonts serve nobody either.
"""

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
# What no page asks for: maps of the theme's own scripts, fonts for browsers from before 2016.
UNUSED = ("**/*.map", "**/fa-*.ttf", "**/sphinx-thebe.*", "_static/*macros.html")


def is_wanted(script: Any, seen: set[str]) -> bool:
    """Say whether a page keeps a script or style; ``seen`` collects inline ones it has already."""
    attributes = getattr(script, "attributes", {})
    body = attributes.get("body") or ""
    if attributes.get("type") == WIDGET_STATE or "THEBE_JS_URL" in body:
        return False
    if "sphinx-thebe." in str(getattr(script, "filename", None) or ""):
        return False
    if body and body in seen:
        return False
    seen.add(body)
    return True


def tidy_scripts(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Drop the scripts that a page does not need."""
    seen: set[str] = set()
    for kind in ("script_files", "css_files"):
        files = context.get(kind, [])
        files[:] = [file for file in files if is_wanted(file, seen)]


def drop_thebe(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Drop the settings of thebe that stand at the end of each notebook."""
    for node in list(doctree.findall(nodes.raw)):
        text = node.astext()
        if "x-thebe-config" in text or text.startswith("<script>kernelName"):
            node.parent.remove(node)


def drop_unused(app: Sphinx, error: Exception | None) -> None:
    """Delete files that no page of the built book loads."""
    if error is None and app.builder.format == "html":
        for pattern in UNUSED:
            for path in Path(app.outdir).glob(pattern):
                path.unlink()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("html-page-context", tidy_scripts, priority=950)
    app.connect("doctree-resolved", drop_thebe, priority=900)
    app.connect("build-finished", drop_unused, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
