"""A paper's folder shares with other papers what is said here, and nothing else.

`python book/_tools/rooms.py` prints the whole table.
"""

import grimp
import pytest
from rooms import imported_from, main, rooms

# What a folder of models shares with others besides ops, data and the protocol of departures. Who
# adds a line here makes a paper longer to read.
SHARED = {
    "attention_everywhere": {
        "backbones.cell_encoder",
        "sequences.beam_search",
        "sequences.bidirectional_lstm",
    },
    "captioning": {"backbones.cell_encoder", "sequences.beam_search"},
    "encoder_decoders": {"backbones.vgg16"},
    "fcn": {"backbones.efficientnet_lite0", "backbones.vgg16"},
    "instances": {"backbones.efficientnet_lite0", "fcn.alignment", "fcn.heads", "fcn.lite"},
    "instances.cascade": {
        "backbones.efficientnet_lite0",
        "instances.detection.anchors",
        "instances.detection.rpn",
        "instances.system",
    },
    "instances.detection": {"backbones.efficientnet_lite0", "instances.system"},
    "instances.hypercolumns": {
        "backbones.efficientnet_lite0",
        "instances.proposals.contour_tree",
        "instances.proposals.region_proposals",
        "instances.sds.region_crops",
        "instances.system",
        "multiscale.purity_cover",
        "multiscale.superpixels",
    },
    "instances.proposals": {"multiscale.purity_cover", "multiscale.superpixels"},
    "instances.sds": {
        "backbones.efficientnet_lite0",
        "instances.proposals.contour_tree",
        "instances.proposals.region_proposals",
        "instances.system",
        "multiscale.purity_cover",
        "multiscale.superpixels",
    },
    "refinement": {"full_resolution.receptive_field", "patches.shift_and_stitch"},
    "translation": {"sequences.beam_search", "sequences.gru"},
}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("course_pkg", cache_dir=None)


def test_a_paper_shares_what_is_said_here(graph: grimp.ImportGraph) -> None:
    found = {}
    for room in rooms(graph):
        _, shared = imported_from(graph, room)
        prefix = "course_pkg.models."
        names = {m.removeprefix(prefix) for m in shared if m.startswith(prefix)} - {"departure"}
        found[room.removeprefix(prefix)] = names
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
