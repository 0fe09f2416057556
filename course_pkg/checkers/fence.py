"""The rules of grading around a call in the notebook: what a class refuses, the check refuses too.

In a class an answer runs in a process that has neither the other packages nor files. A notebook has
both; so for as long as an answer is called, its refused modules are replaced by stand-ins, its
imports are looked at, and opening a file, a connection or a process is an error.
"""

import builtins
import contextlib
import inspect
import linecache
import sys
import textwrap
from collections.abc import Callable, Iterator
from types import CellType, FrameType, ModuleType
from typing import Any

import numpy as np

from course_pkg.checkers import forbidden
from course_pkg.checkers.closed import closed
from course_pkg.checkers.definition import Exercise
from course_pkg.checkers.imports import Absent, Refusals, origin, sentence

__all__ = ["Fence"]

_MOST_PARTS = 500
_OURS = ("course_pkg", "jaxtyping", "beartype")


class Fence:
    """What surrounds every call of one answer.

    Args:
        exercise: what is asked.
        function: the learner's function.
        own: names of the modules that hold the learner's code, such as ``"__main__"``.
    """

    def __init__(self, exercise: Exercise, function: Any, own: set[str]) -> None:
        self._exercise = exercise
        self._own = own
        self._refusals = Refusals(exercise.imports)
        self._places: list[Any] = []  # dictionary or cell, key, what it held
        self._codes: dict[str, str] = {}
        self._foreign = ""
        self._used: tuple[str, str, int, str] | None = None
        self._walk(function)

    def refusal(self, function: Any) -> str:
        """Why the function is refused before it is called, or nothing.

        Args:
            function: the learner's function.

        Returns:
            What the learner reads.

        Example:
            >>> from course_pkg.checkers import exercise
            >>> task = exercise("upsampling.nearest").definition
            >>> Fence(task, np.kron, {"__main__"}).refusal(np.kron)
            ''
        """
        kind: Any = type(function)
        for called in (function, kind.__call__):  # which a base class may have given
            if self._is_refused(called):
                said = sentence(_origin(called), self._exercise.imports)
                return f"ModuleNotFoundError: {said}"
        if self._exercise.forbid:
            if self._foreign:
                return forbidden.sentence(f"import {self._foreign}")
            for name, text in self._codes.items():
                found = forbidden.read(text, self._exercise.forbid)
                if found:
                    line = text.splitlines()[found.line - 1].strip()
                    said = forbidden.sentence(found.what)
                    return f"{said}\nline {found.line} in {name}: {line}"
        return ""

    @contextlib.contextmanager
    def __call__(self) -> Iterator[None]:
        """Call the answer inside.

        Raises:
            ModuleNotFoundError: if it uses what it may not import, in whichever way it got it.
        """
        self._used = None
        before, profile = builtins.__import__, sys.getprofile()
        stands: list[tuple[Any, Any, Any, Any]] = [
            (place, key, held, self._refusals.absent(_origin(held)))
            for place, key, held in self._places
        ]
        try:
            with self._without_operations():
                for place, key, _, stand in stands:
                    _put(place, key, stand)
                builtins.__import__ = self._importing(before)
                with closed():
                    sys.setprofile(self._profile)
                    yield
        finally:
            sys.setprofile(profile)
            builtins.__import__ = before
            for place, key, held, stand in stands:
                if _get(place, key) is stand:
                    _put(place, key, held)
        used: Any = self._used  # which the profile function may have set meanwhile
        if used is not None:
            name, where, line, file = used
            text = linecache.getline(file, line).strip()
            said = ModuleNotFoundError(sentence(name, self._exercise.imports), name=name)
            said.add_note(f"line {line} in {where}: {text}")
            raise said

    def _walk(self, start: Any) -> None:
        """Everything of the learner's that the function may come to."""
        waiting, seen = [start], set()
        while waiting and len(seen) < _MOST_PARTS:
            thing = waiting.pop()
            if id(thing) in seen:
                continue
            seen.add(id(thing))
            if isinstance(thing, list | tuple | set | frozenset):
                waiting += list(thing)[:100]
            elif isinstance(thing, dict):
                waiting += list(thing.values())[:100]
            elif isinstance(thing, type):
                if thing.__module__ in self._own:
                    waiting += [*vars(thing).values(), *thing.__bases__]
                    self._keep_source(thing)
            elif inspect.isfunction(thing):
                if thing.__globals__.get("__name__", "__main__") in self._own:
                    waiting += self._parts(thing)
                waiting += [v for v in (getattr(thing, "__wrapped__", None),) if v is not None]
            else:
                waiting += self._inside(thing)

    def _parts(self, function: Any) -> list[Any]:
        self._keep_source(function)
        names, codes = set(), [function.__code__]
        while codes:
            code = codes.pop()
            names |= set(code.co_names)
            codes += [c for c in code.co_consts if inspect.iscode(c)]
        found: list[Any] = [function.__defaults__ or (), function.__kwdefaults__ or {}]
        places: list[tuple[Any, Any]] = [
            (function.__globals__, name) for name in names if name in function.__globals__
        ]
        places += [(cell, None) for cell in function.__closure__ or ()]
        for place, key in places:
            value = _get(place, key)
            if value is place:  # an empty cell
                continue
            is_module = self._exercise.forbid and isinstance(value, ModuleType)
            if is_module and forbidden.is_foreign(value.__name__):
                self._foreign = value.__name__
            if self._is_refused(value):
                self._places.append((place, key, value))
            else:
                found.append(value)
        return found

    def _inside(self, thing: Any) -> list[Any]:
        """Parts of a bound method, a partial function, an object of a class of the learner's."""
        found = [
            getattr(thing, name, None) for name in ("__func__", "__self__", "__wrapped__", "func")
        ]
        if type(thing).__module__ in self._own:
            found += [type(thing), *getattr(thing, "__dict__", {}).values()]
        if type(thing) in (property, staticmethod, classmethod):
            found.append(getattr(thing, "fget", None))
        return [part for part in found if part is not None and not isinstance(part, ModuleType)]

    def _keep_source(self, thing: Any) -> None:
        if self._exercise.forbid:
            with contextlib.suppress(OSError, TypeError):
                self._codes[thing.__name__] = textwrap.dedent(inspect.getsource(thing))

    def _is_refused(self, value: Any) -> bool:
        if isinstance(value, Absent):
            return False
        name = _origin(value)
        return bool(name) and name not in self._own and not self._refusals.may(name)

    def _importing(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def look(
            name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
        ) -> Any:
            asks = globals is not None and globals.get("__name__", "__main__") in self._own
            is_checkers = name in ("course_pkg", "course_pkg.checkers")
            if asks and level == 0 and not is_checkers and not self._refusals.may(name):
                self._refusals.refuse(name)
            return real(name, globals, locals, fromlist, level)

        return look

    def _profile(self, frame: FrameType, event: str, argument: Any) -> None:
        """Notice calls into refused packages that come by objects rather than by names."""
        if event == "c_call":
            caller, name = frame, origin(argument)
        elif event == "call" and frame.f_back is not None:
            caller, name = frame.f_back, str(frame.f_globals.get("__name__", ""))
        else:
            return
        if self._used is not None or caller.f_globals.get("__name__") not in self._own:
            return
        top = name.partition(".")[0]
        if not name or name in self._own or top in _OURS or self._refusals.may(name):
            return
        code = caller.f_code
        self._used = (top, code.co_name, caller.f_lineno, code.co_filename)

    @contextlib.contextmanager
    def _without_operations(self) -> Iterator[None]:
        if not self._exercise.forbid or "torch" not in sys.modules:
            yield
            return
        from course_pkg.checkers.dispatch import refusing

        with refusing(forbidden.operators(self._exercise.forbid)):
            yield


def _origin(value: Any) -> str:
    name = origin(value)
    if isinstance(value, np.ufunc):  # says that it is of numpy, whoever made it
        return "numpy" if getattr(np, value.__name__, None) is value else _maker(value)
    if name.partition(".")[0] in _OURS and inspect.isfunction(value):
        return str(value.__module__)  # behind the shape checks
    return name


def _maker(ufunc: Any) -> str:
    for name, module in list(sys.modules.items()):
        top = name.partition(".")[0]
        is_it = getattr(module, "__dict__", {}).get(ufunc.__name__) is ufunc
        if is_it and top not in ("numpy", "__main__", "__mp_main__", *sys.stdlib_module_names):
            return name
    return "numpy"


def _get(place: Any, key: Any) -> Any:
    if not isinstance(place, CellType):
        return place.get(key)
    try:
        return place.cell_contents
    except ValueError:
        return place


def _put(place: Any, key: Any, value: Any) -> None:
    if isinstance(place, CellType):
        place.cell_contents = value
    else:
        place[key] = value
