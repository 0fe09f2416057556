"""Run a chapter's cells for the tests exactly as a notebook runs them.

nbval sends each cell without history, and then IPython ignores a closing `;`:
a value that the book hides would appear in the test's output.
"""

from nbval.kernel import RunningKernel


def _as_a_notebook_does(
    self: RunningKernel, cell_input: str, allow_stdin: bool | None = None
) -> str:
    return self.kc.execute(
        cell_input, allow_stdin=allow_stdin, stop_on_error=False
    )


RunningKernel.execute_cell_input = _as_a_notebook_does
