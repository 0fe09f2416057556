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
# What the book's pages and the repository look like does not depend on Colab.
NOT_HERE = ("api", "book", "lectures")


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
    parser.add_argument("--jobs", type=int, default=2, help="tests at a time")
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
    subprocess.run([*install, *pins, "-e", ".[all,test]"], check=True, cwd=ROOT)
    folders = sorted(
        path for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name[0] not in "_."
    )
    tests = [f"tests/{folder.name}" for folder in folders if folder.name not in NOT_HERE]
    command = [bin_folder / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    options = ["--nbval-lax", "--nbval-current-env", "-m", "not browser"]
    # Colab's older libraries warn about their own age; that is theirs to mend.
    options += ["-W", "default", "-n", str(wish.jobs), "--dist", "loadfile"]
    return subprocess.run(
        [*command, *tests, "course_pkg", "lectures", *options], cwd=ROOT
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
