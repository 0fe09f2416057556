"""The spatial memory network: word-guided scores, both looks by hand, learning by heart."""

import pytest
import torch
import torch.nn.functional as F
from model_checks import assert_all_parameters_learn, randomize_zeros
from torch import nn

from course_pkg.models import (
    SpatialMemoryNet,
    cell_coordinates,
    placed_cells,
    word_guided_scores,
)


def network(seed=0, **options):
    torch.manual_seed(seed)
    return SpatialMemoryNet(
        nn.Conv2d(3, 6, 4, stride=4), 6, words=9, answers=5, width=8, **{"waves": 0, **options}
    )


def random(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_coordinates_are_the_centres_that_grid_sample_means():
    x, y = cell_coordinates(2, 5)
    grid = F.affine_grid(torch.eye(2, 3)[None], [1, 1, 2, 5], align_corners=False)[0]
    torch.testing.assert_close(torch.stack([x, y], -1), grid)


def test_scores_by_hand():
    words = torch.tensor([[[2.0, 0.0], [0.0, 2.0], [9.0, 9.0]]])
    keys = torch.tensor([[[1.0, 0.0], [0.5, 3.0], [-1.0, -2.0]]])
    mask = torch.tensor([[True, True, False]])
    # Dot products (2, 0), (1, 6), (-2, -4): the best word of each cell, over the root of 2.
    expected = torch.tensor([[2.0, 6.0, -2.0]]) / 2**0.5
    torch.testing.assert_close(word_guided_scores(words, keys, mask), expected)


def test_only_the_word_that_fits_best_is_heard():
    words = random(1, 4, 3).requires_grad_(True)
    keys = random(1, 1, 3, seed=1)
    word_guided_scores(words, keys, torch.ones(1, 4, dtype=torch.bool)).sum().backward()
    assert words.grad.abs().sum(-1).gt(0).sum() == 1
    assert words.grad.abs().sum(-1).argmax() == (words @ keys.mT).argmax()


def test_a_question_without_a_word_is_refused():
    with pytest.raises(ValueError, match="a question has no word"):
        network()(random(1, 4, 8), torch.tensor([[0, 0]]))


def test_both_looks_by_hand():
    net, cells, question = network().eval(), random(1, 7, 8), torch.tensor([[4, 6, 0]])
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.add_(0.3 * torch.randn_like(parameter))
        net.embed.weight[0] = 0.0
    words = net.embed.weight[[4, 6]]
    scores = (cells[0] @ net.key.weight.T @ words.T / 8**0.5).max(1).values
    first = scores.exp() / scores.exp().sum()
    evidence = cells[0] @ net.evidence[0].weight.T
    weighed = net.place_weight[0] * words[0] + net.place_weight[1] * words[1]
    known = first @ evidence + net.question.weight @ weighed + net.question.bias
    second = (evidence @ known / 8**0.5).softmax(0)
    seen = known + second @ (cells[0] @ net.evidence[1].weight.T)
    said = net(cells, question)
    torch.testing.assert_close(said.weights[0], torch.stack([first, second]))
    torch.testing.assert_close(said.logits[0], net.answer(seen.relu()))
    once = network(hops=1).eval()
    assert once(cells, question).weights.shape == (1, 1, 7)


def test_padding_and_company_change_nothing():
    net, cells = network().eval(), random(2, 7, 8)
    together = net(cells, torch.tensor([[4, 6, 5], [7, 0, 0]]))
    alone = net(cells[1:], torch.tensor([[7]]))
    torch.testing.assert_close(together.logits[1:], alone.logits)
    torch.testing.assert_close(together.weights[1:], alone.weights)


def test_cells_know_their_place():
    net = network()
    cells = net.look_at(torch.zeros(1, 3, 12, 8))
    assert cells.shape == (1, 6, 8)
    assert torch.equal(cells[0, :, 6:].T.reshape(2, 3, 2), cell_coordinates(3, 2))
    assert torch.equal(cells[0, 0, :6], cells[0, 5, :6])


def test_a_place_left_of_another_can_be_asked_for_by_a_dot_product():
    """A step to the side turns the waves by the same angles wherever one stands."""
    cells = placed_cells(torch.zeros(1, 1, 1, 8), waves=6)[0, :, 3:]  # without x and y
    waves = cells.unflatten(1, (6, 2, 2))[:, :, :, 0]  # cell, wavelength, cosine and sine: along x
    step = torch.pi / 2 * 2 / 8 * torch.arange(1, 7)  # angles of one cell
    c, s = step.cos(), step.sin()
    left = torch.stack(
        [c * waves[..., 0] + s * waves[..., 1], c * waves[..., 1] - s * waves[..., 0]], -1
    )
    fits = left.flatten(1) @ waves.flatten(1).T
    assert fits.argmax(1).tolist()[1:] == list(range(7))
    with pytest.raises(ValueError, match="waves must be at least 0, got -1"):
        placed_cells(torch.zeros(1, 1, 1, 8), waves=-1)


def test_a_word_counts_by_its_place_in_the_question():
    net, cells = network().eval(), random(1, 7, 8)
    with torch.no_grad():
        net.place_weight[1] = 0.0
    one, other = net(cells, torch.tensor([[4, 6]])), net(cells, torch.tensor([[6, 4]]))
    # The first look hears the best word, wherever it stands; the question's vector does not.
    torch.testing.assert_close(one.weights[:, 0], other.weights[:, 0])
    assert not torch.allclose(one.logits, other.logits)
    with pytest.raises(ValueError, match="questions of 3 words at most, got 4"):
        network(longest=3)(cells, torch.tensor([[4, 5, 6, 7]]))


def test_every_weight_learns_and_questions_are_learned_by_heart():
    net = network()
    images, questions = torch.rand(4, 3, 16, 16), torch.tensor([[4, 5], [6, 0], [4, 7], [8, 5]])
    answers = torch.tensor([0, 3, 2, 4])
    randomize_zeros(net)
    loss = F.cross_entropy(net(net.look_at(images), questions).logits, answers)
    assert_all_parameters_learn(net, loss)
    optimizer = torch.optim.Adam(net.parameters(), 1e-2)
    for _ in range(60):
        optimizer.zero_grad()
        F.cross_entropy(net(net.look_at(images), questions).logits, answers).backward()
        optimizer.step()
    assert torch.equal(net(net.look_at(images), questions).logits.argmax(1), answers)


def test_one_question_a_row_and_one_hop_or_two():
    # With the shape hook it is the hook that refuses; without it one row would fit all questions.
    with pytest.raises((ValueError, TypeError), match="questions"):
        network()(random(1, 7, 8), torch.tensor([[4], [5], [6]]))
    with pytest.raises(ValueError, match="hops must be 1 or 2, got 3"):
        network(hops=3)
