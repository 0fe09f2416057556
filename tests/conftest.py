"""The one browser of a test run: two in one process would fight for its event loop."""

from collections.abc import Iterator

import pytest
from headless import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """Chromium without a window."""
    with chromium() as running:
        yield running
