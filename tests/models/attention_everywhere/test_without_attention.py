"""The twin without attention: what it may see, and that it has the same weights."""

import pytest
import torch
from torch import nn

from course_pkg.models import (
    ListenAttendSpell,
    SpatialMemoryNet,
    SpeechSize,
    VideoDescriber,
    VideoSize,
    averaged_cells,
)


def test_by_hand():
    cells = torch.tensor([[[1.0, 0.0], [3.0, 4.0], [100.0, 100.0]]])
    mask = torch.tensor([[True, True, False]])
    assert averaged_cells(cells, mask).tolist() == [[[2.0, 2.0], [0.0, 0.0]]]
    assert torch.equal(averaged_cells(cells[:, :2]), averaged_cells(cells, mask))


def test_padding_has_no_say_and_an_empty_row_is_zero():
    cells = torch.randn(2, 5, 3, generator=torch.Generator().manual_seed(0))
    mask = torch.tensor([[True, True, True, False, False], [False] * 5])
    before = averaged_cells(cells, mask)
    cells[0, 3:] = 1e6
    assert torch.equal(averaged_cells(cells, mask), before)
    torch.testing.assert_close(before[0, 0], cells[0, :3].mean(0))
    assert not before[1].any()


def test_a_mask_that_does_not_fit_is_refused():
    with pytest.raises(Exception, match=r"mask|cells"):
        averaged_cells(torch.zeros(2, 5, 3), torch.ones(2, 4, dtype=torch.bool))


def _networks(averaged):
    torch.manual_seed(0)
    encoder = nn.Conv2d(3, 6, 4, stride=4)
    video = VideoSize(features=6, frame=10, embed=5, hidden=8, attention=7)
    speech = SpeechSize(bands=4, listen=5, pyramid=1, spell=7, embed=3, match=6)
    return (
        SpatialMemoryNet(encoder, 6, words=9, answers=4, width=8, averaged=averaged),
        VideoDescriber(encoder, 9, frames=5, size=video, averaged=averaged),
        ListenAttendSpell(9, speech, averaged),
    )


def test_twins_have_the_same_weights_one_by_one():
    for network, twin in zip(_networks(False), _networks(True), strict=True):
        left, right = network.state_dict(), twin.state_dict()
        assert left.keys() == right.keys()
        assert all(torch.equal(left[name], right[name]) for name in left)


def test_a_twin_cannot_tell_one_order_of_cells_from_another():
    generator = torch.Generator().manual_seed(1)
    cells = torch.randn(2, 7, 8, generator=generator)
    questions = torch.tensor([[4, 5], [6, 0]])
    order = torch.randperm(7, generator=generator)
    network, twin = (net[0].eval() for net in (_networks(False), _networks(True)))
    torch.testing.assert_close(
        twin(cells[:, order], questions).logits, twin(cells, questions).logits
    )
    # With attention the weights go where the cells went.
    torch.testing.assert_close(
        network(cells[:, order], questions).weights, network(cells, questions).weights[..., order]
    )
