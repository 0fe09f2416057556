"""Show a refused argument under the caller's own line, without the frames of the machinery.

The exception keeps its whole traceback; shortened is what is printed, in a script and in a
notebook. ``python -X dev`` prints everything, for whoever works on the package.
"""

import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

__all__ = ["raised_here", "shown_short"]

_PACKAGE = str(Path(__file__).parent.parent)
_MARK = "_course_shown_short"


def shown_short(error: Exception) -> Exception:
    """Mark an exception, so that its traceback ends at the caller's own line when printed."""
    if not hasattr(error, _MARK) and not sys.flags.dev_mode:
        setattr(error, _MARK, True)
        if "IPython" in sys.modules:
            # IPython asks the exception itself how it wants to be shown.
            error._render_traceback_ = _Rendered(error)  # pyright: ignore[reportAttributeAccessIssue]
        # Only a process that meets such an error is touched, and only once.
        if not isinstance(sys.excepthook, _Hook):
            sys.excepthook = _Hook(sys.excepthook)
    return error


def raised_here(error: Exception) -> bool:
    """Whether the innermost frame is the package's own: it refused on purpose."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return last is not None and last.tb_frame.f_code.co_filename.startswith(_PACKAGE)


class _Hook:
    """``sys.excepthook`` that shortens marked exceptions and leaves the rest to the former one."""

    def __init__(self, former: Callable[..., Any]) -> None:
        self.former = former

    def __call__(self, kind: Any, error: Any, trace: TracebackType | None) -> None:
        if hasattr(error, _MARK):
            trace = _to_own_line(trace)
            error = error.with_traceback(trace)
        self.former(kind, error, trace)


class _Rendered:
    """IPython's ``_render_traceback_``: its usual picture of the shortened traceback."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __call__(self) -> list[str]:
        error, whole = self.error, self.error.__traceback__
        short = _to_own_line(whole)
        shell = sys.modules["IPython"].get_ipython()
        try:
            if shell is None:
                return traceback.format_exception(type(error), error.with_traceback(short), short)
            show = shell.InteractiveTB
            return show.structured_traceback(
                type(error), error.with_traceback(short), short, tb_offset=show.tb_offset
            )
        finally:
            error.__traceback__ = whole


def _to_own_line(trace: TracebackType | None) -> TracebackType | None:
    """Drop what follows the last frame that is neither the package's nor torch's."""
    torch = sys.modules.get("torch")
    machinery = (_PACKAGE, *(str(Path(f).parent) for f in [torch and torch.__file__] if f))
    frames = []
    while trace is not None:
        frames.append(trace)
        trace = trace.tb_next
    own = [not f.tb_frame.f_code.co_filename.startswith(machinery) for f in frames]
    if True in own:
        frames = frames[: len(own) - own[::-1].index(True)]
    short = None
    for frame in reversed(frames):
        short = TracebackType(short, frame.tb_frame, frame.tb_lasti, frame.tb_lineno)
    return short
