"""Result files: complete, strict, named after their content; and what describes the machine."""

import json
import re
import subprocess
import sys

import pytest
import torch
from PIL import Image

from course_pkg.engine import (
    Result,
    Timer,
    hardware,
    make_accelerator,
    pick_device,
    read_results,
    stored_picture,
    stored_results,
    versions,
    write_result,
)

GOOD = {
    "recipe": "fcn8s-camvid",
    "dataset": "camvid",
    "split": "val",
    "preset": "small",
    "device": "cpu",
    "metrics": {"miou": 0.6, "class_iou": [0.5, None, 0.7], "bleu": 31.0, "loss_nats": 2.5},
    "command": "course reproduce fcn8s-camvid --preset small",
    "seed": 3,
    "seconds": 12.5,
    "peak_memory_mb": 900.0,
    "paper": {"value": {"miou": 0.627}, "tag": "V", "source": "Long et al. 2015, Table 2"},
}


def test_file_has_the_fields_and_comes_back(tmp_path):
    result = Result(**GOOD)
    path = write_result(result, tmp_path / "results")
    assert path.name == "fcn8s-camvid.small.cpu.seed3.json"
    data = json.loads(path.read_text())
    assert set(data) == set(GOOD) - {"device"} | {"schema", "versions", "hardware", "date"}
    assert data["schema"] == 1
    assert data["versions"]["torch"] == torch.__version__.split("+")[0]
    assert data["hardware"] == hardware()
    assert data["date"].endswith("+00:00")
    assert read_results(path.parent) == [result]
    assert read_results(tmp_path / "nowhere") == []
    again = write_result(Result(**{**GOOD, "seed": 4}), path.parent)
    assert [r.seed for r in read_results(path.parent)] == [3, 4]
    assert again != path


def test_stored_results_are_those_of_the_package_or_of_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # wherever one is
    assert len(stored_results()) > 30
    assert any(stored_picture(result) is not None for result in stored_results())
    assert stored_results(tmp_path) == []
    result = Result(**GOOD)
    write_result(result, tmp_path)
    assert stored_results(tmp_path) == [result]
    assert stored_picture(result, tmp_path) is None
    Image.new("L", (3, 2), 7).save(tmp_path / "fcn8s-camvid.small.cpu.seed3.png")
    assert stored_picture(result, tmp_path).size == (3, 2)
    assert stored_picture(Result(**{**GOOD, "seed": 4}), tmp_path) is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"recipe": "FCN 8s"}, "recipe must be lower-case"),
        ({"split": ""}, "split must not be empty"),
        ({"preset": "huge"}, "preset must be one of tiny, small, long, full, paper, got 'huge'"),
        ({"device": "tpu"}, "device must be cpu or cuda"),
        ({"metrics": {}}, "at least one number"),
        ({"metrics": {"miou": 62.7}}, "'miou' must be from 0 to 1, got 62.7"),
        ({"metrics": {"bleu": 101}}, "'bleu' must be from 0 to 100"),
        ({"metrics": {"loss": float("nan")}}, "'loss' must be a finite number, got nan"),
        ({"metrics": {"miou": None}}, "'miou' must be a finite number, got None"),
        ({"metrics": {"class_iou": [0.5, 1.5]}}, "'class_iou' must be from 0 to 1"),
        ({"seconds": -1.0}, "seconds must be a number from 0"),
        ({"paper": {"value": 0.6}}, "paper must have value, tag and source"),
        ({"paper": {"value": 0.6, "tag": "X", "source": "s"}}, "tag must be one of V, R, C, M"),
        ({"paper": {"value": "0.6", "tag": "V", "source": "s"}}, "value must be a number"),
        ({"paper": {"value": 0.6, "tag": "V", "source": ""}}, "source must not be empty"),
        ({"schema": 2}, "schema must be 1"),
    ],
)
def test_incomplete_and_impossible_results_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        Result(**{**GOOD, **change})


def test_damaged_files_are_named(tmp_path):
    path = write_result(Result(**GOOD), tmp_path)
    text = path.read_text()
    renamed = path.with_name("fcn8s-camvid.tiny.cpu.seed3.json")
    path.rename(renamed)
    with pytest.raises(ValueError, match=r"tiny.cpu.seed3.json is not a valid.*should be called"):
        read_results(tmp_path)
    renamed.unlink()
    for damaged, message in (
        (text[:-20], "is not a valid result file"),
        (text.replace('"split"', '"spilt"'), "missing or unknown: spilt, split"),
        (text.replace("0.6,", "6.0,"), "'miou' must be from 0 to 1"),
        ("[]", "missing or unknown"),
    ):
        path.write_text(damaged)
        with pytest.raises(ValueError, match=message):
            read_results(tmp_path)
    path.rename(tmp_path / "notes.json")
    with pytest.raises(ValueError, match=r"notes.json is not a valid result file"):
        read_results(tmp_path)


def test_machine_is_described():
    line = hardware()
    assert "\n" not in line
    assert re.search(rf"\b[1-9]\d* cores, {torch.get_num_threads()} threads", line)
    assert {"python", "torch", "torchvision", "numpy", "accelerate"} <= set(versions())
    assert pick_device("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")
    with pytest.raises(ValueError, match="device must be auto, cpu or cuda, got 'tpu'"):
        pick_device("tpu")


def test_peak_memory_grows_by_what_is_taken():
    # In a process of its own, where the peak is not far above what is in use.
    code = (
        "import torch, course_pkg.engine as e\n"
        "before = e.peak_memory_mb()\n"
        "block = torch.ones(512 * 2**20 // 4)\n"
        "print(e.peak_memory_mb() - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 256 < float(done.stdout) < 640


def test_timer_measures_the_block_alone():
    with Timer() as timer:
        total = sum(range(1000))
    first = timer.seconds
    total += sum(range(100_000))
    assert 0 < first == timer.seconds
    assert total > 0


def test_environment_can_ask_for_the_cpu(monkeypatch):
    monkeypatch.setenv("ACCELERATE_USE_CPU", "true")
    assert make_accelerator().device.type == "cpu"
    assert make_accelerator(precision="bf16").mixed_precision == "bf16"
    assert make_accelerator(precision="no").mixed_precision == "no"


def test_engine_loads_neither_matplotlib_nor_ipython():
    code = (
        "import sys, course_pkg.engine\n"
        "print([m for m in ('matplotlib', 'IPython', 'ipywidgets') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
