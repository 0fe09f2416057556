"""The translators: the appendix' equations written out, padding, the bottleneck, the search."""

import itertools
from functools import partial

import pytest
import torch
import torch.nn.functional as F
from model_checks import assert_all_parameters_learn, assert_state_dict_round_trip, count

from course_pkg.models.translation.bahdanau_attention import AlignmentModel
from course_pkg.models.translation.decoding import decoder_step, translate
from course_pkg.models.translation.translator import (
    RNNSEARCH_PAPER,
    Translator,
    TranslatorSize,
    rnn_encoder_decoder,
    rnnsearch,
)

SIZE = TranslatorSize(embed=4, hidden=5, alignment=6, maxout=3)
BUILDERS = [rnnsearch, rnn_encoder_decoder]
SOURCE = torch.tensor([[4, 5, 6, 7, 2], [8, 4, 2, 0, 0], [2, 0, 0, 0, 0]])
PREVIOUS = torch.tensor([[1, 4, 5, 6], [1, 5, 0, 0], [1, 0, 0, 0]])


def random_net(build, words=(9, 8), seed=0) -> Translator:
    """Every weight random and large enough that nothing hides behind a zero."""
    net = build(*words, SIZE).double().eval()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for p in net.parameters():
            p.copy_(0.7 * torch.randn(p.shape, generator=generator, dtype=torch.float64))
    return net


def appendix(net: Translator, source, previous):
    """One sentence by the equations of appendix A, a vector and a matrix at a time."""
    w = dict(net.named_parameters())

    def unit(name, x, s, context=None):
        a = w[f"{name}.input.weight"] @ x + w[f"{name}.input.bias"]
        if context is not None:
            a = a + w["from_context.weight"] @ context
        az, ar, ac = a.chunk(3)
        uz, ur = w[f"{name}.gate_weight"].chunk(2)
        z, r = torch.sigmoid(az + uz @ s), torch.sigmoid(ar + ur @ s)
        candidate = torch.tanh(ac + w[f"{name}.candidate_weight"] @ (r * s))
        return (1 - z) * s + z * candidate

    zero = torch.zeros(SIZE.hidden, dtype=torch.float64)
    vectors = [w["source_embedding.weight"][i] for i in source]
    right, left = [zero], [zero]
    for x in vectors:
        right.append(unit("encoder.rightward", x, right[-1]))
    for x in reversed(vectors):
        left.append(unit("encoder.leftward", x, left[-1]))
    h = [torch.cat(pair) for pair in zip(right[1:], reversed(left[1:]), strict=True)]
    s = torch.tanh(w["start.weight"] @ left[-1] + w["start.bias"])
    logits, weights = [], []
    for word in previous:
        y = w["target_embedding.weight"][word]
        if isinstance(net.reader, AlignmentModel):
            query = w["reader.query.weight"] @ s + w["reader.query.bias"]
            e = [w["reader.v"] @ torch.tanh(query + w["reader.key.weight"] @ each) for each in h]
            share = torch.stack(e).exp() / torch.stack(e).exp().sum()
            c = sum(a * each for a, each in zip(share, h, strict=True))
        else:
            c, share = torch.cat([right[-1], left[-1]]), None
        deep = w["deep.weight"] @ torch.cat([s, y, c]) + w["deep.bias"]
        t = torch.stack([torch.maximum(a, b) for a, b in zip(deep[::2], deep[1::2], strict=True)])
        logits.append(w["words.weight"] @ t + w["words.bias"])
        weights.append(share)
        s = unit("decoder", y, s, c)
    return torch.stack(logits), weights


@pytest.mark.parametrize("build", BUILDERS)
def test_equals_the_equations(build):
    net = random_net(build)
    with torch.no_grad():
        logits, weights = net(SOURCE[:1], PREVIOUS[:1])
        expected, shares = appendix(net, SOURCE[0].tolist(), PREVIOUS[0].tolist())
        torch.testing.assert_close(logits[0], expected)
        if build is rnnsearch:
            torch.testing.assert_close(weights[0], torch.stack(shares))


@pytest.mark.parametrize("build", BUILDERS)
def test_a_padded_batch_is_its_sentences(build):
    net = random_net(build)
    with torch.no_grad():
        logits, weights = net(SOURCE, PREVIOUS)
        for n in range(3):
            s, t = int((SOURCE[n] != 0).sum()), int((PREVIOUS[n] != 0).sum())
            alone = net(SOURCE[n : n + 1, :s], PREVIOUS[n : n + 1, :t])
            torch.testing.assert_close(logits[n, :t], alone.logits[0])
            torch.testing.assert_close(weights[n, :t, :s], alone.weights[0])
            assert not weights[n, :, s:].any()
            torch.testing.assert_close(weights[n].sum(-1), torch.ones(4, dtype=torch.float64))


@pytest.mark.parametrize("build", BUILDERS)
def test_padding_gets_no_gradient(build):
    net = random_net(build)
    net(SOURCE, PREVIOUS).logits[:, 0].sum().backward()
    gradient = net.source_embedding.weight.grad
    assert gradient is not None
    assert not gradient[0].any()
    assert gradient[SOURCE.unique()[1:]].any(dim=1).all()


def test_the_alignment_model_starts_blind():
    weights = rnnsearch(9, 8, SIZE)(SOURCE, PREVIOUS).weights.detach()
    for n, words in enumerate((5, 3, 1)):
        torch.testing.assert_close(weights[n, :, :words], torch.full((4, words), 1 / words))


def test_without_attention_only_the_ends_reach_the_writer():
    """Moving the middle annotations changes what attention reads, and nothing for the twin."""
    for build in BUILDERS:
        net = random_net(build)
        with torch.no_grad():
            reading = net.read(SOURCE[:1])
            moved = reading.annotations.clone()
            moved[:, 1:4] += 1.0
            before, after = (
                net.reader(reading.state, reading._replace(annotations=a)).context
                for a in (reading.annotations, moved)
            )
        assert torch.equal(before, after) == (build is rnn_encoder_decoder)


def test_sizes_of_the_twins():
    search, fixed = (build(9, 8, SIZE) for build in BUILDERS)
    # The alignment model alone: W_a (6 x 5) and its bias, U_a (6 x 10), v.
    assert count(search) - count(fixed) == 6 * 5 + 6 + 6 * 10 + 6
    with torch.device("meta"):
        paper = rnnsearch(30_000, 30_000)
    m, n, a, m2, v = 620, 1000, 1000, 500, 30_000
    units = 3 * 3 * (n * m + n * n) + 3 * n * 2 * n
    output = 2 * m2 * (n + m + 2 * n) + m2 * v
    biases = 3 * 3 * n + n + a + 2 * m2 + v
    assert count(paper) == 2 * v * m + units + n * n + a * n + a * 2 * n + a + output + biases
    assert RNNSEARCH_PAPER.dropout == 0


@pytest.mark.parametrize("build", BUILDERS)
def test_all_weights_learn_and_are_saved(build):
    net = build(9, 8, SIZE)
    with torch.no_grad():
        for p in net.parameters():
            p.add_(0.1 * torch.randn(p.shape, generator=torch.Generator().manual_seed(0)))
    logits = net(SOURCE, PREVIOUS).logits
    target = torch.randint(1, 8, PREVIOUS.shape, generator=torch.Generator().manual_seed(1))
    assert_all_parameters_learn(net, F.cross_entropy(logits.flatten(0, 1), target.flatten()))
    assert_state_dict_round_trip(
        lambda: build(9, 8, SIZE), lambda model: model(SOURCE, PREVIOUS).logits
    )


def test_learns_to_reverse_four_sentences():
    torch.manual_seed(0)
    source = torch.tensor([[4, 5, 6, 2], [6, 4, 5, 2], [5, 7, 2, 0], [7, 6, 4, 2]])
    target = torch.tensor([[1, 6, 5, 4, 2], [1, 5, 4, 6, 2], [1, 7, 5, 2, 0], [1, 4, 6, 7, 2]])
    net = rnnsearch(8, 8, TranslatorSize(16, 24, 16, 16))
    optimizer = torch.optim.Adam(net.parameters(), lr=0.02)
    for _ in range(80):
        optimizer.zero_grad()
        logits = net(source, target[:, :-1]).logits
        F.cross_entropy(logits.flatten(0, 1), target[:, 1:].flatten(), ignore_index=0).backward()
        optimizer.step()
    written = translate(net.eval(), source, beam_size=3).tokens
    assert torch.equal(written, target[:, 1:])


@pytest.mark.parametrize("build", BUILDERS)
def test_the_search_finds_the_best_of_all_sentences(build):
    """Three words and the end mark: every sentence of up to three words, by brute force."""
    words, end, limit = (4, 5, 6), 2, 4
    net = random_net(build, words=(9, 7))
    source = SOURCE[:1]
    scored = {}
    for length in range(limit + 1):
        for body in itertools.product(words, repeat=length):
            sentence = (*body, end)[:limit]
            with torch.no_grad():
                logits = net(source, torch.tensor([[1, *sentence[:-1]]])).logits[0]
            log_prob = logits.log_softmax(-1)[range(len(sentence)), list(sentence)].sum()
            scored[sentence] = float(log_prob) / len(sentence)
    best = max(scored, key=scored.__getitem__)
    found = translate(net, source, beam_size=200, max_length=limit)
    assert tuple(found.tokens[0].tolist()) == best
    assert float(found.log_prob[0]) == pytest.approx(scored[best] * len(best), rel=1e-5)


def test_what_is_never_written_and_where_it_looked():
    net = random_net(rnnsearch, seed=3)
    found = translate(net, SOURCE, beam_size=2)
    for n in range(3):
        tokens = found.tokens[n][found.tokens[n] != 0]
        assert not set(tokens.tolist()) & {1, 3}
        words = int((SOURCE[n] != 0).sum())
        weights = found.weights[n, : len(tokens)]
        assert not weights[:, words:].any()
        # The weights are those that the whole network gives for the sentence it wrote.
        previous = torch.cat([torch.tensor([1]), tokens[:-1]])[None]
        with torch.no_grad():
            torch.testing.assert_close(net(SOURCE[n : n + 1], previous).weights[0], weights)


def test_one_step_is_a_distribution():
    net = random_net(rnnsearch)
    with torch.no_grad():
        step = decoder_step(net, torch.tensor([1, 1, 1]), tuple(net.read(SOURCE)))
    torch.testing.assert_close(step.log_probs.exp().sum(-1), torch.ones(3, dtype=torch.float64))
    assert len(step.state) == 4


def test_the_papers_twin_reads_forwards_alone():
    net = random_net(partial(rnn_encoder_decoder, forward_only=True))
    twin = random_net(rnn_encoder_decoder)
    assert count(net) < count(twin)
    with torch.no_grad():
        reading = net.read(SOURCE)
        states = net.encoder(net.source_embedding(SOURCE), SOURCE != 0)
        ends = states[torch.arange(3), (SOURCE != 0).sum(1) - 1]
        torch.testing.assert_close(reading.state, torch.tanh(net.start(ends)))
        said = net(SOURCE, PREVIOUS)
    # Every word gets the last state, whatever is written, and nothing of the padding behind it.
    attended = net.reader(reading.state, reading)
    torch.testing.assert_close(attended.context, ends)
    assert said.weights[0, :, -1].tolist() == [1.0] * 4
    alone = net(SOURCE[1:2, :3], PREVIOUS[1:2])
    torch.testing.assert_close(alone.logits, said.logits[1:2])
    # The first word can only be known from what the reader remembered of it.
    changed = SOURCE.clone()
    changed[0, 0] = 6
    with torch.no_grad():
        assert not torch.allclose(net.read(changed).annotations[0, -1], ends[0])


def test_errors():
    net = rnnsearch(9, 8, SIZE)
    with pytest.raises(ValueError, match=r"call model\.eval"):
        translate(net, SOURCE)
    with pytest.raises(ValueError, match="starts with padding"):
        net.read(torch.tensor([[0, 4, 2]]))
