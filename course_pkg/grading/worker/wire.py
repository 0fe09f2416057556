"""Messages between the judge and a worker: a JSON header and raw numbers, never a pickle.

What a worker sends may be forged from the first byte to the last, so reading is strict: sizes are
bounded before anything is read, only listed number types are made into arrays, and what does not
fit exactly is `Malformed`.
"""

import json
import struct
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

__all__ = [
    "MAX_BODY",
    "Incoming",
    "Malformed",
    "arrays_of",
    "describe",
    "frame",
    "pack",
    "unpack",
]

MAX_BODY = 64 << 20  # bytes of numbers in one message
_LENGTHS = struct.Struct(">IQ")
_BITS = {"int": (8, 16, 32, 64), "uint": (8, 16, 32, 64), "float": (16, 32, 64)}
_DTYPES = {"bool", *(f"{kind}{size}" for kind, sizes in _BITS.items() for size in sizes)}
_MAX_AXES = 32


class Malformed(ValueError):
    """A message that no honest worker sends."""


def frame(header: dict[str, Any], body: bytes = b"") -> bytes:
    """One message.

    Args:
        header: anything that JSON can hold.
        body: the numbers it speaks of.

    Returns:
        The bytes to send.

    Example:
        >>> frame({"a": 1})[12:]
        b'{"a": 1}'
    """
    text = json.dumps(header).encode()
    return _LENGTHS.pack(len(text), len(body)) + text + body


class Incoming:
    """Puts messages together from the pieces in which they arrive.

    Args:
        max_header: longest header accepted, in bytes.
        max_body: longest body accepted, in bytes.
    """

    def __init__(self, max_header: int = 64 << 10, max_body: int = MAX_BODY) -> None:
        self._max_header, self._max_body = max_header, max_body
        self._buffer = bytearray()

    def feed(self, piece: bytes) -> None:
        """Take in what has arrived."""
        self._buffer += piece

    def take(self) -> tuple[dict[str, Any], bytes] | None:
        """The next message, if all of it is there.

        Returns:
            Header and body, or nothing yet.

        Raises:
            Malformed: if it is too long or its header is not a JSON object.
        """
        if len(self._buffer) < _LENGTHS.size:
            return None
        header, body = _LENGTHS.unpack_from(self._buffer)
        if header > self._max_header or body > self._max_body:
            raise Malformed(f"a message of {header} + {body} bytes")
        end = _LENGTHS.size + header + body
        if len(self._buffer) < end:
            return None
        text = bytes(self._buffer[_LENGTHS.size : _LENGTHS.size + header])
        numbers = bytes(self._buffer[_LENGTHS.size + header : end])
        del self._buffer[:end]
        return _parse(text), numbers


def describe(arrays: Sequence[np.ndarray]) -> tuple[list[list[Any]], bytes]:
    """Arrays as a list for the header and bytes for the body.

    Args:
        arrays: of listed number types.

    Returns:
        Pairs of dtype and shape; the numbers, one array after the other.

    Example:
        >>> describe([np.array([1.0, 2.0], dtype=np.float32)])[0]
        [['float32', [2]]]
    """
    native = [a.astype(a.dtype.newbyteorder("="), copy=False) for a in arrays]
    return [[a.dtype.name, list(a.shape)] for a in native], b"".join(a.tobytes() for a in native)


def arrays_of(described: Any, body: bytes) -> list[np.ndarray]:
    """The arrays that a header describes, if it describes the body exactly.

    Args:
        described: the list of pairs, which may hold anything.
        body: the numbers.

    Returns:
        New arrays.

    Raises:
        Malformed: if they do not fit.

    Example:
        >>> arrays_of([["uint8", [2]]], bytes([1, 2]))
        [array([1, 2], dtype=uint8)]
        >>> arrays_of([["object", [2]]], bytes(16))
        Traceback (most recent call last):
        ...
        course_pkg.grading.worker.wire.Malformed: no array is described by ['object', [2]]
    """
    if type(described) is not list:
        raise Malformed("the arrays are not a list")
    found, start = [], 0
    for item in described:
        if type(item) is not list or len(item) != 2 or not _is_shape(item[1]):
            raise Malformed(f"no array is described by {item!r:.60}")
        if type(item[0]) is not str or item[0] not in _DTYPES:
            raise Malformed(f"no array is described by {item!r:.60}")
        dtype, count = np.dtype(item[0]), 1
        for axis in item[1]:
            count *= axis
        end = start + count * dtype.itemsize
        if end > len(body):
            raise Malformed("fewer numbers came than were announced")
        part = body[start:end]
        if item[0] == "bool" and part.strip(b"\x00\x01"):
            raise Malformed("a truth value that is neither 0 nor 1")
        try:
            found.append(np.frombuffer(part, dtype, count).reshape(item[1]).copy())
        except ValueError as error:  # no numbers, in more rows than an array can have
            raise Malformed(f"no array is described by {item!r:.60}") from error
        start = end
    if start != len(body):
        raise Malformed("more numbers came than were announced")
    return found


def pack(value: Any) -> tuple[Any, bytes]:
    """A case's inputs, from the judge, as a JSON tree and bytes.

    Args:
        value: arrays, numbers, texts, and tuples, lists and dicts of them.

    Returns:
        The tree and the arrays' bytes.

    Raises:
        ValueError: if something else is inside.

    Example:
        >>> pack({"size": (4, 5)})[0]
        ['dict', [['size', ['tuple', [['value', 4], ['value', 5]]]]]]
    """
    arrays: list[np.ndarray] = []
    tree = _tree(value, arrays)
    described, body = describe(arrays)
    return (tree if not arrays else ["arrays", described, tree]), body


def unpack(tree: Any, body: bytes) -> Any:
    """The inverse of `pack`; what it reads comes from the judge.

    Args:
        tree: the JSON tree.
        body: the arrays' bytes.

    Returns:
        The value.

    Example:
        >>> unpack(*pack({"x": np.array([1, 2]), "size": (4, 5)}))
        {'x': array([1, 2]), 'size': (4, 5)}
    """
    arrays: list[np.ndarray] = []
    if tree[0] == "arrays":
        arrays, tree = arrays_of(tree[1], body), tree[2]
    return _value(tree, arrays)


def _tree(value: Any, arrays: list[np.ndarray]) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        arrays.append(np.asarray(value))
        kind: Literal["array", "scalar"] = "array" if isinstance(value, np.ndarray) else "scalar"
        return [kind, len(arrays) - 1]
    if type(value) is tuple or type(value) is list:
        return [type(value).__name__, [_tree(item, arrays) for item in value]]
    if type(value) is dict:
        return ["dict", [[key, _tree(item, arrays)] for key, item in value.items()]]
    if value is None or type(value) in (bool, int, float, str):
        return ["value", value]
    raise ValueError(f"a case's inputs cannot hold a {type(value).__name__}: use arrays, numbers")


def _value(tree: Any, arrays: list[np.ndarray]) -> Any:
    kind, content = tree
    if kind == "array":
        return arrays[content]
    if kind == "scalar":
        return arrays[content][()]
    if kind == "dict":
        return {key: _value(item, arrays) for key, item in content}
    if kind in ("tuple", "list"):
        items = [_value(item, arrays) for item in content]
        return tuple(items) if kind == "tuple" else items
    return content


def _is_shape(shape: Any) -> bool:
    if type(shape) is not list or len(shape) > _MAX_AXES:
        return False
    return all(type(axis) is int and 0 <= axis <= MAX_BODY for axis in shape)


def _parse(text: bytes) -> dict[str, Any]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in pairs}) != len(pairs):
            raise Malformed("a name stands twice in the header")
        return dict(pairs)

    try:
        header = json.loads(text, object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise Malformed("the header is not JSON") from error
    if type(header) is not dict:
        raise Malformed("the header is not an object")
    return header
