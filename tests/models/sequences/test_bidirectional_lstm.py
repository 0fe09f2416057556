"""Reading both ways: torch's packed layer says the same, and its gradients do."""

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from course_pkg.models.sequences.bidirectional_lstm import read_both_ways


def test_equals_torchs_packed_sentences_with_gradients():
    generator = torch.Generator().manual_seed(0)
    layer = nn.LSTM(3, 4, batch_first=True, bidirectional=True).double()
    lengths = torch.tensor([2, 7, 5, 1])
    states = torch.randn(4, 7, 3, generator=generator, dtype=torch.float64)
    back = torch.randn(4, 7, 8, generator=generator, dtype=torch.float64)
    found = []
    for packed in (False, True):
        leaf = states.clone().requires_grad_()
        if packed:
            sentences = pack_padded_sequence(leaf, lengths, True, enforce_sorted=False)
            out, _ = pad_packed_sequence(layer(sentences)[0], batch_first=True)
        else:
            out = read_both_ways(layer, leaf, lengths)
        found.append([out, *torch.autograd.grad((out * back).sum(), (leaf, *layer.parameters()))])
    assert len(found[0]) == 10
    for ours, theirs in zip(*found, strict=True):
        torch.testing.assert_close(ours, theirs)


def test_padding_changes_nothing_and_stays_silent():
    layer = nn.LSTM(2, 3, batch_first=True, bidirectional=True)
    states = torch.randn(2, 5, 2, generator=torch.Generator().manual_seed(1))
    lengths = torch.tensor([3, 5])
    other = states.clone()
    other[0, 3:] = 99.0
    out = read_both_ways(layer, states, lengths)
    assert torch.equal(out, read_both_ways(layer, other, lengths))
    assert not out[0, 3:].any()
