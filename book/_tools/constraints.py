"""Renew constraints.txt: the newest versions that work together, as an empty environment gets them.

    python book/_tools/constraints.py

Needs nothing but the standard library, because it runs before anything is installed.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# These two move on purpose, together: the measured results name them.
PINNED = ("torch==2.14.1", "torchvision==0.29.2")
OURS = "course-pkg"
HEADER = """\
# The versions that `make` installs: one set that is known to work together.
# Renew them with `make constraints`.
# Only constraints: what is required, and how old it may be, is said in pyproject.toml.
"""


def normalise(name: str) -> str:
    """Return a distribution's name as the packaging standard spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def lines(installed: list[dict[str, str]]) -> list[str]:
    """Return sorted ``name==version`` lines, without ourselves and without the installer.

    Args:
        installed: what ``pip list --format json`` prints.
    """
    skip = {OURS, "pip"}
    # A local version (2.14.1+cpu) exists on one index only; constraints hold everywhere.
    pairs = {normalise(d["name"]): d["version"].partition("+")[0] for d in installed}
    return [f"{name}=={version}" for name, version in sorted(pairs.items()) if name not in skip]


def main() -> int:
    """Install ``.[dev]`` into a temporary environment and write down what came."""
    with tempfile.TemporaryDirectory(prefix="constraints-") as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = Path(folder, "Scripts" if sys.platform == "win32" else "bin", "python")
        pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
        install = [*pip, "install", "-q", "--no-cache-dir", *PINNED, "-e", f"{ROOT}[dev]"]
        subprocess.run(install, check=True)
        found = subprocess.run(
            [*pip, "list", "--format", "json"], check=True, capture_output=True, text=True
        )
    text = HEADER + "\n".join(lines(json.loads(found.stdout))) + "\n"
    Path(ROOT, "constraints.txt").write_text(text, "utf8")
    print(f"constraints.txt: {len(text.splitlines()) - 3} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
