"""The references of lecture 13 equal torch, torchmetrics, and the package's own models."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torchmetrics.functional.text import char_error_rate

from course_pkg import models, ops
from course_pkg.checkers import exercises_of, make_cases
from course_pkg.checkers.definition import reference
from course_pkg.recipes.speech.data import span_coverage
from course_pkg.recipes.speech.scores import edit_distance

EXERCISES = {e.id: e for e in exercises_of(13)}


def t(array):
    return torch.as_tensor(array)


def by_model_join_pairs(states):
    return models.join_pairs(t(states)[None].float(), torch.tensor([len(states)]))[0][0]


def by_recipe_span_coverage(start, end, cells, frames_per_cell):
    return span_coverage(torch.tensor([[start, end]]), cells, frames_per_cell)[0]


def by_op_read_frames(query, keys, frames, v):
    return ops.additive_attention(t(query), t(keys), t(frames), t(v))


def by_model_word_guided_weights(words, keys):
    mask = torch.ones(1, len(words), dtype=torch.bool)
    scores = models.word_guided_scores(t(words)[None], t(keys)[None], mask)[0]
    return (scores * words.shape[1] ** 0.5).softmax(0)  # the model divides by the root of d


def by_torchmetrics_letter_error_rate(written, said):
    text, truth = ("".join(chr(97 + int(k)) for k in letters) for letters in (written, said))
    rate = char_error_rate([text], [truth])
    assert edit_distance(text, truth) == round(float(rate) * len(truth))
    return rate


def by_torch_second_look(first, evidence, told, question):
    known = t(first) @ t(evidence) + t(question)
    read = F.scaled_dot_product_attention(known[None], t(evidence), t(told), scale=1.0)[0]
    weights = F.scaled_dot_product_attention(
        known[None], t(evidence), torch.eye(len(first), dtype=torch.float64), scale=1.0
    )[0]
    return known + read, weights


PEERS = {
    "looking.join_pairs": by_model_join_pairs,
    "looking.span_coverage": by_recipe_span_coverage,
    "looking.read_frames": by_op_read_frames,
    "looking.word_guided_weights": by_model_word_guided_weights,
    "looking.letter_error_rate": by_torchmetrics_letter_error_rate,
    "looking.second_look": by_torch_second_look,
}


def test_every_exercise_has_a_peer():
    assert set(EXERCISES) == set(PEERS)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("id", PEERS)
def test_the_reference_equals_its_peer(id, seed):
    exercise = EXERCISES[id]
    for case in make_cases(exercise, seed):
        ours = reference(exercise)(*case.inputs.values())
        theirs = PEERS[id](*case.inputs.values())
        pairs = zip(ours, theirs, strict=True) if isinstance(ours, tuple) else [(ours, theirs)]
        for mine, peer in pairs:
            np.testing.assert_allclose(mine, np.asarray(peer), rtol=1e-5, atol=1e-6)
