"""Say what does not fit in one sentence: function, argument, what it must be, what came, advice."""

import difflib
import inspect
import re
import sys
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any

from course_pkg._checks.hints import Scope, axes_of, compile_hint, is_array_hint, size_of

__all__ = ["device_sentence", "misfit_sentence", "promise_sentence", "unbound_sentence"]

_KINDS = {
    "Float": "float",
    "Int": "integer",
    "Integer": "integer",
    "UInt": "unsigned integer",
    "Bool": "bool",
    "UInt8": "uint8",
    "Complex": "complex",
}


def misfit_sentence(plan: Any, name: str, arguments: Mapping[str, Any]) -> str:
    """``conv2d: weight must be (c_out, c_in, kh, kw), got (2, 3, 3)``."""
    scope, owners = Scope(lambda: dict(arguments)), {}
    for earlier, value in arguments.items():
        if earlier == name:
            break
        fits = compile_hint(plan.hints.get(earlier, Any))
        known = set(scope.sizes)
        if fits is not None and fits(value, scope):
            owners.update(dict.fromkeys(set(scope.sizes) - known, earlier))
    hint, value = plan.hints[name], arguments[name]
    if plan.signature.parameters[name].kind is inspect.Parameter.VAR_POSITIONAL:
        fits = compile_hint(hint)
        value = next(v for v in value if fits is not None and not fits(v, scope.copy()))
    hint, value, where = _innermost(hint, value, scope, name)
    must = _all_expected(hint, value, scope, owners)
    advice = _swapped(plan, name, arguments) or _advice(hint, value)
    said = f"{_called(plan.function, arguments)}: {where} must be {must}, got {_got(value, hint)}"
    return f"{said}; {advice}" if advice else said


def promise_sentence(plan: Any, result: Any, scope: Scope) -> str:
    """The result is not what the signature says: a mistake in the package or in a part of it."""
    hint, value, where = _innermost(plan.hints["return"], result, scope, "its result")
    must = _all_expected(hint, value, scope, {})
    return f"{_called(plan.function, {})}: {where} must be {must}, got {_got(value, hint)}"


def unbound_sentence(plan: Any, said: str) -> str:
    """Python's own sentence for arguments that the signature has no place for, with the names."""
    names = [n for n in plan.signature.parameters if n != "self"]
    said = said.partition("() ")[2] or said
    unknown = re.search(r"unexpected keyword argument '(\w+)'", said)
    near = difflib.get_close_matches(unknown[1], names, n=1) if unknown else []
    advice = f"did you mean {near[0]!r}?" if near else f"it takes {', '.join(names) or 'none'}"
    return f"{_called(plan.function, {})}: {said}; {advice}"


def device_sentence(plan: Any, arguments: Mapping[str, Any]) -> str | None:
    """Name the arguments that lie on different devices; None if all lie on one."""
    torch = sys.modules.get("torch")
    if torch is None:
        return None
    places: dict[str, str] = {}
    for name, value in arguments.items():
        if isinstance(value, torch.nn.Module):
            tensors = [*value.parameters(), *value.buffers()]
            name = f"the parameters of {_kind(value)}" if name == "self" else name
        else:
            tensors = [value] if isinstance(value, torch.Tensor) else []
        if tensors:
            places[name] = str(tensors[0].device)
    if len(set(places.values())) < 2:
        return None
    told = ", ".join(f"{name} on {device}" for name, device in places.items())
    return f"{_called(plan.function, arguments)}: all must be on one device, got {told}; use .to()"


def _called(function: Callable[..., Any], arguments: Mapping[str, Any]) -> str:
    """The name under which the caller knows it: a network's own for its forward."""
    owner, _, name = function.__qualname__.rpartition(".")
    if name in ("forward", "__call__", "__init__") and owner:
        # A subclass that inherits the method is what was called.
        return _kind(arguments["self"]) if "self" in arguments else owner
    return function.__qualname__.replace("<locals>.", "")


def _alternatives(hint: Any) -> list[Any]:
    union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    return list(typing.get_args(hint)) if union else [hint]


def _innermost(hint: Any, value: Any, scope: Scope, where: str) -> tuple[Any, Any, str]:
    """Of a list or tuple of arrays name the first that does not fit, not the whole."""
    for one in _alternatives(hint):
        origin, inner = typing.get_origin(one), typing.get_args(one)
        listed = inspect.isclass(origin) and isinstance(value, list | tuple)
        if not listed or not isinstance(value, origin):
            continue
        fixed = origin is tuple and inner[-1] is not Ellipsis
        if fixed and len(inner) != len(value):
            continue
        for at, item in enumerate(value):
            hint_here = inner[at] if fixed else inner[0]
            fits = compile_hint(hint_here)
            if fits is not None and not fits(item, scope if fixed else scope.copy()):
                return _innermost(hint_here, item, scope, f"{where}[{at}]")
    return hint, value, where


def _all_expected(hint: Any, value: Any, scope: Scope, owners: Mapping[str, str]) -> str:
    hints = sorted(_alternatives(hint), key=is_array_hint)  # arrays last: they say the most
    return " or ".join(_expected(one, value, scope, owners) for one in hints)


def _expected(hint: Any, value: Any, scope: Scope, owners: Mapping[str, str]) -> str:
    if not is_array_hint(hint):
        return _type_text(hint)
    shape = _shape_text(hint, scope)
    if _right_dtype(hint, value) and shape != "()":
        return shape + _because(hint, value, scope, owners)
    kind = _KINDS.get(hint.dtype.__name__, "")
    thing = "numpy array" if hint.array_type.__module__ == "numpy" else "tensor"
    words = f"{_article(kind)} {kind} {thing}" if kind else f"{_article(thing)} {thing}"
    return f"{words} of shape {shape}"


def _right_dtype(hint: Any, value: Any) -> bool:
    """Whether it is an array of the right kind, whatever its shape."""
    fits = compile_hint(hint.dtype[hint.array_type, "..."])
    return fits is not None and fits(value, Scope(dict))


def _shape_text(hint: Any, scope: Scope) -> str:
    axes, place, _, _ = axes_of(hint)
    texts = []
    for axis in axes:
        if isinstance(axis, tuple):
            size = size_of(axis, scope, {})
            texts.append(axis[0] if size is None else str(size))
        else:
            texts.append("any" if axis is None else str(axis))
    if place is not None:
        texts.insert(place, "...")
    return f"({texts[0]},)" if len(texts) == 1 and place is None else f"({', '.join(texts)})"


def _because(hint: Any, value: Any, scope: Scope, owners: Mapping[str, str]) -> str:
    """The names that other arguments have bound to another size than came."""
    axes, place, several, _ = axes_of(hint)
    shape = tuple(value.shape)
    middle = len(shape) - len(axes)
    if middle < 0 or (place is None and middle):
        return ""
    told = []
    at = 0 if place is None else place
    if several is not None:
        _, bound = scope.sizes.get("*" + several, (False, None))
        if bound is not None and bound != shape[at : at + middle]:
            told.append(f"... = {bound}{_as_in('*' + several, owners)}")
    kept = shape if place is None else (*shape[:at], *shape[at + middle :])
    for axis, size in zip(axes, kept, strict=True):
        if isinstance(axis, str) and scope.sizes.get(axis, size) != size:
            told.append(f"{axis} = {scope.sizes[axis]}{_as_in(axis, owners)}")
    return f" with {' and '.join(told)}" if told else ""


def _as_in(axis: str, owners: Mapping[str, str]) -> str:
    return f" as in {owners[axis]}" if axis in owners else ""


def _type_text(hint: Any) -> str:
    if hint is None or hint is type(None):
        return "None"
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return " or ".join(map(repr, inner))
    if inspect.isclass(origin) and origin.__name__ == "Callable":
        return "a function"
    if inspect.isclass(hint) and origin is None:
        builtin = hint.__module__ == "builtins"
        return f"{_article(hint.__name__)} {hint.__name__}" if builtin else _of_class(hint)
    return re.sub(r"\b(?:\w+\.)+(?=\w)", "", str(hint)).replace("NoneType", "None")


def _of_class(kind: type) -> str:
    if kind.__module__.startswith("torch") and kind.__name__ == "Module":
        return "a network (torch.nn.Module)"
    name = "tensor" if kind.__name__ == "Tensor" else kind.__name__
    return f"{_article(name)} {name}"


def _got(value: Any, hint: Any) -> str:
    """What came, in words: never its numbers, and never a network layer by layer."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.nn.Module):
        return f"the network {_kind(value)}"
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return f"the {_kind(value)} {value}"
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else value[:37] + "...")
    if hasattr(value, "dtype") and hasattr(value, "shape"):
        return _got_array(value, hint)
    if isinstance(value, list | tuple | set | dict):
        return f"a {_kind(value)} of {len(value)}"
    if inspect.isclass(value):
        return f"the class {value.__name__}"
    if type(value).__module__.startswith("PIL."):
        return f"a PIL picture of {value.width} x {value.height} pixels"
    if callable(value) and hasattr(value, "__name__"):
        return f"the function {value.__name__}"
    return f"{_article(_kind(value))} {_kind(value)}"


def _got_array(value: Any, hint: Any) -> str:
    shape = tuple(value.shape)
    array = "tensor" if "torch" in type(value).__mro__[-2].__module__ else "numpy array"
    one = next((h for h in _alternatives(hint) if is_array_hint(h)), None)
    if one is not None and shape and _right_dtype(one, value):
        return str(shape)
    dtype = str(value.dtype).rpartition(".")[2]
    return f"{_article(dtype)} {dtype} {array} of shape {shape}"


def _advice(hint: Any, value: Any) -> str:
    """What to do, where the slip is a common one."""
    wanted = next((one for one in _alternatives(hint) if is_array_hint(one)), None)
    torch = sys.modules.get("torch")
    if wanted is None or torch is None or wanted.array_type is not torch.Tensor:
        return ""
    if type(value).__module__.startswith("PIL."):
        return "torchvision.transforms.functional.to_tensor makes a tensor of it"
    if type(value).__module__ == "numpy":
        return "torch.from_numpy makes a tensor of it"
    if isinstance(value, list | tuple):
        stacked = bool(value) and all(isinstance(item, torch.Tensor) for item in value)
        return f"torch.{'stack' if stacked else 'tensor'} makes a tensor of it"
    if not isinstance(value, torch.Tensor):
        return ""
    if wanted.dtype.__name__ == "Float" and not value.is_floating_point():
        return "divide by 255" if value.dtype == torch.uint8 else "use .float()"
    if wanted.dtype.__name__ == "Bool" and value.dtype != torch.bool:
        return "use .bool()"
    if wanted.dtype.__name__ in ("Int", "Integer") and value.dtype in (torch.float32, torch.bool):
        return "use .long()"
    axes, place, _, _ = axes_of(wanted)
    if place is None and value.ndim == len(axes) - 1 and axes[0] in ("n", "b", "batch"):
        return "a batch of one is input[None]".replace("input", "x")
    if place is None and value.ndim == len(axes):
        for at, axis in enumerate(axes):
            if axis == 3 and at == len(axes) - 3 and value.shape[at] == 1:
                return "a grey picture becomes one of three channels with .expand"
    return ""


def _swapped(plan: Any, name: str, arguments: Mapping[str, Any]) -> str:
    """Whether the argument would fit if it changed places with another."""

    def fits(order: Mapping[str, Any]) -> bool:
        scope = Scope(lambda: dict(order))
        for one, value in order.items():
            test = compile_hint(plan.hints.get(one, Any))
            if test is not None and not test(value, scope):
                return False
        return True

    names = [n for n, p in plan.signature.parameters.items() if p.kind < 2 and n in plan.hints]
    for other in names if name in names else ():
        exchanged = {**arguments, name: arguments[other], other: arguments[name]}
        if other != name and fits(exchanged):
            return f"are {other} and {name} in each other's place?"
    return ""


def _kind(value: Any) -> str:
    return type(value).__name__


def _article(word: str) -> str:
    return "an" if word[:1].lower() in "aeio" else "a"
