"""Chapter 12's references equal the package's unit, search and score, and sacreBLEU."""

import numpy as np
import pytest
import torch

from course_pkg import models
from course_pkg.checkers import exercise, make_cases
from course_pkg.checkers.definition import reference
from course_pkg.metrics import corpus_bleu
from course_pkg.models.sequences.beam_search import Step, beam_search
from course_pkg.widgets import AlignmentExplorer

SEEDS = pytest.mark.parametrize("seed", range(5))


def answers(name, seed=0):
    """Every case's inputs with the reference's answer."""
    task = exercise(f"translation.{name}").definition
    return [(c.inputs, reference(task)(*c.inputs.values())) for c in make_cases(task, seed)]


def function(name):
    return reference(exercise(f"translation.{name}").definition)


@SEEDS
def test_gru_step_is_the_packages(seed):
    for inputs, new in answers("gru_step", seed):
        state, x, gates, candidate = (torch.as_tensor(array) for array in inputs.values())
        expected = models.gru_step(state[None], x[None], gates, candidate)[0]
        np.testing.assert_allclose(new, expected, rtol=0, atol=1e-12)


@SEEDS
def test_maxout_is_torchs_pooling_of_pairs(seed):
    for inputs, pairs in answers("maxout", seed):
        x = torch.as_tensor(inputs["x"]).reshape(1, -1, inputs["x"].shape[-1])
        expected = torch.nn.functional.max_pool1d(x, 2).reshape(pairs.shape)
        np.testing.assert_array_equal(pairs, expected)


@SEEDS
def test_crossings_are_the_widgets(seed):
    for inputs, count in answers("crossings", seed):
        weights = (1000 * inputs["weights"]).round().astype(int)
        t, s = weights.shape
        words = {"source": ["x"] * s, "words": ["y"] * t, "weights": weights.tolist()}
        assert count == AlignmentExplorer([words]).crossings


@pytest.mark.parametrize("seed", range(20))
def test_matches_and_bleu_are_sacrebleus(seed):
    rng = np.random.default_rng(seed)
    references = [rng.integers(0, 12, rng.integers(6, 15)) for _ in range(8)]
    hypotheses = [
        np.where(rng.random(len(r)) < 0.15, 3, r)[: rng.integers(6, 15)] for r in references
    ]
    pairs = list(zip(hypotheses, references, strict=True))
    matched = [sum(function("clipped_matches")(h, r, n) for h, r in pairs) for n in range(1, 5)]
    totals = [sum(max(0, len(h) - n + 1) for h in hypotheses) for n in range(1, 5)]
    lengths = [sum(map(len, words)) for words in (hypotheses, references)]
    mine = function("bleu")(np.array(matched), np.array(totals), *lengths)
    texts = [
        [" ".join(f"w{i}" for i in words) for words in side] for side in (hypotheses, references)
    ]
    assert mine == pytest.approx(corpus_bleu(*texts), abs=1e-5)


@SEEDS
def test_beam_step_is_a_step_of_the_packages_search(seed):
    """After two steps the search holds what one step of ours makes of the first."""
    rng = np.random.default_rng(seed)
    k, v = 3, 7
    tables = torch.log_softmax(torch.as_tensor(rng.normal(size=(2, v, v))).float(), dim=-1)
    tables[:, :, :3] = -torch.inf  # nothing ends before its time

    def step(tokens, state):
        (at,) = state
        return Step(tables[at, tokens].float(), (at + 1,), torch.zeros(len(tokens), 0))

    found = beam_search(
        step, (torch.zeros(1, dtype=torch.long),), beam_size=k, max_length=2, start=1
    )
    first = tables[0, 1].topk(k)
    parents, words = function("beam_step")(
        first.values.numpy(), tables[1, first.indices].double().numpy()
    )
    assert found.tokens[0].tolist() == [int(first.indices[parents[0]]), int(words[0])]
