"""The listener's pyramid and the speller: sizes, padding, one look by hand, learning by heart."""

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from model_checks import assert_all_parameters_learn

from course_pkg.models import (
    LAS_PAPER,
    ListenAttendSpell,
    Listener,
    SpeechSize,
    Step,
    join_pairs,
)

SMALL = SpeechSize(bands=4, listen=6, pyramid=2, spell=16, embed=5, match=7)


def sound_of(*lengths, seed=0):
    generator = torch.Generator().manual_seed(seed)
    sound = torch.zeros(len(lengths), max(lengths), SMALL.bands)
    for row, length in zip(sound, lengths, strict=True):
        row[:length] = torch.randn(length, SMALL.bands, generator=generator)
    return sound, torch.tensor(lengths)


def test_pairs_by_hand():
    states = torch.tensor([[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [[7.0, 8.0], [0.0, 0.0], [0, 0]]])
    pairs, lengths = join_pairs(states, torch.tensor([3, 1]))
    assert pairs.tolist() == [[[1, 2, 3, 4], [5, 6, 0, 0]], [[7, 8, 0, 0], [0, 0, 0, 0]]]
    assert lengths.tolist() == [2, 1]


def test_the_paper_listens_to_eight_frames_at_once():
    with torch.device("meta"):
        listener = Listener(LAS_PAPER)
    widths = [(layer.input_size, layer.hidden_size) for layer in listener.layers]
    assert widths == [(40, 256), (1024, 256), (1024, 256), (1024, 256)]
    assert 2**LAS_PAPER.pyramid == 8


@pytest.mark.parametrize(("frames", "cells"), [(1, 1), (4, 1), (5, 2), (9, 3), (16, 4)])
def test_a_pyramid_of_two_quarters_the_time_and_drops_nothing(frames, cells):
    sound, lengths = sound_of(frames)
    sound.requires_grad_(True)
    top, mask = Listener(SMALL)(sound, lengths)
    assert top.shape == (1, cells, 2 * SMALL.listen)
    assert mask.all()
    top.square().sum().backward()
    assert sound.grad.abs().sum(-1).gt(0).all()  # the last frame of an odd number too


def test_company_and_padding_change_nothing():
    torch.manual_seed(0)
    net = ListenAttendSpell(9, SMALL).eval()
    sound, lengths = sound_of(21, 8)
    letters = torch.tensor([[1, 4, 5], [1, 6, 7]])
    together = net(sound, lengths, letters)
    alone = net(sound[1:, :8], lengths[1:], letters[1:])
    torch.testing.assert_close(together.logits[1:], alone.logits)
    torch.testing.assert_close(together.weights[1:, :, :2], alone.weights)
    assert not together.weights[1, :, 2:].any()
    sound[1, 8:] = 1e3  # what stands in the padding is never heard
    torch.testing.assert_close(net(sound, lengths, letters).logits, together.logits)


@pytest.mark.parametrize("scale", [1.0, None])
def test_the_first_look_by_hand(scale):
    torch.manual_seed(0)
    net = ListenAttendSpell(9, replace(SMALL, scaled=scale is None)).eval()
    assert not LAS_PAPER.scaled
    sound, lengths = sound_of(13)
    cells, _ = net.listener(sound, lengths)
    zeros = torch.zeros(1, SMALL.spell)
    before = torch.cat([net.embed(torch.tensor([1])), torch.zeros(1, 12)], 1)
    h1, _ = net.lower(before, (zeros, zeros))
    h2, _ = net.upper(h1, (zeros, zeros))
    q, k = net.query(h2)[:, None], net.key(cells)
    context = F.scaled_dot_product_attention(q, k, cells, scale=scale)[:, 0]
    logits = net.to_letters(net.hidden(torch.cat([h2, context], 1)).tanh())
    said = net(sound, lengths, torch.tensor([[1]]))
    torch.testing.assert_close(said.logits[:, 0], logits)
    torch.testing.assert_close(said.weights[:, 0] @ cells[0], context)


def test_writing_says_what_reading_finds_most_probable():
    torch.manual_seed(2)
    net = ListenAttendSpell(9, SMALL).eval()
    sound, lengths = sound_of(12, 12)
    written = net.write(sound, lengths, max_length=6)
    start = torch.ones(2, 1, dtype=torch.long)
    said = net(sound, lengths, torch.cat([start, written.tokens[:, :-1]], 1))
    inside = written.tokens != 0
    assert torch.equal(said.logits.argmax(-1)[inside], written.tokens[inside])
    torch.testing.assert_close(said.weights[inside], written.weights[inside])


def test_a_beam_ranks_transcripts_by_the_mean_of_their_letters(monkeypatch):
    """After each letter: .4 to end, .6 for one more."""
    net = ListenAttendSpell(6, SMALL).eval()

    def step(letters, state):
        probs = torch.tensor([0.0, 0.0, 0.4, 0.0, 0.0, 0.6])
        return Step(probs.log().expand(len(letters), 6), state, torch.zeros(len(letters), 0))

    monkeypatch.setattr(net, "step", step)
    found = net.write(*sound_of(12), max_length=4, beam_size=8)
    # To end at once has .4, four letters .6^4 = .13; by the mean, log .4 against log .6 a letter.
    assert found.tokens.tolist() == [[5, 5, 5, 5]]


def test_every_weight_learns_and_two_sentences_are_learned_by_heart():
    torch.manual_seed(0)
    net = ListenAttendSpell(9, SMALL)
    sound, lengths = sound_of(24, 17)
    letters = torch.tensor([[1, 4, 5, 6, 2], [1, 7, 4, 2, 0]])

    def loss():
        logits = net(sound, lengths, letters[:, :-1]).logits
        return F.cross_entropy(logits.flatten(0, 1), letters[:, 1:].flatten(), ignore_index=0)

    assert_all_parameters_learn(net, loss())
    optimizer = torch.optim.Adam(net.parameters(), 1e-2)
    for _ in range(120):
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()
    written = net.eval().write(sound, lengths, max_length=9).tokens
    assert written.tolist() == [[4, 5, 6, 2], [7, 4, 2, 0]]


@pytest.mark.parametrize("lengths", [[0, 5], [4, 9]])
def test_lengths_outside_the_sound_are_refused(lengths):
    sound, _ = sound_of(8, 8)
    with pytest.raises(ValueError, match=r"lengths must be from 1 to the 8 frames"):
        Listener(SMALL)(sound, torch.tensor(lengths))
