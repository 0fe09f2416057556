"""Which answers to one exercise are likely to have been one answer, as groups for a person to read.

An answer is cut into overlapping runs of tokens, names left out, so that other names, another order
of helpers or an unused line change few of them (winnowing: Schleimer et al. 2003, section 2). What
many in the class write, as they must in a short exercise, counts little: a run counts as much as it
is surprising, minus the logarithm of the share of answers that have it.
"""

import contextlib
import io
import keyword
import math
import tokenize
import zlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

__all__ = ["groups", "runs"]

_LENGTH = 5  # tokens in a run
_SHARED = 0.7  # of the smaller answer's weight
_ENOUGH = 40.0  # bits that two answers have to share: less is chance
_LEAST = 0.5  # bits of a run that everybody has: even then a long answer is nobody's by chance
_IGNORED = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT),
    *(tokenize.ENCODING, tokenize.ENDMARKER),
}


def runs(source: str) -> frozenset[int]:
    r"""The runs of tokens in the functions and classes of a text.

    Args:
        source: Python, however broken; it is cut into tokens and never parsed or run.

    Returns:
        A number for each different run.

    Example:
        >>> a = runs("def f(x, s):\n    # mine\n    return x.repeat(s, 0)")
        >>> b = runs("def g(image, k):\n    return image.repeat(k, 0)")
        >>> a == b, a == runs("def f(x, s):\n    return x.repeat(s, 1) + 1")
        (True, False)
    """
    found: set[int] = set()
    for block in _blocks(_tokens(source)):
        for start in range(max(1, len(block) - _LENGTH + 1)):
            run = " ".join(block[start : start + _LENGTH])
            found.add(zlib.crc32(run.encode("utf8", "replace")))
    return frozenset(found)


def groups(
    answers: Mapping[str, frozenset[int]],
    known: frozenset[int] = frozenset(),
    published: Mapping[str, frozenset[int]] | None = None,
) -> list[tuple[str, ...]]:
    r"""Students whose answers belong together, the largest group first.

    Args:
        answers: runs by student.
        known: runs that everybody was given.
        published: answers that everybody could read, which make nothing more common.

    Returns:
        Groups of at least two.

    Example:
        >>> long = "def f(x, s):\n" + "".join(f"    x = x[{n}] * s.a{n}\n" for n in range(40))
        >>> one = runs(long)
        >>> groups({"kim": one, "lee": one, "park": runs("def f(x): return x")})
        [('kim', 'lee')]
    """
    own = {who: found - known for who, found in answers.items()}
    counts = Counter(run for found in own.values() for run in found)
    own |= {who: found - known for who, found in (published or {}).items()}
    runs_of_all = frozenset().union(*own.values())
    share = {run: (len(answers) + 2) / max(counts[run], 1) for run in runs_of_all}
    bits = {run: max(_LEAST, math.log2(share[run])) for run in runs_of_all}
    # Answers that are the same to a token are one; in a large class there are many.
    same: dict[frozenset[int], list[str]] = defaultdict(list)
    for who, found in own.items():
        same[found].append(who)
    different = list(same)
    weights = [sum(bits[run] for run in found) for found in different]
    shared = _shared(different, bits)
    parent = list(range(len(different)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = place = parent[parent[place]]
        return place

    smaller = np.minimum.outer(weights, weights)
    close = (smaller >= _ENOUGH) & (shared >= np.maximum(_ENOUGH, _SHARED * smaller))
    for one, two in np.argwhere(np.tril(close, -1)).tolist():
        parent[root(one)] = root(two)
    together: dict[int, list[str]] = defaultdict(list)
    for place, found in enumerate(different):
        if weights[place] >= _ENOUGH:
            together[root(place)] += same[found]
    found_groups = [tuple(sorted(who)) for who in together.values() if len(who) > 1]
    return sorted(found_groups, key=lambda group: (-len(group), group))


def _shared(answers: Sequence[frozenset[int]], bits: Mapping[int, float]) -> np.ndarray:
    """The weight of what each two answers have in common; what one alone has is left out."""
    counts = Counter(run for found in answers for run in found)
    columns = {run: n for n, run in enumerate(run for run, count in counts.items() if count > 1)}
    has = np.zeros((len(answers), len(columns)), dtype=np.float32)
    for row, found in enumerate(answers):
        has[row, [columns[run] for run in found if run in columns]] = 1
    return (has * np.array([bits[run] for run in columns], dtype=np.float32)) @ has.T


def _tokens(source: str) -> list[tokenize.TokenInfo]:
    found = []
    # What comes before a broken place still counts.
    with contextlib.suppress(tokenize.TokenError, SyntaxError, ValueError):
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            found.append(token)
    return found


def _blocks(tokens: list[tokenize.TokenInfo]) -> list[list[str]]:
    """The tokens of each top-level definition or lambda; other statements belong to no answer."""
    blocks: list[list[str]] = []
    line: list[str] = []
    before, depth, is_first = "", 0, True
    for token in tokens:
        depth += {tokenize.INDENT: 1, tokenize.DEDENT: -1}.get(token.type, 0)
        is_first = is_first or token.type == tokenize.NEWLINE
        if token.type in _IGNORED:
            continue
        if is_first and depth == 0:
            blocks, line = _kept(blocks, line), []
        is_first = False
        line.append(_word(token, before))
        before = token.string
    return _kept(blocks, line)


def _kept(blocks: list[list[str]], line: list[str]) -> list[list[str]]:
    if set(line) & {"def", "class", "lambda"}:
        blocks.append(line)
    return blocks


def _word(token: tokenize.TokenInfo, before: str) -> str:
    if token.type == tokenize.STRING:
        return "text"
    if token.type == tokenize.NAME and not keyword.iskeyword(token.string) and before != ".":
        return "name"  # attributes keep theirs: they are the library's
    return token.string
