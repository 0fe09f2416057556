"""BLEU by hand, by length, and against the formula written out."""

import math
from collections import Counter

import pytest

from course_pkg.metrics.bleu import bleu_by_length, corpus_bleu


def by_formula(hypotheses, references):
    """Papineni's formula for sentences of plain words, without any smoothing."""
    matched, total, written, wanted = [0] * 4, [0] * 4, 0, 0
    for hypothesis, reference in zip(hypotheses, references, strict=True):
        h, r = hypothesis.split(), reference.split()
        written, wanted = written + len(h), wanted + len(r)
        for n in range(1, 5):
            grams, true = (
                Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))
                for words in (h, r)
            )
            matched[n - 1] += sum((grams & true).values())
            total[n - 1] += sum(grams.values())
    brevity = min(0.0, 1 - wanted / written)
    logs = [math.log(m / t) for m, t in zip(matched, total, strict=True)]
    return 100 * math.exp(brevity + sum(logs) / 4)


def test_by_hand():
    # 6 words of 7; runs of two 5 of 6, of three 4 of 5, of four 3 of 4; one word too long.
    value = corpus_bleu(["the cat sat on the mat today"], ["the cat sat on the mat"])
    assert value == pytest.approx(100 * (6 / 7 * 5 / 6 * 4 / 5 * 3 / 4) ** 0.25)
    # One word too short: all runs are right, and exp(1 - 6/5) punishes the missing word.
    short = corpus_bleu(["the cat sat on the"], ["the cat sat on the mat"])
    assert short == pytest.approx(100 * math.exp(-0.2))


def test_equals_the_formula_over_a_corpus():
    references = ["a man in a red hat rides a horse", "two dogs run over the wide green field"]
    hypotheses = ["a man in a hat rides a red horse", "two dogs run over the green field"]
    assert corpus_bleu(hypotheses, references) == pytest.approx(by_formula(hypotheses, references))
    # Of the corpus, not the mean over its sentences.
    alone = [corpus_bleu([h], [r]) for h, r in zip(hypotheses, references, strict=True)]
    assert corpus_bleu(hypotheses, references) != pytest.approx(sum(alone) / 2, abs=0.1)


def test_case_and_marks_do_not_matter():
    assert corpus_bleu(["a man , in a boat ."], ["A man, in a boat."]) == 100
    assert corpus_bleu(["x y z"], ["a b c"]) == 0


def test_by_length_is_each_groups_own():
    references = ["one two three four five"] * 3 + ["a b c d e f g"]
    hypotheses = ["one two three four five", "one two three four six", "x", "a b c d e f h"]
    groups = bleu_by_length(hypotheses, references, [4, 5, 5, 9], (5, 8, 20))
    expected = [
        100.0,
        corpus_bleu(hypotheses[1:3], references[1:3]),
        corpus_bleu(hypotheses[3:], references[3:]),
        None,
    ]
    assert groups == expected


def test_errors():
    with pytest.raises(ValueError, match="at least one reference, got 0 and 0"):
        corpus_bleu([], [])
    with pytest.raises(ValueError, match="got 1 and 2"):
        corpus_bleu(["a"], ["a", "b"])
    with pytest.raises(ValueError, match=r"edges must rise, got \(8, 5\)"):
        bleu_by_length(["a"], ["a"], [1], (8, 5))
    with pytest.raises(ValueError, match="got 1, 1 and 2"):
        bleu_by_length(["a"], ["a"], [1, 2], (5,))
