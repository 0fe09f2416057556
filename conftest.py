"""What every test and every docstring example finds ready."""

import os
from typing import Any

import pytest

# In tests/: the options --unless-passed and --seconds.
pytest_plugins = ["unchanged", "in_time"]

os.environ.setdefault("COURSE_PROGRESS", "off")  # no test leaves a learner's progress behind


@pytest.fixture(autouse=True)
def _torch_in_docstring_examples(doctest_namespace: dict[str, Any]) -> None:
    """Examples have `torch` and their own file's names, and show the call and nothing else."""
    import torch

    doctest_namespace["torch"] = torch
