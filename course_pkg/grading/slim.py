"""A notebook without its outputs, for files that are large because pictures are stored in them.

The text is gone through once, without building what will be thrown away: parsing it as a whole
would take ten times its size in memory.
"""

import re

__all__ = ["without_outputs"]

_MAX_TOKENS = 5_000_000
# A string, or a bracket; everything between them is of no interest.
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]]', re.DOTALL)
_DROPPED = {b'"outputs"', b'"attachments"', b'"metadata"'}


def without_outputs(data: bytes) -> bytes:
    r"""The notebook with every list of outputs, attachments and metadata emptied.

    Args:
        data: JSON in UTF-8.

    Returns:
        JSON; text that is no notebook comes back as it is, for the parser to complain about.

    Example:
        >>> without_outputs(b'{"cells": [{"outputs": [{"a": "]"}], "source": "x"}]}')
        b'{"cells": [{"outputs": [], "source": "x"}]}'
    """
    kept: list[bytes] = []
    start = 0  # of what has not been copied yet
    inside = 0  # brackets that are open within a value that is dropped
    name: re.Match[bytes] | None = None  # the last string, while only a colon has followed it
    for count, token in enumerate(_TOKEN.finditer(data)):
        if count > _MAX_TOKENS:
            return data
        text = token[0]
        if text[:1] == b'"':
            name = token if not inside else None
            continue
        opens = text in (b"[", b"{")
        if inside:
            inside += 1 if opens else -1
            if not inside:
                start = token.start()
        elif opens and _is_dropped(name, token, data):
            kept.append(data[start : token.end()])
            inside = 1
        name = None
    kept.append(b"" if inside else data[start:])
    return b"".join(kept)


def _is_dropped(name: re.Match[bytes] | None, value: re.Match[bytes], data: bytes) -> bool:
    if name is None or name[0] not in _DROPPED:
        return False
    return data[name.end() : value.start()].strip() == b":"
