"""Show, Attend and Tell against its equations written out, and its losses against hand numbers."""

import math

import pytest
import torch
from torch import Tensor

from course_pkg.models import (
    Captioner,
    CaptionerSize,
    CaptionLoss,
    CellTagger,
    Looks,
    caption_loss,
    cell_encoder,
    doubly_stochastic,
    sentence_reward,
)
from course_pkg.models.captioning.captioner import Reading

SIZE = CaptionerSize(features=6, embed=5, hidden=7, attention=4)
WORDS, CELLS = 11, 9


def captioner(reading: Reading = "soft", mean_probability: float = 0.5) -> Captioner:
    torch.manual_seed(0)
    encoder = torch.nn.Conv2d(3, 6, 4, stride=4)
    return Captioner(encoder, WORDS, SIZE, reading, mean_probability)


def cells_and_tokens(n: int = 3, t: int = 4) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(1)
    tokens = torch.randint(3, WORDS, (n, t), generator=generator)
    tokens[:, 0] = 1
    return torch.randn(n, CELLS, 6, generator=generator), tokens


# --- the model ---------------------------------------------------------------------------------


def test_soft_reading_is_the_papers_equations():
    net = captioner().eval()
    cells, tokens = cells_and_tokens()
    looks = net(cells, tokens)
    n = 1  # one picture, with plain loops over cells, gates written out
    a = cells[n]
    h = torch.tanh(net.first_hidden.weight @ a.mean(0) + net.first_hidden.bias)
    c = torch.tanh(net.first_memory.weight @ a.mean(0) + net.first_memory.bias)
    for t, y in enumerate(tokens[n].tolist()):
        e = torch.stack(
            [
                net.score @ torch.tanh(net.key.weight @ cell + net.key.bias + net.query.weight @ h)
                for cell in a
            ]
        )
        alpha = e.exp() / e.exp().sum()
        beta = 1 / (1 + torch.exp(-(net.gate.weight[0] @ h + net.gate.bias[0])))
        z = beta * sum(alpha[i] * a[i] for i in range(CELLS))
        x = torch.cat([net.embed.weight[y], z])
        gates = (
            net.lstm.weight_ih @ x + net.lstm.bias_ih + net.lstm.weight_hh @ h + net.lstm.bias_hh
        )
        i, f, g, o = gates.split(SIZE.hidden)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        deep = torch.tanh(
            net.from_hidden.weight @ h
            + net.from_hidden.bias
            + net.embed.weight[y]
            + net.from_context.weight @ z
        )
        expected = (net.to_words.weight @ deep + net.to_words.bias).log_softmax(-1)
        torch.testing.assert_close(looks.log_probs[n, t], expected)
        torch.testing.assert_close(looks.weights[n, t], alpha)


@pytest.mark.parametrize("side", [12, 20])
def test_shapes_for_two_picture_sizes(side: int):
    net = captioner()
    cells = net.look_at(torch.zeros(2, 3, side, side))
    assert cells.shape == (2, (side // 4) ** 2, 6)
    looks = net(cells, torch.ones(2, 5, dtype=torch.long))
    assert looks.log_probs.shape == (2, 5, WORDS)
    assert looks.weights.shape == (2, 5, cells.shape[1])
    torch.testing.assert_close(looks.weights.sum(-1), torch.ones(2, 5))
    torch.testing.assert_close(looks.log_probs.exp().sum(-1), torch.ones(2, 5))


def test_cells_are_cut_row_by_row():
    net = captioner()
    images = torch.rand(1, 3, 12, 12, generator=torch.Generator().manual_seed(0))
    grid = net.encoder(images)[0]
    torch.testing.assert_close(net.look_at(images)[0, 5], grid[:, 1, 2])


def test_cells_with_places_say_where_they_are_and_are_read_with_it():
    """Two rows of three cells: x is -2/3, 0, 2/3 along a row, y is -1/2 and then 1/2."""
    encoder = torch.nn.AvgPool2d(12)
    net = Captioner(encoder, 9, CaptionerSize(features=3, embed=4, hidden=5, places=True))
    image = torch.rand(1, 3, 24, 36, generator=torch.Generator().manual_seed(0))
    cells = net.look_at(image)
    x, y = [-2 / 3, 0.0, 2 / 3], [-0.5, 0.5]
    torch.testing.assert_close(cells[0, :, 3:], torch.tensor([[a, b] for b in y for a in x]))
    torch.testing.assert_close(cells[0, 5, :3], image[0, :, 12:, 24:].mean((1, 2)))
    assert net(cells, torch.ones(1, 2, dtype=torch.long)).weights.shape == (1, 2, 6)


def test_every_parameter_learns_in_both_readings():
    cells, tokens = cells_and_tokens()
    for reading, share in (("soft", 0.5), ("hard", 0.0), ("hard", 1.0)):
        net = captioner(reading, share).train()
        target = tokens.roll(-1, 1)
        caption_loss(net, net(cells, tokens), target).backward()
        for name, parameter in net.named_parameters():
            if name.startswith("encoder"):
                continue
            assert parameter.grad is not None, name
            assert parameter.grad.isfinite().all()
            assert parameter.grad.any(), (reading, share, name)


def test_hard_draws_in_training_only_and_as_often_as_it_is_told():
    cells, tokens = cells_and_tokens()
    for share, expected in ((0.0, 60), (1.0, 0)):
        net = captioner("hard", share).train()
        drawn = sum(bool(net(cells, tokens).log_prob.any()) for _ in range(60))
        assert drawn == expected
    torch.manual_seed(0)
    net = captioner("hard", 0.5).train()
    drawn = sum(bool(net(cells, tokens).log_prob.any()) for _ in range(200))
    assert 70 < drawn < 130  # four standard deviations of 200 coins
    assert not net.eval()(cells, tokens).log_prob.any()
    assert not captioner("soft").train()(cells, tokens).log_prob.any()


def test_with_draws_the_likelihood_sends_no_gradient_into_the_looks():
    cells, tokens = cells_and_tokens()
    net = captioner("hard", 0.0).train()
    net(cells, tokens).log_probs.sum().backward()
    assert net.score.grad is None or not net.score.grad.any()
    net = captioner("hard", 1.0).train()
    net(cells, tokens).log_probs.square().sum().backward()
    assert net.score.grad is not None
    assert net.score.grad.any()


def test_written_sentences_are_what_the_network_itself_finds_likely():
    net = captioner().eval()
    with torch.no_grad():
        net.to_words.bias[[0, 1, 3]] = 1.0  # tempt it to write what is no word
    cells, _ = cells_and_tokens(n=4)
    greedy, wide = net.write(cells, max_length=6), net.write(cells, max_length=6, beam_size=4)
    for written in (greedy, wide):
        said = torch.cat([torch.ones(4, 1, dtype=torch.long), written.tokens], 1)
        looks = net(cells, said[:, :-1])
        each = looks.log_probs.gather(-1, said[:, 1:, None]).squeeze(-1)
        each = each.masked_fill(said[:, 1:] == 0, 0.0).sum(1)
        torch.testing.assert_close(written.log_prob, each)
        assert not torch.isin(written.tokens, torch.tensor([1, 3])).any()
        kept = said[:, 1:] != 0
        torch.testing.assert_close(written.weights[kept], looks.weights[kept])
    assert (wide.log_prob >= greedy.log_prob - 1e-6).all()


def test_the_best_cell_alone_is_what_a_sure_network_reads():
    net = captioner().eval()
    cells, _ = cells_and_tokens()
    soft, best = net.write(cells, max_length=4), net.write(cells, max_length=4, how="best")
    assert not torch.allclose(soft.log_prob, best.log_prob)
    with torch.no_grad():
        net.score.mul_(1e4)
    soft, best = net.write(cells, max_length=4), net.write(cells, max_length=4, how="best")
    torch.testing.assert_close(soft.log_prob, best.log_prob, atol=1e-3, rtol=1e-3)


def test_unknown_readings_and_probabilities_are_refused():
    with pytest.raises(Exception, match="reading"):
        Captioner(torch.nn.Identity(), 5, SIZE, "medium")  # pyright: ignore[reportArgumentType]
    with pytest.raises(ValueError, match=r"mean_probability must be from 0 to 1, got 1\.5"):
        Captioner(torch.nn.Identity(), 5, SIZE, "hard", 1.5)


def test_the_encoder_gives_one_cell_for_twelve_pixels_and_the_tagger_learns():
    torch.manual_seed(0)
    tagger = CellTagger(cell_encoder(8), 8, 3)
    images = torch.rand(4, 3, 36, 24)
    # Tags that can be read off the picture: how red, green and blue a cell is.
    tags = torch.nn.functional.avg_pool2d(images, 12).sub(0.5).mul(20).sigmoid().round()
    assert tagger(images).shape == (4, 3, 3, 2)
    optimizer = torch.optim.Adam(tagger.parameters(), lr=1e-2)
    losses = []
    for _ in range(60):
        loss = torch.nn.functional.binary_cross_entropy_with_logits(tagger(images), tags)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.2 * losses[0]


# --- the losses --------------------------------------------------------------------------------


def test_the_doubly_stochastic_penalty_by_hand():
    # Three cells; looks add up to 1.5, 0.5, 0 over the two words that are said.
    weights = torch.tensor([[[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]])
    said = torch.tensor([[1.0, 1.0, 0.0]])
    assert doubly_stochastic(weights, said).tolist() == [0.5**2 + 0.5**2 + 1.0]


def looks_of(n: int, t: int) -> tuple[Looks, Tensor]:
    generator = torch.Generator().manual_seed(4)
    log_probs = torch.randn(n, t, WORDS, generator=generator).log_softmax(-1)
    weights = torch.randn(n, t, CELLS, generator=generator).softmax(-1)
    log_prob = -torch.rand(n, t, generator=generator)
    target = torch.randint(3, WORDS, (n, t), generator=generator)
    target[0, 2:] = 0
    return Looks(log_probs, weights, log_prob.requires_grad_()), target


def test_the_soft_loss_is_the_nats_of_a_sentence_and_the_penalty():
    looks, target = looks_of(2, 4)
    loss = caption_loss(captioner("soft"), looks, target, CaptionLoss(spread=0.7))
    nats = torch.nn.functional.cross_entropy(
        looks.log_probs.flatten(0, 1), target.flatten(), ignore_index=0, reduction="sum"
    )
    said = (target != 0).float()
    total = (looks.weights * said[..., None]).sum(1)
    expected = nats / 2 + 0.7 * ((1 - total) ** 2).sum() / 2
    torch.testing.assert_close(loss, expected)


def test_the_hard_loss_sends_reward_minus_baseline_into_the_draws():
    looks, target = looks_of(2, 4)
    net = captioner("hard").train()
    net.baseline.fill_(-1.0)
    caption_loss(net, looks, target, CaptionLoss(reward=0.3, bonus=0.0)).backward()
    said = (target != 0).float()
    reward = sentence_reward(looks.log_probs.gather(-1, target[..., None]).squeeze(-1), said)
    assert looks.log_prob.grad is not None
    expected = -0.3 * (reward - -1.0)[:, None] * said / 2
    torch.testing.assert_close(looks.log_prob.grad, expected)
    # The baseline moves only after it was used, a tenth of the way.
    assert float(net.baseline) == pytest.approx(-0.9 + 0.1 * float(reward.mean()))


def test_the_published_weights_give_the_gradients_of_the_authors_code():
    """Their gradient on the weights, written down as capgen.py hands it to Theano."""
    n, t = 3, 4
    generator = torch.Generator().manual_seed(7)
    alphas = torch.randn(n, t, CELLS, generator=generator).softmax(-1).requires_grad_()
    drawn = torch.randint(CELLS, (n, t, 1), generator=generator)
    log_probs = torch.randn(n, t, WORDS, generator=generator).log_softmax(-1)
    target = torch.randint(3, WORDS, (n, t), generator=generator)  # all of one length, as theirs
    net = captioner("hard").train()
    net.baseline.fill_(-1.5)
    looks = Looks(log_probs, alphas, alphas.log().gather(-1, drawn).squeeze(-1))
    caption_loss(net, looks, target, CaptionLoss.as_published(n, CELLS)).backward()

    cost = -log_probs.gather(-1, target[..., None]).squeeze(-1)
    sample = torch.zeros(n, t, CELLS).scatter_(-1, drawn, 1.0)
    advantage = (1.5 - cost.mean(1))[:, None, None] / 10
    theirs = advantage * (-sample / alphas.detach()) + 0.002 * (alphas.detach().log() + 1)
    torch.testing.assert_close(alphas.grad, theirs)


def test_the_published_penalty_is_summed_over_the_batch_and_divided_by_the_cells():
    looks, target = looks_of(2, 4)
    target[target == 0] = 5
    parts = CaptionLoss.as_published(2, CELLS)
    plain = caption_loss(captioner("soft"), looks, target, CaptionLoss(spread=0.0))
    theirs = ((1 - looks.weights.sum(1)) ** 2).sum(0).mean()
    torch.testing.assert_close(
        caption_loss(captioner("soft"), looks, target, parts), plain + theirs
    )
    assert CaptionLoss() == CaptionLoss.as_published(64, 196)


def test_the_entropy_bonus_makes_spread_looks_cheaper():
    looks, target = looks_of(1, 3)
    one_hot = torch.nn.functional.one_hot(torch.zeros(1, 3, dtype=torch.long), CELLS).float()
    uniform = torch.full((1, 3, CELLS), 1 / CELLS)
    target[:] = 5
    losses = [
        float(
            caption_loss(
                captioner("hard"),
                looks._replace(weights=w),
                target,
                CaptionLoss(reward=0.0, bonus=2.0),
            ).detach()
        )
        for w in (one_hot, uniform)
    ]
    assert losses[0] - losses[1] == pytest.approx(2.0 * 3 * math.log(CELLS), rel=1e-5)


def test_the_baseline_stays_when_nothing_was_drawn_and_when_measuring():
    cells, tokens = cells_and_tokens()
    net = captioner("hard", 1.0).train()
    caption_loss(net, net(cells, tokens), tokens)
    assert float(net.baseline) == 0.0
    net = captioner("hard", 0.0).train()
    looks = net(cells, tokens)
    caption_loss(net.eval(), looks, tokens)
    assert float(net.baseline) == 0.0
    caption_loss(net.train(), looks, tokens)
    assert float(net.baseline) < 0.0
    assert "baseline" in net.state_dict()


def test_a_captioner_learns_two_sentences_by_heart_and_where_their_words_are():
    # Each picture has one bright cell; its place decides the second word.
    cells = torch.zeros(4, CELLS, 6)
    for n in range(4):
        cells[n, 2 * n, n] = 3.0
    tokens = torch.tensor([[1, 5, 6 + n, 2] for n in range(4)])
    net = captioner("soft").train()
    optimizer = torch.optim.Adam(net.parameters(), lr=2e-2)
    for _ in range(150):
        loss = caption_loss(net, net(cells, tokens[:, :-1]), tokens[:, 1:], CaptionLoss(spread=0.0))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    written = net.eval().write(cells, max_length=5)
    assert written.tokens.tolist() == tokens[:, 1:].tolist()


def test_seen_once_only_the_mean_cell_matters_and_nothing_is_looked_at():
    cells, tokens = cells_and_tokens()
    net = captioner("once").eval()
    looks = net(cells, tokens)
    assert torch.equal(looks.weights, torch.full_like(looks.weights, 1 / CELLS))
    shuffled = cells[:, torch.randperm(CELLS, generator=torch.Generator().manual_seed(0))]
    torch.testing.assert_close(net(shuffled, tokens).log_probs, looks.log_probs)
    said = tokens.ne(0).float()
    nats = -looks.log_probs.gather(-1, tokens[..., None])[..., 0] * said
    torch.testing.assert_close(caption_loss(net, looks, tokens), nats.sum(-1).mean())
