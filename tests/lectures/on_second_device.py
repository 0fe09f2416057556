"""Run chapters where what asks for a GPU gets the stand-in: no tensor of the two devices may meet.

    python tests/lectures/on_second_device.py lectures/08_multiscale_refinement.ipynb ...

A chapter takes three to five times as long as on the CPU, so this is a tool and no test: run it for
a chapter whose cells train or ask a network, after they have changed.
"""

import os
import sys
import time
from pathlib import Path

import matplotlib as mpl
import nbformat
from IPython.core.interactiveshell import InteractiveShell

sys.path.insert(0, str(Path(__file__).parents[1]))
from second_device import second_device


def failure(path: Path) -> str:
    """Run a chapter's cells one after another; return what stopped it, or nothing."""
    import course_pkg.recipes

    assert course_pkg.recipes.reproduce  # the stand-in patches what has been imported
    mpl.use("agg")
    os.chdir(path.parent)
    shell = InteractiveShell.instance()
    with second_device():
        for number, cell in enumerate(nbformat.read(path, 4).cells):
            if cell.cell_type != "code":
                continue
            result = shell.run_cell(cell.source)
            if not result.success and "raises-exception" not in cell.metadata.get("tags", ()):
                return f"cell {number}"
    return ""


if __name__ == "__main__":
    start, path = time.perf_counter(), Path(sys.argv[1]).resolve()
    found = failure(path)
    print(f"{path.name}: {found or 'held'} after {time.perf_counter() - start:.0f} s")
    sys.exit(bool(found))
