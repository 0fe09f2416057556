"""Pack what a reader can take along: the built book, the notebooks and the package's wheel.

    python book/_tools/dist.py            after `make book`; writes _build/dist/

The book opens by a double click on `open-the-book.html`; no server and no network is needed.
"""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = "segmentation-and-attention"

FIRST_PAGE = """<!doctype html>
<meta charset="utf-8">
<title>Segmentation and attention</title>
<meta http-equiv="refresh" content="0; url=book/index.html">
<p><a href="book/index.html">Open the book</a></p>
"""

READ_ME = """Segmentation and attention, version {version}

  open-the-book.html   double-click: the book, alive without a network
  lectures/            its chapters as notebooks
  {wheel}

To run the notebooks, in a terminal in this folder:

  python -m pip install "./{wheel}[all]" jupyterlab
  jupyter lab lectures
"""


def pack(html: Path, lectures: Path, wheel: Path, version: str, out: Path) -> Path:
    """Write the archive.

    Args:
        html: the built book.
        lectures: folder of the notebooks.
        wheel: of the package.
        version: of the package.
        out: folder for the archive, made if missing.

    Returns:
        The archive's path.

    Raises:
        ValueError: if the book has not been built.
    """
    if not (html / "index.html").is_file():
        raise ValueError(f"{html} holds no built book: run `make book` first")
    out.mkdir(parents=True, exist_ok=True)
    archive = out / f"{NAME}-{version}.zip"
    top = f"{NAME}-{version}"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        packed.writestr(f"{top}/open-the-book.html", FIRST_PAGE)
        packed.writestr(f"{top}/README.txt", READ_ME.format(version=version, wheel=wheel.name))
        packed.write(wheel, f"{top}/{wheel.name}")
        for notebook in sorted(lectures.glob("*.ipynb")):
            packed.write(notebook, f"{top}/lectures/{notebook.name}")
        for file in sorted(path for path in html.rglob("*") if path.is_file()):
            packed.write(file, f"{top}/book/{file.relative_to(html).as_posix()}")
    return archive


def build_wheel(out: Path) -> Path:
    """Build the package's wheel into a folder that holds no other, and return its path."""
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("course_pkg-*.whl"):
        old.unlink()
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(out), str(ROOT)]
    subprocess.run(command, check=True)
    return next(out.glob("course_pkg-*.whl"))


def main() -> int:
    """Build the wheel and pack everything."""
    out = ROOT / "_build" / "dist"
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]["version"]
    try:
        archive = pack(ROOT / "_build" / "html", ROOT / "lectures", build_wheel(out), version, out)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{archive.relative_to(ROOT)}: {archive.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
