"""Two options for every run of the tests, and `torch` for every docstring example."""

import os
from typing import Any

import pytest

# In tests/: the options --unless-passed and --seconds.
pytest_plugins = ["unchanged", "in_time"]

os.environ.setdefault("COURSE_PROGRESS", "off")  # no test leaves a learner's progress behind


@pytest.fixture(autouse=True)
def _torch_in_docstring_examples(doctest_namespace: dict[str, Any]) -> None:
    """An example has `torch` and the names of its own file; what else it needs it imports."""
    import torch

    doctest_namespace["torch"] = torch
