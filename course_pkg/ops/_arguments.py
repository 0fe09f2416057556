"""Checks shared by the convolution family: one sentence that says what came and what was expected.

Torch spreads the same refusals over its back ends, and some of its messages name a "primitive
descriptor" instead of the argument. Here each argument is looked at once, before any arithmetic.
"""

from collections.abc import Sequence

from torch import Tensor

__all__ = ["Ints", "as_ints", "axis_count", "check_operands", "padding_per_side"]

Ints = int | Sequence[int]


def as_ints(name: str, value: Ints, axes: int, minimum: int) -> tuple[int, ...]:
    """Give ``value`` as one int an axis, as torch reads stride, padding and the rest."""
    values = tuple(value) if isinstance(value, Sequence) else (value,)
    if len(values) == 1:
        values *= axes
    # bool is an int to Python, but stride=True is a slip of the pen, and torch refuses it too.
    whole = all(isinstance(v, int) and not isinstance(v, bool) for v in values)
    if len(values) != axes or not whole or min(values) < minimum:
        kind = "an int" if axes == 1 else f"an int or {axes} ints"
        raise ValueError(f"{name} must be {kind}, at least {minimum}; got {value!r}")
    return values


def axis_count(*values: Ints | str) -> int:
    """Say how many axes are meant: the length of the longest sequence, 1 among plain ints."""
    return max(1 if isinstance(v, int | str) else len(v) for v in values)


def padding_per_side(
    padding: Ints | str, kernel_size: Sequence[int], stride: Ints, dilation: Ints
) -> list[tuple[int, int]]:
    """Turn ``padding`` into (before, after) for every axis; only "same" can be lopsided."""
    axes = len(kernel_size)
    if not isinstance(padding, str):
        return [(p, p) for p in as_ints("padding", padding, axes, minimum=0)]
    if padding == "valid":
        return [(0, 0)] * axes
    if padding != "same":
        raise ValueError(f"padding must be ints, 'same' or 'valid'; got {padding!r}")
    if set(as_ints("stride", stride, axes, minimum=1)) != {1}:
        raise ValueError(f"padding='same' keeps the size only at stride 1; got stride={stride!r}")
    totals = [
        d * (k - 1)
        for d, k in zip(as_ints("dilation", dilation, axes, 1), kernel_size, strict=True)
    ]
    return [(total // 2, total - total // 2) for total in totals]


def check_operands(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    groups: int,
    axes: int,
    *,
    transposed: bool = False,
) -> None:
    """Refuse tensors that cannot be convolved: axes, channels and groups, dtype, device."""
    sizes = ["l"] if axes == 1 else ["h", "w"]
    shape = tuple(weight.shape)
    if weight.ndim != axes + 2:
        channels = "c_in, c_out/groups" if transposed else "c_out, c_in/groups"
        kernel = ", ".join("k" + size for size in sizes)
        raise ValueError(f"weight must have axes ({channels}, {kernel}); got shape {shape}")
    if input.ndim not in (axes + 1, axes + 2):
        last = ", ".join(["c_in", *sizes])
        raise ValueError(
            f"input must have axes ({last}) or (n, {last}); got shape {tuple(input.shape)}"
        )
    if isinstance(groups, bool) or not isinstance(groups, int) or groups < 1:
        raise ValueError(f"groups must be an int, at least 1; got {groups!r}")
    if 0 in shape:
        raise ValueError(f"weight must not be empty; got shape {shape}")
    if shape[0] % groups:
        side = "c_in" if transposed else "c_out"
        raise ValueError(f"weight must have {side} divisible by groups={groups}; got {shape[0]}")
    in_channels = shape[0] if transposed else shape[1] * groups
    if input.shape[-axes - 1] != in_channels:
        raise ValueError(
            f"input must have {in_channels} channels for weight {shape} and groups={groups}; "
            f"got {input.shape[-axes - 1]} in shape {tuple(input.shape)}"
        )
    out_channels = shape[1] * groups if transposed else shape[0]
    if bias is not None and tuple(bias.shape) != (out_channels,):
        raise ValueError(f"bias must have shape ({out_channels},); got {tuple(bias.shape)}")
    for name, tensor in (("weight", weight), ("bias", bias)):
        if tensor is not None and (tensor.dtype, tensor.device) != (input.dtype, input.device):
            raise ValueError(
                f"{name} must be {input.dtype} on {input.device} like input; "
                f"got {tensor.dtype} on {tensor.device}"
            )
