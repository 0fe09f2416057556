"""Letters as strokes, and words written with them: consistent, repeatable, each its own hand."""

import numpy as np
import pytest
import torch

from course_pkg.data import (
    LETTERS,
    PenStrokes,
    collate_writings,
    letter_strokes,
    pen_positions,
    write_text,
)


def test_the_alphabet():
    assert LETTERS == "abcdefghijklmnopqrstuvwxyz"
    for letter in LETTERS:
        strokes = letter_strokes(letter)
        assert all(stroke.shape[0] >= 2 and stroke.shape[1] == 2 for stroke in strokes)
        places = np.concatenate(strokes)
        tall = {"b", "d", "f", "h", "i", "j", "k", "l", "t"}
        assert (places[:, 1].max() > 8) == (letter in tall)
        assert (places[:, 1].min() < 0) == (letter in set("gjpqy"))
    # Two strokes: what one does not write in one go.
    assert [x for x in LETTERS if len(letter_strokes(x)) == 2] == list("fijktxy")
    letter_strokes("a")[0][:] = 99
    assert letter_strokes("a")[0].max() < 99


def test_movements_add_up_to_the_strokes():
    written = write_text("ti", np.random.default_rng(0))
    lines = pen_positions(written.points)
    assert len(lines) == 4  # t and i have two strokes each
    assert sum(map(len, lines)) == len(written.points)
    assert written.points[0, :2].tolist() == [0, 0]
    assert int(written.points[:, 2].sum()) == 4
    assert written.points[-1, 2] == 1
    # The crossing of the t lies across its stem; the dot of the i above its stem.
    assert lines[1][:, 0].min() < lines[0][:, 0].mean() < lines[1][:, 0].max()
    assert lines[3][:, 1].min() > lines[2][:, 1].max() - 1
    assert float(lines[2][:, 0].mean()) > float(lines[0][:, 0].mean())


def test_owners_follow_the_text():
    written = write_text("hello", np.random.default_rng(1), LETTERS)
    assert written.text.tolist() == [7, 4, 11, 11, 14]
    assert written.owner.unique().tolist() == [0, 1, 2, 3, 4]
    assert (written.owner.diff() >= 0).all()
    assert set(written.owner[written.points[:, 2] == 1].tolist()) == {0, 1, 2, 3, 4}


def test_a_hand_for_every_state_of_the_generator():
    first, again, other = (write_text("pen", np.random.default_rng(s)) for s in (2, 2, 3))
    assert torch.equal(first.points, again.points)
    assert first.points.shape != other.points.shape or not torch.equal(first.points, other.points)


def test_points_are_about_evenly_spaced_and_of_unit_size():
    data = PenStrokes(40, seed=4)
    moves = torch.cat([w.points[1:][w.points[:-1, 2] == 0, :2].norm(dim=1) for w in data])
    assert 0.9 < float(moves.median()) < 1.5
    assert float(moves.max()) < 2.5


def test_the_data_set():
    data = PenStrokes(30, seed=5, alphabet="aeno", letters=(2, 4))
    texts = [w.text for w in data]
    assert len(data) == len(texts) == 30
    assert {len(text) for text in texts} == {2, 3, 4}
    assert set(torch.cat(texts).tolist()) == {0, 1, 2, 3}
    assert torch.equal(data[7].points, data[7].points)
    assert torch.equal(data[-1].points, data[29].points)
    assert not torch.equal(data[0].points, PenStrokes(30, 6, "aeno", (2, 4))[0].points)


def test_batches_keep_every_writing():
    data = PenStrokes(4, seed=7, letters=(1, 5))
    batch = collate_writings([data[i] for i in range(4)])
    for i in range(4):
        written = data[i]
        torch.testing.assert_close(batch.points[i][batch.mask[i]], written.points)
        assert torch.equal(batch.text[i][batch.text_mask[i]], written.text)
        assert torch.equal(batch.owner[i][batch.mask[i]], written.owner)
    assert (batch.points[~batch.mask] == 0).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: letter_strokes("A"), "strokes for a to z, none for 'A'"),
        (lambda: write_text("", np.random.default_rng(0)), "letters from 'abc"),
        (lambda: write_text("no!", np.random.default_rng(0)), "got 'no!'"),
        (lambda: PenStrokes(3, alphabet="aa"), "different letters from a to z, got 'aa'"),
        (lambda: PenStrokes(0), "at least 1 and letters a range from 1 up, got 0"),
        (lambda: PenStrokes(3, letters=(4, 3)), r"got 3 and \(4, 3\)"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_there_is_an_end():
    with pytest.raises(IndexError, match="there are 3 writings, none at 3"):
        PenStrokes(3)[3]
