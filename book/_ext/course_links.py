"""Link names of outside libraries to their manuals, by their addresses' pattern.

The usual way downloads an inventory at every build; a build without a network would then warn,
and warnings are errors here.
"""

import sys
from importlib import import_module
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

MANUALS = {
    "torch": "https://docs.pytorch.org/docs/stable/generated/{name}.html",
    "torchvision": "https://docs.pytorch.org/vision/stable/generated/{name}.html",
    "numpy": "https://numpy.org/doc/stable/reference/generated/{name}.html",
    "matplotlib": "https://matplotlib.org/stable/api/_as_gen/{name}.html",
    "accelerate": "https://huggingface.co/docs/accelerate/package_reference/accelerator#{name}",
    "traitlets": "https://traitlets.readthedocs.io/en/stable/api.html#{name}",
}
STANDARD = "https://docs.python.org/3/library/{module}.html#{name}"
# Pages that do not follow the pattern.
EXCEPTIONS = {
    "torch.Tensor": "https://docs.pytorch.org/docs/stable/tensors.html#torch.Tensor",
    "torch.dtype": "https://docs.pytorch.org/docs/stable/tensor_attributes.html#torch.dtype",
    "torch.device": "https://docs.pytorch.org/docs/stable/tensor_attributes.html#torch.device",
    "PIL.Image.Image": (
        "https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.Image"
    ),
    "IPython.core.display.Markdown": (
        "https://ipython.readthedocs.io/en/stable/api/generated/IPython.display.html"
    ),
}


def address(name: str) -> str | None:
    """Return where a library's manual describes ``name``, or None where we do not know."""
    library, dot, _ = name.partition(".")
    if name in EXCEPTIONS:
        return EXCEPTIONS[name]
    if dot and library in MANUALS:
        return MANUALS[library].format(name=name)
    if dot and library in sys.stdlib_module_names:
        return STANDARD.format(module=name.rpartition(".")[0], name=name)
    return None


def exported(name: str) -> str | None:
    """Return the documented name of something of ours that is named by the file it lives in.

    Signatures say ``course_pkg.ops.upsampling.f``; readers and API pages say ``course_pkg.ops.f``.
    """
    parts = name.split(".")
    if parts[0] != "course_pkg" or len(parts) < 4:
        return None
    part = import_module(".".join(parts[:2]))
    return f"{parts[0]}.{parts[1]}.{parts[-1]}" if parts[-1] in part.__all__ else ""


def resolve(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: nodes.TextElement
) -> nodes.Node | None:
    """Answer Sphinx's question for a name that no page defines."""
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
    target = address(name)
    if target is None:
        return None
    link = nodes.reference("", "", internal=False, refuri=target)
    link += contnode
    return link


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("missing-reference", resolve)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
