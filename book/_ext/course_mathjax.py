"""Put MathJax beside the pages, so that formulas appear without a network.

Of the whole distribution one file is enough: SVG needs no fonts, and the `full` bundle holds every
TeX package, so nothing is loaded later. A menu or a speech engine would be; both stay off, and
screen readers get the hidden MathML instead.
"""

from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.fileutil import copy_asset_file

FILE = "tex-svg-full.js"


def mathjax_file() -> Path:
    """Return where the Python package keeps the one file that we need."""
    package = distribution("sphinx-mathjax-offline")
    found = [path for path in package.files or [] if path.name == FILE]
    return Path(str(found[0].locate()))


def use_local(app: Sphinx, config: Config) -> None:
    """Load the copy, without anything that would load more."""
    config.mathjax_path = f"mathjax/{FILE}"
    settings = config.mathjax3_config or {}
    settings.setdefault("options", {}).update(enableMenu=False, enableAssistiveMml=True)
    config.mathjax3_config = settings


def copy(app: Sphinx, error: Exception | None) -> None:
    """Copy the file when the pages are written."""
    if error is None and app.builder.format == "html":
        folder = Path(app.outdir, "_static", "mathjax")
        folder.mkdir(parents=True, exist_ok=True)
        copy_asset_file(str(mathjax_file()), str(folder))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("config-inited", use_local, priority=900)
    app.connect("build-finished", copy)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
