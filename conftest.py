"""What every test and every docstring example finds ready."""

from typing import Any

import pytest

# In tests/: the options --unless-passed and --seconds.
pytest_plugins = ["unchanged", "in_time"]


@pytest.fixture(autouse=True)
def _torch_in_docstring_examples(doctest_namespace: dict[str, Any]) -> None:
    """Examples have `torch` and their own file's names, and show the call and nothing else."""
    import torch

    doctest_namespace["torch"] = torch
