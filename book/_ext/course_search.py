"""Search that knows English stems and finds Korean words with particles on them.

Korean writes the particle onto the word: a page that says 역합성곱은 has to be found by 역합성곱,
and a page that says 역합성곱 by someone who types 역합성곱은. So every beginning of a Korean word
(of two syllables or more) is indexed, and a question loses its particle. Where scripts meet
(stride가) the word is cut, so that the English half keeps its stem.
"""

import re
from typing import Any

from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

HANGUL = "\uac00-\ud7a3"
RUNS = re.compile(rf"[{HANGUL}]+|[^\W{HANGUL}]+")
# Longest first: 에서는 has to win over 는.
PARTICLES = (
    *("에서는", "으로는", "이라는", "에서", "에는", "에게", "으로", "로는", "까지", "부터", "처럼"),
    *("보다", "이란", "라는", "하는", "한다", "된다", "은", "는", "이", "가", "을", "를", "의"),
    *("에", "로", "와", "과", "도", "만", "란"),
)

SPLIT = """
var splitQuery = (query) => query.match(/[HANGUL]+|[\\p{Letter}\\p{Number}_]+/gu)
  ?.flatMap((word) => word.match(/[HANGUL]+|[^HANGUL]+/g)) ?? [];
""".replace("HANGUL", r"\uac00-\ud7a3")

STEM = """
var EnglishStemmer = Stemmer;
var PARTICLES = [LIST];
var Stemmer = function () {
  const english = new EnglishStemmer();
  this.stemWord = function (word) {
    if (!/^[HANGUL]/.test(word)) return english.stemWord(word);
    const tail = PARTICLES.find((p) => word.endsWith(p) && word.length - p.length >= 2);
    return tail ? word.slice(0, -tail.length) : word;
  };
};
""".replace("HANGUL", r"\uac00-\ud7a3").replace("LIST", ", ".join(f'"{p}"' for p in PARTICLES))


class SearchEnglishKorean(SearchEnglish):
    """English as Sphinx has it, and Hangul by beginnings."""

    js_splitter_code = SPLIT
    js_stemmer_code = SearchEnglish.js_stemmer_code + STEM

    def split(self, input: str) -> list[str]:
        """Cut a text into words; a Korean word comes with all its beginnings."""
        words = []
        for run in RUNS.findall(input):
            words.append(run)
            if re.match(f"[{HANGUL}]", run):
                words.extend(run[:end] for end in range(2, len(run)))
        return words

    def stem(self, word: str) -> str:
        """Stem English; Korean stays as it is, its beginnings are in the index already."""
        return word if re.match(f"[{HANGUL}]", word) else super().stem(word)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_search_language(SearchEnglishKorean)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
