"""What the checks of shapes cost a call: ``python benchmarks/bench_checks.py``.

Every row is one call on one thread of the CPU, timed by the process's own clock with the checks on
and off in turns, so that whatever else the machine does meets both. The inputs are small, as in a
lecture: there the checks are felt most. Writes ``benchmarks/checks.json``.
"""

import datetime
import json
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path

import torch

from course_pkg import models, ops, set_checks

ROUNDS, LEAST_SECONDS = 15, 0.02


def rows() -> dict[str, Callable[[], object]]:
    """Eight ops and networks by name, ready to be called."""
    generator = torch.Generator().manual_seed(0)

    def draw(*shape: int) -> torch.Tensor:
        return torch.rand(*shape, generator=generator)

    image, weight = draw(1, 3, 16, 16), draw(4, 3, 3, 3)
    pooled, indices = ops.max_pool_with_indices(image, 2)
    scores, mask = draw(4, 10), torch.ones(4, 10) > 0
    theta = torch.tensor([[[1.0, 0, 0], [0, 1, 0]]])
    words = torch.randint(3, 50, (2, 8), generator=generator)
    translator = models.rnnsearch(50, 50, models.TranslatorSize(16, 32, 16, 16, 0.0)).eval()
    draw_net = models.draw_with_windows((28, 28), 2, 5, 64, 10, 8).eval()
    fcn = models.fcn8s(5, models.VGG16Size(widths=(8, 8, 16, 16, 16), hidden=32)).eval()
    gru, sequence, whole = models.GRU(8, 16), draw(2, 8, 8), torch.ones(2, 8) > 0
    digits = draw(2, 1, 28, 28)
    picture = draw(1, 3, 64, 64)
    return {
        "ops.conv2d": lambda: ops.conv2d(image, weight),
        "ops.max_unpool": lambda: ops.max_unpool(pooled, indices, 2),
        "ops.masked_softmax": lambda: ops.masked_softmax(scores, mask),
        "ops.affine_grid": lambda: ops.affine_grid(theta, (1, 1, 28, 28)),
        "models.GRU": lambda: gru(sequence, whole),
        "models.Translator": lambda: translator(words, words),
        "models.DRAW": lambda: draw_net(digits),
        "models.FCN": lambda: fcn(picture),
    }


def microseconds(call: Callable[[], object]) -> float:
    """The mean of as many calls as fill the least time."""
    calls, start = 0, time.process_time()
    while (spent := time.process_time() - start) < LEAST_SECONDS:
        call()
        calls += 1
    return 1e6 * spent / calls


def compare(call: Callable[[], object]) -> dict[str, float]:
    """Fastest round of each, and their ratio."""
    fastest = {True: float("inf"), False: float("inf")}
    for _ in range(ROUNDS):
        for on in fastest:
            before = set_checks(on)
            fastest[on] = min(fastest[on], microseconds(call))
            set_checks(before)
    on, off = fastest[True], fastest[False]
    return {"on_us": round(on, 1), "off_us": round(off, 1), "ratio": round(on / off, 2)}


def main() -> None:
    torch.set_num_threads(1)
    with torch.inference_mode():
        measured = [{"call": name, **compare(call)} for name, call in rows().items()]
    for row in measured:
        print("{call:20} on {on_us:9} us  off {off_us:9} us  x{ratio}".format(**row))
    report = {
        "schema": 1,
        "benchmark": "checks",
        "command": "python benchmarks/bench_checks.py",
        "setting": {"threads": 1, "rounds": ROUNDS, "statistic": "fastest round, CPU time"},
        "versions": {"python": platform.python_version(), "torch": torch.__version__},
        "hardware": {"cores": os.cpu_count()},
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "rows": measured,
    }
    target = Path(__file__).with_name("checks.json")
    target.write_text(json.dumps(report, indent=2) + "\n")
    print("wrote", target.name)


if __name__ == "__main__":
    main()
