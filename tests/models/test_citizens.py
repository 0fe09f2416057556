"""Small networks can be saved, copied, compiled, exported and fed in halves, by one and by none.

    python tests/models/test_citizens.py        prints the table

What a network cannot do stands in `citizens.CASES` with its reason. Compiled means traced to one
graph without a break (`backend="eager"`): which machine code comes of it is torch's business.
"""

import copy
import inspect
import pickle
import sys
from typing import Any, get_type_hints

import onnx
import pytest
import torch
from citizen_case import Case, lively
from citizens import CASES
from torch import Tensor, nn
from torch.export import Dim
from torch.utils._pytree import tree_leaves, tree_map

from course_pkg import models

# Sequentials that no case has for itself, and the case that holds one.
INSIDE = {"cell_encoder": "CellTagger", "fit_linear": "sds: a plain Linear after a fit"}
CAN = (
    *("state_dict", "copies", "compile", "export", "onnx"),
    *("bf16", "fp16", "autocast", "batches", "odd"),
)


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


def in_dtype(asked: tuple, dtype: torch.dtype) -> Any:
    def turned(x: Any) -> Any:
        return x.to(dtype) if isinstance(x, Tensor) and x.is_floating_point() else x

    return tree_map(turned, asked)


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
    compiled: Any = torch.compile(net, backend="eager", fullgraph=True)
    same(outputs(compiled, asked), outputs(net, asked), 1e-5)


def check_export(case: Case, net: nn.Module, asked: tuple) -> None:
    # The batch stays free, and the size of pictures where that does not take torch a minute.
    sized = (0, 2, 3) if not case.deep else (0,)
    free = tuple(dict.fromkeys(sized if x.ndim == 4 else (0,), Dim.AUTO) for x in asked)
    exported = torch.export.export(net, asked, dynamic_shapes=free).module()
    found, expected = outputs(exported, asked), outputs(net, asked)
    assert [x.shape for x in found] == [x.shape for x in expected]


def check_onnx(case: Case, net: nn.Module, asked: tuple) -> None:
    program = torch.onnx.export(net, asked, dynamo=True, verbose=False)
    assert program is not None
    onnx.checker.check_model(program.model_proto)


def check_bf16(case: Case, net: nn.Module, asked: tuple) -> None:
    half = copy.deepcopy(net).to(torch.bfloat16)
    answered(outputs(half, in_dtype(asked, torch.bfloat16)))


def check_fp16(case: Case, net: nn.Module, asked: tuple) -> None:
    half = copy.deepcopy(net).to(torch.float16)
    answered(outputs(half, in_dtype(asked, torch.float16)))


def check_autocast(case: Case, net: nn.Module, asked: tuple) -> None:
    with torch.autocast("cpu", torch.bfloat16):
        answered(outputs(net, asked))


def check_odd(case: Case, net: nn.Module, asked: tuple) -> None:
    assert case.odd is not None
    answered(outputs(net, case.odd()))


def answered(found: list[Tensor]) -> None:
    assert found
    assert all(x.isfinite().all() for x in found if x.is_floating_point())


def check_batches(case: Case, net: nn.Module, asked: tuple) -> None:
    expected = {x.ndim for x in outputs(net, case.ask(2))}
    for n in (1, 0):
        asked = case.ask(n)
        found = outputs(net, asked)
        if not isinstance(asked[0], list):  # a system answers each picture of a list
            assert {x.ndim for x in found} <= expected


def able(case: Case) -> set[str]:
    """What a case is asked for."""
    return {can for can in CAN if can not in case.cannot and (can != "odd" or case.odd)}


def public() -> dict[str, type[nn.Module]]:
    """Every public network, and every function that builds one, with what it builds."""
    found = {}
    for name in models.__all__:
        thing = getattr(models, name)
        if inspect.isclass(thing):
            built = thing
        else:
            built = get_type_hints(thing).get("return") if inspect.isfunction(thing) else None
        if inspect.isclass(built) and issubclass(built, nn.Module):
            found[name] = built
    return found


def test_no_public_network_is_without_a_case() -> None:
    made = [case.make() for case in CASES.values()]
    kinds = {type(part) for net in made for part in net.modules()}
    plain = {n for n, kind in public().items() if kind.__module__.startswith("torch.")}
    named = {name.partition("(")[0] for name in CASES}
    assert len(public()) > 80
    missing = {n for n, kind in public().items() if n not in plain and kind not in kinds}
    assert missing == set(), "make a small one of each in citizens.py"
    # Those that are plain Sequentials have no class to be found by.
    assert plain - named - set(INSIDE) == set()


@pytest.fixture(scope="module")
def made() -> dict[str, nn.Module]:
    return {}


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize(
    ("name", "can"),
    [(n, can) for n, case in CASES.items() for can in CAN if can in able(case)],
)
def test_citizen(name: str, can: str, made: dict[str, nn.Module]) -> None:
    case = CASES[name]
    if name not in made:
        torch.manual_seed(0)
        made[name] = lively(case.make())
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
        can_do = able(case)
        cells = ["yes" if can in can_do else case.cannot.get(can, "–") for can in CAN]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
