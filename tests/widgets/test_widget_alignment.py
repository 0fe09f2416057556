"""The alignment explorer: its numbers under node and in Python against torch; its own data."""

import json

import numpy as np
import pytest
import torch
from node_tests import assert_node_agrees
from traitlets import TraitError

from course_pkg.widgets import AlignmentExplorer
from course_pkg.widgets.alignment_explorer import read_alignments, write_alignments

BY_HAND = {
    "source": ["ein", "rotes", "Auto", "<end>"],
    "words": ["a", "red", "car", "<end>"],
    "weights": [[800, 100, 50, 50], [0, 300, 700, 0], [0, 600, 400, 0], [0, 0, 100, 900]],
}


def maps(count):
    generator = torch.Generator().manual_seed(0)
    for _ in range(count):
        t, s = torch.randint(1, 12, (2,), generator=generator).tolist()
        logits = 3 * torch.randn(t, s, generator=generator)
        yield (1000 * logits.softmax(-1)).round().long()


def cases():
    for weights in maps(60):
        places = weights.argmax(dim=1)
        later = torch.ones(len(places), len(places)).triu(1) > 0
        # Stable sorting keeps the first of equal ones in front, as a reader would.
        order = weights.sort(dim=1, descending=True, stable=True).indices
        ranked = [
            [i for i in row.tolist() if w[i] >= 50][:3]
            for row, w in zip(order, weights, strict=True)
        ]
        yield {
            "weights": weights.tolist(),
            "columns": weights.T.tolist(),
            "most_read": places.tolist(),
            "crossings": int(((places[None] < places[:, None]) & later).sum()),
            "ranked": ranked,
        }


def test_javascript_equals_torch(tmp_path, request):
    (tmp_path / "cases.json").write_text(json.dumps(list(cases())))
    (tmp_path / "alignment_explorer.mjs").write_text(str(AlignmentExplorer._esm), encoding="utf-8")
    assert_node_agrees(request.path.with_name("alignment.test.mjs"), tmp_path, passed=2)


def test_python_equals_torch():
    for case in cases():
        t, s = len(case["weights"]), len(case["weights"][0])
        words = {"source": ["x"] * s, "words": ["y"] * t, "weights": case["weights"]}
        made = AlignmentExplorer([words])
        assert made.most_read.tolist() == case["most_read"]
        assert made.crossings == case["crossings"]
        np.testing.assert_allclose(made.weights, np.array(case["weights"]) / 1000)


def test_by_hand():
    made = AlignmentExplorer([BY_HAND], word=1)
    assert made.shares.tolist() == [0, 0.3, 0.7, 0]
    assert made.most_read.tolist() == [0, 2, 1, 3]
    assert made.crossings == 1
    made.side = "read"
    assert made.shares.tolist() == [0.1, 0.3, 0.6, 0]
    assert "<td>80</td><td>10</td><td>5</td><td>5</td>" in made.fallback()


def test_the_word_stays_in_the_sentence():
    short = {"source": ["ja", "<end>"], "words": ["yes"], "weights": [[900, 100]]}
    made = AlignmentExplorer([BY_HAND, short], word=3)
    made.sentence = 1
    assert (made.sentence, made.word) == (1, 0)
    with pytest.raises(TraitError, match="word must be from 0 to 0 on the written side"):
        made.word = 1
    made.side = "read"
    made.word = 1
    made.side = "written"
    assert made.word == 0
    with pytest.raises(TraitError, match="sentence must be from 0 to 1, but 2 came"):
        made.sentence = 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weights": [[800, 200, 0, 0]]}, r"needs weights of shape \(4, 4\)"),
        ({"weights": [[800, 100, 50, 500], *BY_HAND["weights"][1:]]}, "sums from 1000 to 1450"),
        ({"words": [], "weights": []}, "0 written"),
    ],
)
def test_what_cannot_be_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        AlignmentExplorer([{**BY_HAND, **change}])
    with pytest.raises(ValueError, match="at least one sentence"):
        AlignmentExplorer([])


def test_a_file_is_what_was_written(tmp_path):
    weights = np.array(BY_HAND["weights"]) / 1000
    path = tmp_path / "alignments.json"
    write_alignments(path, [(BY_HAND["source"], BY_HAND["words"], weights)], "some-net", "small", 3)
    assert read_alignments(path) == {
        "recipe": "some-net",
        "preset": "small",
        "seed": 3,
        "sentences": [BY_HAND],
    }


def test_the_books_own_sentences():
    data = read_alignments()
    assert len(data["sentences"]) >= 3
    for each in data["sentences"]:
        assert each["source"][-1] == each["words"][-1] == "<end>"
    assert len(AlignmentExplorer().sentences) == len(data["sentences"])
