"""Does a value fit its annotation? Shapes and dtypes here, everything else by beartype.

An annotation is compiled once to a function ``fits(value, scope)``. The axes of jaxtyping's arrays
are matched here and not by ``isinstance``, because that costs as much as a small convolution: it
copies what is bound at each look and writes the dtype out as text.
"""

import inspect
import itertools
import re
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from jaxtyping import AbstractArray

__all__ = ["Fits", "Scope", "axes_of", "compile_hint", "is_array_hint", "size_of"]

_TOWER = {float: (float, int), complex: (complex, float, int)}  # PEP 484: an int is a float


class Scope:
    """What one call has bound so far: sizes by axis name, and how to get at its arguments."""

    __slots__ = ("arguments", "sizes")

    def __init__(self, arguments: Callable[[], dict[str, Any]]) -> None:
        self.sizes: dict[str, Any] = {}
        self.arguments = arguments

    def copy(self) -> "Scope":
        """A scope in which more can be bound without a trace in this one."""
        twin = Scope(self.arguments)
        twin.sizes.update(self.sizes)
        return twin


Fits = Callable[[Any, Scope], bool]


def is_array_hint(hint: Any) -> bool:
    """Whether an annotation is one of jaxtyping's arrays."""
    return inspect.isclass(hint) and issubclass(hint, AbstractArray)


def compile_hint(hint: Any) -> Fits | None:
    """Turn an annotation into its test; None where everything fits."""
    if hint in (Any, object, inspect.Parameter.empty) or isinstance(hint, str | typing.TypeVar):
        return None
    if is_array_hint(hint):
        return _compile_array(hint)
    if hint is None or hint is type(None):
        return lambda value, scope: value is None
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _compile_union(inner)
    if _is_plain(hint):
        accepted = _TOWER.get(hint, hint)
        return lambda value, scope: isinstance(value, accepted)
    if _holds_arrays(inner) or all(map(_is_plain, inner)):
        if origin is tuple and inner[-1:] != (Ellipsis,):
            return _compile_tuple(inner)
        if origin is tuple or (inspect.isclass(origin) and issubclass(origin, Sequence)):
            return _compile_items(origin, inner[0], iter)
        if inspect.isclass(origin) and issubclass(origin, Mapping):
            return _compile_items(origin, inner[-1], lambda value: iter(value.values()))
    return _by_beartype(hint)


def _is_plain(hint: Any) -> bool:
    """Whether ``isinstance`` is all there is to it."""
    plain = inspect.isclass(hint) and typing.get_origin(hint) is None
    return plain and not is_array_hint(hint) and not _is_typing(hint)


def _is_typing(hint: type) -> bool:
    protocol = getattr(hint, "_is_protocol", False)
    return protocol or typing.is_typeddict(hint) or hint.__module__ == "typing"


def _by_beartype(hint: Any) -> Fits:
    from beartype import BeartypeConf
    from beartype.door import is_bearable

    conf = BeartypeConf(is_pep484_tower=True)
    return lambda value, scope: is_bearable(value, hint, conf=conf)


def _holds_arrays(hints: Sequence[Any]) -> bool:
    return any(is_array_hint(hint) or _holds_arrays(typing.get_args(hint)) for hint in hints)


def _compile_union(hints: Sequence[Any]) -> Fits | None:
    plain = tuple(_TOWER.get(hint, hint) for hint in hints if _is_plain(hint))
    classes = tuple(itertools.chain(*(p if isinstance(p, tuple) else (p,) for p in plain)))
    tests = [compile_hint(hint) for hint in hints if not _is_plain(hint)]
    if object in classes or None in tests:
        return None
    others = [test for test in tests if test is not None]

    def fits(value: Any, scope: Scope) -> bool:
        if isinstance(value, classes):
            return True
        for test in others:  # noqa: SIM110 - any() with a generator takes twice as long
            if test(value, scope):
                return True
        return False

    return fits


def _compile_tuple(hints: Sequence[Any]) -> Fits:
    tests = [compile_hint(hint) for hint in hints]

    def fits(value: Any, scope: Scope) -> bool:
        if not isinstance(value, tuple) or len(value) != len(tests):
            return False
        pairs = zip(value, tests, strict=True)
        return all(test is None or test(item, scope) for item, test in pairs)

    return fits


def _compile_items(kind: type, hint: Any, items: Callable[[Any], Any]) -> Fits:
    test = compile_hint(hint)
    plain = _TOWER.get(hint, hint) if _is_plain(hint) else None

    def fits(value: Any, scope: Scope) -> bool:
        if not isinstance(value, kind) or (isinstance(value, str) and plain is not str):
            return False
        if plain is not None:
            return all(isinstance(item, plain) for item in items(value))
        # Each item may have sizes of its own: k boxes here and other k there.
        return test is None or all(test(item, scope.copy()) for item in items(value))

    return fits


# One axis: a name that binds, a fixed size, None for any, or a text to be computed from the rest.
Axis = str | int | None | tuple[str]


@cache
def axes_of(hint: type[AbstractArray]) -> tuple[list[Axis], int | None, str | None, set[int]]:
    """Take an array's axes apart.

    Returns:
        The axes without the one that stands for several; that one's place, None if there is none;
        its name, None for "..."; and the places whose axis may be 1 instead ("#"), -1 among them
        if those that stand for several may.
    """
    axes: list[Axis] = []
    place = several = None
    broadcast = set()
    for at, word in enumerate(hint.dim_str.split()):
        text = word.replace("#", "", 1)
        several_here = text == "..." or text.startswith("*")
        if text != word:
            broadcast.add(-1 if several_here else len(axes))
        if several_here:
            place = at
            several = None if text in ("...", "*_") else text[1:]
            continue
        text = text.rpartition("=")[2] if text.count("=") == 1 else text
        if text.startswith("_"):
            axes.append(None)
        elif text.isidentifier():
            axes.append(text)
        else:
            axes.append(int(text) if text.isdigit() else (text,))
    return axes, place, several, broadcast


def size_of(axis: tuple[str], scope: Scope, more: Mapping[str, Any]) -> int | None:
    """Compute an axis such as ``2*h`` or ``{size[0]}``; None if a name in it is not bound yet."""
    text = axis[0]
    try:
        if "{" in text:  # jaxtyping reads braces as Python's f-strings over the arguments
            text = eval(f"f{text!r}", dict(scope.arguments()))
        return int(eval(text, {**scope.sizes, **more}))
    except (NameError, KeyError):
        return None


def _compile_array(hint: type[AbstractArray]) -> Fits:
    array_type = hint.array_type
    axes, place, several, broadcast = axes_of(hint)
    loose = -1 in broadcast
    fits_dtype = _DtypeTest(hint)
    count = len(axes)
    before = place if place is not None else count
    plain = place is None

    def fits(value: Any, scope: Scope) -> bool:
        if not isinstance(value, array_type) or not fits_dtype[value.dtype]:
            return False
        shape = value.shape
        sizes = scope.sizes
        bound: dict[str, Any] = {}
        if plain:
            if len(shape) != count:
                return False
        else:
            middle = len(shape) - count
            if middle < 0 or (place is None and middle):
                return False
            if several is not None:
                these = tuple(shape[before : before + middle])
                together = _together(these, sizes.get("*" + several), loose)
                if together is None:
                    return False
                bound["*" + several] = together
            if place is not None:
                shape = (*shape[:before], *shape[before + middle :])
        for at, axis in enumerate(axes):
            size = shape[at]
            if isinstance(axis, str):
                known = sizes.get(axis)
                if known is None:
                    known = bound.setdefault(axis, size)
            elif axis is None:
                continue
            elif isinstance(axis, int):
                known = axis
            else:
                known = size_of(axis, scope, bound)
                if known is None:
                    continue
            if known != size and not (size == 1 and at in broadcast):
                return False
        sizes.update(bound)
        return True

    return fits


def _together(
    shape: tuple[int, ...], bound: tuple[bool, tuple[int, ...]] | None, loose: bool
) -> tuple[bool, tuple[int, ...]] | None:
    """What several axes are bound to, now that they have come as ``shape``; None if they clash.

    Each binding remembers whether it was loose ("*#batch"): only such a side may be stretched.
    """
    if bound is None:
        return loose, shape
    was_loose, known = bound
    if not (loose or was_loose):
        return bound if shape == known else None
    longest = max(len(shape), len(known))
    pairs = zip(*((1,) * (longest - len(s)) + s for s in (shape, known)), strict=True)
    both = tuple(b if a == 1 else a if b in (1, a) else -1 for a, b in pairs)
    fixed = [one for one, may in ((shape, loose), (known, was_loose)) if not may]
    if -1 in both or any(one != both for one in fixed):
        return None
    return loose and was_loose, both


class _DtypeTest(dict[Any, bool]):
    """Which dtypes fit; each is looked up by its name once."""

    def __init__(self, hint: type[AbstractArray]) -> None:
        self.names: Any = hint.dtypes

    def __missing__(self, dtype: Any) -> bool:
        kind = getattr(dtype, "type", None)  # numpy has one, torch has not
        name = str(dtype).rpartition(".")[2] if kind is None else kind.__name__
        self[dtype] = not isinstance(self.names, list | tuple) or any(
            name == one if isinstance(one, str) else bool(re.match(one, name)) for one in self.names
        )
        return self[dtype]
