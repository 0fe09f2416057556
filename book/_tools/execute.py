"""Run every chapter once, a few at a time, and keep the outputs where the book looks for them.

    python book/_tools/execute.py [--jobs 2] [NOTEBOOK ...]

A chapter that was run before with the same cells, package, results and libraries is not run
again. The book's build then finds everything in the cache; it runs no notebook itself.
"""

import argparse
import os
import shutil
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from chapters import ROOT, cache_folder, paths, read
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError

KEPT_STATES = 3


def failing_cell(notebook: nbformat.NotebookNode) -> str:
    """Return the number, the source and the error of the cell that stopped a notebook."""
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                source = textwrap.indent(cell.source, "    ")
                return f"cell {number}:\n{source}\n  {output.ename}: {output.evalue}"
    return "no cell (the kernel stopped or a cell took too long)"


def run(path: Path, timeout: int) -> tuple[nbformat.NotebookNode, float, str]:
    """Run one notebook; return it with its outputs, the seconds, and what went wrong."""
    notebook, start, problem = read(path), time.perf_counter(), ""
    # Times in the cells' metadata would change the key under which the book looks for them.
    options = {"timeout": timeout, "record_timing": False, "extra_arguments": ["--log-level=40"]}
    client = NotebookClient(notebook, resources={"metadata": {"path": path.parent}}, **options)
    try:
        client.execute()
    except CellExecutionError:
        problem = failing_cell(notebook)
    except CellTimeoutError as error:
        problem = str(error)
    return notebook, time.perf_counter() - start, problem


def forget_old_states(folder: Path) -> None:
    """Delete the outputs of all but the newest few states of the package."""
    states = sorted(folder.parent.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in states[KEPT_STATES:]:
        shutil.rmtree(old)


def main() -> int:
    """Run what is not in the cache; return 1 where a cell failed."""
    parser = argparse.ArgumentParser(description="run the chapters into the book's cache")
    parser.add_argument("--jobs", type=int, default=2, help="notebooks at a time")
    parser.add_argument("--timeout", type=int, default=600, help="seconds a cell may take")
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all of lectures/")
    wish = parser.parse_args()
    # Two notebooks with all cores each are slower than with one core each.
    os.environ.setdefault("OMP_NUM_THREADS", "1")

    folder = cache_folder(ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    folder.touch()
    forget_old_states(folder)
    cache = get_cache(folder)
    failed = 0
    waiting = []
    for path in wish.notebooks or paths():
        try:
            cache.match_cache_notebook(read(path))
        except KeyError:
            waiting.append(path.resolve())
    print(f"{len(waiting)} notebooks to run, the others are in {folder.relative_to(ROOT)}")

    with ThreadPoolExecutor(max_workers=max(1, wish.jobs)) as pool:
        results = pool.map(lambda path: run(path, wish.timeout), waiting)
        for path, (notebook, seconds, problem) in zip(waiting, results, strict=True):
            if problem:
                failed += 1
                print(f"FAILED {path.name} after {seconds:.1f} s in {problem}", file=sys.stderr)
                continue
            bundle = CacheBundleIn(notebook, str(path), data={"execution_seconds": seconds})
            cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
            print(f"ran {path.name} in {seconds:.1f} s", flush=True)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
