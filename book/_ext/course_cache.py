"""Run a notebook again when anything it shows may have changed, not only its own cells.

jupyter-cache compares the code cells and the kernel's name. What a cell prints also depends on
the package, on the measured results, on the libraries and on the course's own settings, so each
state of those gets a cache folder of its own: going back to an earlier state finds its outputs
again. The tests read the same folder (`lectures/conftest.py`), so it has to be right.
"""

import hashlib
import os
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from sphinx.application import Sphinx
from sphinx.config import Config

SOURCES = ("course_pkg/**/*",)  # measured results and trained networks lie there, too
# What runs a cell besides the package: its libraries with all of theirs, and the kernel.
ROOTS = ("course-pkg[all]", "ipykernel")


@cache
def libraries(roots: tuple[str, ...] = ROOTS) -> dict[str, str]:
    """Return the versions of everything that is installed because ``roots`` ask for it."""
    found: dict[str, str] = {}
    waiting, seen = [Requirement(root) for root in roots], set()
    while waiting:
        wanted = waiting.pop()
        for extra in ("", *wanted.extras):
            if (wanted.name, extra) in seen:
                continue
            seen.add((wanted.name, extra))
            try:
                installed = distribution(wanted.name)
            except PackageNotFoundError:
                continue  # asked for, but not here
            found[installed.name] = installed.version
            for line in installed.requires or []:
                needed = Requirement(line)
                if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                    waiting.append(needed)
    return dict(sorted(found.items()))


def digest(root: Path) -> str:
    """Return twelve hex digits that change whenever a notebook's outputs may."""
    state = hashlib.sha256(f"{platform.python_version()} {platform.machine()}\n".encode())
    for name, version in libraries().items():
        state.update(f"{name}=={version}\n".encode())
    for name, value in sorted(os.environ.items()):
        if name.startswith(("COURSE_", "JAXTYPING_", "CUDA_VISIBLE")):
            state.update(f"{name}={value}\n".encode())
    for path in sorted({path for pattern in SOURCES for path in root.glob(pattern)}):
        # Bytecode is written under a passing name first, which a killed kernel leaves behind: by
        # such a file a build once thought all sixteen runs out of date, and ran them again.
        if path.is_file() and "__pycache__" not in path.parts:
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
