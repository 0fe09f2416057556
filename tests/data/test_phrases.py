"""Made-up sentence pairs: the alignment is a dictionary's, and the orders really differ."""

from collections import defaultdict

import pytest

from course_pkg.data.phrases import sample_sentence_pair, sample_sentence_pairs

# A dictionary of our own, by hand: German word -> what it may stand for.
BY_HAND = {
    "der": {"the"},
    "die": {"the"},
    "das": {"the"},
    "hat": {"has"},
    "gestern": {"yesterday"},
    "am": {"on"},
    "und": {"and"},
    "kind": {"child"},
    "ärztin": {"doctor"},
    "gekauft": {"bought"},
    "vierzig": {"forty"},
    "ein": {"one"},
    "zehnten": {"tenth"},
    "märz": {"march"},
    "brote": {"loaves"},
}


def test_one_sentence_by_hand():
    pair = sample_sentence_pair(10, clauses=1)
    german = "der bauer hat am ersten märz zwei und zwanzig äpfel gezählt"
    english = "the farmer has counted twenty two apples on march first"
    assert (" ".join(pair.source), " ".join(pair.target)) == (german, english)
    assert pair.alignment == (0, 1, 2, 10, 8, 6, 9, 3, 5, 4)


def test_alignments_are_a_dictionary():
    meanings = defaultdict(set)
    for pair in sample_sentence_pairs(400, seed=3):
        assert len(pair.alignment) == len(pair.target)
        for english, place in zip(pair.target, pair.alignment, strict=True):
            meanings[pair.source[place]].add(english)
        # Each German word is used once, but for the "und" inside numbers, which English drops.
        dropped = set(range(len(pair.source))) - set(pair.alignment)
        assert len(set(pair.alignment)) == len(pair.alignment)
        assert {pair.source[i] for i in dropped} <= {"und"}
    assert all(len(english) == 1 for english in meanings.values())
    assert {word: meanings[word] for word in BY_HAND} == BY_HAND


def test_the_participle_comes_from_the_end_of_its_clause():
    jumps = []
    for pair in sample_sentence_pairs(200, clauses=(1, 1)):
        place = pair.alignment[pair.target.index("has") + 1]
        assert place == len(pair.source) - 1
        jumps.append(place - pair.source.index("hat"))
        assert 6 <= len(pair.source) <= 11
    assert max(jumps) >= 8


def test_same_seed_same_sentences_and_all_differ():
    pairs = sample_sentence_pairs(300, seed=5)
    assert pairs == sample_sentence_pairs(300, seed=5)
    assert pairs != sample_sentence_pairs(300, seed=6)
    assert len({pair.source for pair in pairs}) == 300
    assert sample_sentence_pair(4) == sample_sentence_pair(4)
    clauses = [pair.target.count("has") for pair in pairs]
    assert sorted(set(clauses)) == [1, 2, 3]


def test_errors():
    with pytest.raises(ValueError, match="clauses >= 1, got seed 0 and 0 clauses"):
        sample_sentence_pair(0, 0)
    with pytest.raises(ValueError, match=r"clauses \(3, 2\)"):
        sample_sentence_pairs(3, clauses=(3, 2))
