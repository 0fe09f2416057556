"""Archives and names from every system; broken ones cost their owner and nobody else."""

import io
import json
import os
import struct
import zipfile

import pytest

from course_pkg.grading import Bounds, Settings, collect_submissions, grade_class
from course_pkg.grading.archives import list_members, read_member
from course_pkg.grading.kinds import why_not_graded
from course_pkg.grading.naming import readable, safe_folder
from course_pkg.grading.slim import without_outputs

RIGHT = "def nearest(x, s):\n    return x.repeat(s, 0).repeat(s, 1)"


def zipped(files, method=zipfile.ZIP_STORED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def renamed(archive, old, new, says_utf8=False):
    """The archive with other bytes for a name of the same length, as another system packs it."""
    assert len(old) == len(new)
    data = bytearray(archive.replace(old, new))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = -1
        while (start := data.find(mark, start + 1)) >= 0:
            (flags,) = struct.unpack_from("<H", data, start + place)
            flags = flags | 0x800 if says_utf8 else flags & ~0x800
            struct.pack_into("<H", data, start + place, flags)
    return bytes(data)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("김철수.ipynb".encode("cp949"), "김철수.ipynb"),
        ("똠방각하".encode("cp949"), "똠방각하"),  # syllables that only CP949 has
        ("김철수".encode(), "김철수"),
        ("\u1100\u1175\u11b7".encode(), "김"),
        ("a\u00a0b".encode(), "a b"),
        (b"plain-1_x.py", "plain-1_x.py"),
    ],
)
def test_names_are_read_in_the_encoding_they_were_written_in(raw, shown):
    assert readable(raw) == shown


@pytest.mark.parametrize(
    "raw", [b"\xff\xfe", b"a\x1b[31mred", b"a\nb", "a\u202eb".encode(), "a\u200bb".encode()]
)
def test_what_cannot_be_shown_is_replaced_and_still_told_apart(raw):
    shown = readable(raw)
    assert shown.isprintable()
    assert readable(raw + b"x") != shown
    assert "~" in shown


def test_the_longest_names_fit_on_a_disk():
    for name in ("가" * 80, "가" * 255, "a" * 255, "👩‍🔬" * 60):
        folder = safe_folder(name)
        assert len(f".unfinished-1234567-{folder}.json".encode()) < 255
        assert safe_folder(name + "x") != folder


@pytest.mark.parametrize(
    ("new", "says_utf8", "shown"),
    [
        ("김.ipynb".encode("cp949"), False, "김.ipynb"),
        ("é.ipynb".encode("cp437") + b"b", False, "é.ipynbb"),
        (b"\xff\xfe.ipynb", True, None),
    ],
)
def test_names_in_archives(tmp_path, new, says_utf8, shown):
    place = tmp_path / "a.zip"
    old = b"AB.ipynb"
    place.write_bytes(renamed(zipped({old.decode(): b"data"}), old, new, says_utf8))
    (member,) = list_members(place)
    assert member.trouble == ""
    assert shown is None or member.path == shown
    assert read_member(place, member.places, 100) == b"data"


def test_a_name_in_unicode_beside_an_older_one(tmp_path):
    import zlib

    raw = b"??.ipynb"
    field = struct.pack("<BI", 1, zlib.crc32(raw)) + "김수.ipynb".encode()
    info = zipfile.ZipInfo(raw.decode())
    info.extra = struct.pack("<HH", 0x7075, len(field)) + field
    place = tmp_path / "a.zip"
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr(info, b"data")
    assert [m.path for m in list_members(place)] == ["김수.ipynb"]


def test_archives_in_archives_up_to_a_depth(tmp_path):
    place = tmp_path / "a.zip"
    inner = zipped({"ch04.ipynb": b"data"})
    for depth in range(1, 5):
        inner = zipped({"in.zip": inner}) if depth > 1 else zipped({"kim/in.zip": inner})
        place.write_bytes(inner)
        (member,) = list_members(place)
        if depth < 3:
            assert read_member(place, member.places, 10) == b"data"
            assert member.path.endswith("in/ch04.ipynb")
        else:
            assert member.trouble == "too many archives lie in one another"


METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]


@pytest.mark.parametrize("method", METHODS)
def test_a_corrupt_member_of_any_method_has_a_reason(tmp_path, method):
    data = bytearray(zipped({"a.ipynb": os.urandom(500)}, method))
    start = data.index(b"a.ipynb") + 7
    data[start + 8 : start + 60] = bytes(52)
    place = tmp_path / "a.zip"
    place.write_bytes(data)
    (member,) = list_members(place)
    with pytest.raises(ValueError, match="it cannot be read: "):
        read_member(place, member.places, 1000)


@pytest.mark.parametrize("place", [8, 9, 10, 12, 20, 24, 28, 30, 42, 44])
def test_whatever_an_archive_claims_ends_in_a_sentence(tmp_path, place):
    """Every field of the list of contents overwritten in turn."""
    data = bytearray(zipped({"a.ipynb": b"x" * 100}, zipfile.ZIP_DEFLATED))
    start = data.index(b"PK\x01\x02")
    data[start + place : start + place + 2] = b"\xff\xff"
    archive = tmp_path / "a.zip"
    archive.write_bytes(data)
    for member in list_members(archive):
        if not member.trouble:
            try:
                found = read_member(archive, member.places, 1000)
            except ValueError as error:
                found = str(error)
            assert found == b"x" * 100 or found.startswith("it cannot be read: ")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("ch04.ipynb.txt", "its name ends in .txt; rename it to ch04.ipynb"),
        ("ch04.IPYNB.json", "its name ends in .json; rename it to ch04.IPYNB"),
        ("ch04.ipynb (1)", "its name goes on after the ending; rename it to ch04.ipynb"),
        ("ch04.py_2", "its name goes on after the ending; rename it to ch04.py"),
        ("a.rar", "this kind of archive is not opened"),
        ("a.tar.gz", "this kind of archive is not opened"),
        ("a.pdf", "it is a PDF"),
        ("a.docx", "it is a document"),
        ("a.hwp", "it is a Hangul document"),
        ("notes.txt", "it is plain text"),
        ("a", "only .ipynb and .py files are"),
    ],
)
def test_what_is_not_graded_has_its_reason(name, sentence):
    assert sentence in why_not_graded(name)[0]


def graded(root, out, **more):
    submissions = collect_submissions(root, **more)
    settings = Settings(("upsampling.nearest",), b"a secret of the tests", timeout=120.0)
    return {r.student: r for r in grade_class(submissions, settings, out).records}


def shared_bytes(good, times):
    """An archive whose entries all stand for the same bytes."""
    single = zipped({"n000.ipynb": good})
    start, end = single.index(b"PK\x01\x02"), single.index(b"PK\x05\x06")
    entry = single[start:end]
    entries = b"".join(entry.replace(b"n000", b"n%03d" % n) for n in range(times))
    tail = bytearray(single[end:])
    struct.pack_into("<HHI", tail, 8, times, times, len(entries))
    # Each entry has to meet its own name where the data begins, so all but one are refused.
    return single[:start] + entries + bytes(tail)


def test_nothing_stops_the_class(notebook, tmp_path):
    """Pipes, links, locked folders, names in no encoding, bombs: each costs its owner."""
    root, good = tmp_path / "in", notebook(RIGHT)
    root.mkdir()
    for name in ("good1", "good2"):
        (root / f"{name}.ipynb").write_bytes(good)
    os.mkfifo(root / "pipe.ipynb")
    (root / "folder.ipynb").mkdir()
    (root / "loop").symlink_to(root)
    odd = os.fsencode(root) + b"/\xff\xfa.ipynb"
    os.close(os.open(odd, os.O_CREAT | os.O_WRONLY))
    (root / ("가" * 80 + ".ipynb")).write_bytes(good)
    (root / "\x1b[2Jevil.ipynb").write_bytes(good)
    (root / "shared.zip").write_bytes(shared_bytes(good, 7))
    (root / "many.zip").write_bytes(zipped({f"{n}.ipynb": good for n in range(6)}))
    (root / "bomb.zip").write_bytes(
        zipped({"a.ipynb": bytes(300 << 20)}, zipfile.ZIP_DEFLATED),
    )
    (root / "none.zip").write_bytes(zipped({}))
    (root / "cut.zip").write_bytes(zipped({"a.ipynb": good})[:-30])
    found = graded(root, tmp_path / "out", bounds=Bounds(files=5))
    full = {student for student, r in found.items() if r.hundredths == 100}
    control = readable(b"\x1b[2Jevil")
    assert full >= {"good1", "good2", "가" * 80, "many"}
    assert any(student.startswith("�[2Jevil~") for student in full), control
    told = {student: r.problems[0][1] for student, r in found.items() if r.problems}
    assert told["pipe"] == "it is a pipe or a device, and no file"
    assert told["folder.ipynb"] == "the folder holds no notebook and no .py file"
    assert told["loop"] == "it is a symbolic link, and those are not followed"
    assert told["bomb"] == "it has more than 256 MB"
    assert told["none"] == "the archive holds no notebook and no .py file"
    assert told["cut"].startswith("the archive cannot be opened: ")
    assert told["many"] == "6 files were handed in; only 5 are read"
    assert any(reason.startswith("it cannot be read: ") for _, reason in found["shared"].problems)
    for path in (tmp_path / "out").rglob("*"):
        if path.is_file() and path.name != ".secret":
            assert "\x1b" not in path.read_text("utf8")


def test_bounds_are_adjustable(notebook, tmp_path):
    root = tmp_path / "in"
    (root / "kim").mkdir(parents=True)
    for n in range(3):
        text = f"#{'x' * (600 << 10)}\n{RIGHT}" if n < 2 else RIGHT
        (root / "kim" / f"{n}.ipynb").write_bytes(notebook(text))
    found = graded(root, tmp_path / "a", bounds=Bounds(files=200, file_mb=1, total_mb=1))
    assert found["kim"].hundredths == 100  # the newest first
    assert found["kim"].problems[0][1] == "the files have more than 1 MB together"
    found = graded(root, tmp_path / "b", bounds=Bounds(files=1))
    assert [path for path, _ in found["kim"].files] == ["kim/2.ipynb"]
    with pytest.raises(ValueError, match="bounds must be at least 1"):
        Bounds(files=0)


def test_a_notebook_of_sixty_megabytes_is_read_without_its_outputs(notebook, tmp_path):
    book = json.loads(notebook("import numpy as np", RIGHT))
    picture = {"data": {"image/png": "A" * (60 << 20), "text": 'a ] } "'}}
    book["cells"][0]["outputs"] = [picture]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "kim.ipynb").write_text(json.dumps(book))
    assert graded(tmp_path / "in", tmp_path / "out")["kim"].hundredths == 100


@pytest.mark.parametrize(
    "text",
    [
        '{"outputs": {"a": [1, "]"]}, "source": ["outputs", ": [", "\\"metadata\\": {"]}',
        '{"a": "outputs", "b": [1], "metadata"  :  {"x": {}}}',
        '{"outputs": 3, "metadata": null, "attachments": {"a": {"b": "}"}}}',
    ],
)
def test_only_outputs_and_metadata_are_left_out(text):
    kept, whole = json.loads(without_outputs(text.encode())), json.loads(text)
    for name, value in whole.items():
        is_dropped = name in ("outputs", "metadata", "attachments") and isinstance(value, dict)
        assert kept[name] == ({} if is_dropped else value)
    assert without_outputs(b'{"outputs": [') == b'{"outputs": ['


def test_the_time_of_one_student_is_bounded(notebook, tmp_path):
    """What was reached counts; the rest has no mark, and the next student their own time."""
    root = tmp_path / "in"
    root.mkdir()
    slow = "def bed_of_nails(x, s):\n    while True: pass"
    (root / "kim.ipynb").write_bytes(notebook(slow, RIGHT))
    (root / "lee.ipynb").write_bytes(notebook(RIGHT))
    ids = ("upsampling.bed_of_nails", "upsampling.nearest")
    settings = Settings(ids, b"a secret of the tests", timeout=8.0, student_seconds=8.0)
    kim, lee = grade_class(collect_submissions(root), settings, tmp_path / "out").records
    assert [mark.status for mark in kim.exercises] == ["timeout", "not_graded"]
    assert kim.exercises[1].message == (
        "Not graded: the 8 seconds for one submission were used up."
    )
    assert (kim.hundredths, kim.is_complete) == (None, False)
    assert lee.student == "lee"
    with pytest.raises(ValueError, match="student_seconds must be positive, got 0"):
        Settings(ids, b"a secret of the tests", student_seconds=0)


def test_attempts_are_put_in_order_wherever_they_lie(notebook, tmp_path):
    """A platform's archive in a folder; the number of the upload says which is the newer."""
    root = tmp_path / "in"
    root.mkdir()
    good, bad = notebook(RIGHT), notebook("def nearest(x, s):\n    return 0")
    names = {
        "kim_1001_7009_ch04.ipynb": good,
        "kim_1001_7001_ch04-1.ipynb": bad,
        "lee_1002_7002_ch04.ipynb": good,
    }
    (root / "submissions.zip").write_bytes(zipped(names))
    kim, lee = collect_submissions(root)
    assert [file.path.rpartition("_")[2] for file in kim.files] == ["ch04-1.ipynb", "ch04.ipynb"]
    (note,) = kim.notes
    assert note[1].startswith("the newest of 2 attempts: it counts before kim_1001_7001_")
    assert lee.notes == []


def test_students_that_may_have_run_together_are_noticed(notebook, tmp_path):
    for path in ("a/kim", "a/lee", "b/park"):
        (tmp_path / path).mkdir(parents=True)
        (tmp_path / path / "ch04.ipynb").write_bytes(notebook(RIGHT))
    a, b = collect_submissions(tmp_path)
    assert a.notes == [
        ("ch04.ipynb", "2 files are called so: if they are several students', give a roster")
    ]
    assert b.notes == []
    assert [s.student for s in collect_submissions(tmp_path, roster=["kim", "lee", "park"])] == [
        *("kim", "lee", "park")
    ]


def test_a_folder_of_moodle_without_notebooks_is_a_remark_beside_one_with(tmp_path):
    for path in ("file_/ch04.ipynb", "onlinetext_/onlinetext.html"):
        place = tmp_path / f"Kim Minsu_501_assignsubmission_{path}"
        place.parent.mkdir()
        place.write_text("{}")
    (tmp_path / "Lee Yuna_502_assignsubmission_onlinetext_").mkdir()
    kim, lee = collect_submissions(tmp_path)
    assert (len(kim.files), kim.problems, len(kim.notes)) == (1, [], 2)
    assert [reason for _, reason in lee.problems] == [
        "the folder holds no notebook and no .py file"
    ]
