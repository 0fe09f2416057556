"""Our segmentation code beside its peers: ``python benchmarks/bench_segmentation.py``.

Three comparisons, each on the same input in one process, timed in turns so that whatever else the
machine is doing meets both sides; what counts is the fastest round.

1. A training step (forward, loss, backward, SGD) of our FCN-8s against torchvision's
   ``fcn_resnet50``. They are different networks, so time is divided by the work that torch's own
   counter finds: ratio of seconds per GFLOP, below 1 is better for us. The light backbone filters
   channel by channel, which is little work and much memory traffic: per GFLOP it looks bad, per
   step it is the fastest by far.
2. One answer per window of a LeNet: the loop over windows against the dense evaluation that gives
   the same numbers.
3. Our confusion matrix against torchmetrics', with equal scores.

Writes ``benchmarks/segmentation.json``.
"""

import datetime
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode
from torchmetrics.classification import MulticlassConfusionMatrix
from torchvision.models.segmentation import fcn_resnet50

from course_pkg.metrics import ConfusionMatrix
from course_pkg.models import (
    LENET_PATCH,
    efficientnet_lite0_pretrained,
    fcn8s,
    fcn8s_lite,
    lenet_patch,
    shift_and_stitch,
    sliding_window_logits,
    to_fully_convolutional,
)

CLASSES, SIZE = 21, 128  # of the training step, one image
STEP_ROUNDS, WINDOW_ROUNDS, METRIC_ROUNDS = 2, 3, 7
WINDOW_IMAGES = (48, 64, 96, 128)  # pixels a side
METRIC_CLASSES, METRIC_SHAPE = 11, (4, 360, 480)


def fastest(rounds: int, **works: Callable[[], object]) -> dict[str, float]:
    """Time several pieces of work in turns; seconds of the fastest round, after one to warm up."""
    best = dict.fromkeys(works, float("inf"))
    for number in range(rounds + 1):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            if number:
                best[name] = min(best[name], time.perf_counter() - start)
    return best


def training_step(model: nn.Module, images: Tensor, target: Tensor) -> Callable[[], None]:
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-6, momentum=0.9)

    def step() -> None:
        output = model(images)
        logits = output["out"] if isinstance(output, dict) else output
        optimizer.zero_grad()
        F.cross_entropy(logits, target).backward()
        optimizer.step()

    return step


def step_gflop(model: nn.Module, images: Tensor) -> float:
    """Three times the forward pass, for each layer's backward does its work twice.

    torch's counter is not asked about the backward pass itself: it counts the weights' gradient of
    a grouped convolution as if every channel met every other.
    """
    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        model(images)
    return 3 * counter.get_total_flops() / 1e9


def compare_steps() -> list[dict[str, float | str]]:
    generator = torch.Generator().manual_seed(0)
    images = torch.rand(1, 3, SIZE, SIZE, generator=generator)
    target = torch.randint(CLASSES, (1, SIZE, SIZE), generator=generator)
    torch.manual_seed(0)
    peer_name = "torchvision_fcn_resnet50"
    models = {
        peer_name: fcn_resnet50(weights=None, weights_backbone=None, num_classes=CLASSES),
        "fcn8s_vgg16": fcn8s(CLASSES),
        "fcn8s_lite": fcn8s_lite(CLASSES, efficientnet_lite0_pretrained().backbone),
    }
    work = {name: step_gflop(model, images) for name, model in models.items()}
    steps = {name: training_step(model, images, target) for name, model in models.items()}
    seconds = fastest(STEP_ROUNDS, **steps)
    peer = seconds[peer_name] / work[peer_name]
    rows: list[dict[str, float | str]] = []
    for name in steps:
        row = {"gflop": work[name], "seconds": seconds[name]}
        row["seconds_ratio"] = seconds[name] / seconds[peer_name]
        row["seconds_per_gflop_ratio"] = seconds[name] / work[name] / peer
        rows.append({"model": name, **{k: round(v, 4) for k, v in row.items()}})
    return rows


@torch.inference_mode()
def compare_windows() -> list[dict[str, float]]:
    torch.manual_seed(0)
    model = lenet_patch(9).eval()
    dense = to_fully_convolutional(model, LENET_PATCH)
    rows = []
    for side in WINDOW_IMAGES:
        image = torch.rand(1, 3, side, side)

        def loop(image: Tensor = image) -> Tensor:
            return sliding_window_logits(model, image, LENET_PATCH)

        def stitched(image: Tensor = image) -> Tensor:
            return shift_and_stitch(dense, image, LENET_PATCH, stride=4)

        difference = float((loop() - stitched()).abs().max())
        assert difference < 1e-5, difference
        seconds = fastest(WINDOW_ROUNDS, loop=loop, dense=stitched)
        rows.append(
            {
                "image_side": side,
                "windows": (side - LENET_PATCH + 1) ** 2,
                "largest_difference": difference,
                "loop_seconds": round(seconds["loop"], 5),
                "dense_seconds": round(seconds["dense"], 5),
                "loop_over_dense": round(seconds["loop"] / seconds["dense"], 2),
            }
        )
    return rows


def compare_metrics() -> dict[str, float]:
    generator = torch.Generator().manual_seed(0)
    target = torch.randint(METRIC_CLASSES, METRIC_SHAPE, generator=generator)
    preds = torch.randint(METRIC_CLASSES, METRIC_SHAPE, generator=generator)
    target[:, :20] = 255

    def ours() -> Tensor:
        confusion = ConfusionMatrix(METRIC_CLASSES)
        confusion.update(preds, target)
        return confusion.matrix

    def theirs() -> Tensor:
        confusion = MulticlassConfusionMatrix(METRIC_CLASSES, ignore_index=255)
        confusion.update(preds, target)
        return confusion.compute()

    assert torch.equal(ours(), theirs())
    seconds = fastest(METRIC_ROUNDS, ours=ours, torchmetrics=theirs)
    return {
        "ours_ms": round(1e3 * seconds["ours"], 2),
        "torchmetrics_ms": round(1e3 * seconds["torchmetrics"], 2),
        "ratio": round(seconds["ours"] / seconds["torchmetrics"], 3),
    }


def main() -> None:
    load_before = round(os.getloadavg()[0], 2)
    report = {
        "schema": 1,
        "benchmark": "segmentation",
        "command": "python benchmarks/bench_segmentation.py",
        "setting": {
            "dtype": "float32",
            "device": "cpu",
            "threads": torch.get_num_threads(),
            "step": {"images": 1, "size": SIZE, "classes": CLASSES, "optimizer": "SGD"},
            "metrics": {"classes": METRIC_CLASSES, "shape": METRIC_SHAPE, "ignored_rows": 20},
            "statistic": "fastest of interleaved rounds; ratio = ours / theirs unless it says more",
        },
        "training_step": compare_steps(),
        "dense_against_windows": compare_windows(),
        "confusion_matrix_against_torchmetrics": compare_metrics(),
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("torch", "torchvision", "torchmetrics")},
        },
        "hardware": {
            "cpu": processor(),
            "cores": os.cpu_count(),
            "load_average_before_and_after": [load_before, round(os.getloadavg()[0], 2)],
        },
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }
    for row in report["training_step"]:
        print("{model:26} {gflop:8.1f} GFLOP {seconds:7.2f} s".format(**row), end="  ")
        print("per GFLOP x{seconds_per_gflop_ratio:.2f}".format(**row))
    for row in report["dense_against_windows"]:
        print("{image_side:4} pixels: loop / dense = {loop_over_dense:.1f}".format(**row))
    print(
        "confusion matrix: ours / torchmetrics = {ratio:.2f}".format(
            **report["confusion_matrix_against_torchmetrics"]
        )
    )
    target = Path(__file__).with_name("segmentation.json")
    target.write_text(json.dumps(report, indent=2) + "\n")
    print("wrote", target.name)


def processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()


if __name__ == "__main__":
    sys.exit(main())
