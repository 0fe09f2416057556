"""`course list` and `course reproduce`: what they print and write, and how they refuse."""

import json

import pytest
import torch
from shrunk import only_shrunk

from course_pkg.cli import main
from course_pkg.recipes import all_recipes
from course_pkg.recipes._core.index import INDEX, recipe_index


def test_the_list_in_its_file_is_that_of_the_recipes():
    written = json.loads(INDEX.read_text("utf8"))
    assert written == recipe_index(), "run: python -m course_pkg.recipes._core.index"


def test_list_names_every_recipe_with_data_presets_and_the_papers_number(capsys):
    assert main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    starts = {line.split()[0]: i for i, line in enumerate(lines) if not line.startswith(" ")}
    assert list(starts) == [recipe.name for recipe in all_recipes()]
    for recipe in all_recipes():
        line = lines[starts[recipe.name]]
        assert line.split()[1 : 2 + len(recipe.presets)] == [recipe.dataset, *recipe.presets]
        assert line.endswith(recipe.what)
    text = "\n".join(lines)
    assert "paper: miou 0.627, Long et al. 2015, Table 2: PASCAL VOC 2011" in text
    assert "0.724 (reported, unverified), Farabet et al. 2013" in text


def test_reproduce_writes_numbers_and_a_picture(capsys, monkeypatch, tmp_path, fake_camvid):
    only_shrunk(monkeypatch, "segnet-camvid")
    out = tmp_path / "out"
    arguments = ["reproduce", "segnet-camvid", "--preset", "tiny", "--data", str(fake_camvid)]
    assert main([*arguments, "--device", "cpu", "--seed", "4", "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    numbers = json.loads((out / "segnet-camvid.tiny.cpu.seed4.json").read_text())
    assert numbers["metrics"]["miou"] == pytest.approx(
        float(printed.split("miou")[1].split()[0]), abs=1e-4
    )
    assert "wrote" in printed.splitlines()[-1]
    assert (out / "segnet-camvid.tiny.cpu.seed4.png").stat().st_size < 150_000
    assert str(fake_camvid) not in json.dumps(numbers)
    # A stopped run goes on; one that is done has nothing left to do.
    again = [*arguments, "--device", "cpu", "--seed", "4", "--out", str(out), "--resume"]
    assert main(again) == 0
    repeated = json.loads((out / "segnet-camvid.tiny.cpu.seed4.json").read_text())
    assert repeated["metrics"] == numbers["metrics"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["fcn8-camvid"], "course: there is no recipe 'fcn8-camvid': did you mean fcn8s-camvid"),
        (["patch-scenes", "--preset", "huge"], "course reproduce: argument --preset: invalid"),
        (["patch-scenes", "--device", "tpu"], "course reproduce: argument --device: invalid"),
        (["patch-scenes", "--seed", "-1"], "course: seed must be from 0 to 2**32 - 1, got -1"),
        (["patch-scenes", "--seed", "one"], "course reproduce: argument --seed: invalid int"),
        (
            ["segnet-camvid", "--data", "nowhere"],
            "course: CamVid: nowhere/camvid/train.txt does not exist; get the data from",
        ),
        (["segnet-camvid"], "course: CamVid: no folder with data is known; pass root=... or set"),
        ([], "course reproduce: the following arguments are required: NAME"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(
    arguments, sentence, capsys, tmp_path, monkeypatch
):
    monkeypatch.delenv("COURSE_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    assert_refused(["reproduce", *arguments], sentence, capsys)
    assert not list(tmp_path.rglob("*.json"))


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--device", "cuda"], "course: device 'cuda' needs an NVIDIA GPU, none was found"),
        (["--preset", "full"], "course: preset 'full' of patch-scenes is made for a GPU"),
    ],
)
def test_no_gpu_is_said_in_one_sentence(arguments, sentence, capsys):
    assert_refused(["reproduce", "patch-scenes", *arguments], sentence, capsys)


def test_a_folder_that_cannot_be_written_is_bad_input(capsys, monkeypatch, tmp_path):
    only_shrunk(monkeypatch, "patch-scenes")
    file = tmp_path / "file"
    file.write_text("not a folder")
    command = ["reproduce", "patch-scenes", "--device", "cpu", "--preset", "tiny"]
    assert_refused([*command, "--out", str(file)], "course: [Errno", capsys)


def assert_refused(arguments, sentence, capsys):
    try:
        code = main(arguments)
    except SystemExit as stop:
        code = stop.code
    out, err = capsys.readouterr()
    assert code == 2
    assert out == ""
    assert err.startswith(sentence)
    assert len(err.splitlines()) == 1
