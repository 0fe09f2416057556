"""What a run runs on: device, processes, hardware, memory, time."""

import os
import platform
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState

__all__ = ["Timer", "hardware", "make_accelerator", "peak_memory_mb", "pick_device", "versions"]


def pick_device(device: str = "auto") -> torch.device:
    """Turn a wish into a device, or say why it cannot be had.

    Args:
        device: "auto" (a GPU if there is one), "cpu" or "cuda".

    Returns:
        The device.

    Raises:
        ValueError: if the name is unknown, or "cuda" is asked for without a GPU.

    Example:
        >>> pick_device("cpu")
        device(type='cpu')
    """
    if device not in ("auto", "cpu", "cuda"):
        raise ValueError(f"device must be auto, cpu or cuda, got {device!r}")
    if device == "cuda" and not torch.cuda.is_available():
        raise ValueError("device 'cuda' needs an NVIDIA GPU, none was found: use 'cpu' or 'auto'")
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(device)


def make_accelerator(device: str = "auto", precision: str = "no") -> Accelerator:
    """Set up accelerate for one run: the processes it was started with, a device, a precision.

    Args:
        device: "auto", "cpu" or "cuda"; ACCELERATE_USE_CPU=true in the environment means "cpu".
        precision: "no", "bf16" or "fp16".

    Returns:
        The accelerator.

    Raises:
        ValueError: if the device cannot be had, or fp16 is asked for without a GPU.
    """
    if os.environ.get("ACCELERATE_USE_CPU", "").lower() in ("1", "true", "yes"):
        device = "cpu" if device == "auto" else device
    chosen = pick_device(device)
    if precision == "fp16" and chosen.type == "cpu":
        raise ValueError("precision 'fp16' needs a GPU: use 'bf16' or 'no' on the CPU")
    # accelerate allows one precision and device per process and has no public way to change
    # them; a notebook trains several models, one after another.
    AcceleratorState._reset_state(reset_partial_state=True)
    return Accelerator(cpu=chosen.type == "cpu", mixed_precision=precision)


def hardware() -> str:
    """Describe this machine in one line, for result files.

    Returns:
        The GPU if torch sees one, the processor, its cores and the operating system.
    """
    parts = []
    if torch.cuda.is_available():
        name, count = torch.cuda.get_device_name(), torch.cuda.device_count()
        parts.append(f"{count} x {name}" if count > 1 else name)
    parts.append(f"{_processor()}, {_usable_cores()} cores, {torch.get_num_threads()} threads")
    parts.append(f"{platform.system()} {platform.machine()}")
    return "; ".join(parts)


def versions() -> dict[str, str]:
    """Read the versions that a number may depend on, for result files.

    Returns:
        Version by name; packages that are not installed are left out.

    Example:
        >>> "torch" in versions()
        True
    """
    found = {"python": platform.python_version()}
    for name in ("course-pkg", "torch", "torchvision", "numpy", "accelerate"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    if torch.version.cuda and torch.cuda.is_available():
        found["cuda"] = torch.version.cuda
    return found


def peak_memory_mb(device: torch.device | str = "cpu") -> float:
    """Read the most memory that was in use at once, in MiB.

    Args:
        device: a GPU: what torch's tensors took there since the process began (or since
            ``torch.cuda.reset_peak_memory_stats``). The CPU: the whole process.

    Returns:
        MiB.
    """
    if torch.device(device).type == "cuda":
        return torch.cuda.max_memory_allocated(device) / 2**20
    status = Path("/proc/self/status")
    for line in status.read_text().splitlines() if status.is_file() else []:
        if line.startswith("VmHWM:"):  # "VmHWM:  123456 kB"
            return int(line.split()[1]) / 2**10
    if sys.platform == "win32":
        import psutil  # comes with accelerate

        return psutil.Process().memory_info().peak_wset / 2**20
    import resource

    # The second choice on Linux: it counts the process that started this one, too.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10  # bytes there, KiB here


class Timer:
    """Measure a block in seconds, waiting for the GPU to finish.

    Attributes:
        seconds: time between entering and leaving the block.

    Example:
        >>> with Timer() as timer:
        ...     _ = torch.rand(10).sum()
        >>> timer.seconds > 0
        True
    """

    seconds: float = 0.0

    def __enter__(self) -> "Timer":
        _wait_for_gpu()
        self._start = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        _wait_for_gpu()
        self.seconds = time.perf_counter() - self._start


def _wait_for_gpu() -> None:
    if torch.cuda.is_initialized():
        torch.cuda.synchronize()


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():  # platform.processor() is empty or vague on Linux
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _usable_cores() -> int:
    # A container may be allowed fewer cores than the machine has.
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
