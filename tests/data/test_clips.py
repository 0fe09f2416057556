import pytest
import torch

from course_pkg.data import CLASSES, COLOURS, MOVERS, Clip, sample_clip


@pytest.fixture(scope="module")
def clips() -> list[Clip]:
    return [sample_clip(seed) for seed in range(25)]


def test_the_same_seed_gives_the_same_clip():
    first, again = sample_clip(4), sample_clip(4)
    assert torch.equal(first.images, again.images)
    assert torch.equal(first.movers, again.movers)
    assert not torch.equal(first.images, sample_clip(5).images)


@pytest.mark.parametrize(("frames", "size"), [(6, 32), (8, 64), (11, 96)])
def test_shapes(frames: int, size: int):
    clip = sample_clip(0, frames, size)
    assert clip.images.shape == (frames, 3, size, size)
    assert clip.semantic.shape == (frames, size, size)
    assert clip.movers.shape == (frames, 2, size, size)
    assert 0 <= clip.images.min() < clip.images.max() <= 1


def test_frames_are_those_in_which_the_thing_is_seen(clips: list[Clip]):
    for clip in clips:
        for question in clip.questions:
            i = 0 if "first" in question.words else 1
            seen = clip.movers[:, i].flatten(1).any(1)
            assert torch.equal(question.frames, seen)
            assert torch.equal(question.regions, clip.movers[:, i])
            assert 2 <= seen.sum() < len(seen)
            if "colour" in question.words:
                assert question.answer == COLOURS[clip.colours[i]]
            else:
                assert question.answer == CLASSES[clip.labels[i]]


def test_the_first_passes_before_the_last_and_both_have_the_label_of_their_pixels(
    clips: list[Clip],
):
    for clip in clips:
        times = clip.movers.flatten(2).any(2)  # t 2
        assert times[:, 0].nonzero().max() < times[:, 1].nonzero().min()
        for i in range(2):
            assert (clip.semantic[clip.movers[:, i]] == clip.labels[i]).all()
        assert len(set(clip.labels.tolist())) == 2
        assert {CLASSES[label] for label in clip.labels} <= set(MOVERS)


def test_things_move_the_way_they_are_said_to(clips: list[Clip]):
    columns = torch.arange(64.0)
    for clip in clips:
        for i in range(2):
            frames = clip.movers[:, i].flatten(1).any(1).nonzero()[:, 0]
            middles = [
                (clip.movers[t, i].any(0) * columns).sum() / clip.movers[t, i].any(0).sum()
                for t in frames
            ]
            steps = torch.stack(middles).diff()
            assert (steps * clip.directions[i] > 0).all()


def test_nothing_else_changes(clips: list[Clip]):
    for clip in clips:
        moving = clip.movers.any(1)  # t h w
        still = ~moving.any(0)
        assert (clip.semantic[:, still] == clip.semantic[0, still]).all()
        # What is left in the picture is the noise of the sensor, and the shadows at the foot.
        change = (clip.images - clip.images[:1]).abs().mean(1)[:, still]
        assert change.median() < 0.05


def test_words_have_numbers():
    question = sample_clip(0).questions[1]
    assert question.text == "what colour is the thing that passes first"
    assert 3 not in question.tokens
    assert question.answer_index >= 0


def test_bad_arguments():
    with pytest.raises(ValueError, match="at least 6 frames to pass, got 5"):
        sample_clip(0, frames=5)
    with pytest.raises(ValueError, match="sample_clip: seed"):
        sample_clip(-3)
