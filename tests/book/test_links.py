"""Links to the libraries' manuals: to pages that exist, or the build fails."""

import builtins
import inspect
import io
import zlib
from pathlib import Path
from pkgutil import resolve_name

import course_links
import inventories
import pytest
from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[2]
MANUALS = inventories.manuals()
LINES = [
    (library, name, kind)
    for library, manual in MANUALS.items()
    for name, (kind, _) in inventories.parse(manual.kept.read_bytes()).items()
]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("course_pkg.ops.upsampling.bed_of_nails", "course_pkg.ops.bed_of_nails"),
        ("course_pkg.ops.upsampling.no_such_thing", ""),
        ("course_pkg.ops.bed_of_nails", None),
        ("torch.nn.functional.conv2d", None),
    ],
)
def test_our_names_lead_to_the_name_that_readers_import(name: str, shown: str | None) -> None:
    assert course_links.exported(name) == shown


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("torch.nn.modules.module.Module", "torch.nn.Module"),
        ("torch._C.Generator", "torch.Generator"),
        ("numpy.random._generator.Generator", "numpy.random.Generator"),
        ("concurrent.futures._base.Executor", "concurrent.futures.Executor"),
        ("torch.Tensor", "torch.Tensor"),
        ("Tensor", "torch.Tensor"),
        ("Generator", None),  # two libraries have one
        ("torch.nn.Modul", None),
        ("torch.nn.modules.module.Parameter", None),  # exists, but no page of ours needs it
        ("nowhere.at_all", None),
    ],
)
def test_a_private_file_leads_to_the_public_name(name: str, meant: str | None) -> None:
    known = {line[1] for line in LINES}
    assert course_links.documented(name, known) == meant


@pytest.mark.parametrize(("library", "name", "kind"), LINES)
def test_a_kept_line_names_something_public_of_its_kind(library: str, name: str, kind: str) -> None:
    if name == "None":
        return
    thing = resolve_name(name) if "." in name else getattr(builtins, name)
    assert not any(piece.startswith("_") for piece in name.split("."))
    if kind == "exception":
        assert issubclass(thing, BaseException)
    elif kind == "data":
        assert not inspect.isroutine(thing)
    else:
        assert inspect.isclass(thing) == (kind == "class")
        assert inspect.isroutine(thing) == (kind in ("function", "method"))


def build(folder: Path, text: str) -> tuple[str, str]:
    """Build one page with the book's links; return its HTML and the warnings."""
    (folder / "index.rst").write_text(text)
    (folder / "conf.py").write_text("")
    warnings = io.StringIO()
    settings = {
        "extensions": ["course_links"],
        "nitpicky": True,
        "html_theme": "basic",
        "intersphinx_mapping": {
            name: (manual.address, str(manual.kept)) for name, manual in MANUALS.items()
        },
    }
    app = Sphinx(
        folder,
        folder,
        folder / "out",
        folder / "doctrees",
        "html",
        settings,
        status=None,
        warning=warnings,
    )
    app.build()
    return (folder / "out" / "index.html").read_text("utf8"), warnings.getvalue()


def test_right_names_become_links_and_a_wrong_one_fails_the_build(tmp_path: Path) -> None:
    page, warnings = build(
        tmp_path,
        "A\n=\n\n:py:class:`torch.nn.modules.module.Module`, :py:class:`torch.device`, "
        ":py:exc:`ValueError`, :py:class:`torch.nn.Modul`, :py:obj:`torch._private.f`\n",
    )
    torch = "https://docs.pytorch.org/docs/stable/"
    assert f'href="{torch}generated/torch.nn.Module.html#torch.nn.Module"' in page
    assert f'href="{torch}tensor_attributes.html#torch.device"' in page
    assert 'href="https://docs.python.org/3/library/exceptions.html#ValueError"' in page
    missing = [line for line in warnings.splitlines() if "not found" in line]
    assert len(missing) == 2, warnings
    assert "torch.nn.Modul" in missing[0]
    assert "torch._private.f" in missing[1]


# --- inventories.py --------------------------------------------------------------------------


def whole(folder: Path, *lines: str) -> None:
    """Write a manual's inventory as Sphinx does: compressed, version 2."""
    head = "# Sphinx inventory version 2\n# Project: p\n# Version: 1\n# compressed using zlib.\n"
    (folder / "torch.inv").write_bytes(head.encode() + zlib.compress("\n".join(lines).encode()))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository that links to one manual, with one line kept."""
    (tmp_path / "_config.yml").write_text(
        "sphinx: {config: {intersphinx_mapping: {torch: ['https://torch.example/', kept.txt]}}}"
    )
    lines = {"torch.Tensor": ("class", "tensors.html")}
    (tmp_path / "kept.txt").write_text(inventories.text("torch", lines))
    whole(
        tmp_path,
        "torch.Tensor py:class 1 tensors.html#$ -",
        "torch.nn.Module py:class 1 generated/torch.nn.Module.html#$ -",
        "torch.nn.Module.forward py:method 1 generated/torch.nn.Module.html#$ -",
        "a-label std:label -1 tensors.html#a-label A label",
    )
    return tmp_path


def test_a_name_is_added_from_the_manual(project: Path, capsys) -> None:
    line = ["--from", str(project), "torch.nn.Module"]
    assert inventories.main(line, project) == 0
    assert (project / "kept.txt").read_text().splitlines()[3:] == [
        "torch.Tensor class tensors.html",
        "torch.nn.Module class generated/torch.nn.Module.html",
    ]
    assert inventories.main(["--from", str(project), "torch.nn.Modul"], project) == 1
    assert "in no manual: torch.nn.Modul" in capsys.readouterr().out


def test_a_line_that_the_manual_has_otherwise_is_named(project: Path, capsys) -> None:
    check = ["--check", "--from", str(project)]
    assert inventories.main(check, project) == 0
    whole(project, "torch.Tensor py:class 1 elsewhere.html#$ -")
    assert inventories.main(check, project) == 1
    assert "torch.Tensor: kept as ('class', 'tensors.html')" in capsys.readouterr().out
