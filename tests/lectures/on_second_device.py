"""Run a chapter where what asks for a GPU gets the stand-in: no tensor of the two devices may meet.

    python tests/lectures/on_second_device.py lectures/08_multiscale_refinement.ipynb

Two steps of every training are enough to see where tensors lie, so what a cell asserts about the
numbers does not count here. A chapter takes a minute or more all the same: a tool and no test, to
be run for a chapter whose cells train or ask a network, after they have changed.
"""

import os
import sys
import time
from pathlib import Path
from unittest import mock

import matplotlib as mpl
import nbformat
from IPython.core.interactiveshell import InteractiveShell

sys.path.insert(0, str(Path(__file__).parents[1]))
from second_device import second_device

# What a network of two steps may do to a cell that counts its right answers.
_UNTRAINED = (AssertionError, ArithmeticError)


def failure(path: Path) -> str:
    """Run a chapter's cells one after another; return what stopped it, or nothing."""
    import course_pkg.recipes

    assert course_pkg.recipes.reproduce  # the stand-in patches what has been imported
    fit = sys.modules["course_pkg.engine.fit"]
    mpl.use("agg")
    os.chdir(path.parent)
    shell = InteractiveShell.instance()
    with second_device(), mock.patch.object(fit, "_total_steps", return_value=2):
        for number, cell in enumerate(nbformat.read(path, 4).cells):
            if cell.cell_type != "code":
                continue
            result = shell.run_cell(cell.source)
            problem = result.error_before_exec or result.error_in_exec
            expected = "raises-exception" in cell.metadata.get("tags", ())
            if problem and not expected and not isinstance(problem, _UNTRAINED):
                return f"cell {number}"
    return ""


if __name__ == "__main__":
    start, path = time.perf_counter(), Path(sys.argv[1]).resolve()
    found = failure(path)
    print(f"{path.name}: {found or 'held'} after {time.perf_counter() - start:.0f} s")
    sys.exit(bool(found))
