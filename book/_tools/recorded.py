"""Let nbval judge the run that the book shows, so that a chapter runs once for both.

`make book` runs every chapter and keeps what its cells gave back (`execute.py`), under a key of
its cells, the package, the results and the libraries. Where that record exists for a chapter just
as it stands, nbval asks a `RecordedKernel`, which answers each cell with its part of the record;
where there is none, a kernel runs the chapter. What nbval does with an answer is the same: an
error fails, and the output of a compared cell has to be the committed one.
"""

from collections import deque
from pathlib import Path
from queue import Empty
from typing import Any

from chapters import cache_folder, code_cells, read
from jupyter_cache import get_cache
from nbformat import NotebookNode

Message = dict[str, Any]


def find(path: Path, root: Path) -> NotebookNode | None:
    """Return a notebook with the outputs of its last run, or None where that is out of date.

    Args:
        path: the notebook as it stands now.
        root: the repository, whose state the run must have had.
    """
    folder = cache_folder(root)
    if not folder.exists():
        return None
    try:
        return get_cache(folder).merge_match_into_notebook(read(path))[1]
    except KeyError:
        return None


def message(output: NotebookNode) -> tuple[str, Message]:
    """Return an output as a kernel sends it: its type and its content."""
    content = {key: value for key, value in output.items() if key != "output_type"}
    return output.output_type, content


class RecordedKernel:
    """What nbval needs of a kernel (its `RunningKernel`), from a run that has been.

    Args:
        notebook: the notebook with that run's outputs.
    """

    def __init__(self, notebook: NotebookNode) -> None:
        self._cells = deque(code_cells(notebook))
        self._messages: deque[tuple[str, str, Message]] = deque()
        self._asked = 0

    def execute_cell_input(self, source: str, allow_stdin: bool | None = None) -> str:
        """Take the record of the next cell with this source; return the number of the question.

        Raises:
            ValueError: if no such cell comes later in the record. (A test may ask for one cell
                alone; what stands before it has then been run, too.)
        """
        while self._cells and self._cells[0].source != source:
            self._cells.popleft()
        if not self._cells:
            raise ValueError(f"the recorded run has no cell {source!r} from here on")
        self._asked += 1
        number = str(self._asked)
        for kind, content in map(message, self._cells.popleft().outputs):
            self._messages.append((number, kind, content))
        self._messages.append((number, "status", {"execution_state": "idle"}))
        return number

    def get_message(self, stream: str, timeout: float | None = None) -> Message:
        """Return the next message of the record."""
        if not self._messages:
            raise Empty
        number, kind, content = self._messages.popleft()
        return {"msg_type": kind, "parent_header": {"msg_id": number}, "content": content}

    def await_reply(self, number: str, timeout: float | None = None) -> None:
        """Return at once: the cell has been run."""

    def await_idle(self, number: str, timeout: float | None = None) -> None:
        """Forget what the record says after an error."""
        self._messages.clear()

    def is_alive(self) -> bool:
        """Say that cells may be asked for."""
        return True

    def interrupt(self) -> None:
        """Do nothing: nothing runs."""

    def stop(self) -> None:
        """Do nothing: nothing runs."""
