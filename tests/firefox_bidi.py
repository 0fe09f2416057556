"""Start Firefox and stand between it and Playwright, which asks for more than Debian's one knows.

    python tests/firefox_bidi.py FIREFOX [what Playwright passes on]

Playwright talks to an unchanged Firefox in WebDriver BiDi. It sets colours and the like by commands
of the newest version; the long-term version answers "unknown command", and Playwright gives up.
Such an answer to a command about emulation is turned into an empty success here. Nothing else is
touched.
"""

import asyncio
import json
import re
import sys

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application
from tornado.websocket import WebSocketHandler, websocket_connect

READY = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
LARGEST = 1 << 28


def softened(text: str) -> str:
    """Return what Firefox said, a refusal of an unknown emulation turned into a success."""
    if '"unknown command"' not in text:
        return text
    said = json.loads(text)
    if said.get("error") == "unknown command" and "emulation." in said.get("message", ""):
        return json.dumps({"type": "success", "id": said["id"], "result": {}})
    return text


class Between(WebSocketHandler):
    """One connection from Playwright, and its twin to Firefox."""

    def initialize(self, address: str) -> None:
        """Remember where Firefox listens."""
        self.address = address

    def check_origin(self, origin: str) -> bool:
        """Playwright is no page."""
        return True

    async def open(self, path: str) -> None:
        """Connect to Firefox, and pass on what it says."""
        self.firefox = await websocket_connect(f"{self.address}/{path}", max_message_size=LARGEST)
        self.listening = asyncio.create_task(self.listen())

    async def listen(self) -> None:
        """Pass on Firefox's messages until it is gone."""
        while (text := await self.firefox.read_message()) is not None:
            await self.write_message(softened(str(text)))
        self.close()

    async def on_message(self, message: str | bytes) -> None:
        """Pass on Playwright's messages."""
        await self.firefox.write_message(message)

    def on_close(self) -> None:
        """Hang up on both sides."""
        self.firefox.close()


async def main() -> int:
    """Start Firefox, announce our own port in its place, and end with it."""
    firefox = await asyncio.create_subprocess_exec(*sys.argv[1:], stderr=asyncio.subprocess.PIPE)
    assert firefox.stderr is not None
    while line := await firefox.stderr.readline():
        text = line.decode(errors="replace")
        ready = READY.search(text)
        if ready:
            sockets = bind_sockets(0, "127.0.0.1")
            routes = [(r"/(.*)", Between, {"address": ready[1]})]
            HTTPServer(Application(routes, websocket_max_message_size=LARGEST)).add_sockets(sockets)
            port = sockets[0].getsockname()[1]
            text = text.replace(ready[1], f"ws://127.0.0.1:{port}")
        sys.stderr.write(text)
        sys.stderr.flush()
    return await firefox.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
