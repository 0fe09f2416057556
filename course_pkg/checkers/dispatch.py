"""Operations that torch's dispatcher refuses for as long as an answer is called in a notebook."""

import contextlib
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from course_pkg.checkers.forbidden import sentence

__all__ = ["Forbidden", "refusing"]


class Forbidden(RuntimeError):
    """An operation that the exercise asks to do without."""


@contextlib.contextmanager
def refusing(operators: tuple[str, ...]) -> Iterator[None]:
    """Refuse some operators inside.

    Args:
        operators: of ``torch.ops.aten``.

    Example:
        >>> import torch
        >>> with refusing(("relu",)):
        ...     torch.relu(torch.ones(1))
        Traceback (most recent call last):
        ...
        course_pkg.checkers.dispatch.Forbidden: Your function used ... forbids: torch's relu.
    """
    torch = import_module("torch")  # by name: this package is importable where there is no torch
    modes = import_module("torch.utils._python_dispatch")

    class Refusing(modes.TorchDispatchMode):
        def __torch_dispatch__(
            self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
        ) -> Any:
            name = func.name().partition("::")[2].partition(".")[0]
            if name in operators:
                raise Forbidden(sentence(f"torch's {name}"))
            return func(*args, **(kwargs or {}))

    with Refusing():
        # What torch loads at the first operation in a mode, it may not load in an answer's name.
        torch.ones(1, requires_grad=True).sum().backward()
        yield
