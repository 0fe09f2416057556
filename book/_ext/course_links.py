"""Lead names of libraries to the pages of their manuals that describe them, and to no other.

`book/_inventories/` keeps, as text, the lines of the manuals' own inventories that the book's
pages need (`book/_tools/inventories.py` fetches them), and intersphinx makes the links; a name
without a line fails the build. What is left to do here: a signature often names a thing by the
private file it lives in (`torch.nn.modules.module.Module`) while the manual has it by its public
name. The documented name whose object is the same object is meant.
"""

import builtins
from functools import cache
from importlib import import_module
from pkgutil import resolve_name
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.ext.intersphinx import InventoryAdapter


def exported(name: str) -> str | None:
    """Return the documented name of something of ours that is named by the file it lives in.

    Signatures say ``course_pkg.ops.upsampling.f``; readers and API pages say ``course_pkg.ops.f``.
    """
    parts = name.split(".")
    if parts[0] != "course_pkg" or len(parts) < 4:
        return None
    part = import_module(".".join(parts[:2]))
    return f"{parts[0]}.{parts[1]}.{parts[-1]}" if parts[-1] in part.__all__ else ""


@cache
def found(name: str) -> Any:
    """Return the object of a dotted name (or a built-in's), or None where there is none."""
    if "." not in name:
        return getattr(builtins, name, None)
    try:
        return resolve_name(name)
    except (AttributeError, ImportError, ValueError):
        return None


def documented(name: str, known: set[str]) -> str | None:
    """Return the name under which a manual describes what ``name`` names.

    Args:
        name: as a signature has it: public, by a private file, or the last part alone.
        known: every documented name.
    """
    if name in known:
        return name
    library, dot, _ = name.partition(".")
    if not dot:  # `Tensor`, from a shape: ours to link where it can only be one thing
        same = [other for other in known if other.rpartition(".")[2] == name]
        return same[0] if len(same) == 1 else None
    if (meant := found(name)) is None:
        return None
    near = sorted(other for other in known if other.startswith(f"{library}."))
    return next((other for other in near if found(other) is meant), None)


def resolve(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: nodes.TextElement
) -> nodes.Node | None:
    """Answer Sphinx's question for a name that no page of ours defines."""
    if node.get("refdomain") != "py":
        return None
    name = node.get("reftarget", "")
    ours = exported(name)
    if ours:
        python = env.get_domain("py")
        document, kind = node["refdoc"], node["reftype"]
        return python.resolve_xref(env, document, app.builder, kind, ours, node, contnode)
    if ours is not None:
        return contnode  # ours, but not for readers: a name without a link
    inventory = InventoryAdapter(env).main_inventory
    known = {entry for kind in inventory if kind.startswith("py:") for entry in inventory[kind]}
    public = documented(name, known)
    if public:
        node["reftarget"] = public  # and intersphinx, which is asked next, makes the link
    return None


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.setup_extension("sphinx.ext.intersphinx")
    app.connect("missing-reference", resolve, priority=400)  # intersphinx has 500
    return {"version": "2", "parallel_read_safe": True, "parallel_write_safe": True}
