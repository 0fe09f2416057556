"""Our convolutions against torch's, side by side: ``python benchmarks/bench_conv.py``.

64 channels at 64 x 64, a 3 x 3 kernel, padding 1, float32 on the CPU. The two are timed in turns,
so that whatever else the machine is doing meets both. One thread is timed by its own CPU clock,
which stops while other programs run; two threads by the clock on the wall, which does not, so these
rows want a quiet machine. A ratio is our time over torch's, 1 is equal: of the fastest rounds (what
the code costs) and of the medians (what this machine made of it).
Writes ``benchmarks/conv.json``.
"""

import datetime
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from course_pkg import ops

PAIRS = {
    "conv2d": (ops.conv2d, F.conv2d),
    "conv_transpose2d": (ops.conv_transpose2d, F.conv_transpose2d),
}
CHANNELS, SIZE, KERNEL, PADDING = 64, 64, 3, 1
REPEATS = {1: 60, 8: 6}  # by batch size
GOAL = 4.0  # forward at batch 1, ours over torch's


def seconds(work: Callable[[], object]) -> float:
    clock = time.process_time if torch.get_num_threads() == 1 else time.perf_counter
    start = clock()
    work()
    return clock() - start


def compare(name: str, stride: int, batch: int) -> dict[str, float]:
    """Time forward and backward of both in turns; milliseconds and ratios."""
    generator = torch.Generator().manual_seed(0)
    image = torch.randn(batch, CHANNELS, SIZE, SIZE, generator=generator, requires_grad=True)
    weight = torch.randn(CHANNELS, CHANNELS, KERNEL, KERNEL, generator=generator)
    weight.requires_grad_()
    times: dict[str, list[float]] = {}

    def once(label: str, function: Callable[..., Tensor]) -> None:
        def forward() -> Tensor:
            return function(image, weight, stride=stride, padding=PADDING)

        with torch.no_grad():
            times.setdefault(f"{label}_forward", []).append(seconds(forward))
        output = forward()
        arriving = torch.ones_like(output)
        backward = seconds(lambda: torch.autograd.grad(output, (image, weight), arriving))
        times.setdefault(f"{label}_backward", []).append(backward)

    ours, torchs = PAIRS[name]
    for repeat in range(3 + REPEATS[batch]):
        if repeat == 3:
            times.clear()  # the first rounds fill caches and pick kernels
        once("ours", ours)
        once("torch", torchs)
    row = {f"{label}_ms": 1e3 * min(values) for label, values in times.items()}
    medians = {label: statistics.median(values) for label, values in times.items()}
    for way in ("forward", "backward"):
        row[f"{way}_ratio"] = row[f"ours_{way}_ms"] / row[f"torch_{way}_ms"]
        row[f"{way}_ratio_of_medians"] = medians[f"ours_{way}"] / medians[f"torch_{way}"]
    return {key: round(value, 3) for key, value in row.items()}


def processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()


def main() -> None:
    rows = []
    for threads, name, stride, batch in product((1, 2), PAIRS, (1, 2), REPEATS):
        torch.set_num_threads(threads)
        row = {"op": name, "threads": threads, "stride": stride, "batch": batch}
        rows.append({**row, **compare(name, stride, batch)})
        rows[-1]["load_average"] = round(os.getloadavg()[0], 2)
        print("{op:17} threads {threads} stride {stride} batch {batch}".format(**row), end="  ")
        print("forward x{forward_ratio:.2f} backward x{backward_ratio:.2f}".format(**rows[-1]))
    worst = {
        f"{threads} threads": max(
            row["forward_ratio"] for row in rows if (row["batch"], row["threads"]) == (1, threads)
        )
        for threads in (1, 2)
    }
    print(f"worst forward ratio at batch 1: {worst} (goal: at most {GOAL:.0f})")
    report = {
        "schema": 1,
        "benchmark": "conv",
        "command": "python benchmarks/bench_conv.py",
        "setting": {
            "channels": CHANNELS,
            "size": SIZE,
            "kernel_size": KERNEL,
            "padding": PADDING,
            "dtype": "float32",
            "repeats_by_batch": REPEATS,
            "statistic": "fastest of interleaved repeats, ratio = ours / torch",
            "clock": "CPU time at 1 thread, wall time at 2",
        },
        "goal": {"forward_ratio_at_batch_1": GOAL, "worst_measured": worst},
        "versions": {"python": platform.python_version(), "torch": torch.__version__},
        "hardware": {"cpu": processor(), "cores": os.cpu_count()},
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "rows": rows,
    }
    target = Path(__file__).with_name("conv.json")
    target.write_text(json.dumps(report, indent=2) + "\n")
    print("wrote", target.name)


if __name__ == "__main__":
    main()
