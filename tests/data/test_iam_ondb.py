"""The loader of handwritten lines, on two made-up forms in the set's own layout."""

from pathlib import Path

import pytest
import torch

from course_pkg.data import IAM_ALPHABET, IAMOnDB, collate_writings

LINE = """<?xml version="1.0" encoding="ISO-8859-1"?>
<WhiteboardCaptureSession>
  <WhiteboardDescription><SensorLocation corner="top_left"/></WhiteboardDescription>
  <StrokeSet>{}</StrokeSet>
</WhiteboardCaptureSession>
"""


def stroke(*dots: tuple[int, int]) -> str:
    points = "".join(f'<Point x="{x}" y="{y}" time="1.5"/>' for x, y in dots)
    return f'<Stroke colour="black" start_time="1" end_time="2">{points}</Stroke>'


def write_form(root: Path, form: str, lines: list[str], printed: list[str]) -> None:
    group, short = form[:3], form[:7]
    strokes = root / "iam-ondb" / "lineStrokes" / group / short
    text = root / "iam-ondb" / "ascii" / group / short
    for folder in (strokes, text):
        folder.mkdir(parents=True, exist_ok=True)
    for number, line in enumerate(lines, start=1):
        (strokes / f"{form}-{number:02d}.xml").write_text(LINE.format(line))
    body = "\n".join(printed)
    (text / f"{form}.txt").write_text(f"OCR:\n\nwrong guess\n\n\nCSR:\n\n{body}\n", "latin1")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    first = stroke((100, 50), (104, 50), (104, 46)) + stroke((110, 50))
    second = stroke((7, 7), (7, 9))
    write_form(tmp_path, "a01-000u", [first, second], ["A ~b", "c"])
    write_form(tmp_path, "a01-000z", [second], ["other"])  # a form of the same text: another hand
    write_form(tmp_path, "h07-001", [second], ["x"])
    for name, forms in {"trainset": "a01-000u\n", "testset_v": " h07-001 \n"}.items():
        (tmp_path / "iam-ondb" / f"{name}.txt").write_text(forms)
    return tmp_path


def test_lines_come_as_movements_with_their_text(root: Path) -> None:
    lines = IAMOnDB(root)
    assert len(lines) == 2
    points, text, owner = lines[0]
    # Movements of 0, 4, 4 and sqrt(6^2 + 4^2); the median of those that move is 4. y points up.
    expected = [[0, 0, 0], [1, 0, 0], [0, 1, 1], [1.5, -1, 1]]
    assert points.tolist() == expected
    assert [IAM_ALPHABET[number] for number in text] == ["A", " ", "\ufffd", "b"]
    assert owner.tolist() == [-1] * 4
    assert lines[1].points.tolist() == [[0, 0, 0], [0, -1, 1]]


def test_each_split_has_its_list(root: Path) -> None:
    assert [path.name for path, _ in IAMOnDB(root, "val").lines] == ["h07-001-01.xml"]
    with pytest.raises(FileNotFoundError, match=r"testset_f\.txt does not exist; get the data"):
        IAMOnDB(root, "test")


def test_lines_go_into_batches_and_through_transforms(root: Path) -> None:
    batch = collate_writings([IAMOnDB(root)[0], IAMOnDB(root)[1]])
    assert batch.points.shape == (2, 4, 3)
    assert batch.mask.sum(1).tolist() == [4, 2]
    assert IAMOnDB(root, transforms=lambda item: len(item.points))[0] == 4


def test_errors_say_what_is_wrong(root: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="split must be one of train, val, val2, test; got 'dev'"):
        IAMOnDB(root, "dev")
    with pytest.raises(ValueError, match="download=True is not possible"):
        IAMOnDB(root, download=True)
    with pytest.raises(FileNotFoundError, match="iam-ondb/lineStrokes does not exist"):
        IAMOnDB(tmp_path / "elsewhere")
    write_form(root, "b01-000", [stroke((1, 1))], ["one", "two"])
    (root / "iam-ondb" / "testset_t.txt").write_text("b01-000\n")
    with pytest.raises(ValueError, match=r"form b01-000 has 1 written lines in .* but 2 lines"):
        IAMOnDB(root, "val2")
    write_form(root, "b01-001", [""], ["nothing"])
    (root / "iam-ondb" / "testset_t.txt").write_text("b01-001\n")
    with pytest.raises(ValueError, match="holds no stroke"):
        IAMOnDB(root, "val2")[0]
    (root / "iam-ondb" / "testset_t.txt").write_text("../b01\n")
    with pytest.raises(ValueError, match="is no form's name, such as a01-000u"):
        IAMOnDB(root, "val2")


def test_a_dot_alone_has_no_length_to_divide_by(root: Path) -> None:
    write_form(root, "c01-000", [stroke((5, 5))], ["."])
    (root / "iam-ondb" / "testset_t.txt").write_text("c01-000\n")
    assert IAMOnDB(root, "val2")[0].points.tolist() == [[0, 0, 1]]
    assert torch.isfinite(IAMOnDB(root, "val2")[0].points).all()
