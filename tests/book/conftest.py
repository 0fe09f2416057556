"""The built book and one server for every test here."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from headless import give_up, served

ROOT = Path(__file__).resolve().parents[2]
for folder in ("book/_ext", "book/_tools", "book/_assets/page_python"):  # none is a package
    if str(ROOT / folder) not in sys.path:
        sys.path.insert(0, str(ROOT / folder))


@pytest.fixture(scope="session")
def built() -> Path:
    """The folder of the built pages."""
    folder = ROOT / "_build" / "html"
    if not (folder / "index.html").exists():
        give_up("the book is not built: run `make book` first")
    return folder


@pytest.fixture(scope="session")
def pages(built: Path) -> list[str]:
    """Every page of the book, as a path below its root."""
    found = sorted(path.relative_to(built).as_posix() for path in built.rglob("*.html"))
    # index.html only leads to the first page.
    return [page for page in found if not page.startswith("_") and page != "index.html"]


@pytest.fixture(scope="session")
def roots(built: Path) -> Iterator[dict[str, str]]:
    """The book's address by protocol."""
    with served(built) as address:
        yield {"http": f"{address}/", "file": built.as_uri() + "/"}
