"""Pack files into scripts that a page can load one by one, from a server and from a disk alike.

A page that was opened from a disk may load scripts, and nothing else. So files travel as text
inside small scripts: packed, compressed, cut into pieces. The pieces also make progress visible,
and a server that does not compress sends less this way than it would of the files themselves.

A pack is, before compression: the length of the list that follows, in four bytes; the list, JSON,
of names and sizes; the files one after another.
"""

import base64
import gzip
import json
from collections.abc import Mapping
from pathlib import Path

PIECE = 768 * 1024  # bytes of the compressed pack in one script; a multiple of 3 ends without "="


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return files as one compressed pack; the same files give the same bytes."""
    listing = json.dumps([[name, len(content)] for name, content in files.items()]).encode()
    body = len(listing).to_bytes(4, "little") + listing + b"".join(files.values())
    return gzip.compress(body, 9, mtime=0)


def unpacked(pack: bytes) -> dict[str, bytes]:
    """Return the files of a pack."""
    body = gzip.decompress(pack)
    start = 4 + int.from_bytes(body[:4], "little")
    files = {}
    for name, size in json.loads(body[4:start]):
        files[name], start = body[start : start + size], start + size
    return files


def write_pack(folder: Path, name: str, stem: str, files: Mapping[str, bytes]) -> dict[str, object]:
    """Write a pack as scripts ``stem-00.js``, ...

    Args:
        folder: where the scripts go.
        name: what a page calls the pack.
        stem: how the scripts' names begin; another content needs another stem.
        files: what is packed.

    Returns:
        What a page has to know: the scripts in their order, and how many bytes they have.
    """
    pack = packed(files)
    scripts = []
    for number, start in enumerate(range(0, len(pack), PIECE)):
        text = base64.b64encode(pack[start : start + PIECE]).decode()
        path = folder / f"{stem}-{number:02d}.js"
        path.write_text(f'coursePack("{name}",{number},"{text}");\n', "utf8")
        scripts.append(path)
    return {
        "scripts": [path.name for path in scripts],
        "bytes": sum(path.stat().st_size for path in scripts),
    }


def read_pack(folder: Path, scripts: list[str]) -> dict[str, bytes]:
    """Return the files of a pack from its scripts, as a page would."""
    texts = ((folder / script).read_text("utf8").split('"')[-2] for script in scripts)
    return unpacked(b"".join(base64.b64decode(text) for text in texts))
