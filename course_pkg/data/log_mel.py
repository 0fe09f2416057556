"""From a wave to what a listener gets: loudness in bands, a hundred times a second."""

import numpy as np
from jaxtyping import Float

__all__ = ["FRAMES_PER_SECOND", "log_mel", "mel_filters"]

FRAMES_PER_SECOND = 100
_WINDOW_SECONDS = 0.025


def mel_filters(
    bands: int, bins: int, rate: int, low: float = 80.0
) -> Float[np.ndarray, "{bands} {bins}"]:
    """Triangles that gather the bins of a spectrum into bands, narrow below and wide above.

    The ear tells 100 from 200 Hz easily, and 3000 from 3100 Hz hardly; the mel scale is that fact
    as a formula, 2595 log10(1 + f / 700).

    Args:
        bands: how many triangles.
        bins: of the spectrum, from 0 Hz to half the rate.
        rate: samples a second.
        low: where the first triangle begins, in Hz.

    Returns:
        Weights of the bins in each band.

    Raises:
        ValueError: if the bands are so narrow that one of them holds no bin.

    Source: O'Shaughnessy 1987, Speech Communication (the formula).

    Example:
        >>> mel_filters(3, 9, 8000).round(1)
        array([[0. , 1. , 0.3, 0. , 0. , 0. , 0. , 0. , 0. ],
               [0. , 0. , 0.7, 0.7, 0.3, 0. , 0. , 0. , 0. ],
               [0. , 0. , 0. , 0.3, 0.7, 0.9, 0.6, 0.3, 0. ]])
    """
    top = 2595 * np.log10(1 + rate / 2 / 700)
    corners = np.linspace(2595 * np.log10(1 + low / 700), top, bands + 2)
    hertz = 700 * (10 ** (corners / 2595) - 1)
    at = np.linspace(0, rate / 2, bins)
    rising = (at - hertz[:-2, None]) / (hertz[1:-1] - hertz[:-2])[:, None]
    falling = (hertz[2:, None] - at) / (hertz[2:] - hertz[1:-1])[:, None]
    filters = np.clip(np.minimum(rising, falling), 0, None)
    if not filters.any(1).all():
        raise ValueError(
            f"mel_filters: {bands} bands are too narrow for {bins} bins; take fewer bands"
        )
    return filters


def log_mel(wave: Float[np.ndarray, " samples"], rate: int, bands: int = 24) -> np.ndarray:
    """Say how loud a sound is in each band, every hundredth of a second.

    Frame t looks through a window of 25 ms whose middle is at (t + 1/2) / 100 seconds, so that
    frame t and the hundredth of a second number t belong together.

    Args:
        wave: samples, about -1 to 1.
        rate: samples a second, a multiple of 100.
        bands: of the mel scale.

    Returns:
        float32 (frames, bands), natural logarithms; a band that is silent gets log(1e-5).

    Raises:
        ValueError: if the rate is no multiple of 100, or the wave shorter than one frame.

    Source: the features of Chan et al. 2016, section 4, with 40 bands at twice the rate.

    Example:
        >>> tone = np.sin(2 * np.pi * 1000 * np.arange(8000) / 8000)
        >>> log_mel(tone, 8000).shape
        (100, 24)
    """
    hop = rate // FRAMES_PER_SECOND
    if rate % FRAMES_PER_SECOND or len(wave) < hop:
        raise ValueError(
            f"log_mel: expected a rate that is a multiple of {FRAMES_PER_SECOND} and at least one "
            f"frame of sound, got rate {rate} and {len(wave)} samples"
        )
    window = int(_WINDOW_SECONDS * rate)
    size = 1 << (window - 1).bit_length()
    frames = len(wave) // hop
    before = (window - hop) // 2
    padded = np.pad(wave, (before, window))
    cut = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop][:frames]
    power = np.abs(np.fft.rfft(cut * np.hanning(window), size)) ** 2 / window
    bins = size // 2 + 1
    return np.log(power @ mel_filters(bands, bins, rate).T + 1e-5).astype(np.float32)
