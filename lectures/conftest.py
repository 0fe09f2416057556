"""nbval proves the chapters on one run: the book's if up to date, else its own.

Either way each cell runs exactly as in a notebook. nbval itself sends cells
without history, and then IPython ignores a closing `;`: a value that the book
hides would appear in the test's output.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nbval.kernel import RunningKernel
from nbval.plugin import IPyNbCell, IPyNbFile

sys.path.insert(
    0, str(Path(__file__).parents[1] / "book" / "_tools")
)  # no package
from recorded import RecordedKernel, find

RECORDED = "judged on the book's run"


def _as_a_notebook_does(
    self: RunningKernel, cell_input: str, allow_stdin: bool | None = None
) -> str:
    return self.kc.execute(
        cell_input, allow_stdin=allow_stdin, stop_on_error=False
    )


_start_a_kernel = IPyNbFile.setup


def _set_up(self: IPyNbFile) -> None:
    """Ask the record where there is one and no coverage is wanted."""
    measured = getattr(self.config.option, "cov_source", None)
    record = None if measured else find(self.path, self.config.rootpath)
    if record is None:
        _start_a_kernel(self)
    else:
        self.kernel = RecordedKernel(record)
        self.setup_sanitize_files()


RunningKernel.execute_cell_input = _as_a_notebook_does
IPyNbFile.setup = _set_up


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Iterator[None]:
    """Note on each cell's report which run it was judged on."""
    report = yield
    kernel = isinstance(item, IPyNbCell) and item.parent.kernel
    report.user_properties.append((RECORDED, isinstance(kernel, RecordedKernel)))
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many cells were judged on which run."""
    runs = [
        dict(report.user_properties).get(RECORDED)
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "call"
    ]
    recorded, anew = runs.count(True), runs.count(False)
    if not recorded + anew:
        return
    terminalreporter.line(
        f"chapters: {recorded} cells {RECORDED}, {anew} run here"
    )
