"""Spoken sentences of a language that does not exist, with the time of every letter.

The language has nine sounds, one letter each: five vowels, a hum, and three hisses. They are made
as a mouth makes them, a buzz (or noise) that resonates in a tube, by voices that differ in pitch,
in the length of the tube, in speed and in loudness. Words are strung together at random, so that
nobody can guess a letter without having heard it.
"""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from course_pkg.data.log_mel import log_mel
from course_pkg.data.vocabulary import Vocabulary

__all__ = ["SAMPLE_RATE", "SPOKEN_LETTERS", "SPOKEN_VOCABULARY", "Utterance", "sample_utterance"]

#: Samples of sound a second: those of a telephone.
SAMPLE_RATE = 8000
CONSONANTS, VOWELS = "fmsz", "aeiou"
#: The letters that utterances are spelt with: four consonants, five vowels, and a pause.
SPOKEN_LETTERS = (*CONSONANTS, *VOWELS, " ")
#: `SPOKEN_LETTERS`, numbered, with the marks of start and end.
SPOKEN_VOCABULARY = Vocabulary(SPOKEN_LETTERS)

# Resonances in Hz of a grown man's vowels, rounded from Peterson and Barney 1952, table II.
_RESONANCES = {
    "a": (730.0, 1090.0, 2440.0),
    "e": (530.0, 1840.0, 2480.0),
    "i": (270.0, 2290.0, 3010.0),
    "o": (570.0, 840.0, 2410.0),
    "u": (300.0, 870.0, 2240.0),
    "m": (250.0, 1100.0, 2100.0),
}
_SECONDS = {**dict.fromkeys(VOWELS, 0.12), **dict.fromkeys(CONSONANTS, 0.09), " ": 0.09}
_FADE_SECONDS = 0.012
_OTHERS = 1 << 48  # a second voice says what belongs to a number far from all others


@dataclass(frozen=True)
class Utterance:
    """A spoken sentence and the truth about it.

    Attributes:
        wave: `SAMPLE_RATE` samples a second.
        features: loudness in bands, a row for every hundredth of a second.
        text: what is said; words are separated by spaces, which are heard as pauses.
        spans: first frame of each letter and the first after it.
        seed: what `sample_utterance` made it from.
    """

    wave: Float[Tensor, " samples"]
    features: Float[Tensor, "t bands"]
    text: str
    spans: Int[Tensor, "letters 2"]
    seed: int

    @property
    def tokens(self) -> Int[Tensor, " tokens"]:
        """The letters in numbers of `SPOKEN_VOCABULARY`, with start and end marks."""
        return SPOKEN_VOCABULARY.encode(list(self.text))


@dataclass(frozen=True)
class _Voice:
    pitch: float  # Hz
    shorter: float  # factor of all resonances
    speed: float
    breath: float  # share of noise in the voice
    loudness: float


def sample_utterance(
    seed: int, words: tuple[int, int] = (2, 4), noise: float = 0.01, babble: float = 0.0
) -> Utterance:
    """Speak the sentence that belongs to a number.

    Args:
        seed: any whole number from 0 on; the same one gives the same sound.
        words: least and largest number of words; a word has one syllable or two.
        noise: deviation of the hiss behind the voice, which is about 0.1 loud.
        babble: loudness of somebody else who talks at the same time, beside 1 for this voice.

    Returns:
        The sound, its features, and what was said when.

    Raises:
        ValueError: if an argument is out of its range.

    Example:
        >>> spoken = sample_utterance(0)
        >>> spoken.text, spoken.features.shape[1]
        ('sazi mosi zo si', 24)
    """
    low, high = words
    if seed < 0 or not 1 <= low <= high or min(noise, babble) < 0:
        raise ValueError(
            "sample_utterance: expected seed >= 0, 1 <= words[0] <= words[1], noise >= 0 and "
            f"babble >= 0, got seed {seed}, words {words}, noise {noise}, babble {babble}"
        )
    rng = np.random.default_rng([seed, 13])
    count = int(rng.integers(low, high + 1))
    text = " ".join(_word(rng) for _ in range(count))
    voice = _Voice(
        pitch=float(np.exp(rng.uniform(np.log(90), np.log(230)))),
        shorter=float(rng.uniform(0.9, 1.2)),
        speed=float(rng.uniform(0.8, 1.25)),
        breath=float(rng.uniform(0.0, 0.15)),
        loudness=float(np.exp(rng.uniform(-0.7, 0.7))),
    )
    # Silence before and after, so that the first letter is not always in the first frame.
    edges = [int(SAMPLE_RATE * rng.uniform(0.05, 0.3)) for _ in range(2)]
    lengths = [
        int(SAMPLE_RATE * _SECONDS[letter] / voice.speed * rng.uniform(0.7, 1.4)) for letter in text
    ]
    starts = edges[0] + np.cumsum([0, *lengths])
    wave = rng.normal(0.0, noise, int(starts[-1]) + edges[1])
    fade = int(SAMPLE_RATE * _FADE_SECONDS)
    for letter, start, length in zip(text, starts, lengths, strict=False):
        if letter != " ":
            # Neighbours overlap by one fade, as sounds that run into each other do.
            sound = _sound(rng, letter, length + fade, voice) * _fading(length + fade, fade)
            wave[start - fade // 2 :][: length + fade] += 0.1 * voice.loudness * sound
    if babble:
        other = sample_utterance(_OTHERS - seed, words, noise=0.0).wave.numpy()
        wave += babble * np.resize(other, len(wave))  # from the beginning again if it is shorter
    hop = SAMPLE_RATE / 100
    frames = torch.from_numpy(np.round(starts / hop)).long()
    return Utterance(
        wave=torch.from_numpy(wave.astype(np.float32)),
        features=torch.from_numpy(log_mel(wave, SAMPLE_RATE)),
        text=text,
        spans=torch.stack([frames[:-1], frames[1:]], 1),
        seed=seed,
    )


def _word(rng: np.random.Generator) -> str:
    syllables = int(rng.integers(1, 3))
    return "".join(
        CONSONANTS[int(rng.integers(len(CONSONANTS)))] + VOWELS[int(rng.integers(len(VOWELS)))]
        for _ in range(syllables)
    )


def _sound(rng: np.random.Generator, letter: str, length: int, voice: _Voice) -> np.ndarray:
    """One letter: a source, filtered by where it resonates, at a loudness of about 1."""
    buzz = _pulses(rng, length, voice)
    hiss = rng.normal(size=length)
    hertz = np.fft.rfftfreq(length, 1 / SAMPLE_RATE)
    if letter in _RESONANCES:
        gain = _tube(hertz, [f * voice.shorter for f in _RESONANCES[letter]], letter == "m")
        return _unit(_filtered(buzz + voice.breath * hiss, gain)) * (0.6 if letter == "m" else 1.0)
    if letter == "f":
        return 0.25 * _unit(_filtered(hiss, 1 / (1 + np.exp((600 - hertz) / 150))))
    sharp = _unit(_filtered(hiss, 1 / (1 + np.exp((2600 * voice.shorter - hertz) / 150))))
    hum = _unit(_filtered(buzz, np.exp(-hertz / 250)))
    return 0.5 * sharp if letter == "s" else 0.35 * sharp + 0.4 * hum


def _pulses(rng: np.random.Generator, length: int, voice: _Voice) -> np.ndarray:
    """The vocal cords: one click a period, while the pitch wanders a little."""
    pitch = voice.pitch * (1 + rng.uniform(-0.08, 0.08) * np.linspace(-1, 1, length))
    phase = rng.uniform() + np.cumsum(pitch) / SAMPLE_RATE
    return np.diff(np.floor(phase), prepend=np.floor(phase[0]))


def _tube(hertz: np.ndarray, resonances: list[float], nose: bool) -> np.ndarray:
    """How loud each frequency comes out of a mouth with these resonances."""
    gain = np.full_like(hertz, 0.01)
    for number, resonance in enumerate(resonances):
        width = 60.0 + 40.0 * number
        strength = (0.06 if nose else 0.5) ** number
        gain += strength / (1 + ((hertz - resonance) / width) ** 2)
    return gain


def _filtered(source: np.ndarray, gain: np.ndarray) -> np.ndarray:
    return np.fft.irfft(np.fft.rfft(source) * gain, len(source))


def _unit(sound: np.ndarray) -> np.ndarray:
    return sound / max(float(np.sqrt(np.mean(sound**2))), 1e-6)


def _fading(length: int, fade: int) -> np.ndarray:
    """Rise over one fade, stay, fall over one: two of them overlapping add up to 1."""
    rise = np.clip((np.arange(length) + 0.5) / fade, 0, 1)
    return np.minimum(rise, rise[::-1])
