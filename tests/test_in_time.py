"""`--seconds` starts no test too late, and says how many it left."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = "def test_good(): pass\ndef test_bad(): raise AssertionError\n"


@pytest.mark.parametrize(
    ("seconds", "said", "status"),
    [("-1", "2 not reached", 0), ("100000", "1 failed, 1 passed", 1)],
)
def test_no_test_starts_after_the_given_seconds(
    tmp_path: Path, seconds: str, said: str, status: int
) -> None:
    (tmp_path / "test_two.py").write_text(TESTS)
    line = [sys.executable, "-m", "pytest", "-p", "in_time", f"--seconds={seconds}"]
    more = {"PYTHONPATH": str(Path(__file__).parent), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [*line, "test_two.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, **more},
    )
    assert done.returncode == status
    assert f"= {said} in" in done.stdout
