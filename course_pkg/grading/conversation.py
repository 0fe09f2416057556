"""The judge's end of the line to one jailed process, with a deadline and a certain end.

Nothing that a worker says is believed beyond its being an array or a piece of text. Deadlines are
kept here, by the judge's clock, and a process is killed through a handle that cannot mean another.
"""

import contextlib
import os
import select
import signal
import socket
import time
from typing import Any, Literal

from course_pkg.grading.worker.wire import Incoming, Malformed, frame

__all__ = ["Conversation", "Ended"]

_KEPT_PRINTED = 4 << 10  # bytes of what an answer prints
_MAX_READING = 64 << 20  # bytes of a notebook's code, as the reading job gives it back


class Ended(Exception):
    """A conversation that is over before its answer came.

    Args:
        reason: the deadline passed, the process ended, or what it sent makes no sense.
    """

    def __init__(self, reason: Literal["timeout", "crashed", "malformed"]) -> None:
        super().__init__(reason)
        self.reason: Literal["timeout", "crashed", "malformed"] = reason


class Conversation:
    """Messages to and from one jailed process; made by `Worker.open`."""

    def __init__(self, connection: socket.socket, printed: int, pid: int, handle: int) -> None:
        self._connection, self._printed, self._pid, self._handle = connection, printed, pid, handle
        self._out = bytearray()
        self._kept = bytearray()
        self._incoming = Incoming()
        connection.setblocking(False)
        os.set_blocking(printed, False)

    @property
    def printed(self) -> str:
        """The beginning of what the process printed."""
        return self._kept.decode("utf8", "replace")

    def queue(self, header: dict[str, Any], body: bytes = b"") -> None:
        """Send a message while waiting for the next answer."""
        self._out += frame(header, body)

    def accept_long_headers(self) -> None:
        """For the job that runs no submitted code and gives back the notebook's text."""
        self._incoming = Incoming(max_header=_MAX_READING)

    def receive(self, seconds: float) -> tuple[dict[str, Any], bytes]:
        """Wait for an answer.

        Args:
            seconds: how long.

        Returns:
            Header and body, as forged as they may be.

        Raises:
            Ended: if none comes.
        """
        deadline = time.monotonic() + seconds
        try:
            while (message := self._incoming.take()) is None:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise Ended("timeout")
                self._turn(left)
        except Malformed as error:
            raise Ended("malformed") from error
        return message

    def close(self) -> None:
        """Kill the process, whatever it is doing, and see it gone."""
        with contextlib.suppress(ProcessLookupError, OSError):
            if self._handle >= 0:
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)
            else:
                os.killpg(self._pid, signal.SIGKILL)
        self._drain()
        self._connection.close()
        if self._handle >= 0:
            select.select([self._handle], [], [], 5)  # readable once the process is gone
            os.close(self._handle)
        if self._printed >= 0:
            os.close(self._printed)

    def _turn(self, seconds: float) -> None:
        """Move whatever can be moved now."""
        poll = select.poll()
        wanted = select.POLLIN | (select.POLLOUT if self._out else 0)
        poll.register(self._connection, wanted)
        if self._printed >= 0:
            poll.register(self._printed, select.POLLIN)
        ready = dict(poll.poll(seconds * 1000))
        if self._printed in ready:
            self._drain()
        events = ready.get(self._connection.fileno(), 0)
        if self._out and events & select.POLLOUT:
            try:
                sent = self._connection.send(memoryview(self._out)[: 1 << 20])
            except BrokenPipeError:
                raise Ended("crashed") from None
            self._out = self._out[sent:]
        if events & (select.POLLIN | select.POLLHUP | select.POLLERR):
            try:
                piece = self._connection.recv(1 << 20)
            except BlockingIOError:
                return
            except ConnectionResetError:
                raise Ended("crashed") from None
            if not piece:
                raise Ended("crashed")
            self._incoming.feed(piece)

    def _drain(self) -> None:
        if self._printed < 0:
            return
        try:
            piece = os.read(self._printed, 1 << 16)
        except BlockingIOError:
            return
        if piece:
            self._kept += piece[: _KEPT_PRINTED - len(self._kept)]
        else:
            os.close(self._printed)
            self._printed = -1
