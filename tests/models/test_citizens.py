"""Small networks can be saved, copied, compiled, exported and fed in halves, by one and by none.

    python tests/models/test_citizens.py        prints the table

What a network cannot do stands in `citizens.CASES` with its reason. Compiled means traced to one
graph without a break (`backend="eager"`): which machine code comes of it is torch's business.
"""

import copy
import pickle
import sys
from typing import Any

import pytest
import torch
from citizens import CASES, Case
from torch import Tensor, nn
from torch.export import Dim
from torch.utils._pytree import tree_leaves

from course_pkg import models

CAN = ("state_dict", "copies", "compile", "export", "bf16", "batches")


def outputs(net: nn.Module, asked: tuple) -> list[Tensor]:
    """All tensors that come out, with the same random numbers each time."""
    torch.manual_seed(1)
    with torch.no_grad():
        answer: Any = net(*asked)
    if hasattr(answer, "__dataclass_fields__"):
        answer = list(vars(answer).values())
    return [leaf for leaf in tree_leaves(answer) if isinstance(leaf, Tensor)]


def same(ours: list[Tensor], theirs: list[Tensor], tolerance: float = 0.0) -> None:
    assert len(ours) == len(theirs) > 0
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other, rtol=tolerance, atol=tolerance, equal_nan=True)


def in_dtype(asked: tuple, dtype: torch.dtype) -> tuple:
    return tuple(x.to(dtype) if x.is_floating_point() else x for x in asked)


def check_state_dict(case: Case, net: nn.Module, asked: tuple) -> None:
    torch.manual_seed(5)
    fresh = case.make().eval()
    fresh.load_state_dict(net.state_dict())
    same(outputs(fresh, asked), outputs(net, asked))


def check_copies(case: Case, net: nn.Module, asked: tuple) -> None:
    expected = outputs(net, asked)
    same(outputs(copy.deepcopy(net), asked), expected)
    same(outputs(pickle.loads(pickle.dumps(net)), asked), expected)


def check_compile(case: Case, net: nn.Module, asked: tuple) -> None:
    torch.compiler.reset()
    compiled = torch.compile(net, backend="eager", fullgraph=True)
    same(outputs(compiled, asked), outputs(net, asked), 1e-5)


def check_export(case: Case, net: nn.Module, asked: tuple) -> None:
    # The batch stays free, and the size of pictures.
    free = tuple(dict.fromkeys((0, 2, 3) if x.ndim == 4 else (0,), Dim.AUTO) for x in asked)
    exported = torch.export.export(net, asked, dynamic_shapes=free).module()
    found, expected = outputs(exported, asked), outputs(net, asked)
    assert [x.shape for x in found] == [x.shape for x in expected]


def check_bf16(case: Case, net: nn.Module, asked: tuple) -> None:
    half = copy.deepcopy(net).to(torch.bfloat16)
    assert outputs(half, in_dtype(asked, torch.bfloat16))


def check_batches(case: Case, net: nn.Module, asked: tuple) -> None:
    for n in (1, 0):
        shapes = [x.shape for x in outputs(net, case.ask(n))]
        assert shapes


@pytest.fixture(scope="module")
def made() -> dict[str, nn.Module]:
    return {}


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize(
    ("name", "can"),
    [(n, can) for n, case in CASES.items() for can in CAN if can not in case.cannot],
)
def test_citizen(name: str, can: str, made: dict[str, nn.Module]) -> None:
    case = CASES[name]
    if name not in made:
        torch.manual_seed(0)
        made[name] = case.make().eval()
    globals()[f"check_{can}"](case, made[name], case.ask(2))


def test_a_fitted_sds_loads_into_a_fresh_one() -> None:
    def fresh() -> models.SDS:
        paths = [models.CropPath(models.EfficientNetLite0(), 32, 8) for _ in range(2)]
        return models.SDS(*paths, num_classes=3, crop_size=32)

    torch.manual_seed(0)
    fitted = fresh()
    fitted.region_scores = nn.Linear(16, 2)  # as `fit_region_scores` and `fit_refinement` do
    fitted.refinement = models.RegionRefinement(16, 3, grid=4)
    loaded = fresh()
    loaded.load_state_dict(pickle.loads(pickle.dumps(fitted)).state_dict())
    for name, value in fitted.state_dict().items():
        torch.testing.assert_close(loaded.state_dict()[name], value, rtol=0, atol=0)
    assert loaded.refinement is not None
    assert loaded.refinement.grid == 4
    # An unfitted one stays as it was, and is not loaded with what a fitted one has.
    assert fresh().region_scores is None


def table() -> str:
    lines = ["| network | " + " | ".join(CAN) + " |", "|---" * (len(CAN) + 1) + "|"]
    for name, case in CASES.items():
        cells = [case.cannot.get(can, "yes") for can in CAN]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
