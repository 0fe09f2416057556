"""What stands in front of a public function: look at the arguments, call, look at the result."""

import functools
import inspect
import itertools
import sys
import typing
from collections.abc import Callable
from typing import Any

from jaxtyping import config

from course_pkg._checks.errors import ArgumentError, DeviceError
from course_pkg._checks.hints import Fits, Scope, compile_hint

__all__ = ["Plan", "checked", "checked_dataclass", "set_checks"]


class _Switch:
    # jaxtyping's variable, read once: JAXTYPING_DISABLE=1 starts with the checks off.
    on = not config.jaxtyping_disable


def set_checks(on: bool) -> bool:
    """Switch the checks of shapes and types on or off for the whole process.

    A call costs some microseconds less without them, which a long training of small networks
    notices. Functions still refuse by themselves what would give a silently wrong size.

    Args:
        on: whether arguments and results are looked at from now on.

    Returns:
        Whether they were before.

    Example:
        >>> before = set_checks(False)
        >>> set_checks(before)
        False
    """
    before, _Switch.on = _Switch.on, on
    return before


class Plan:
    """A function's signature, compiled: which test each argument and the result have to pass."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.signature = inspect.signature(function)
        try:
            self.hints = typing.get_type_hints(function, include_extras=True)
        except (NameError, TypeError):  # names that exist for the type checker alone
            self.hints = {
                name: hint
                for name, hint in getattr(function, "__annotations__", {}).items()
                if not isinstance(hint, str)
            }
        self.positional: list[tuple[str, Fits | None]] = []
        self.named: list[tuple[str, Fits]] = []
        self.rest: Fits | None = None
        for name, parameter in self.signature.parameters.items():
            fits = compile_hint(self.hints.get(name, Any))
            if parameter.kind is parameter.VAR_POSITIONAL:
                self.rest = fits
            elif parameter.kind is not parameter.VAR_KEYWORD:
                if parameter.kind is not parameter.KEYWORD_ONLY:
                    self.positional.append((name, fits))
                if fits is not None:
                    self.named.append((name, fits))
        returns = Any if inspect.isgeneratorfunction(function) else self.hints.get("return", Any)
        self.result = compile_hint(returns)

    def arguments(self, args: Any, kwargs: Any) -> dict[str, Any]:
        """All arguments of a call by name, defaults too."""
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return bound.arguments

    def first_misfit(self, args: Any, kwargs: Any, scope: Scope) -> str | None:
        """The name of the first argument that does not fit; binds sizes on the way."""
        for value, (name, fits) in zip(args, self.positional, strict=False):
            if fits is not None and not fits(value, scope):
                return name
        if self.rest is not None:
            for value in itertools.islice(args, len(self.positional), None):
                if not self.rest(value, scope):
                    return next(n for n, p in self.signature.parameters.items() if p.kind == 2)
        if kwargs:
            for name, fits in self.named:
                if name in kwargs and not fits(kwargs[name], scope):
                    return name
        return None


# By function, and not in the wrapper's closure: torch's compiler looks into closures.
_plans: dict[Callable[..., Any], Plan] = {}


def _never() -> bool:
    return False


def checked(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a function the checks of its own signature; it is compiled at the first call."""
    torch = sys.modules.get("torch")  # a module that works with torch has imported it by now
    compiling = torch.compiler.is_compiling if torch else _never
    tracing = torch.jit.is_tracing if torch else _never

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        # First, so that what torch compiles depends on nothing here.
        if compiling() or tracing() or not _Switch.on:
            return function(*args, **kwargs)
        plan = _plans.get(function)
        if plan is None:
            plan = _plans[function] = Plan(function)
        scope = Scope(lambda: plan.arguments(args, kwargs))
        misfit = plan.first_misfit(args, kwargs, scope)
        if misfit is not None:
            error = _refusal(plan, misfit, args, kwargs, scope)
            raise error from None
        try:
            result = function(*args, **kwargs)
        except (ValueError, TypeError, RuntimeError) as raised:
            error = _tidied(plan, raised, args, kwargs)
            if error is raised:
                raise
            raise error from None
        if plan.result is not None and not plan.result(result, scope):
            error = _broken_promise(plan, result, scope)
            raise error from None
        return result

    return wrapper


def checked_dataclass(made: type) -> type:
    """Check the fields of a dataclass as it is made."""
    init = made.__dict__.get("__init__")
    if init is not None and not hasattr(init, "__wrapped__"):
        made.__init__ = checked(init)  # pyright: ignore[reportAttributeAccessIssue]
    return made


# Only calls that failed come past here, so what it needs is loaded here.


def _refusal(plan: Plan, name: str, args: Any, kwargs: Any, scope: Scope) -> Exception:
    from course_pkg._checks.display import shown_short
    from course_pkg._checks.sentence import misfit_sentence

    try:
        arguments = plan.arguments(args, kwargs)
    except TypeError as unbound:  # too many, too few or misspelt: that comes first
        return shown_short(_unbound(plan, unbound))
    return shown_short(ArgumentError(misfit_sentence(plan, name, arguments)))


def _tidied(plan: Plan, error: Exception, args: Any, kwargs: Any) -> Exception:
    from course_pkg._checks.display import raised_here, shown_short
    from course_pkg._checks.sentence import device_sentence

    if isinstance(error, TypeError) and not isinstance(error, ValueError):
        called = error.__traceback__ and error.__traceback__.tb_next
        return error if called else shown_short(_unbound(plan, error))
    if type(error) is RuntimeError or isinstance(error, DeviceError):
        sentence = device_sentence(plan, plan.arguments(args, kwargs))
        return error if sentence is None else shown_short(DeviceError(sentence))
    if isinstance(error, ValueError) and raised_here(error):
        return shown_short(error)
    return error


def _unbound(plan: Plan, error: TypeError) -> TypeError:
    from course_pkg._checks.sentence import unbound_sentence

    return TypeError(unbound_sentence(plan, str(error)))


def _broken_promise(plan: Plan, result: Any, scope: Scope) -> Exception:
    from course_pkg._checks.sentence import promise_sentence

    return ArgumentError(promise_sentence(plan, result, scope))
