"""What every test and every docstring example finds ready."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _names_in_docstring_examples(doctest_namespace: dict[str, Any]) -> None:
    """`torch` and the public ops: examples then show the call and nothing else."""
    import torch

    doctest_namespace["torch"] = torch
