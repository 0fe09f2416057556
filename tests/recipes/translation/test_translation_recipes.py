"""Translation recipes: made-up sentences, a small stand-in for Multi30k, scores by length."""

import gzip
import math
from dataclasses import replace
from functools import partial

import pytest
import torch

from course_pkg.data import sample_sentence_pairs
from course_pkg.engine import read_results
from course_pkg.metrics import bleu_by_length, corpus_bleu
from course_pkg.models import TranslatorSize, rnnsearch
from course_pkg.recipes import find_recipe, reproduce, write_run
from course_pkg.recipes._core import catalog
from course_pkg.recipes.translation.data import Corpus, multi30k, phrases
from course_pkg.recipes.translation.scores import measure_translator, translate_sentences

NAMES = [f"{net}-{data}" for net in ("rnnsearch", "rnnencdec") for data in ("multi30k", "phrases")]
SIZE = TranslatorSize(embed=6, hidden=8, alignment=6, maxout=5)


@pytest.fixture(scope="module")
def fake_multi30k(tmp_path_factory):
    """Made-up sentences, laid out as Multi30k."""
    root = tmp_path_factory.mktemp("data")
    (root / "multi30k").mkdir()
    for split, count in (("train", 40), ("val", 6)):
        pairs = sample_sentence_pairs(count, seed=count)
        for language, side in (("de", "source"), ("en", "target")):
            text = "\n".join(" ".join(getattr(pair, side)) for pair in pairs) + "\n"
            path = root / "multi30k" / f"{split}.{language}.gz"
            path.write_bytes(gzip.compress(text.encode()))
    return root


def shrink(recipe):
    how = recipe.presets["tiny"]
    corpus = replace(how.corpus, train=16, val=5, min_count=1, edges=(12, 24))
    tiny = replace(how, corpus=corpus, size=SIZE, epochs=1, batch_size=8, beam=2)
    return replace(recipe, presets={**recipe.presets, "tiny": tiny})


@pytest.mark.parametrize("name", NAMES)
def test_tiny_trains_measures_and_writes(name, fake_multi30k, tmp_path, monkeypatch):
    small = {name: shrink(find_recipe(name))}
    monkeypatch.setattr(catalog, "_by_name", lambda: small)
    run = reproduce(name, "tiny", seed=3, device="cpu", data=fake_multi30k, progress=False)
    assert run.history.steps == 2
    assert not run.model.training
    metrics = run.metrics
    assert metrics["length_edges"] == [12, 24]
    assert len(metrics["bleu_by_length"]) == len(metrics["sentences_by_length"]) == 3
    assert sum(metrics["sentences_by_length"]) == 5
    assert metrics["parameters"] == sum(p.numel() for p in run.model.parameters())
    assert 0 < metrics["loss_nats"] < 2 * math.log(len(run.data.target_vocabulary))
    assert ("exact_match" in metrics) == name.endswith("phrases")
    assert ("aligned" in metrics) == (name == "rnnsearch-phrases")
    [answer] = run.predict([run.data.sources[0]])
    assert answer.source == (*run.data.sources[0], "<end>")
    assert answer.weights.shape == (len(answer.words), len(answer.source))
    [path] = write_run(run, tmp_path)
    [result] = read_results(tmp_path)
    assert result.metrics == metrics
    assert path.name == f"{name}.tiny.cpu.seed3.json"
    assert (result.paper is None) == name.endswith("phrases")


@pytest.mark.parametrize("name", ["rnnsearch-multi30k", "rnnencdec-phrases"])
def test_trains_on_another_device(name, fake_multi30k, trained_away, monkeypatch):
    small = {name: shrink(find_recipe(name))}
    monkeypatch.setattr(catalog, "_by_name", lambda: small)
    run = trained_away(name, data=fake_multi30k)
    assert len(run.predict([run.data.sources[0]])) == 1


def test_same_seed_same_numbers(monkeypatch):
    small = {"rnnsearch-phrases": shrink(find_recipe("rnnsearch-phrases"))}
    monkeypatch.setattr(catalog, "_by_name", lambda: small)
    runs = [
        reproduce("rnnsearch-phrases", seed=seed, device="cpu", progress=False)
        for seed in (0, 0, 1)
    ]
    assert runs[0].history.loss == runs[1].history.loss != runs[2].history.loss
    assert runs[0].metrics == runs[1].metrics


def test_presets_of_the_twins_differ_in_nothing():
    for data in ("multi30k", "phrases"):
        search, fixed = (find_recipe(f"{net}-{data}") for net in ("rnnsearch", "rnnencdec"))
        assert search.presets == fixed.presets
        assert list(search.presets) == ["tiny", "small", "full"]
        assert (search.paper is None) == (data == "phrases")


def test_no_measured_phrase_is_trained_on():
    data = phrases(Corpus(train=300, val=60, clauses=(1, 1)))
    encoded = {tuple(source.tolist()) for source, _ in data.train}
    assert len(data.val) == 60
    assert not any(tuple(source.tolist()) in encoded for source, _ in data.val)
    unknown = data.source_vocabulary.unknown
    for (source, target), words, alignment in zip(
        data.val, data.sources, data.alignments, strict=True
    ):
        # Source: words and end mark. Target: start mark, words, end mark.
        assert len(source) == len(words) + 1
        assert len(target) == len(alignment) + 2
        assert int(source[-1]) == int(target[-1]) == 2
        assert not (source == unknown).any()


def test_multi30k_keeps_the_references_as_they_were_written(fake_multi30k):
    data = multi30k(fake_multi30k, Corpus(train=10, val=3, edges=(12,)))
    assert (len(data.train), len(data.val), len(data.references)) == (10, 3, 3)
    pairs = sample_sentence_pairs(6, seed=6)
    assert list(data.references) == [" ".join(pairs[i].target) for i in (0, 2, 4)]
    with pytest.raises(FileNotFoundError, match="nowhere"):
        multi30k("nowhere", Corpus())


def trained_by_hand(data):
    torch.manual_seed(0)
    sizes = len(data.source_vocabulary), len(data.target_vocabulary)
    return rnnsearch(*sizes, SIZE).eval()


def test_scores_are_those_of_the_sentences():
    data = phrases(Corpus(train=20, val=12, edges=(12, 24)))
    model = trained_by_hand(data)
    texts = [a.text for a in translate_sentences(model, data, data.sources, 2)]
    metrics = measure_translator(model, data, 2)
    lengths = [len(words) for words in data.sources]
    assert metrics["bleu"] == corpus_bleu(texts, list(data.references))
    assert metrics["bleu_by_length"] == bleu_by_length(texts, data.references, lengths, (12, 24))
    counts = [sum(a <= n < b for n in lengths) for a, b in ((0, 12), (12, 24), (24, 99))]
    assert metrics["sentences_by_length"] == counts
    # One sentence at a time, without padding: the mean over words, and the places looked at.
    nats, words, right, hits, places = 0.0, 0, 0, 0, 0
    for (source, target), alignment in zip(data.val, data.alignments, strict=True):
        with torch.no_grad():
            logits, weights = model(source[None], target[None, :-1])
        log_probs = logits[0].log_softmax(-1)
        nats -= float(log_probs[range(len(target) - 1), target[1:]].sum())
        words += len(target) - 1
        right += int((logits[0].argmax(-1) == target[1:]).sum())
        hits += int((weights[0].argmax(-1)[:-1] == torch.tensor(alignment)).sum())
        places += len(alignment)
    assert metrics["loss_nats"] == pytest.approx(nats / words, rel=1e-5)
    assert metrics["word_accuracy"] == pytest.approx(right / words)
    assert metrics["aligned"] == pytest.approx(hits / places)


def test_translating_text_keeps_the_order_and_refuses_nonsense():
    data = phrases(Corpus(train=20, val=2))
    ask = partial(translate_sentences, trained_by_hand(data), data, beam_size=2)
    long, short = "der bauer hat zwei hüte gekauft und gestern hat das kind", "der bauer"
    both = ask([long, short])
    assert [len(answer.source) for answer in both] == [12, 3]
    assert both[1].words == ask([short])[0].words
    torch.testing.assert_close(both[0].weights, ask([long.split()])[0].weights)
    with pytest.raises(ValueError, match="expected a list of sentences, got one string"):
        ask("der bauer")
    with pytest.raises(ValueError, match="has no word"):
        ask(["der", ""])
