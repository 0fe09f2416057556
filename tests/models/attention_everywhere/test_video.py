"""The describer: pooling by hand, one look by hand, order in time, learning by heart."""

import pytest
import torch
import torch.nn.functional as F
from model_checks import assert_all_parameters_learn
from torch import nn

from course_pkg.models import VideoDescriber, VideoSize, describe_frames

SMALL = VideoSize(features=6, frame=12, embed=5, hidden=16, attention=7)


def describer(seed=0, **options):
    torch.manual_seed(seed)
    return VideoDescriber(nn.Conv2d(3, 6, 4, stride=4), 9, frames=5, size=SMALL, **options)


def frames_of(n=2, seed=0):
    return torch.randn(n, 5, 18, generator=torch.Generator().manual_seed(seed))


def test_frames_by_torch():
    grid = torch.randn(2, 5, 4, 3, 6, generator=torch.Generator().manual_seed(0))
    seen = describe_frames(grid)
    flat = grid.flatten(0, 1)
    torch.testing.assert_close(
        seen[..., :4].flatten(0, 1), F.adaptive_avg_pool2d(flat, 1).flatten(1)
    )
    torch.testing.assert_close(
        seen[..., 4:8].flatten(0, 1), F.adaptive_max_pool2d(flat, 1).flatten(1)
    )


def test_what_stands_still_does_not_rise():
    grid = torch.rand(1, 1, 4, 3, 6, generator=torch.Generator().manual_seed(0)).repeat(
        1, 5, 1, 1, 1
    )
    torch.testing.assert_close(describe_frames(grid)[..., 8:], torch.zeros(1, 5, 4))
    grid[0, 2, 1, 0, 0] += 5.0  # feature 1 passes in frame 2
    rise = describe_frames(grid)[0, :, 8:]
    torch.testing.assert_close(rise[2], torch.tensor([0.0, 4.0, 0.0, 0.0]))
    assert rise[[0, 1, 3, 4]].abs().max() < 1e-6


def test_a_clip_is_watched_as_a_whole():
    net = describer()
    clips = torch.rand(2, 5, 3, 16, 16, generator=torch.Generator().manual_seed(1))
    seen = net.watch(clips)
    assert seen.shape == (2, 5, 18)
    torch.testing.assert_close(seen[1], describe_frames(net.encoder(clips[1])[None])[0])


def test_the_first_look_by_hand():
    net, seen = describer().eval(), frames_of(1)
    frames = (seen @ net.describe.weight.T + net.describe.bias + net.when).relu()[0]
    scores = torch.stack([(net.query.bias + net.key.weight @ f).tanh() @ net.v for f in frames])
    weights = scores.exp() / scores.exp().sum()
    told = net(seen, torch.tensor([[1]]))
    torch.testing.assert_close(told.weights[0, 0], weights)
    read = (weights[:, None] * frames).sum(0)
    word = net.embed.weight[1]
    zeros = torch.zeros(1, 16)
    hidden, _ = net.cell(torch.cat([word, read])[None], (zeros, zeros))
    logits = net.to_words(net.deep(torch.cat([hidden[0], read, word])).tanh())
    torch.testing.assert_close(told.logits[0, 0], logits)


def test_time_can_be_told_even_from_the_mean():
    seen = frames_of()
    back = seen.flip(1)
    for averaged in (False, True):
        net = describer(averaged=averaged).eval()
        words = torch.tensor([[1, 4], [1, 5]])
        assert (net(seen, words).logits - net(back, words).logits).abs().max() > 1e-4


def test_writing_says_what_reading_finds_most_probable():
    net, seen = describer(seed=3).eval(), frames_of()
    written = net.write(seen, max_length=6)
    start = torch.ones(2, 1, dtype=torch.long)
    told = net(seen, torch.cat([start, written.tokens[:, :-1]], 1))
    inside = written.tokens != 0
    assert torch.equal(told.logits.argmax(-1)[inside], written.tokens[inside])
    torch.testing.assert_close(told.weights[inside], written.weights[inside])


def test_every_weight_learns_and_two_clips_are_learned_by_heart():
    net, seen = describer(), frames_of()
    clips = torch.rand(2, 5, 3, 16, 16, generator=torch.Generator().manual_seed(1))
    words = torch.tensor([[1, 4, 5, 6, 2], [1, 7, 4, 2, 0]])

    def loss(seen):
        logits = net(seen, words[:, :-1]).logits
        return F.cross_entropy(logits.flatten(0, 1), words[:, 1:].flatten(), ignore_index=0)

    assert_all_parameters_learn(net, loss(net.watch(clips)))
    optimizer = torch.optim.Adam(net.parameters(), 1e-2)
    for _ in range(80):
        optimizer.zero_grad()
        loss(seen).backward()
        optimizer.step()
    assert net.eval().write(seen, max_length=9).tokens.tolist() == [[4, 5, 6, 2], [7, 4, 2, 0]]


def test_clips_of_another_length_are_refused():
    with pytest.raises(ValueError, match=r"made for clips of 5 frames, got 4"):
        describer()(frames_of()[:, :4], torch.tensor([[1], [1]]))
