"""BLEU, the translators' score: how many runs of 1 to 4 words are the reference's too.

Computed by sacreBLEU, whose numbers can be compared between papers because it does its own cutting
into words. It is a score of a whole test set; single sentences often have no run of four words in
common with their reference.

Source: Papineni et al. 2002, BLEU: a Method for Automatic Evaluation of Machine Translation;
Post 2018, A Call for Clarity in Reporting BLEU Scores. Lecture 12.
"""

from collections.abc import Sequence

from course_pkg._extras import need

__all__ = ["bleu_by_length", "corpus_bleu"]


def corpus_bleu(hypotheses: Sequence[str], references: Sequence[str]) -> float:
    """Score translations of a set of sentences against one reference each, ignoring case.

    Args:
        hypotheses: what was written, words separated by spaces.
        references: what should have been, in the same order.

    Returns:
        0 to 100.

    Raises:
        ValueError: if there is no sentence, or not one hypothesis for each reference.

    Source: Papineni et al. 2002, section 2.3.

    Example:
        >>> corpus_bleu(["the cat sat on the mat"], ["the cat sat on the mat"])
        100.0
    """
    if len(hypotheses) != len(references) or not references:
        raise ValueError(
            f"corpus_bleu: expected one hypothesis for each of at least one reference, got "
            f"{len(hypotheses)} and {len(references)}"
        )
    bleu = need("train", "sacrebleu.metrics.bleu").BLEU
    # `force` silences the remark that the hypotheses look tokenized; they are cut up again anyway.
    score = bleu(lowercase=True, force=True).corpus_score(list(hypotheses), [list(references)])
    return min(100.0, round(score.score, 6))


def bleu_by_length(
    hypotheses: Sequence[str],
    references: Sequence[str],
    lengths: Sequence[int],
    edges: Sequence[int],
) -> list[float | None]:
    """Score short and long sentences apart.

    Args:
        hypotheses: what was written.
        references: what should have been.
        lengths: of the source sentences, in words.
        edges: first length of every group but the shortest, rising: (10, 20) makes three groups,
            below 10, 10 to 19, and from 20 on.

    Returns:
        BLEU of each group, None where there is no sentence.

    Raises:
        ValueError: if the edges do not rise or the sequences are not equally long.

    Example:
        >>> bleu_by_length(["a b c d", "x"], ["a b c d", "y"], [4, 30], (10, 20))
        [100.0, None, 0.0]
    """
    if list(edges) != sorted(set(edges)):
        raise ValueError(f"bleu_by_length: edges must rise, got {tuple(edges)}")
    if not len(hypotheses) == len(references) == len(lengths):
        raise ValueError(
            f"bleu_by_length: expected as many hypotheses as references and lengths, got "
            f"{len(hypotheses)}, {len(references)} and {len(lengths)}"
        )
    groups: list[list[int]] = [[] for _ in range(len(edges) + 1)]
    for i, length in enumerate(lengths):
        groups[sum(length >= edge for edge in edges)].append(i)
    return [
        corpus_bleu([hypotheses[i] for i in group], [references[i] for i in group])
        if group
        else None
        for group in groups
    ]
