"""What the book's pages may run outside of torch: exported to ONNX, the answers stay the same.

Whole networks that read a picture, and one step of those that write: a page keeps the loop.
"""

from collections.abc import Callable
from typing import Any

import onnxruntime
import pytest
import torch
from citizen_case import lively, numbers, words
from citizens import CASES
from torch import Tensor, nn

from course_pkg import models
from course_pkg.models.translation.bahdanau_attention import SourceReading
from course_pkg.models.windows.handwriting.mixture_density import decode_mixture

WHOLE = ["fcn8s_lite", *(name for name in CASES if name.startswith("spatial_transformer_net"))]


class CaptionerStep(nn.Module):
    """The next word's log-probabilities, where it looked, and the state after it."""

    def __init__(self) -> None:
        super().__init__()
        self.net: Any = CASES["Captioner"].make()

    def forward(self, word: Tensor, hidden: Tensor, memory: Tensor, cells: Tensor) -> tuple:
        step, _ = self.net.step(word, (hidden, memory, cells, self.net.key(cells)))
        return step.log_probs, step.weights, *step.state[:2]


class TranslatorStep(nn.Module):
    """The next word's scores, where it looked, and the state after it."""

    def __init__(self) -> None:
        super().__init__()
        self.net: Any = CASES["rnnsearch"].make()

    def forward(self, word: Tensor, state: Tensor, annotations: Tensor, mask: Tensor) -> tuple:
        keys = self.net.reader.keys(annotations)
        vector = self.net.target_embedding(word)
        after, look = self.net.step(state, vector, SourceReading(annotations, keys, mask, state))
        return self.net.score(state, vector, look.context), look.weights, after


class DrawStep(nn.Module):
    """The canvas after one more stroke, from random numbers that the page drew."""

    def __init__(self) -> None:
        super().__init__()
        self.net: Any = CASES["draw_with_windows"].make()

    def forward(self, canvas: Tensor, z: Tensor, hidden: Tensor, memory: Tensor) -> tuple:
        canvas, state, _ = self.net._paint(canvas, z, (hidden, memory))
        return canvas, *state


class HandwritingStep(nn.Module):
    """Where the pen may go next, after one point."""

    def __init__(self) -> None:
        super().__init__()
        self.net: Any = models.Handwriting(9, 8, 3, 2, 1)

    def forward(
        self,
        point: Tensor,
        hidden: Tensor,
        memory: Tensor,
        seen: Tensor,
        place: Tensor,
        text: Tensor,
    ) -> tuple:
        state, seen, weights, place = self.net._look(point, (hidden, memory), seen, place, text)
        (above,) = self.net.above  # begins anew at every step: a page hands its state on, too
        outputs, _ = above(torch.cat([point, seen, state[0]], dim=1)[:, None], None)
        mixture = decode_mixture(self.net.say(torch.cat([state[0], outputs[:, 0]], dim=1)))
        return (*mixture, *state, seen, weights, place)


def cell(n: int, size: int = 8) -> tuple[Tensor, Tensor]:
    return numbers(n, size), numbers(n, size).flip(1)


STEPS: dict[str, tuple[Callable[[], nn.Module], Callable[[], tuple]]] = {
    "Captioner": (CaptionerStep, lambda: (words(2, 1)[:, 0], *cell(2), numbers(2, 4, 6))),
    "rnnsearch": (
        TranslatorStep,
        lambda: (words(2, 1)[:, 0], numbers(2, 8), numbers(2, 4, 16), torch.ones(2, 4) > 0),
    ),
    "draw_with_windows": (DrawStep, lambda: (numbers(2, 1, 8, 8), numbers(2, 4), *cell(2))),
    "Handwriting": (
        HandwritingStep,
        lambda: (
            *(numbers(2, 3), *cell(2), numbers(2, 9), numbers(2, 3).exp()),
            torch.eye(9)[words(2, 4, 0, 9)],
        ),
    ),
}


def answers(net: nn.Module, asked: tuple) -> tuple[list[Tensor], list[Tensor]]:
    """What torch says to some numbers, and what an export that saw others says to them."""
    lively(net)
    again = tuple(x.flip(0) for x in asked)
    with torch.no_grad():
        expected = net(*again)
    program = torch.onnx.export(net, asked, dynamo=True, verbose=False)
    assert program is not None
    session = onnxruntime.InferenceSession(program.model_proto.SerializeToString())
    names = [value.name for value in session.get_inputs()]
    found = session.run(None, dict(zip(names, (x.numpy() for x in again), strict=True)))
    flat = [expected] if isinstance(expected, Tensor) else list(expected)
    return flat, [torch.from_numpy(each) for each in found]


def worst_difference(ours: list[Tensor], theirs: list[Tensor]) -> float:
    """The largest, as a share of the answer's own spread."""
    assert [x.shape for x in ours] == [x.shape for x in theirs]
    spreads = [float(x.max() - x.min()) for x in ours]
    assert min(spreads) > 1e-3, "an answer that is the same everywhere shows nothing"
    pairs = zip(ours, theirs, spreads, strict=True)
    return max(float((one - other).abs().max()) / spread for one, other, spread in pairs)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize("name", WHOLE)
def test_a_network_answers_alike(name: str) -> None:
    torch.manual_seed(0)
    case = CASES[name]
    assert worst_difference(*answers(case.make(), case.ask(2))) < 1e-4


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize("name", STEPS)
def test_a_step_answers_alike(name: str) -> None:
    torch.manual_seed(0)
    make, ask = STEPS[name]
    assert worst_difference(*answers(make(), ask())) < 1e-4
