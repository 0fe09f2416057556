"""What all tests share: a browser, a GPU or its stand-in, and which real data sets are at hand."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from headless import chromium, firefox, playwright_running


@pytest.fixture(scope="session")
def driver() -> Iterator:
    """What drives the browsers."""
    with playwright_running() as running:
        yield running


@pytest.fixture(scope="session")
def browser(driver) -> Iterator:
    """Chromium without a window."""
    with chromium(driver) as running:
        yield running


@pytest.fixture(scope="session")
def fox(driver) -> Iterator:
    """Firefox without a window."""
    with firefox(driver) as running:
        yield running


@pytest.fixture
def gpu() -> Iterator:
    """A GPU; where there is none, a device that refuses what a GPU refuses."""
    import torch
    from second_device import second_device

    if torch.cuda.is_available():
        yield torch.device("cuda", 0)
    else:
        with second_device() as device:
            yield device


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that is marked ``realdata("mnist")`` where COURSE_DATA has no such folder."""
    for mark in item.iter_markers("realdata"):
        (folder,) = mark.args
        if not (Path(os.environ.get("COURSE_DATA", "/nonexistent")) / folder).exists():
            pytest.skip(f"COURSE_DATA names no folder with {folder}")
