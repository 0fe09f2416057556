"""Made-up German sentences with their English, and the word that each word comes from.

A few rules give sentences in which the two languages disagree about order, as they really do: the
German participle waits for the end of its clause, two-digit numbers name the units first (written
apart here: "vier und achtzig" is "eighty four"), days stand before their month, and an opening
pushes the verb in front of its subject. Because the sentences are made, their true alignment is
known, so that "does the network look at the right word" is a number.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["SentencePair", "sample_sentence_pair", "sample_sentence_pairs"]

_SUBJECTS = (
    "der bäcker:the baker,die ärztin:the doctor,der gärtner:the gardener,die lehrerin:the teacher,"
    "der maler:the painter,die königin:the queen,das kind:the child,der nachbar:the neighbour,"
    "die pilotin:the pilot,der bauer:the farmer"
)
_THINGS = (
    "brote:loaves,bücher:books,äpfel:apples,briefe:letters,stühle:chairs,karten:cards,"
    "bilder:pictures,hüte:hats,lampen:lamps,glocken:bells"
)
_ACTIONS = (
    "gekauft:bought,verkauft:sold,gefunden:found,verloren:lost,gezählt:counted,gemalt:painted,"
    "versteckt:hidden,bestellt:ordered,repariert:repaired,gezeigt:shown"
)
_UNITS = (
    "ein:one,zwei:two,drei:three,vier:four,fünf:five,sechs:six,sieben:seven,acht:eight,neun:nine"
)
_TENS = (
    "zwanzig:twenty,dreißig:thirty,vierzig:forty,fünfzig:fifty,sechzig:sixty,siebzig:seventy,"
    "achtzig:eighty,neunzig:ninety"
)
_MONTHS = (
    "januar:january,februar:february,märz:march,april:april,mai:may,juni:june,juli:july,"
    "august:august,september:september,oktober:october,november:november,dezember:december"
)
_DAYS = (
    "ersten:first,zweiten:second,dritten:third,vierten:fourth,fünften:fifth,sechsten:sixth,"
    "siebten:seventh,achten:eighth,neunten:ninth,zehnten:tenth"
)


@dataclass(frozen=True)
class SentencePair:
    """A sentence, what it means, and which word comes from which.

    Attributes:
        source: German words.
        target: English words.
        alignment: for every target word the position of its source word.
    """

    source: tuple[str, ...]
    target: tuple[str, ...]
    alignment: tuple[int, ...]


# A piece of a sentence: German words, English words, and where in the piece each comes from.
_Piece = tuple[list[str], list[str], list[int]]


def sample_sentence_pair(seed: int, clauses: int = 2) -> SentencePair:
    """Make the sentence that belongs to a number.

    Args:
        seed: any whole number from 0 on; the same one gives the same sentence.
        clauses: how many statements are joined by "und"; each has 6 to 11 German words.

    Raises:
        ValueError: if an argument is out of its range.

    Example:
        >>> pair = sample_sentence_pair(5, clauses=1)
        >>> " ".join(pair.source)
        'gestern hat der bauer neun und sechzig lampen gemalt'
        >>> " ".join(pair.target)
        'yesterday the farmer has painted sixty nine lamps'
        >>> pair.alignment
        (0, 2, 3, 1, 8, 6, 4, 7)
    """
    if seed < 0 or clauses < 1:
        raise ValueError(
            f"sample_sentence_pair: expected seed >= 0 and clauses >= 1, got seed {seed} and "
            f"{clauses} clauses"
        )
    return _sentence(np.random.default_rng([seed, 12]), clauses)


def sample_sentence_pairs(
    count: int, seed: int = 0, clauses: tuple[int, int] = (1, 3)
) -> list[SentencePair]:
    """Make many different sentences.

    Args:
        count: how many.
        seed: of the whole list.
        clauses: least and largest number of statements in a sentence; all are equally frequent.

    Raises:
        ValueError: if an argument is out of its range.

    Example:
        >>> len({pair.source for pair in sample_sentence_pairs(20)})
        20
    """
    low, high = clauses
    if count < 0 or seed < 0 or not 1 <= low <= high:
        raise ValueError(
            f"sample_sentence_pairs: expected count >= 0, seed >= 0 and 1 <= clauses[0] <= "
            f"clauses[1], got count {count}, seed {seed}, clauses {clauses}"
        )
    rng = np.random.default_rng([seed, 12, 30])
    made: dict[tuple[str, ...], SentencePair] = {}
    while len(made) < count:
        pair = _sentence(rng, int(rng.integers(low, high + 1)))
        made.setdefault(pair.source, pair)
    return list(made.values())


def _sentence(rng: np.random.Generator, clauses: int) -> SentencePair:
    pieces = [_clause(rng)]
    for _ in range(clauses - 1):
        pieces += [(["und"], ["and"], [0]), _clause(rng)]
    source, target, alignment = _join(pieces)
    return SentencePair(tuple(source), tuple(target), tuple(alignment))


def _clause(rng: np.random.Generator) -> _Piece:
    """Opening, subject, verb, object, time and participle, each language in its own order."""
    subject, thing, action = (_word(rng, words) for words in (_SUBJECTS, _THINGS, _ACTIONS))
    verb: _Piece = (["hat"], ["has"], [0])
    number = _number(rng)
    shape = int(rng.integers(4))
    if shape == 0:  # das kind hat acht hüte gemalt
        return _order([subject, verb, number, thing, action], [0, 1, 4, 2, 3])
    if shape == 1:  # das kind hat am dritten mai acht hüte gemalt
        return _order([subject, verb, _date(rng), number, thing, action], [0, 1, 5, 3, 4, 2])
    opening = _date(rng) if shape == 2 else (["gestern"], ["yesterday"], [0])
    # gestern hat das kind acht hüte gemalt
    return _order([opening, verb, subject, number, thing, action], [0, 2, 1, 5, 3, 4])


def _number(rng: np.random.Generator) -> _Piece:
    """Two to ninety-nine, without the teens."""
    units, tens = _UNITS.split(","), _TENS.split(",")
    if rng.random() < 0.3:
        return _word(rng, ",".join(units[1:]))
    if rng.random() < 0.2:
        return _word(rng, _TENS)
    unit, ten = _word(rng, ",".join(units)), _word(rng, ",".join(tens))
    return unit[0] + ["und"] + ten[0], ten[1] + unit[1], [2, 0]


def _date(rng: np.random.Generator) -> _Piece:
    day, month = _word(rng, _DAYS), _word(rng, _MONTHS)
    return ["am", *day[0], *month[0]], ["on", *month[1], *day[1]], [0, 2, 1]


def _word(rng: np.random.Generator, words: str) -> _Piece:
    choices = words.split(",")
    german, english = choices[int(rng.integers(len(choices)))].split(":")
    return german.split(), english.split(), list(range(len(english.split())))


def _order(pieces: Sequence[_Piece], english: Sequence[int]) -> _Piece:
    """Join pieces that stand in German order here, and in the given order in English."""
    starts = np.cumsum([0, *(len(source) for source, _, _ in pieces)]).tolist()
    source = [word for piece in pieces for word in piece[0]]
    target = [word for i in english for word in pieces[i][1]]
    return source, target, [starts[i] + k for i in english for k in pieces[i][2]]


def _join(pieces: Sequence[_Piece]) -> _Piece:
    return _order(pieces, range(len(pieces)))
