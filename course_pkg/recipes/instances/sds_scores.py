"""Measuring SDS: its regions as proposed, its coarse masks, and those joined with superpixels."""

import time
from collections.abc import Mapping
from typing import Any, Literal

import torch

from course_pkg.engine import eval_mode
from course_pkg.metrics import InstanceAP, ProposalRecall
from course_pkg.models.instances.sds.network import SDS
from course_pkg.recipes.instances.data import InstanceData
from course_pkg.recipes.instances.scores import separated_pairs

__all__ = ["measure_sds"]

_STAGES: tuple[Literal["region", "coarse", "refined"], ...] = ("region", "coarse", "refined")


def measure_sds(system: SDS, data: InstanceData) -> dict[str, Any]:
    """Score SDS's regions as proposed, its coarse masks, and those joined with superpixels.

    Args:
        system: fitted.
        data: the measured part is looked at, image by image.

    Returns:
        As of `measure_instances` for the refined masks, and the AP^r of the two
        stages before with ``_region`` and ``_coarse`` behind their names; recall of the proposals.
    """
    classes, device = len(data.classes), next(system.parameters()).device
    stages = {how: InstanceAP(classes) for how in _STAGES}
    recall, seconds, pairs, apart = ProposalRecall(), 0.0, 0, 0
    clock = time.perf_counter if device.type == "cuda" else time.process_time
    with eval_mode(system), torch.inference_mode():
        for i in range(len(data.val)):
            image, target = data.val[i]
            began = clock()
            proposals = system.propose(image)
            found = system.detect(image.to(device), proposals=proposals)
            refined = system.with_masks(image.to(device), found, "refined")
            refined = _on_cpu(refined)  # waits for a GPU
            seconds += clock() - began
            stages["refined"].update([refined], [target])
            for how in _STAGES[:2]:
                answer = system.with_masks(image.to(device), found, how)
                stages[how].update([_on_cpu(answer)], [target])
            recall.update([proposals], [target])
            together, separated = separated_pairs(refined, target)
            pairs, apart = pairs + together, apart + separated
    metrics: dict[str, Any] = dict(stages["refined"].compute())
    for how in _STAGES[:2]:
        metrics |= {f"{name}_{how}": value for name, value in stages[how].compute().items()}
    metrics["apr_curve"] = [round(v, 6) for v in stages["refined"].curve().values()]
    metrics["seconds_per_image"] = seconds / max(len(data.val), 1)
    metrics |= recall.compute()
    if pairs:
        metrics |= {"touching_pairs": pairs, "touching_separated": apart / pairs}
    metrics["parameters"] = sum(p.numel() for p in system.parameters())
    return metrics


def _on_cpu(found: Mapping[str, Any]) -> dict[str, torch.Tensor]:
    return {name: value.cpu() for name, value in found.items()}
