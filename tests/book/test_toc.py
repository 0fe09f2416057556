"""The order of the book: sixteen chapters in their places, and pages for all that exists."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
TOC = (ROOT / "_toc.yml").read_text("utf8")
CHAPTERS = [
    "01_vision_tasks",
    "02_patch_classification",
    "03_fcn_baseline",
    "04_upsampling_family",
    "05_transposed_convolution",
    "06_fcn_skips",
    "07_encoder_decoders",
    "08_multiscale_refinement",
    "09_instance_segmentation",
    "10_cascades",
    "11_soft_hard_attention",
    "12_attention_translation",
    "13_attention_everywhere",
    "14_arbitrary_regions",
    "15_spatial_transformers",
    "16_summary",
]


def listed() -> list[str]:
    """Return the chapters that the table of contents really lists."""
    parts = yaml.safe_load(TOC)["parts"]
    files = [chapter["file"] for part in parts for chapter in part["chapters"]]
    return [file.removeprefix("lectures/") for file in files if file.startswith("lectures/")]


def test_the_sixteen_chapters_stand_in_their_places() -> None:
    assert re.findall(r"- file: lectures/(\w+)", TOC) == CHAPTERS


def test_exactly_the_chapters_that_exist_are_listed() -> None:
    existing = sorted(path.stem for path in (ROOT / "lectures").glob("*.ipynb"))
    assert set(existing) <= set(CHAPTERS)
    assert listed() == existing


def test_the_chapters_stand_in_their_parts() -> None:
    parts = re.split(r"- caption: ", TOC)
    found = {part.splitlines()[0]: re.findall(r"file: lectures/(\d\d)", part) for part in parts}
    numbers = [chapter[:2] for chapter in CHAPTERS]
    assert found["Segmentation"] == numbers[:10]
    assert found["Attention"] == numbers[10:15]
    assert found["Looking back"] == numbers[15:]


def test_the_front_page_names_the_same_chapters() -> None:
    intro = (ROOT / "book" / "intro.md").read_text("utf8")
    assert re.findall(r"^(\d\d_\w+) \|", intro, re.MULTILINE) == CHAPTERS


def test_every_page_in_the_folder_is_in_the_book() -> None:
    pages = {path.stem for path in (ROOT / "book").glob("*.md")}
    assert {name for name in pages if f"book/{name}" not in TOC} == set()
