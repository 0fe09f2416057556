"""Rosters as spreadsheets and platforms save them."""

import pytest

from course_pkg.grading import read_roster

KOREAN = "번호;학번;성명;이메일\n1;2024001;김민수;kim@u.ac.kr\n2;2024002;이영희;lee@u.ac.kr\n"
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,HW 4 (5512)\n"
    "    Points Possible,,,,,10\n"
    '"Kim, Minsu",1001,2024001,kim,A,\n'
    '"Lee, Young",1002,2024002,lee,A,\n'
    '"Student, Test",1003,,,A,\n'
)
MOODLE = (
    'Identifier,"Full name",Email address,Status,Grade,"Last modified (grade)"\n'
    'Participant 501,"Kim Minsu",kim@u.ac.kr,Submitted,,-\n'
    'Participant 502,"Lee Young",lee@u.ac.kr,,,-\n'
)
ROSTERS = {
    "excel_in_korea": (KOREAN.encode("cp949"), ["2024001", "2024002"]),
    "excel_utf8": (("\ufeff" + KOREAN).encode(), ["2024001", "2024002"]),
    "excel_unicode_text": (KOREAN.replace(";", "\t").encode("utf-16"), ["2024001", "2024002"]),
    "utf16_without_mark": (KOREAN.encode("utf-16-le"), ["2024001", "2024002"]),
    "tabs_cp949": (KOREAN.replace(";", "\t").encode("cp949"), ["2024001", "2024002"]),
    "windows_lines": (KOREAN.replace("\n", "\r\n").encode("cp949"), ["2024001", "2024002"]),
    "sep_line": (b"sep=;\nStudent ID;Name\n04;A\n", ["04"]),
    "heading_student_id": (b"Name,Student ID\nA,04\nB,07\n", ["04", "07"]),
    "heading_student_no": (b"Student No.,Name\n04,A\n", ["04"]),
    "heading_user_name": (b"First Name,Last Name,User Name\nMinsu,Kim,kim\n", ["kim"]),
    "quoted_commas": (b'id,name\n1,"Kim, Minsu"\n2,"Lee, Y"\n', ["1", "2"]),
    "text_marks": (b"id,name\n'04,A\n", ["04"]),
    "no_heading": (b"kim\nlee\n\nkim\n", ["kim", "lee"]),
    "only_student": (b"student\nkim\n", ["kim"]),
    "canvas": (CANVAS.encode(), ["2024001", "2024002"]),
    "title_above": (
        "영상 처리 2026,,\n,,\n".encode("cp949") + KOREAN.replace(";", ",").encode("cp949"),
        ["2024001", "2024002"],
    ),
    "no_title": (b"kim,yes\nlee,no\n", ["kim", "lee"]),
    "zeros_kept": (b'Student ID,Name\n="0024001",Kim\n', ["0024001"]),
    "numbers_of_excel": (b"Student ID,Name\n2024001.0,Kim\n", ["2024001"]),
    "moodle": (MOODLE.encode(), ["kim@u.ac.kr", "lee@u.ac.kr"]),
}


@pytest.mark.parametrize("name", ROSTERS)
def test_a_roster_is_read_however_it_was_saved(tmp_path, name):
    data, ids = ROSTERS[name]
    path = tmp_path / "r.csv"
    path.write_bytes(data)
    assert list(read_roster(path)) == ids


def test_what_a_roster_knows_besides_the_id(tmp_path):
    path = tmp_path / "r.csv"
    path.write_bytes(KOREAN.encode("cp949"))
    first = read_roster(path)[0]
    assert (first.name, first.others) == ("김민수", ("kim@u.ac.kr", "1"))
    path.write_text(CANVAS)
    first = read_roster(path)[0]
    assert (first.name, first.others) == ("Kim, Minsu", ("1001", "kim"))


BROKEN = {
    "nobody": (b"id\n", "names no students"),
    "empty": (b"", "names no students"),
    "workbook": (b"PK\x03\x04xl", "is a workbook, expected a table in text: save it as CSV"),
    "rounded": (b"id,name\n2.02E+09,A\n", "holds the id 2.02E+09, which a spreadsheet has rounded"),
    "two_people": (b"id,name\n1,A\n1,B\n", "gives the id 1 to two people: A and B"),
    "no_encoding": (b"id\n\xff\xff\x81", "is in no known encoding: save it as CSV UTF-8"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_roster_that_cannot_be_right_is_one_sentence(tmp_path, name):
    data, sentence = BROKEN[name]
    path = tmp_path / "r.csv"
    path.write_bytes(data)
    with pytest.raises(ValueError, match="the roster") as error:
        read_roster(path)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)
