"""What is said about a clip is what is to be seen in it, and when."""

import pytest
import torch

from course_pkg.data import CLASSES, COLOURS, SCENE_VOCABULARY, clip_caption, sample_clip


@pytest.mark.parametrize("seed", range(6))
def test_words_and_frames_agree_with_the_clip(seed):
    clip = sample_clip(seed, frames=10, size=48)
    caption = clip_caption(clip)
    words = caption.words
    assert words[0] == "first"
    assert words[4:6] == (",", "last")
    assert [words[3], words[8]] == [CLASSES[k] for k in clip.labels]
    assert [words[2], words[7]] == [COLOURS[k] for k in clip.colours]
    for article, colour in ((words[1], words[2]), (words[6], words[7])):
        assert article == ("an" if colour == "orange" else "a")
    for k in (0, 4, 5):
        assert not caption.frames[k].any()
    for mover, place in ((0, 1), (1, 6)):
        for k in range(place, place + 3):
            # The class stands in the semantic map in these frames, at these pixels.
            for t in range(10):
                there = clip.movers[t, mover]
                assert caption.frames[k, t] == there.any()
                assert (clip.semantic[t][there] == clip.labels[mover]).all()
    assert caption.frames[1].nonzero().max() < caption.frames[6].nonzero().min()


def test_every_word_is_known():
    texts = [clip_caption(sample_clip(seed, size=32)) for seed in range(15)]
    for caption in texts:
        assert not (caption.tokens == SCENE_VOCABULARY.unknown).any()
        assert SCENE_VOCABULARY.decode(caption.tokens) == list(caption.words)
    assert torch.unique(torch.tensor([len(caption.words) for caption in texts])).tolist() == [9]
