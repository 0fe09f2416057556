"""Operations of torch that an exercise forbids, switched off inside the worker.

Done at the level of torch's kernels, so that other spellings (modules, threads, gradients,
scripts) are switched off with it. It is a fence rather than a wall: code in the same process can
undo it.
"""

from collections.abc import Iterable
from importlib import import_module
from typing import Any

__all__ = ["Forbidden", "ban"]

_registered: list[Any] = []  # torch drops a registration whose library is collected


class Forbidden(RuntimeError):
    """An operation that the exercise asks to do without."""


def ban(names: Iterable[str]) -> None:
    """Make torch refuse some operations in this process.

    Args:
        names: operators of ``torch.ops.aten``.

    Example:
        >>> ban([])
    """
    operators = tuple(names)
    if not operators:
        return
    library = import_module("torch.library")
    overrides = library.Library("aten", "IMPL")
    for operator in operators:
        for overload in _overloads(operator):
            for key in ("CPU", "CompositeImplicitAutograd"):
                try:
                    overrides.impl(overload, _refusing(operator), key)
                    break
                except RuntimeError:  # this torch has no such operator, or another kind of it
                    continue
    _registered.append(overrides)


def _overloads(operator: str) -> list[str]:
    packet = getattr(import_module("torch").ops.aten, operator, None)
    names = [] if packet is None else packet.overloads()
    return [operator if name == "default" else f"{operator}.{name}" for name in names]


def _refusing(name: str) -> Any:
    def refuse(*_: Any, **__: Any) -> Any:
        raise Forbidden(f"this exercise forbids torch's {name}")

    return refuse
