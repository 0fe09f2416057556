"""`pytest --seconds N`: start no test after that time (`make quick`), and count the rest."""

import time
from typing import Any

import pytest

REASON = "not reached in the given seconds"
STARTED = pytest.StashKey[float]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption("--seconds", type=float, help="start no test after so many seconds")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the clock: what is nearest runs also where the imports alone are slow."""
    session.config.stash[STARTED] = time.monotonic()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out a test that would start too late, before its fixtures are made."""
    limit = item.config.getoption("--seconds")
    if limit is not None and time.monotonic() - item.config.stash[STARTED] > limit:
        pytest.skip(REASON)


def pytest_report_teststatus(report: Any) -> tuple[str, str, str] | None:
    """Count what was not reached by itself, without a line for each."""
    if report.skipped and isinstance(report.longrepr, tuple) and REASON in report.longrepr[2]:
        return "not reached", "", "NOT REACHED"
    return None
