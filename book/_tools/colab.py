"""Run the chapters and the package's tests with the versions that Google Colab has.

    python book/_tools/colab.py [--row 2026-08-19] [--folder .venv-colab]

Makes an environment of about 5 GB with Colab's Python and libraries, from the rows of
tests/colab_versions.json. Needs Python 3.12 or 3.13 on the path; nothing but the standard library
is used here.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROWS = ROOT / "tests" / "colab_versions.json"
# Colab does not have these; the tests do not run without them.
TEST_TOOLS = ("nbval>=0.11", "import-linter>=2.1", "packaging", "pytest-xdist", "pyyaml")
TESTS = ("tests/ops", "tests/data", "tests/viz", "tests/checkers", "tests/widgets", "course_pkg")


def works(python: str, wanted: str, extra: dict[str, str]) -> bool:
    """Say whether a command is a Python of the wanted version (a shim on the path may not be)."""
    ask = [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        answer = subprocess.run(ask, capture_output=True, text=True, env={**os.environ, **extra})
    except OSError:
        return False
    return answer.returncode == 0 and answer.stdout.strip() == wanted


def find_python(wanted: str) -> tuple[str, dict[str, str]] | None:
    """Return a Python of this version and the variables it needs, or None.

    Args:
        wanted: major and minor version, as ``"3.13"``.
    """
    name = f"python{wanted}"
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        python = shutil.which(name, path=folder)
        # A pyenv shim answers only once its version is chosen.
        for extra in ({}, {"PYENV_VERSION": wanted}):
            if python and works(python, wanted, extra):
                return python, extra
    return None


def choose(rows: list[dict[str, str]], name: str | None) -> tuple[dict[str, str], str, dict]:
    """Return the newest row (or the named one) whose Python is at hand."""
    for row in reversed(rows):
        if name and row["runtime"] != name:
            continue
        wanted = ".".join(row["python"].split(".")[:2])
        if found := find_python(wanted):
            return row, *found
        print(f"{row['runtime']}: no working python{wanted} on the path")
    sys.exit("Colab runs Python 3.12 or 3.13: install one of them and try again")


def main() -> int:
    """Make the environment and run the tests in it; return pytest's exit status."""
    parser = argparse.ArgumentParser(description="run the tests with Colab's versions")
    parser.add_argument("--row", help="a runtime of tests/colab_versions.json (default: newest)")
    parser.add_argument("--folder", default=".venv-colab", help="where the environment goes")
    wish = parser.parse_args()
    row, python, extra = choose(json.loads(ROWS.read_text("utf8")), wish.row)
    print(f"Colab {row['runtime']} with {python}")
    subprocess.run(
        [python, "-m", "venv", wish.folder], check=True, cwd=ROOT, env={**os.environ, **extra}
    )
    bin_folder = ROOT / wish.folder / ("Scripts" if sys.platform == "win32" else "bin")
    pins = [f"{name}=={v}" for name, v in row.items() if name not in ("runtime", "date", "python")]
    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as constraints:
        constraints.write("\n".join(pins))
    install = [bin_folder / "python", "-m", "pip", "install", "-q", "-c", constraints.name]
    subprocess.run([*install, *pins, *TEST_TOOLS, "-e", "."], check=True, cwd=ROOT)
    tests = [path for path in TESTS if (ROOT / path).exists()]
    command = [bin_folder / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    options = ["--nbval-lax", "--nbval-current-env", "-m", "not browser"]
    return subprocess.run([*command, *tests, "lectures", *options], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
