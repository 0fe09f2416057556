"""Warm workers, one of a kind for each thread that judges, started when first needed."""

import atexit
import threading

from course_pkg.grading.process import Worker

__all__ = ["close_workers", "worker_for"]

_here = threading.local()
_all: set[Worker] = set()


def worker_for(packages: tuple[str, ...], measures: tuple[str, ...]) -> Worker:
    """The worker of this thread.

    Args:
        packages: what answers may import besides numpy.
        measures: which protections to use.

    Returns:
        A running worker.

    Example:
        >>> worker_for.__name__  # starts a process
        'worker_for'
    """
    mine: dict[object, Worker] = _here.__dict__.setdefault("workers", {})
    key = (packages, measures)
    if key not in mine or not mine[key].alive:
        mine[key] = Worker(packages, measures)
        _all.add(mine[key])
    return mine[key]


def close_workers() -> None:
    """End every worker that this process has started."""
    while _all:
        _all.pop().close()


atexit.register(close_workers)
