"""Write the sentences of the alignment figure: our own German, translated by the trained network.

    python book/_tools/alignments.py [--preset small] [--seed 0]

Multi30k's sentences belong to others and are not in this repository. Those below were written for
the book, about things that the network has words for. The network is the one of
``course reproduce rnnsearch-multi30k``: a run that is done is read from its checkpoint, else it is
trained here.
"""

import argparse
from pathlib import Path

from course_pkg.data import Multi30k, tokenize
from course_pkg.recipes import reproduce
from course_pkg.widgets.alignment_explorer import write_alignments

ROOT = Path(__file__).resolve().parents[2]
RECIPE = "rnnsearch-multi30k"
SENTENCES = (
    "Zwei Hunde spielen im Schnee mit einem roten Ball.",
    "Auf einem Tisch sitzt eine kleine schwarze Katze.",
    "Ein Mann, der einen blauen Hut trägt, wartet auf den Bus.",
    "Im Park liest eine alte Frau eine Zeitung.",
    "Drei Männer mit gelben Helmen arbeiten an einer Straße.",
    "Ein Kind wirft einem Hund einen Ball zu.",
    "Eine Frau schaut einem Mann zu, der Gitarre spielt.",
    "Vor einem großen Haus steht ein grünes Auto.",
    "Ein Mädchen springt ins Wasser, während ihre Mutter zusieht.",
    "Der Koch schneidet in der Küche Gemüse.",
    "Ein Junge hat seinem Freund ein Buch gegeben.",
    "Viele Menschen gehen am Abend über eine Brücke.",
)


def main() -> None:
    """Translate the sentences and write the figure's file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--preset", default="small", choices=("tiny", "small", "full"))
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    theirs = {tuple(tokenize(source)) for source, _ in Multi30k().pairs}
    borrowed = [sentence for sentence in SENTENCES if tuple(tokenize(sentence)) in theirs]
    if borrowed:
        raise SystemExit(f"these sentences are Multi30k's: write others: {borrowed}")
    run = reproduce(
        RECIPE,
        options.preset,
        seed=options.seed,
        checkpoints=ROOT / "results" / "checkpoints",
        resume=True,
    )
    answers = run.predict(SENTENCES)
    write_alignments(
        ROOT / "course_pkg" / "widgets" / "static" / "alignments.json",
        [(answer.source, answer.words, answer.weights.numpy()) for answer in answers],
        RECIPE,
        options.preset,
        options.seed,
    )
    for answer in answers:
        print(" ".join(answer.source[:-1]), "->", answer.text)


if __name__ == "__main__":
    main()
