import pytest
import torch

from course_pkg.data import Vocabulary, pad_sequences


def test_numbers_by_hand():
    vocabulary = Vocabulary(["a", "red", "ball"])
    assert len(vocabulary) == 7
    assert vocabulary.encode(["a", "ball"]).tolist() == [1, 4, 6, 2]
    assert vocabulary.encode(["a", "ball"], ends=False).tolist() == [4, 6]
    assert vocabulary.encode(["blue"], ends=False).tolist() == [3]
    assert vocabulary.encode([], ends=False).dtype == torch.int64
    assert "red" in vocabulary
    assert "blue" not in vocabulary


def test_decode_stops_at_the_end_mark():
    vocabulary = Vocabulary(["a", "b"])
    assert vocabulary.decode(torch.tensor([1, 4, 3, 5, 2, 4, 0])) == ["a", "<unknown>", "b"]
    words = ["b", "a", "b"]
    assert vocabulary.decode(vocabulary.encode(words)) == words


def test_build_ranks_by_frequency_then_alphabet():
    sentences = [["c", "b", "a"], ["c", "b"], ["c", "d"]]
    assert Vocabulary.build(sentences).words[4:] == ("c", "b", "a", "d")
    assert Vocabulary.build(sentences, min_count=2).words[4:] == ("c", "b")
    assert Vocabulary.build(sentences, max_words=1).words[4:] == ("c",)
    assert Vocabulary.build([["<pad>", "x"]]).words[4:] == ("x",)


def test_padding_by_hand():
    rows = pad_sequences([torch.tensor([7]), torch.tensor([8, 9, 10])])
    assert rows.tolist() == [[7, 0, 0], [8, 9, 10]]
    assert pad_sequences([torch.tensor([7]), torch.tensor([8, 9])], pad=-1)[0].tolist() == [7, -1]


def test_bad_input():
    with pytest.raises(ValueError, match="'b' comes again"):
        Vocabulary(["a", "b", "b"])
    with pytest.raises(ValueError, match="'<end>' comes again"):
        Vocabulary(["<end>"])
    with pytest.raises(ValueError, match="got the string 'a ball'; split it first"):
        Vocabulary(["a"]).encode("a ball")
    with pytest.raises(ValueError, match="at least one sequence"):
        pad_sequences([])
