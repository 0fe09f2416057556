"""A paper's folder shares with other papers what is said here, and nothing else.

`python book/_tools/rooms.py` prints the whole table.
"""

import grimp
import pytest
from rooms import imported_from, main, rooms

# Which other folders of models a paper's folder draws on, besides ops and data. A name more here is
# a folder more to read.
SHARED = {
    "attention_everywhere": {"backbones", "sequences"},
    "captioning": {"backbones", "sequences"},
    "encoder_decoders": {"backbones"},
    "fcn": {"backbones"},
    "instances": {"backbones", "fcn"},
    "instances.cascade": {
        "backbones",
        "instances",
        "instances.detection",
        "instances.proposals",
        "multiscale",
    },
    "instances.detection": {"backbones", "instances"},
    "instances.hypercolumns": {
        "backbones",
        "instances",
        "instances.proposals",
        "instances.sds",
        "multiscale",
    },
    "instances.proposals": {"multiscale"},
    "instances.sds": {"backbones", "instances", "instances.proposals", "multiscale"},
    "refinement": {"full_resolution", "patches"},
    "translation": {"sequences"},
}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("course_pkg", cache_dir=None)


def test_a_paper_shares_what_is_said_here(graph: grimp.ImportGraph) -> None:
    found = {}
    for room in rooms(graph):
        _, shared = imported_from(graph, room)
        prefix = "course_pkg.models."
        names = {m.removeprefix(prefix).rpartition(".")[0] for m in shared if m.startswith(prefix)}
        found[room.removeprefix(prefix)] = names - {""}
    assert {room: names for room, names in found.items() if names} == SHARED


def test_nothing_outside_a_folder_is_called_its_own(graph: grimp.ImportGraph) -> None:
    inside, shared = imported_from(graph, "course_pkg.models.instances.sds")
    assert {m.rpartition(".")[0] for m in inside} == {"course_pkg.models.instances.sds"}
    assert not inside & shared
    assert "course_pkg.ops" in shared  # as a whole, and not followed
    assert not [m for m in shared if m.startswith("course_pkg.ops.")]


def test_the_table_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    main()
    assert "models.patches\n  here:   departures patch_classifier shift_and_stitch\n" in (
        capsys.readouterr().out
    )
