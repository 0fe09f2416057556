"""Every widget in Chromium, without a kernel: http and file, wide and narrow, light and dark."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from drive import DRIVERS
from fcn_widgets import skip_explorer
from patch_cost_reference import costs_by_torch
from playwright.sync_api import expect
from widget_pages import all_widgets, widget_on
from widget_reading import no_nonsense, numbers, same

from course_pkg.widgets.alignment_explorer import read_alignments

pytestmark = pytest.mark.browser

NAMES = (
    "attention_grid",
    "alignment_explorer",
    "transposed_conv_1d",
    "transposed_conv_2d",
    "conv_matrix_1d",
    "conv_matrix_2d",
    "upsampling_family",
    "checkerboard",
    "receptive_field",
    "skip_explorer",
    "patch_cost",
    "roi_explorer",
    "transformer_explorer",
    "frames",
)
WIDTHS = (1280, 390)


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["http", "file"])
@pytest.mark.parametrize("name", NAMES)
def test_a_reader_uses_the_widget_and_sees_what_torch_computes(
    open_page, address, name, scheme, width
):
    page = open_page(f"{address[scheme]}/{name}.html", width)
    widget = widget_on(page)
    tag = widget.evaluate("element => element.localName")
    DRIVERS[tag](widget)
    assert fits(page)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing(open_page, address, name, theme, width):
    page = open_page(f"{address['http']}/{name}.html", width)
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    expect(widget_on(page).locator("section")).to_have_attribute("data-theme", theme)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


@pytest.mark.parametrize("name", ["transposed_conv_1d", "transposed_conv_2d"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_other_view_with_a_message(open_page, address, name, theme):
    page = open_page(f"{address['http']}/{name}.html", 390)
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    widget = widget_on(page)
    widget.get_by_role("radio", name="Zeros inserted").check(force=True)
    widget.get_by_role("button", name="Reset").click()
    widget.get_by_role("button", name="Step").click()
    widget.get_by_role("spinbutton", name="Stride").fill("")
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert fits(page)


@pytest.mark.parametrize("name", ["transposed_conv_1d", "transposed_conv_2d"])
def test_the_largest_figure_stays_inside_a_narrow_page(open_page, address, name):
    page = open_page(f"{address['http']}/{name}.html", 390)
    widget = widget_on(page)
    for field in widget.locator(".fields input").all():
        field.fill(
            field.get_attribute("max") if field.get_attribute("data-name") != "padding" else "0"
        )
        assert fits(page)
    no_nonsense(widget)


@pytest.mark.parametrize("name", NAMES)
def test_tab_reaches_every_control(open_page, address, name):
    page = open_page(f"{address['http']}/{name}.html")
    shadow = widget_on(page).evaluate_handle("element => element.shadowRoot")
    wanted = shadow.evaluate(
        """root => [...root.querySelectorAll("input, select, button")].filter((element) =>
        element.checkVisibility() && !element.disabled && element.tabIndex >= 0
        && (element.type !== "radio" || element.checked)).length"""
    )
    reached = 0
    page.locator("h1").evaluate("heading => { heading.tabIndex = -1; heading.focus() }")
    while True:
        page.keyboard.press("Tab")
        if not shadow.evaluate("root => Boolean(root.activeElement)"):
            break
        reached += shadow.evaluate(
            "root => root.activeElement.matches('input, select, button') ? 1 : 0"
        )
    assert reached == wanted > 0


@pytest.mark.parametrize("name", NAMES)
def test_without_scripts_the_right_numbers_are_there(open_page, address, name):
    page = open_page(f"{address['http']}/{name}.html", java_script_enabled=False)
    widget = widget_on(page)
    made = all_widgets()[name]
    if name in ("checkerboard", "frames", "skip_explorer"):
        image = widget.locator("img").first
        expect(image).to_be_visible()
        assert len(image.get_attribute("alt") or "") > 15
        assert image.evaluate("image => image.naturalWidth") > 50
    if name == "frames":
        return
    tables = widget.locator("table")
    shown = {
        re.sub(r"[,:(].*", "", table.locator("caption").inner_text()).strip(): numbers(
            table.locator("td")
        )
        for table in tables.all()
    }
    expected = {
        "alignment_explorer": {
            "Weights in per cent": [
                round(share / 10)
                for row in read_alignments()["sentences"][0]["weights"]
                for share in row
            ]
        },
        "attention_grid": {
            # by hand: exp(2), exp(1) and seven times exp(0), over their sum
            "Weights of the nine cells; together they read the colour 94": [
                *[0.0585] * 4,
                *(0.4319, 0.1589),
                *[0.0585] * 3,
            ]
        },
        # by hand: cells 1 to 7 across and 2 to 6 down, rounded outwards, in 3 x 3 bins
        "roi_explorer": {"RoI pool of the box 21": [9, 9, 9, 9, 9, 9, 6, 6, 2]},
        "transformer_explorer": {"theta": [1, 0, 0, 0, 1, 0]},
        "transposed_conv_1d": {"Output of the transposed convolution": [1, 2, 3, 4, 5, 6, 3]},
        "transposed_conv_2d": {
            # by hand: stamps 1, 2, 3, 4 x kernel at stride 2; first row and column cropped
            "Output of the transposed convolution": (
                [4, 6, 8, 4, 8, 10, 12, 6, 12, 14, 16, 8, 6, 7, 8, 4]
            )
        },
        "conv_matrix_1d": {
            "X x": [8, 14, 20, 11],
            "X transposed times X x": [8, 30, 72, 93, 82, 33],
        },
        "conv_matrix_2d": {"X x": [44, 54, 64, 84, 94, 104]},
        "upsampling_family": {
            "Pooled": [5, 6, 7, 8],
            "bed of nails": [5, 0, 6, 0, 0, 0, 0, 0, 7, 0, 8, 0, 0, 0, 0, 0],
            "max unpool": [0, 0, 6, 0, 0, 5, 0, 0, 0, 0, 0, 0, 7, 0, 0, 8],
        },
        "receptive_field": {
            "Pixels seen": [*range(3, 20, 2), *[1] * 9, *[224] * 9],  # by hand: 1 + 2 a layer
        },
        "skip_explorer": {
            "Share of right pixels; within 3 pixels of a border": [
                skip_explorer().pixel_accuracy,
                skip_explorer().border_accuracy,
            ]
        },
        "patch_cost": {
            # 64 x 64 pixels, one pass each; multiplications as torch counts them
            "Patch loop and dense pass": [
                *(4096, 1),
                *(costs_by_torch(64, 33, 1, 16)[0][key] for key in ("one_pass", "dense")),
                *(costs_by_torch(64, 33, 1, 16)[0][key] for key in ("loop", "dense")),
            ]
        },
        "checkerboard": {"Stamps on each cell": [1, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 1]},
    }[name]
    for caption, values in expected.items():
        same(shown[caption], values)
    assert made.html().count("<table>") == tables.count()


def test_scripts_hide_the_fallback(open_page, address):
    page = open_page(f"{address['http']}/transposed_conv_1d.html")
    expect(widget_on(page).locator("section")).to_be_visible()
    expect(page.locator("[state] > table").first).to_be_hidden()
