"""One DRAW training step: eager, compiled, captured. ``python benchmarks/bench_draw.py``.

At the paper's size (64 steps, 256 units, 100 random numbers, 128 pictures of 28 x 28) nearly all of
an eager step on a GPU is spent launching thousands of tiny kernels. torch.compile fuses some of
them, a captured CUDA graph launches all of them at once.

On a GPU it writes ``benchmarks/draw.json``: seconds of the fastest step each way, and the ratios to
eager. Without one it measures eager alone, at 10 steps and 128 units, prints it, and writes
nothing: what is fastest on a CPU says nothing about a GPU.

Shape checks break compiled graphs and belong to no timing: they are switched off.
"""

import datetime
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

os.environ["JAXTYPING_DISABLE"] = "1"

import torch

from course_pkg.engine import hardware, versions
from course_pkg.models import DRAW, draw_bound, draw_with_windows

PAPER = {"hidden": 256, "latent": 100, "steps": 64}
SMALL = {"hidden": 128, "latent": 10, "steps": 10}
BATCH, ROUNDS = 128, 20


def training_step(model: DRAW, images: torch.Tensor, capturable: bool) -> Callable[[], None]:
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4, capturable=capturable)

    def step() -> None:
        optimizer.zero_grad(set_to_none=True)
        draw_bound(model(images), images).mean().backward()
        optimizer.step()

    return step


def captured(step: Callable[[], None]) -> Callable[[], None]:
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):  # warm up outside the capture, as torch asks for
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return graph.replay


def fastest(step: Callable[[], None], device: str) -> float:
    best = float("inf")
    for _ in range(ROUNDS + 3):
        start = time.perf_counter()
        step()
        if device == "cuda":
            torch.cuda.synchronize()
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    device = "cuda" if torch.cuda.is_available() else "cpu"
    size = PAPER if device == "cuda" else SMALL
    images = torch.rand(BATCH, 1, 28, 28, device=device).round()

    def fresh() -> DRAW:
        torch.manual_seed(0)
        return draw_with_windows((28, 28), 2, 5, **size).to(device)

    seconds = {"eager": fastest(training_step(fresh(), images, False), device)}
    print(f"eager {1000 * seconds['eager']:.1f} ms a step ({size}, batch {BATCH}, {device})")
    if device == "cpu":
        print("no GPU here: compiled and captured steps are not measured, nothing is written")
        return
    seconds["captured"] = fastest(captured(training_step(fresh(), images, True)), device)
    model = fresh()
    model.compile()
    seconds["compiled"] = fastest(training_step(model, images, False), device)
    for name, value in seconds.items():
        print(f"{name} {1000 * value:.1f} ms, {seconds['eager'] / value:.1f} times eager's speed")
    result = {
        "what": "one DRAW training step, seconds of the fastest round",
        "size": {**size, "batch": BATCH},
        "seconds": seconds,
        "speed_over_eager": {n: seconds["eager"] / v for n, v in seconds.items()},
        "hardware": hardware(),
        "versions": versions(),
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }
    path = Path(__file__).with_name("draw.json")
    path.write_text(json.dumps(result, indent=2) + "\n")
    print("wrote", path)


if __name__ == "__main__":
    main()
