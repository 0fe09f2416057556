"""Padding, the start mark and "unknown" are no words, however likely a network finds them."""

import pytest
import torch
from torch import Tensor, nn

from course_pkg.models.attention_everywhere import ListenAttendSpell, VideoDescriber
from course_pkg.models.captioning import Captioner
from course_pkg.models.sequences import Step, beam_search, greedy_decode
from course_pkg.models.translation import TranslatorSize, rnnsearch, translate

PAD, START, END, UNKNOWN = range(4)


def loves_marks(tokens: Tensor, state: tuple[Tensor, ...]) -> Step:
    """After nine parts of marks, one part in ten is left for 4 and 5; it never wants to end."""
    probs = torch.tensor([0.4, 0.3, 0.0, 0.2, 0.06, 0.04])
    return Step(probs.log().expand(len(tokens), 6), state, torch.zeros(len(tokens), 0))


@pytest.mark.parametrize("beam_size", [0, 1, 2, 40])
def test_a_search_writes_words_alone_and_as_many_as_it_may(beam_size: int) -> None:
    state = (torch.zeros(2),)
    if beam_size:
        found = beam_search(
            loves_marks, state, beam_size=beam_size, max_length=3, never=[UNKNOWN], length_power=1.0
        )
    else:
        found = greedy_decode(loves_marks, state, max_length=3, never=[UNKNOWN])
    assert found.tokens.tolist() == [[4, 4, 4], [4, 4, 4]]
    # The network's own probability: what is not written keeps its share.
    torch.testing.assert_close(found.log_prob.exp(), torch.tensor([0.06**3] * 2))


def test_other_numbers_may_stand_for_the_marks() -> None:
    found = greedy_decode(loves_marks, (torch.zeros(1),), max_length=2, pad=3, start=4, end=5)
    assert found.tokens.tolist() == [[0, 0]]


def speech(beam_size: int) -> Tensor:
    net = ListenAttendSpell(letters=14).eval()
    prefer_marks(net.to_letters)
    return net.write(torch.randn(3, 40, 24), torch.tensor([40, 31, 5]), 6, beam_size).tokens


def video(beam_size: int) -> Tensor:
    net = VideoDescriber(nn.Conv2d(3, 96, 8, stride=8), words=20, frames=4).eval()
    prefer_marks(net.to_words)
    return net.write(net.watch(torch.rand(2, 4, 3, 16, 16)), 6, beam_size).tokens


def captions(beam_size: int) -> Tensor:
    net = Captioner(nn.Conv2d(3, 128, 8, stride=8), words=20).eval()
    prefer_marks(net.to_words)
    return net.write(net.look_at(torch.rand(2, 3, 16, 16)), 6, beam_size).tokens


def translations(beam_size: int) -> Tensor:
    net = rnnsearch(9, 9, TranslatorSize(4, 5, 6, 7)).eval()
    prefer_marks(net.words)
    return translate(net, torch.tensor([[4, 5, 2], [6, 2, 0]]), beam_size, 6).tokens


def prefer_marks(layer: nn.Linear) -> None:
    with torch.no_grad():
        layer.bias[[PAD, START, UNKNOWN]] += 6
        layer.bias[END] -= 6


@pytest.mark.parametrize("beam_size", [1, 3])
@pytest.mark.parametrize("write", [speech, video, captions, translations])
def test_no_decoder_writes_a_mark(write, beam_size: int) -> None:
    torch.manual_seed(0)
    tokens = write(beam_size)
    assert tokens.shape[1] == 6
    assert (tokens > UNKNOWN).all()
