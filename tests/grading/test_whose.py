"""Whose file it is: the names that platforms, browsers and students give, and no guess."""

import pytest

from course_pkg.grading.platforms import gradescope_tags, platform_of, tag_of
from course_pkg.grading.rosters import Student
from course_pkg.grading.whose import student_of, whose


def owners(paths, **more):
    return {path: claim.students for path, claim in whose(paths, **more).items()}


def doubts(paths, **more):
    return {path: claim.doubt for path, claim in whose(paths, **more).items()}


CANVAS = {
    "kimminsu_1001_70001_ch04.ipynb": "kimminsu",
    "kimminsu_1001_70009_ch04-1.ipynb": "kimminsu",
    "leeyoung_LATE_1002_70002_my_04_answers.ipynb": "leeyoung",
    "김철수_1003_70003_과제.ipynb": "김철수",
    "parkjin_late_1004_70004_hw/ch04.ipynb": "parkjin",
    "smith_1005_70005_a.ipynb": "smith_1005",
    "smith_1006_70006_a.ipynb": "smith_1006",
    "choi_1007_text.html": "choi",
    "anon_x1Y2z_70008_ch04.ipynb": "anon_x1Y2z",
    "LATE_anon_Q9w8e_70009_ch04.ipynb": "anon_Q9w8e",
}
MOODLE = {
    "Kim Minsu_501_assignsubmission_file_/ch04.ipynb": "Kim Minsu",
    "KIM,CHULSOO-2018147546_502_assignsubmission_file_/a/ch04.ipynb": "KIM,CHULSOO-2018147546",
    "박영희_503_assignsubmission_file_ch04.ipynb": "박영희",
    "박영희_503_assignsubmission_onlinetext.html": "박영희",
    "Participant_601_assignsubmission_file_/x.ipynb": "Participant_601",
    "Participant_602_assignsubmission_file_/x.ipynb": "Participant_602",
}
EXPORT = b"""
submission_1:
  :submitters:
  - :name: Kim Minsu
    :sid: '0012'
    :email: kim@u.ac.kr
  :created_at: 2026-03-20 10:00:00.123456789 +09:00
submission_2:
  :submitters:
  - :name: Lee Young
    :sid: 0044
  - :name: Park Jin
    :sid:
    :email: park@u.ac.kr
submission_3:
  :submitters:
  - :name: Kim Minsu
    :sid: '0099'
"""


@pytest.mark.parametrize("named", [CANVAS, MOODLE], ids=["canvas", "moodle"])
def test_a_platforms_names_are_recognised(named):
    assert owners(list(named)) == {path: (student,) for path, student in named.items()}


def test_what_canvas_says_besides_the_name():
    tag = tag_of("leeyoung_LATE_1002_70002_x.ipynb", "canvas")
    assert (tag.late, tag.order, tag.user) == (True, 70002, "1002")
    assert not tag_of("latimer_1002_70002_x.ipynb", "canvas").late
    assert tag_of("LATE_anon_Q9w8e_70009_ch04.ipynb", "canvas").late


def test_an_export_of_gradescope():
    tags = gradescope_tags(EXPORT)
    paths = ["submission_1/a.ipynb", "x_export/submission_2/b.ipynb", "submission_3/a.ipynb"]
    assert list(owners(paths, exported=tags).values()) == [
        ("Kim Minsu_0012",),
        ("Lee Young", "Park Jin"),  # a group's mark is each member's
        ("Kim Minsu_0099",),
    ]
    assert tags["submission_1"][0].time.isoformat() == "2026-03-20T10:00:00+09:00"
    assert tags["submission_2"][0].user == "0044"  # as a number it would be another id
    roster = [Student("0012"), Student("0044"), Student("7", "Park Jin", ("park@u.ac.kr",))]
    assert list(owners(paths[:2], exported=tags, roster=roster).values()) == [
        ("0012",),
        ("0044", "7"),
    ]


@pytest.mark.parametrize("text", [b"[1, 2]", b"a: [", b"submission_1: 3", b"\xff\xfe\x00"])
def test_a_broken_export_is_one_sentence(text):
    with pytest.raises(ValueError, match=r"submission_metadata.yml cannot be read: "):
        gradescope_tags(text)


@pytest.mark.parametrize(
    "paths",
    [
        ["kim_2026_04_a.ipynb", "lee_2026_04_a.ipynb"],  # one number for two names
        ["kim01/hw_1_2_a.ipynb", "lee02/b.ipynb", "park03/c.ipynb"],
        ["ch04.ipynb"],
    ],
)
def test_names_that_only_look_like_a_platforms(paths):
    assert platform_of(paths) == "plain"


def test_the_platform_knows_better_than_the_name_that_the_student_gave():
    roster = ["20240001", "20240002", Student("20240003", "Park, Jin", ("1003",))]
    claims = whose(
        [
            "mallory_1009_70001_20240001.ipynb",
            "parkjin_1003_70003_20240002.ipynb",
            "ann20240002_1002_70004_a.ipynb",
        ],
        roster=roster,
    )
    assert [c.students for c in claims.values()] == [("mallory",), ("20240003",), ("ann20240002",)]
    assert [bool(c.doubt) for c in claims.values()] == [True, False, True]


@pytest.mark.parametrize(
    ("path", "roster", "student"),
    [
        ("07/04_upsampling_family.ipynb", ["04", "07"], "07"),
        ("7/04_upsampling_family.ipynb", ["04", "07"], "07"),  # Excel drops zeros
        ("07.ipynb", ["4", "7"], "7"),
        ("7번_ch04_과제.ipynb", ["4", "7"], "7"),
        ("KIM01/x.ipynb", ["kim01", "kim02"], "kim01"),
        ("week_2/kim01/x.ipynb", ["kim01", "2"], "kim01"),
        ("hw-kim1-late.ipynb", ["kim", "kim1"], "kim1"),
        ("kim-2.ipynb", ["kim", "kim-2"], "kim-2"),
        ("hw_20240001_final.ipynb", ["20240001", "2024000"], "20240001"),
        ("김민수_ch04.ipynb", [Student("1", "김민수"), Student("2", "이영희")], "1"),
        ("Minsu Kim.ipynb", [Student("1", "Kim, Minsu")], "1"),
        ("\u1100\u1175\u11b7.ipynb", ["김", "이"], "김"),  # stored in pieces, as by a Mac
        ("a/kim@u.ac.kr.ipynb", [Student("1", "", ("kim@u.ac.kr",))], "1"),
    ],
)
def test_the_roster_finds_its_student(path, roster, student):
    (claim,) = whose([path], roster=roster).values()
    assert (claim.students, claim.doubt) == ((student,), "")


@pytest.mark.parametrize(
    ("path", "roster", "doubt", "own"),
    [
        (
            "kim01_lee02.ipynb",
            ["kim01", "lee02"],
            "it fits two ids of the roster, kim01 and lee02",
            "kim01_lee02",
        ),
        (
            "김민수.ipynb",
            [Student("1", "김민수"), Student("2", "김민수")],
            "it fits two ids of the roster, 1 and 2",
            "김민수",
        ),
        ("04_upsampling.ipynb", ["04", "07"], "no id of the roster stands in its path", None),
        ("kimchi/x.ipynb", ["kim"], "no id of the roster stands in its path", "kimchi"),
        ("hw_4_7.ipynb", ["4", "7"], "no id of the roster stands in its path", None),
    ],
)
def test_where_two_fit_or_none_the_file_has_a_row_of_its_own(path, roster, doubt, own):
    (claim,) = whose([path], roster=roster).values()
    assert claim.doubt == doubt
    assert claim.students[0] not in roster
    assert own is None or claim.students == (own,)


def test_one_folder_for_all_is_nobodys():
    paths = [f"4/{n:02}.ipynb" for n in range(1, 6)]
    roster = [str(n) for n in range(1, 6)]
    assert list(owners(paths, roster=roster).values()) == [(id,) for id in roster]


def test_the_words_that_all_names_share_are_the_exercises():
    paths = ["07_04_upsampling_family.ipynb", "12_04_upsampling_family.ipynb"]
    assert list(owners(paths, roster=["04", "07", "12"]).values()) == [("07",), ("12",)]


def test_files_of_strangers_among_others_do_not_run_together():
    paths = ["a/kim01.ipynb", "a/stranger.ipynb", "a/other.ipynb"]
    assert list(owners(paths, roster=["kim01"]).values()) == [
        ("kim01",),
        ("a/stranger",),
        ("a/other",),
    ]


@pytest.mark.parametrize(
    ("paths", "students"),
    [
        (["kim03.ipynb", "kim03-1.ipynb", "kim03 (2).ipynb"], ["kim03"] * 3),
        (["team-1.ipynb", "team-2.ipynb"], ["team-1", "team-2"]),
        (["kim (1)/a.ipynb", "kim/a.ipynb"], ["kim", "kim"]),
        (["kim의 사본.ipynb", "Copy of lee.ipynb"], ["kim", "lee"]),
    ],
)
def test_copies_are_their_originals(paths, students):
    assert [student for (student,) in owners(paths).values()] == students


def test_the_pattern_decides_where_there_is_one():
    assert owners(["x_kim_1.ipynb"], id_from=r"x_(?P<id>\w+?)_") == {"x_kim_1.ipynb": ("kim",)}
    assert whose(["kim1/a.ipynb"], id_from=r"^(\d)") == {"kim1/a.ipynb": None}
    (claim,) = whose(["kim1/a.ipynb"], id_from=r"^(\w+)", roster=["kim2"]).values()
    assert claim.doubt == "its id kim1 is not on the roster"
    assert student_of("Kim_1_assignsubmission_file_/a.ipynb") == "Kim_1_assignsubmission_file_"


def test_a_large_class_is_sorted_out_at_once():
    roster = [Student(f"2024{n:04}", f"Name{n}", (f"u{n}@u.ac.kr",)) for n in range(2000)]
    paths = [f"section/hw_{id}_{k}.ipynb" for id in roster for k in range(5)]
    assert len(set(owners(paths, roster=roster).values())) == 2000
