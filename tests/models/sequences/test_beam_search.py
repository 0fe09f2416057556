"""The search over sentences against trying them all, on a made-up network with a long memory."""

import itertools
import math

import pytest
import torch
from torch import Tensor

from course_pkg.models.sequences.beam_search import State, Step, beam_search, greedy_decode

PAD, START, END, WORDS, LONGEST = 0, 1, 2, 6, 4
PAIRS = torch.randn(WORDS, WORDS, generator=torch.Generator().manual_seed(3), dtype=torch.float64)


def next_log_probs(history: Tensor, taste: Tensor) -> Tensor:
    """What comes next depends on every word before, and on the row's own taste."""
    place = torch.arange(1, history.shape[1] + 1, dtype=torch.float64)
    mixed = (PAIRS[history] * place[:, None].cos()).sum(1)
    logits = 2 * torch.sin(3 * mixed + taste)
    logits[:, [PAD, START]] = -torch.inf
    return logits.log_softmax(-1)


def step(tokens: Tensor, state: State) -> Step:
    history, taste, count = state
    history = history.clone()
    history[torch.arange(len(tokens)), count] = tokens
    now = int(count[0]) + 1
    log_probs = next_log_probs(history[:, :now], taste)
    # The map names the word that was read, so that a map can be told from another row's.
    weights = torch.nn.functional.one_hot(tokens, WORDS).double()
    return Step(log_probs, (history, taste, count + 1), weights)


def first_state(rows: int) -> State:
    taste = torch.linspace(0, 2, rows, dtype=torch.float64)[:, None]
    empty = torch.zeros(rows, LONGEST + 1, dtype=torch.long)
    return empty, taste, torch.zeros(rows, dtype=torch.long)


def log_prob_of(sentence: tuple[int, ...], taste: Tensor) -> float:
    total, history = 0.0, [START]
    for word in sentence:
        total += float(next_log_probs(torch.tensor([history]), taste)[0, word])
        history.append(word)
    return total


def all_sentences() -> list[tuple[int, ...]]:
    plain = range(3, WORDS)
    ended = [
        (*body, END)
        for length in range(LONGEST)
        for body in itertools.product(plain, repeat=length)
    ]
    return ended + list(itertools.product(plain, repeat=LONGEST))  # cut off


def words_of(row: Tensor) -> tuple[int, ...]:
    return tuple(word for word in row.tolist() if word != PAD)


ROWS = 5


@pytest.mark.parametrize("power", [0.0, 1.0])
def test_a_beam_that_holds_everything_finds_the_best_of_all_sentences(power: float):
    found = beam_search(
        step, first_state(ROWS), beam_size=3**LONGEST + 60, max_length=LONGEST, length_power=power
    )
    for row, taste in enumerate(first_state(ROWS)[1]):
        scores = {s: log_prob_of(s, taste[None]) for s in all_sentences()}
        best = max(scores, key=lambda s: scores[s] / len(s) ** power)
        assert words_of(found.tokens[row]) == best
        assert float(found.log_prob[row]) == pytest.approx(scores[best], abs=1e-5)


def test_one_place_in_the_beam_is_greedy_and_greedy_takes_the_best_word_each_time():
    greedy = greedy_decode(step, first_state(ROWS), max_length=LONGEST)
    narrow = beam_search(step, first_state(ROWS), beam_size=1, max_length=LONGEST)
    assert torch.equal(greedy.tokens, narrow.tokens)
    torch.testing.assert_close(greedy.log_prob, narrow.log_prob)
    torch.testing.assert_close(greedy.weights, narrow.weights)
    for row, taste in enumerate(first_state(ROWS)[1]):
        history = [START]
        while len(history) <= LONGEST and history[-1] != END:
            history.append(int(next_log_probs(torch.tensor([history]), taste[None]).argmax()))
        assert words_of(greedy.tokens[row]) == tuple(history[1:])


def test_a_wider_beam_is_at_least_as_good_here_and_better_somewhere():
    greedy = greedy_decode(step, first_state(ROWS), max_length=LONGEST)
    wide = beam_search(step, first_state(ROWS), beam_size=8, max_length=LONGEST)
    assert (wide.log_prob >= greedy.log_prob - 1e-6).all()
    assert (wide.log_prob > greedy.log_prob + 0.05).any()


@pytest.mark.parametrize("beam_size", [1, 3, 8])
def test_every_map_belongs_to_its_own_sentence(beam_size: int):
    found = beam_search(step, first_state(ROWS), beam_size=beam_size, max_length=LONGEST)
    for row in range(ROWS):
        said = words_of(found.tokens[row])
        read = (START, *said[:-1])  # the map of a word was made on reading the one before
        assert found.weights[row].argmax(-1)[: len(said)].tolist() == list(read)
        assert not found.weights[row, len(said) :].any()


def test_log_prob_is_that_of_the_sentence_it_comes_with():
    found = beam_search(step, first_state(ROWS), beam_size=3, max_length=LONGEST, length_power=1.0)
    for row, taste in enumerate(first_state(ROWS)[1]):
        expected = log_prob_of(words_of(found.tokens[row]), taste[None])
        assert float(found.log_prob[row]) == pytest.approx(expected, abs=1e-5)


def test_rows_do_not_know_each_other():
    together = beam_search(step, first_state(ROWS), beam_size=3, max_length=LONGEST)
    for row in range(ROWS):
        alone = tuple(part[row : row + 1] for part in first_state(ROWS))
        found = beam_search(step, alone, beam_size=3, max_length=LONGEST)
        assert words_of(found.tokens[0]) == words_of(together.tokens[row])


def test_padding_follows_the_end_mark_and_the_end_stays():
    # Row 0 ends at once, row 1 after two words.
    def ends(tokens: Tensor, state: State) -> Step:
        (left,) = state
        log_probs = torch.full((len(tokens), 4), -math.inf)
        log_probs[torch.arange(len(tokens)), torch.where(left > 0, 3, END)] = 0.0
        return Step(log_probs, (left - 1,), torch.ones(len(tokens), 2) / 2)

    for found in (
        greedy_decode(ends, (torch.tensor([0, 2]),), max_length=9),
        beam_search(ends, (torch.tensor([0, 2]),), beam_size=2, max_length=9),
    ):
        assert found.tokens.tolist() == [[END, PAD, PAD], [3, 3, END]]
        assert found.weights.sum(-1).tolist() == [[1, 0, 0], [1, 1, 1]]
        assert found.log_prob.tolist() == [0.0, 0.0]


def test_errors_say_what_to_change():
    with pytest.raises(ValueError, match="max_length must be at least 1, got 0"):
        greedy_decode(step, first_state(2), max_length=0)
    with pytest.raises(ValueError, match="beam_size must be at least 1, got 0"):
        beam_search(step, first_state(2), beam_size=0, max_length=3)
    with pytest.raises(ValueError, match="one row a sentence"):
        greedy_decode(step, (torch.zeros(2, 1), torch.zeros(3)), max_length=3)
    with pytest.raises(ValueError, match="at least one"):
        greedy_decode(step, (), max_length=3)
