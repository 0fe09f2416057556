"""Operations of torch that an exercise forbids, switched off inside the worker.

Done at the level of torch's kernels, so that other spellings (modules, threads, gradients,
scripts) are switched off with it. It is a fence rather than a wall: code in the same process can
undo it.
"""

from typing import Any

__all__ = ["Forbidden", "ban"]

_ALL_CONVOLUTIONS = (
    "convolution",
    "_convolution",
    "convolution_overrideable",
    "convolution_backward",
    "mkldnn_convolution",
    "slow_conv_transpose2d",
    "_slow_conv2d_forward",
    "_slow_conv2d_backward.output_mask",
    "col2im",
)
_GROUPS = {"convolution": _ALL_CONVOLUTIONS}
_registered: list[Any] = []  # torch drops a registration whose library is collected


class Forbidden(RuntimeError):
    """An operation that the exercise asks to do without."""


def ban(names: list[str]) -> None:
    """Make torch refuse some operations in this process.

    Args:
        names: operators of ``torch.ops.aten``, or the group ``"convolution"``.

    Example:
        >>> ban([])
    """
    if not names:
        return
    from importlib import import_module

    library = import_module("torch.library")
    overrides = library.Library("aten", "IMPL")
    for name in names:
        for operator in _GROUPS.get(name, (name,)):
            for key in ("CPU", "CompositeImplicitAutograd"):
                try:
                    overrides.impl(operator, _refusing(name), key)
                    break
                except RuntimeError:  # this torch has no such operator, or another kind of it
                    continue
    _registered.append(overrides)


def _refusing(name: str) -> Any:
    def refuse(*_: Any, **__: Any) -> Any:
        raise Forbidden(f"this exercise forbids torch's {name}")

    return refuse
