"""Made-up speech: its features against torch, its sounds against physics, and when they are."""

import numpy as np
import pytest
import torch

from course_pkg.data import (
    SAMPLE_RATE,
    SPOKEN_LETTERS,
    SPOKEN_VOCABULARY,
    log_mel,
    mel_filters,
    sample_utterance,
)


def test_a_tone_is_loudest_in_the_band_that_holds_it():
    filters = mel_filters(24, 129, SAMPLE_RATE)
    centres = np.linspace(0, 4000, 129)[filters.argmax(1)]
    for hertz in (300, 1000, 2500):
        tone = np.sin(2 * np.pi * hertz * np.arange(SAMPLE_RATE) / SAMPLE_RATE)
        band = log_mel(tone, SAMPLE_RATE)[50].argmax()
        assert band == np.abs(centres - hertz).argmin()


def test_triangles_overlap_to_one_between_the_first_and_the_last_centre():
    filters = mel_filters(10, 2001, SAMPLE_RATE)
    first, last = filters[0].argmax(), filters[-1].argmax()
    np.testing.assert_allclose(filters[:, first : last + 1].sum(0), 1, atol=0.01)
    assert (np.diff(filters.argmax(1)) > 0).all()
    assert (np.diff((filters > 0).sum(1)) >= 0).all()  # wider and wider


def test_features_are_torchs_power_spectrum_in_bands():
    wave = torch.randn(3000, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    window = torch.from_numpy(np.hanning(200))
    # torch centres a window of 256 on its frame; ours begins 60 samples before its hundredth.
    padded = torch.nn.functional.pad(wave, (60, 400))
    spectrum = torch.stack(
        [torch.fft.rfft(padded[80 * t : 80 * t + 200] * window, 256) for t in range(37)]
    )
    bands = spectrum.abs().square() / 200 @ torch.from_numpy(mel_filters(24, 129, 8000)).T
    expected = (bands + 1e-5).log().float()
    torch.testing.assert_close(torch.from_numpy(log_mel(wave.numpy(), 8000)), expected)


def test_the_same_number_speaks_the_same_sentence():
    one, again, other = sample_utterance(7), sample_utterance(7), sample_utterance(8)
    assert torch.equal(one.wave, again.wave)
    assert one.text == again.text
    assert not torch.equal(one.spans, other.spans)


@pytest.mark.parametrize("seed", range(12))
def test_spans_are_where_the_letters_are_heard(seed):
    spoken = sample_utterance(seed, (2, 3))
    assert len(spoken.spans) == len(spoken.text)
    assert (spoken.spans[1:, 0] == spoken.spans[:-1, 1]).all()  # one letter begins where one ends
    assert spoken.spans[0, 0] >= 4  # silence first
    assert spoken.spans[-1, 1] <= len(spoken.features)
    assert abs(len(spoken.wave) / SAMPLE_RATE - len(spoken.features) / 100) < 0.011
    loud = spoken.features.exp().sum(1)
    for letter, (start, end) in zip(spoken.text, spoken.spans.tolist(), strict=True):
        inside = spoken.features[start + 1 : end - 1].exp().mean(0)
        if letter in "aeiou":
            assert loud[start + 1 : end - 1].mean() > 20 * loud[:3].mean()
        if letter in "sz":  # hisses are high: more above 2.6 kHz than a vowel ever has
            assert inside[20:].sum() > inside[5:16].sum()
        if letter == " ":
            assert loud[start + 2 : end - 2].mean() < 0.1 * loud.max()


def test_vowels_have_their_resonances():
    """The lowest resonance of "a" lies far above that of "i", whoever speaks."""
    centres = np.linspace(0, 4000, 129)[mel_filters(24, 129, SAMPLE_RATE).argmax(1)]
    lowest = {"a": [], "i": []}
    for seed in range(30):
        spoken = sample_utterance(seed)
        for letter, (start, end) in zip(spoken.text, spoken.spans.tolist(), strict=True):
            if letter in lowest:
                below = spoken.features[start + 1 : end - 1].exp().mean(0)[:14]
                lowest[letter].append(centres[:14][below.argmax()])
    assert np.median(lowest["a"]) > 550
    assert np.median(lowest["i"]) < 420


def test_words_are_as_the_language_makes_them():
    letters = set()
    for seed in range(60):
        text = sample_utterance(seed, (1, 4)).text
        letters |= set(text)
        words = text.split(" ")
        assert 1 <= len(words) <= 4
        for word in words:
            assert len(word) in (2, 4)
            assert set(word[::2]) <= set("fmsz")
            assert set(word[1::2]) <= set("aeiou")
    assert letters == set(SPOKEN_LETTERS)
    spoken = sample_utterance(3)
    assert "".join(SPOKEN_VOCABULARY.decode(spoken.tokens)) == spoken.text


def test_somebody_else_talks_at_the_same_time():
    alone, crowd = sample_utterance(7), sample_utterance(7, babble=0.5)
    assert (alone.text, alone.spans.tolist()) == (crowd.text, crowd.spans.tolist())
    other = (crowd.wave - alone.wave) / 0.5
    # The second voice: silent at times, loud at others, and not the first voice again.
    loudness = other.abs().unfold(0, 400, 400).mean(1)
    assert loudness.max() > 10 * loudness.min()
    assert abs(float(torch.corrcoef(torch.stack([other, alone.wave]))[0, 1])) < 0.1
    louder = (sample_utterance(7, babble=1.0).wave - alone.wave) / (crowd.wave - alone.wave)
    assert float(louder[other.abs() > 0.01].median()) == pytest.approx(2, rel=1e-3)
    assert not torch.equal(other, (sample_utterance(8, babble=0.5).wave - sample_utterance(8).wave))


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match=r"babble -0\.1"):
        sample_utterance(0, babble=-0.1)
    with pytest.raises(ValueError, match=r"seed >= 0, 1 <= words\[0\] <= words\[1\]"):
        sample_utterance(0, (3, 2))
    with pytest.raises(ValueError, match="seed -1"):
        sample_utterance(-1)
    with pytest.raises(ValueError, match="multiple of 100"):
        log_mel(np.zeros(4000), 11025)
    with pytest.raises(ValueError, match="24 bands are too narrow for 20 bins"):
        mel_filters(24, 20, SAMPLE_RATE)
