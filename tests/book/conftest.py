"""One browser, one server and the built book for every test here."""

import contextlib
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
for folder in ("book/_ext", "book/_tools"):  # neither is a package
    if str(ROOT / folder) not in sys.path:
        sys.path.insert(0, str(ROOT / folder))

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def give_up(reason: str) -> None:
    """Skip at home, fail where nobody would notice a skip."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


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
def browser() -> Iterator:
    """Debian's Chromium, or whichever Chromium there is, without a window."""
    sync_api = pytest.importorskip("playwright.sync_api")
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        give_up("no Chromium on the path")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield running
        running.close()


class Quiet(SimpleHTTPRequestHandler):
    """A file server that keeps its requests to itself."""

    def log_message(self, *message: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine; yield its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def roots(built: Path) -> Iterator[dict[str, str]]:
    """The book's address by protocol."""
    with serving(built) as address:
        yield {"http": address, "file": built.as_uri() + "/"}
