"""A browser without a window, and a folder served to it: for every test that opens a page."""

import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FOXES = ("firefox-esr", "firefox")
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


@contextmanager
def playwright_running() -> Iterator:
    """What drives browsers; two in one process would fight for its event loop."""
    with pytest.importorskip("playwright.sync_api").sync_playwright() as driver:
        yield driver


@contextmanager
def chromium(driver) -> Iterator:
    """Debian's Chromium, or whichever Chromium there is, without a window."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        give_up("no Chromium on the path: apt-get install chromium")
    running = driver.chromium.launch(executable_path=program, args=FLAGS)
    yield running
    running.close()


@contextmanager
def firefox(driver) -> Iterator:
    """Debian's Firefox, or whichever Firefox there is, without a window."""
    program = next(filter(None, map(shutil.which, FOXES)), None)
    if program is None:
        give_up("no Firefox on the path: apt-get install firefox-esr")
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, str(Path(__file__).with_name("firefox_bidi.py")), program]
        start = Path(folder, "firefox")
        start.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
        start.chmod(0o755)
        running = driver.firefox.launch(channel="moz-firefox", executable_path=start)
        yield running
        running.close()


class _QuietHandler(SimpleHTTPRequestHandler):
    """A file server that keeps its requests to itself and knows modules for scripts."""

    extensions_map: ClassVar[dict[str, str]] = {
        **SimpleHTTPRequestHandler.extensions_map,
        ".mjs": "text/javascript",
    }

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine; yield its address, without a slash at the end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_QuietHandler, directory=str(folder)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
