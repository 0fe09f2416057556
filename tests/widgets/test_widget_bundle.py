"""What a widget hands to a front end: three forms, always the same text, nothing from outside."""

import html
import json
import re
import subprocess
import sys

import numpy as np
import pytest
from widget_pages import all_widgets

from course_pkg import widgets
from course_pkg.widgets.base import inline_script, module_source
from course_pkg.widgets.values import format_number, html_table

FIRST, AGAIN = all_widgets(), all_widgets()


@pytest.fixture(params=list(FIRST))
def name(request):
    return request.param


@pytest.fixture
def widget(name):
    return FIRST[name]


def test_the_bundle_has_the_three_forms(widget):
    data, metadata = widget._repr_mimebundle_()
    assert set(data) == {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"}
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == widget.model_id
    assert metadata == {}
    # ipywidgets 7 would show itself instead
    assert widget._ipython_display_ is None


def test_the_plain_form_is_stable_and_can_be_read(name, widget):
    text = widget._repr_mimebundle_()[0]["text/plain"]
    assert text == repr(widget) == repr(AGAIN[name])
    assert text.startswith(type(widget).__name__ + "(")
    assert "0x" not in text


def test_the_html_is_the_same_every_time_and_stays_inside_its_script(name, widget):
    text = widget.html()
    assert text == AGAIN[name].html()
    assert widget.model_id not in text
    assert len(re.findall(r"<script\b", text)) == len(re.findall(r"</script", text)) == 1
    assert text.endswith("</script>")
    # The name of SVG's vocabulary looks like an address; nothing is fetched from it.
    code = text[text.index("<script>") :].replace('"http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?://|\bimport\b\s*[({\"']|\bexport\b", code)
    # no id in the markup: two copies of a widget may stand on one page
    assert not re.search(r"\bid=", text[: text.index("<script>")])
    state = json.loads(html.unescape(re.search(r'state="([^"]*)"', text)[1]))
    assert state["title"] == widget.title
    assert "layout" not in state
    assert not any(each.startswith("_") for each in state)


def test_a_title_cannot_break_out_of_its_attribute():
    made = widgets.TransposedConv(title='"><script>alert(1)</script>')
    assert "<script>alert" not in made.html()
    assert len(re.findall(r"</script", made.html())) == 1


def test_the_same_text_comes_from_another_process():
    code = "from course_pkg.widgets import Checkerboard; print(hash(Checkerboard().html()))"
    environment = {"PYTHONHASHSEED": "0", "PATH": ""}
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        ).stdout
        for _ in range(2)
    }
    assert len(runs) == 1


def test_one_source_is_joined_for_both_forms():
    source = module_source("frames.js")
    assert source.startswith('const CSS = "')
    assert source.count("export default { render };") == 1
    assert "class LocalModel" in inline_script(source)
    assert str(widgets.Frames._esm) == source


def test_an_inline_script_refuses_what_would_break_the_page():
    with pytest.raises(ValueError, match="end the inline script early"):
        inline_script('const text = "</script>";')
    with pytest.raises(ValueError, match="export that is not a plain list"):
        inline_script("export const a = 1;")


def test_comments_go_and_code_stays():
    source = '/** why\n * more\n */\nconst a = "//";\n  // gone\n  const b = a; // stays\n'
    assert inline_script(source) == (
        '(()=>{"use strict";\nconst a = "//";\nconst b = a; // stays\n})();'
    )


def test_tables_and_numbers_for_readers():
    assert [format_number(x) for x in (2.0, 0.125, -1 / 3, -0.00001)] == [
        "2",
        "0.125",
        "−0.3333",
        "0",
    ]
    assert html_table("a < b", np.eye(1), ["r"]) == (
        '<table><caption>a &lt; b</caption><tr><th scope="row">r</th><td>1</td></tr></table>'
    )
    with pytest.raises(ValueError, match="needs 2 row names or none, but 1 came"):
        html_table("rows", np.eye(2), ["r"])
