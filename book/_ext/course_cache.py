"""Run a notebook again when anything it shows may have changed, not only its own cells.

jupyter-cache compares the code cells and the kernel's name. What a cell prints also depends on
the package, on the measured results and on the libraries, so each state of those gets a cache
folder of its own: going back to an earlier state finds its outputs again.
"""

import hashlib
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

SOURCES = (
    "course_pkg/**/*.py",
    "course_pkg/**/*.js",
    "course_pkg/**/*.css",
    "course_pkg/results/*",
)
LIBRARIES = ("torch", "torchvision", "matplotlib", "ipywidgets")


def digest(root: Path) -> str:
    """Return twelve hex digits that change whenever a notebook's outputs may."""
    state = hashlib.sha256(platform.python_version().encode())
    for name in LIBRARIES:
        state.update(f"{name}=={version(name)}\n".encode())
    for path in sorted({path for pattern in SOURCES for path in root.glob(pattern)}):
        content = path.read_bytes()
        state.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode() + content)
    return state.hexdigest()[:12]


def cache_folder(root: Path) -> Path:
    """Return the folder that holds the outputs for the present state."""
    return root / "_build" / "notebooks" / digest(root)


def use_cache(app: Sphinx, config: Config) -> None:
    """Point the notebook reader at the folder of the present state."""
    if config.nb_execution_mode == "cache":
        config.nb_execution_cache_path = str(cache_folder(Path(app.srcdir)))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("config-inited", use_cache, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
