"""Random numbers that can be repeated: one seed for all libraries, and states to put back.

The global generators are meant, NumPy's old one included: data sets and transforms, other
people's above all, draw from them.
"""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

__all__ = ["isolated_rng", "preserved_rng", "rng_state", "seed_everything", "set_rng_state"]


def seed_everything(seed: int, deterministic: bool = False) -> None:
    """Seed Python's, NumPy's and torch's global generators, on the CPU and on every GPU.

    The same seed on the same machine then gives the same numbers on a CPU. On a GPU some kernels
    add in whatever order their threads finish; ``deterministic`` picks others, slower ones, where
    torch has them, and torch warns where it has none.

    Args:
        seed: any integer from 0 to 2**32 - 1.
        deterministic: ask torch for deterministic kernels, for the rest of the process.

    Raises:
        ValueError: if the seed is out of NumPy's range.

    Example:
        >>> seed_everything(0)
        >>> first = torch.rand(())
        >>> seed_everything(0)
        >>> bool(torch.rand(()) == first)
        True
    """
    if not 0 <= seed < 2**32:
        raise ValueError(f"seed must be from 0 to 2**32 - 1, got {seed}")
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002
    torch.manual_seed(seed)
    if deterministic:
        # cuBLAS reads this when it starts, so it has no effect after the first GPU product.
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        torch.backends.cudnn.benchmark = False
        torch.use_deterministic_algorithms(True, warn_only=True)


def rng_state() -> dict[str, Any]:
    """Read the state of every global generator of this process, in types torch.load trusts.

    Returns:
        States of Python, NumPy, torch's CPU generator and the current GPU's (None without one).

    Example:
        >>> state = rng_state()
        >>> first = torch.rand(())
        >>> set_rng_state(state)
        >>> bool(torch.rand(()) == first)
        True
    """
    name, keys, position, has_gauss, gauss = np.random.get_state(legacy=True)  # noqa: NPY002
    return {
        "python": random.getstate(),
        "numpy": (name, np.asarray(keys).tolist(), position, has_gauss, gauss),
        "torch": torch.random.get_rng_state(),
        "cuda": torch.cuda.get_rng_state() if torch.cuda.is_initialized() else None,
    }


def set_rng_state(state: dict[str, Any]) -> None:
    """Put every global generator back to a state that `rng_state` read.

    Args:
        state: what `rng_state` returned, in this process or an earlier one.
    """
    version, numbers, gauss = state["python"]
    random.setstate((version, tuple(numbers), gauss))
    np.random.set_state(state["numpy"])  # noqa: NPY002
    torch.random.set_rng_state(state["torch"])
    if state["cuda"] is not None and torch.cuda.is_available():
        torch.cuda.set_rng_state(state["cuda"])


@contextmanager
def isolated_rng(*key: int) -> Iterator[None]:
    """Draw from CPU generators seeded by ``key`` inside the block, and disturb nothing outside.

    Whatever the block draws is a function of the key alone: not of what was drawn before, nor of
    which process or loader worker runs it. The GPU's generator is left alone.

    Args:
        *key: non-negative integers that name the draw, e.g. seed, epoch, index.

    Yields:
        Nothing.

    Raises:
        ValueError: if there is no key.

    Example:
        >>> with isolated_rng(0, 7):
        ...     first = torch.rand(())
        >>> with isolated_rng(0, 7):
        ...     print(bool(torch.rand(()) == first))
        True
    """
    if not key:
        raise ValueError("isolated_rng needs a key, got none: pass e.g. seed, epoch, index")
    outside = random.getstate(), np.random.get_state(), torch.random.get_rng_state()  # noqa: NPY002
    try:
        reseed_cpu(*key)
        yield
    finally:
        random.setstate(outside[0])
        np.random.set_state(outside[1])  # noqa: NPY002
        torch.random.set_rng_state(outside[2])


def reseed_cpu(*key: int) -> None:
    """Seed the CPU generators by ``key``, as `isolated_rng` does, and leave them so.

    For loops inside an `isolated_rng`: reading and putting back NumPy's state takes six times as
    long as seeding does.

    Args:
        *key: non-negative integers that name the draw.
    """
    first, second, third = np.random.SeedSequence(key).generate_state(3).tolist()
    random.seed(first)
    np.random.seed(second)  # noqa: NPY002
    # torch.manual_seed would reseed the GPU as well, at every sample.
    torch.default_generator.manual_seed(third)


@contextmanager
def preserved_rng() -> Iterator[None]:
    """Undo, at the end of the block, whatever it drew on the CPU and on the current GPU.

    Training then goes the same way however often it is interrupted for an evaluation.

    Yields:
        Nothing.

    Example:
        >>> before = torch.random.get_rng_state()
        >>> with preserved_rng():
        ...     _ = torch.rand(3)
        >>> bool((torch.random.get_rng_state() == before).all())
        True
    """
    outside = rng_state()
    try:
        yield
    finally:
        set_rng_state(outside)
