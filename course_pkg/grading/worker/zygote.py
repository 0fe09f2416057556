"""The worker process: loads what answers need once, then forks a jailed child for every job.

It never runs submitted code itself, never imports `course_pkg`, and holds no secret. Nothing is
computed before a fork, since a thread pool would not survive it.
"""

import contextlib
import gc
import importlib.abc
import importlib.util
import json
import os
import random
import signal
import socket
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.fft
import numpy.linalg
import numpy.random

from . import landlock, limits, seccomp
from .answering import answer
from .cells import load_transformer
from .reading import read
from .visible import visible, writable
from .wire import Incoming, frame

__all__ = ["main"]

_CONNECTION = 3  # where a child finds the judge
_JAIL_FAILED = 97


def main() -> None:
    """Serve until the judge closes the control socket.

    Takes from the command line the control socket's descriptor and the settings as JSON: which
    packages to load, where the shared sources lie, which measures to use.

    Example:
        >>> main.__name__  # runs in the worker process
        'main'
    """
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = json.loads(sys.argv[2])
    _forget_the_package()
    shared = {name: _load(name, path) for name, path in settings["shared"].items()}
    load_transformer()
    if "torch" in settings["packages"]:
        _load_torch()
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - answers that draw without a seed are then the same each time
    jail = _Jail(settings["measures"])
    gc.collect()
    gc.freeze()  # so that children do not copy the pages of what never changes
    signal.signal(
        signal.SIGCHLD, signal.SIG_IGN
    )  # children that end are cleared away by the kernel
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the judge's business
    control.sendall(frame(jail.report))
    parent = os.getpid()
    while True:
        try:
            message, descriptors, *_ = socket.recv_fds(control, 1, 2)
        except OSError:
            return
        if not message:
            return
        connection, printing = descriptors
        pid = os.fork()
        if pid == 0:
            try:
                control.close()
                _child(connection, printing, jail, shared, parent)
            except BaseException as error:
                with contextlib.suppress(OSError):
                    os.write(2, f"worker: {error!r}\n".encode())
            finally:
                os._exit(_JAIL_FAILED)
        handle = os.pidfd_open(pid) if jail.handles else -1
        reply = str(pid).encode().ljust(16)
        if handle >= 0:
            socket.send_fds(control, [reply], [handle])
            os.close(handle)
        else:
            control.sendall(reply)
        os.close(connection)
        os.close(printing)


class _Jail:
    """The measures of this machine, prepared once; `enter` is what a child does."""

    def __init__(self, measures: list[str]) -> None:
        self.handles = hasattr(os, "pidfd_open") and "pidfd" in measures
        can_lock = "landlock" in measures and landlock.abi() > 0
        self._rules = _out_of_the_way(landlock.ruleset(visible(), writable())) if can_lock else -1
        self._filter = "seccomp" in measures and seccomp.supported()
        self.report: dict[str, Any] = {
            "landlock": landlock.abi() if can_lock else 0,
            "seccomp": self._filter,
        }

    def enter(self, memory: int, cpu: int) -> None:
        limits.limit(memory, cpu)
        limits.drop_rights()
        if self._rules >= 0 or self._filter:
            limits.no_new_privileges()
        if self._rules >= 0:
            landlock.enter(self._rules)
            os.close(self._rules)
        os.closerange(_CONNECTION + 1, 4096)
        if self._filter:
            seccomp.install()


def _out_of_the_way(descriptor: int) -> int:
    """The same file under a number that no child overwrites."""
    high = os.dup2(descriptor, 60, inheritable=False)
    os.close(descriptor)
    return high


def _child(
    connection: int, printing: int, jail: _Jail, shared: dict[str, ModuleType], parent: int
) -> None:
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    # Above all the descriptors that are about to be overwritten.
    high = [os.dup2(fd, 50 + i) for i, fd in enumerate((nothing, printing, connection))]
    for fd, place in ((high[0], 0), (high[1], 1), (high[1], 2), (high[2], _CONNECTION)):
        os.dup2(fd, place)
    sys.stdout = os.fdopen(1, "w", 1, encoding="utf8", errors="replace", closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, encoding="utf8", errors="replace", closefd=False)
    os.environ.clear()
    os.chdir("/")
    incoming = Incoming(max_header=1 << 30, max_body=1 << 40)  # from the judge, who is trusted
    job, _ = _receive(incoming)
    jail.enter(job["memory"], job["cpu"])
    if os.getppid() != parent:  # it was gone before this process asked to die with it
        return
    if job["kind"] == "read":
        _send(read([tuple(cell) for cell in job["cells"]], job["wanted"]), b"")
    elif job["kind"] == "probe":
        _send(_probe(), b"")
    else:
        answer(job, lambda: _receive(incoming), _send, shared)
    os._exit(0)


def _probe() -> dict[str, Any]:
    """Try what must not work; the judge believes this and not the settings."""

    def works(action: Any) -> bool:
        try:
            action()
        except OSError:
            return False
        return True

    def fork() -> None:
        if os.fork() == 0:
            os._exit(0)

    return {
        "reads_files": works(lambda: Path("/etc/passwd").read_bytes()),
        "uses_network": works(lambda: socket.socket().close()),
        "starts_processes": works(fork),
        "sends_signals": works(lambda: os.kill(os.getppid(), 0)),
    }


def _receive(incoming: Incoming) -> tuple[dict[str, Any], bytes]:
    while (message := incoming.take()) is None:
        piece = os.read(_CONNECTION, 1 << 20)
        if not piece:  # the judge has no more cases
            os._exit(0)
        incoming.feed(piece)
    return message


def _send(header: dict[str, Any], body: bytes) -> None:
    rest = memoryview(frame(header, body))
    while rest:  # os.write, because the socket's own calls are denied in here
        rest = rest[os.write(_CONNECTION, rest[: 1 << 20]) :]


class _NoPackage(importlib.abc.MetaPathFinder):
    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> None:
        if fullname.partition(".")[0] == "course_pkg":
            raise ModuleNotFoundError("course_pkg cannot be used in an answer", name=fullname)


def _forget_the_package() -> None:
    """An installed copy must not be found: it holds the references."""
    sys.meta_path[:] = [f for f in sys.meta_path if "editable" not in repr(f).lower()]
    sys.meta_path.insert(0, _NoPackage())
    sys.dont_write_bytecode = True


def _load(name: str, path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _load_torch() -> None:
    torch = importlib.import_module("torch")
    torch.set_num_threads(1)
    torch.manual_seed(0)
    importlib.import_module("torch.library")
    # A first optimiser loads half of torch and wants a temporary folder, which no child has.
    torch.optim.Adam([torch.nn.Parameter(torch.empty(0))])
