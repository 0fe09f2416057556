"""What an answer may import, and what stands in the place of everything else.

The same file serves the notebook's check and the class grader's worker, which loads it by its path:
so an import that one of them refuses is refused by the other, in the same words.
"""

import sys
from types import ModuleType
from typing import Any, NoReturn

import numpy as np

__all__ = ["Absent", "Refusals", "allowed", "origin", "sentence"]

_PLAIN = (np.ndarray, np.float64, str, list, dict)
_OF_PLAIN_VALUES = frozenset(name for kind in _PLAIN for name in dir(kind))
# In every notebook without having been asked for; what they show is shown to nobody in a check.
_NOTEBOOK = frozenset({"IPython", "ipykernel", "__main__"})


def allowed(name: str, packages: tuple[str, ...]) -> bool:
    """Whether an answer may import a module.

    Args:
        name: of the module, with dots or without.
        packages: what the exercise allows besides Python's own library, such as ``("numpy",)``.

    Returns:
        True if so.

    Example:
        >>> allowed("numpy.linalg", ("numpy",)), allowed("scipy", ("numpy",)), allowed("heapq", ())
        (True, False, True)
    """
    top = name.partition(".")[0]
    return top in packages or top in sys.stdlib_module_names or top in _NOTEBOOK


def sentence(name: str, packages: tuple[str, ...]) -> str:
    """Why an import is refused.

    Args:
        name: of the module.
        packages: what the exercise allows.

    Returns:
        Two sentences.

    Example:
        >>> sentence("torch", ("numpy",)).splitlines()[0]
        "torch cannot be used in an answer. This exercise is graded with numpy and Python's own ..."
    """
    having = f"{', '.join(packages)} and Python's own library"
    top = name.partition(".")[0]
    return f"{top} cannot be used in an answer. This exercise is graded with {having}."


class Refusals:
    """Refused imports and uses of one answer.

    Args:
        packages: what the exercise allows.
        is_lenient: whether a stand-in may be used without an error, as in the rest of a notebook.
    """

    def __init__(self, packages: tuple[str, ...], is_lenient: bool = False) -> None:
        self.packages, self.is_lenient = packages, is_lenient
        self.names: list[str] = []
        self.lost: list[str] = []  # packages that have made a value which an answer needs

    def may(self, name: str) -> bool:
        """Whether a module may be imported.

        Args:
            name: of the module.

        Returns:
            True if so.

        Example:
            >>> Refusals(("numpy",)).may("torch")
            False
        """
        return allowed(name, self.packages)

    def refuse(self, name: str) -> NoReturn:
        """Say that a module cannot be used.

        Args:
            name: of the module.

        Raises:
            ModuleNotFoundError: always.

        Example:
            >>> Refusals(("numpy",)).refuse("torch.nn")
            Traceback (most recent call last):
            ...
            ModuleNotFoundError: torch cannot be used in an answer. ...
        """
        self.names.append(name.partition(".")[0])
        raise ModuleNotFoundError(sentence(name, self.packages), name=name)

    def absent(self, name: str, is_made: bool = False) -> "Absent":
        """What stands in the place of a module or of something out of it.

        Args:
            name: of the module.
            is_made: whether it stands for a value that the module has made, in a notebook.

        Returns:
            A stand-in.

        Example:
            >>> torch = Refusals(("numpy",)).absent("torch")
            >>> isinstance(3, torch.Tensor)
            False
            >>> torch.zeros(3)
            Traceback (most recent call last):
            ...
            ModuleNotFoundError: torch cannot be used in an answer. ...
        """
        return Absent(name, self, is_made)


class Absent:
    """Something of a package that an answer cannot use: using it says so.

    Asking what it is, is not using it: ``isinstance(x, torch.Tensor)`` is simply false.
    """

    _name: str
    _refusals: Refusals
    _is_made: bool

    def __init__(self, name: str, refusals: Refusals, is_made: bool = False) -> None:
        vars(self).update(_name=name, _refusals=refusals, _is_made=is_made)

    def __getattr__(self, name: str) -> "Absent":
        if name.startswith("__") and name not in ("__version__", "__name__", "__file__"):
            raise AttributeError(name)
        if self._is_made and not self._refusals.is_lenient and name not in _OF_PLAIN_VALUES:
            return self._refusals.absent(self._name)  # so the answer does use the package
        return self

    def __setattr__(self, name: str, value: Any) -> None:
        self._use()

    def _use(self, *_: Any, **__: Any) -> Any:
        if self._refusals.is_lenient:
            return self if self._is_made else self._refusals.absent(self._name, True)
        self._refuse()

    def _refuse(self) -> NoReturn:
        if self._is_made:
            self._refusals.lost.append(self._name.partition(".")[0])
        self._refusals.refuse(self._name)

    def _as(self, value: Any) -> Any:
        self._use()
        return value

    def __instancecheck__(self, instance: Any) -> bool:
        return False

    def __subclasscheck__(self, subclass: Any) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __bool__(self) -> bool:
        return bool(self._as(False))

    def __iter__(self) -> Any:
        return iter(self._as(()))

    def __len__(self) -> int:
        return self._as(0)

    def __contains__(self, item: object) -> bool:
        return bool(self._as(False))

    def __repr__(self) -> str:
        return f"<{self._name}, which cannot be used in an answer>"

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        self._use()
        return ()

    def __array__(self, *_: Any, **__: Any) -> NoReturn:
        self._refuse()

    def __array_function__(self, *_: Any) -> NoReturn:
        self._refuse()

    def __array_ufunc__(self, *_: Any, **__: Any) -> NoReturn:
        self._refuse()

    def __exit__(self, *_: Any) -> None:
        return None

    __call__ = __enter__ = __getitem__ = __setitem__ = __delitem__ = _use
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __matmul__ = _use
    __rmatmul__ = __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = _use
    __mod__ = __rmod__ = __pow__ = __rpow__ = __neg__ = __pos__ = __abs__ = __invert__ = _use
    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = _use
    __lt__ = __le__ = __gt__ = __ge__ = _use

    def __index__(self) -> int:
        self._refuse()

    __int__ = __index__

    def __float__(self) -> float:
        self._refuse()


def origin(value: Any) -> str:
    """The module that a value comes from, or nothing where it does not say.

    Args:
        value: anything.

    Returns:
        The module's name.

    Example:
        >>> import json
        >>> origin(json), origin(json.dumps), origin(3)
        ('json', 'json', 'builtins')
    """
    if isinstance(value, ModuleType):
        return value.__name__
    for thing in (value, getattr(value, "__self__", None), type(value)):
        if thing is None:
            continue
        spaces = getattr(thing, "__globals__", None)
        name = spaces.get("__name__") if type(spaces) is dict else getattr(thing, "__module__", "")
        if type(name) is str and name:
            return name
    return ""
