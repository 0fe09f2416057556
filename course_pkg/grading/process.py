"""Start a worker, find out how far it is cut off, and have it fork jailed processes."""

import contextlib
import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from course_pkg.grading.bubblewrap import wrapper
from course_pkg.grading.conversation import Conversation, Ended
from course_pkg.grading.worker.wire import Incoming

__all__ = ["ALL_MEASURES", "Fault", "Isolation", "TooWeak", "Worker"]

# Files of `course_pkg.checkers` that the worker loads by their paths.
SHARED = ("values", "frames", "imports", "forbidden")
ALL_MEASURES = ("landlock", "seccomp", "bubblewrap", "pidfd")
# By its path and under another name, with nothing of `course_pkg` on the search path.
_LOAD_AND_RUN = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location("worker", sys.argv[3])
sys.modules["worker"] = module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
from worker.zygote import main
main()
"""
_START_SECONDS = 180  # a busy machine, a cold disk and torch


class Fault(RuntimeError):
    """The grader itself failed: no mark may come of it."""


class TooWeak(Fault):
    """Isolation does not reach what grading asks for."""


@dataclass(frozen=True)
class Isolation:
    """How far a worker is cut off, as tried out rather than as wished.

    Args:
        landlock: version of Landlock in force, 0 without.
        seccomp: whether system calls are filtered.
        bubblewrap: whether it also lives in namespaces of its own.
        level: ``"strong"`` if a probe in the jail could neither read files, use the network, start
            processes nor signal others; otherwise ``"weak"``.
    """

    landlock: int
    seccomp: bool
    bubblewrap: bool
    level: Literal["strong", "weak"]


class Worker:
    """One warm process that forks a jailed child for every job.

    Args:
        packages: what answers may import besides numpy, such as ``("torch",)``.
        measures: which protections to use where they exist; tests leave some out.

    Raises:
        Fault: if the process does not start.
    """

    def __init__(
        self, packages: tuple[str, ...] = (), measures: tuple[str, ...] = ALL_MEASURES
    ) -> None:
        checkers = Path(str(find_spec("course_pkg.checkers").origin)).parent  # pyright: ignore[reportOptionalMemberAccess]
        settings = {
            "packages": packages,
            "measures": measures,
            # The learner's own checks read values and errors in the same way.
            "shared": {name: str(checkers / f"{name}.py") for name in SHARED},
        }
        place = str(Path(__file__).parent / "worker" / "__init__.py")
        prefix = wrapper() if "bubblewrap" in measures else ()
        self._control, theirs = socket.socketpair()
        arguments = [str(theirs.fileno()), json.dumps(settings), place]
        self._process = subprocess.Popen(
            [*prefix, sys.executable, "-P", "-s", "-c", _LOAD_AND_RUN, *arguments],
            pass_fds=[theirs.fileno()],
            env={
                "PATH": "/usr/bin:/bin",
                "LANG": "C.UTF-8",
                "PYTHONHASHSEED": "0",
                "PYTHONDONTWRITEBYTECODE": "1",
                "CUDA_VISIBLE_DEVICES": "",
                "OMP_NUM_THREADS": "1",
                "OPENBLAS_NUM_THREADS": "1",
                "MKL_NUM_THREADS": "1",
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        theirs.close()
        try:
            report = self._greeting()
            self.isolation = self._tried(report, bool(prefix))
        except BaseException:
            self.close()
            raise

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def open(self, job: dict[str, Any], memory_mb: int, cpu_seconds: int) -> "Conversation":
        """Start a jailed process and give it its job.

        Args:
            job: what to do, with its ``kind``.
            memory_mb: megabytes that it may allocate.
            cpu_seconds: seconds of processor time.

        Returns:
            The line to it; close it in any case.

        Raises:
            Fault: if the worker cannot start a process.
        """
        mine, theirs = socket.socketpair()
        printed, printing = os.pipe()
        try:
            socket.send_fds(self._control, [b"J"], [theirs.fileno(), printing])
            reply, handles, *_ = socket.recv_fds(self._control, 16, 1)
            if not reply.strip():
                raise OSError("it ended")
        except OSError as error:
            mine.close()
            os.close(printed)
            raise Fault(f"the worker process does not answer: {error}") from error
        finally:
            theirs.close()
            os.close(printing)
        talk = Conversation(mine, printed, int(reply), handles[0] if handles else -1)
        talk.queue({**job, "memory": memory_mb << 20, "cpu": cpu_seconds})
        return talk

    def close(self) -> None:
        """End the worker and wait until it is gone; its children die with it."""
        self._control.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stderr is not None:
            self._process.stderr.close()

    def _last_words(self) -> str:
        self._process.kill()
        _, words = self._process.communicate()
        return words.decode("utf8", "replace").strip().rpartition("\n")[2]

    def _greeting(self) -> dict[str, Any]:
        incoming = Incoming()
        self._control.settimeout(_START_SECONDS)
        try:
            while (message := incoming.take()) is None:
                piece = self._control.recv(4096)
                if not piece:
                    raise Fault(f"the worker process did not start: {self._last_words()}")
                incoming.feed(piece)
        except OSError as error:
            raise Fault(f"the worker process did not start: {error}") from error
        self._control.settimeout(None)
        return message[0]

    def _tried(self, report: dict[str, Any], wrapped: bool) -> Isolation:
        with contextlib.closing(self.open({"kind": "probe"}, 256, 30)) as talk:
            try:
                tried, _ = talk.receive(_START_SECONDS)
            except Ended as end:
                raise Fault(f"the jail could not be set up: {talk.printed or end}") from end
        level: Literal["strong", "weak"] = "weak" if any(tried.values()) else "strong"
        if not (report["landlock"] and report["seccomp"]):
            level = "weak"
        return Isolation(report["landlock"], report["seccomp"], wrapped, level)
