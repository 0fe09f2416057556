"""Widgets as a notebook front end draws them, and what the page around them may do."""

import numpy as np
import pytest
from drive import DRIVERS
from playwright.sync_api import expect
from widget_pages import widget_on
from widget_reading import numbers, same

pytestmark = pytest.mark.browser


def test_the_theme_is_followed_while_the_page_is_open(open_page, address):
    page = open_page(f"{address['http']}/upsampling_family.html")
    section = widget_on(page).locator("section")
    for theme in ("dark", "light"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        expect(section).to_have_attribute("data-theme", theme)
    # a host that says nothing: the colour of its text decides
    page.evaluate("delete document.documentElement.dataset.theme")
    page.evaluate("document.body.style.color = 'rgb(230, 230, 230)'")
    expect(section).to_have_attribute("data-theme", "dark")
    page.evaluate("document.body.dataset.jpThemeLight = 'true'")
    expect(section).to_have_attribute("data-theme", "light")


LIVE = """async (name) => {
  const module = await import(`./${name}.mjs`);
  const state = JSON.parse(document.querySelector("[state]").getAttribute("state"));
  const model = new module.LocalModel(state);
  model.saved = 0;
  model.save_changes = () => (model.saved += 1);
  const el = document.createElement("div");
  document.querySelector("main").append(el);
  globalThis.live = { model, el, release: module.default.render({ model, el }) };
}"""


@pytest.mark.parametrize(
    "name",
    [
        "transposed_conv_1d",
        "upsampling_family",
        "checkerboard",
        "receptive_field",
        "skip_explorer",
        "patch_cost",
        "frames",
    ],
)
def test_a_notebook_front_end_draws_it_too(open_page, address, name):
    page = open_page(f"{address['http']}/{name}.html")
    page.evaluate(LIVE, name)
    widget = page.locator("main > div > div")
    DRIVERS[widget_on(page).evaluate("element => element.localName")](widget)
    assert page.evaluate("live.model.saved") > 0
    assert page.evaluate(
        "new Set([...document.querySelectorAll('*')].flatMap(e => e.shadowRoot"
        " ? [...e.shadowRoot.querySelectorAll('[id]')].map(x => x.id) : [])).size"
    ) == page.evaluate(
        "[...document.querySelectorAll('*')].flatMap(e => e.shadowRoot"
        " ? [...e.shadowRoot.querySelectorAll('[id]')] : []).length"
    )


def test_python_changes_what_is_shown_and_a_released_widget_listens_no_more(open_page, address):
    page = open_page(f"{address['http']}/transposed_conv_1d.html")
    page.evaluate(LIVE, "transposed_conv_1d")
    widget = page.locator("main > div > div")
    cells = widget.locator("[data-role=output]:visible")
    widget.get_by_role("spinbutton", name="Kernel value 1").fill("")
    page.evaluate("live.model.set('kernel', [2, 0, 0, 1])")
    expect(widget.locator("[data-role=message]")).to_be_empty()
    same(numbers(cells), np.array([2, 0, 4, 1, 6, 2, 0, 3]))
    assert widget.get_by_role("spinbutton", name="Kernel size").input_value() == "4"
    page.evaluate("live.model.set('stride', 1)")
    same(numbers(cells), np.array([2, 4, 6, 1, 2, 3]))
    page.evaluate("live.release()")
    page.evaluate("live.model.set('stride', 2)")
    same(numbers(cells), np.array([2, 4, 6, 1, 2, 3]))


def test_a_moving_mouse_touches_and_a_resting_one_does_not(open_page, address):
    page = open_page(f"{address['http']}/transposed_conv_1d.html", 390)
    widget = widget_on(page)
    widget.get_by_role("spinbutton", name="Stride").fill("4")
    cells = widget.locator("[data-role=output]:visible")
    box = cells.nth(4).bounding_box()
    page.mouse.move(box["x"] + 8, box["y"] + 8)
    page.mouse.move(box["x"] + 10, box["y"] + 10)
    expect(cells.nth(4)).to_have_attribute("aria-pressed", "true")
    cells.nth(0).focus()
    # the figure scrolls and the mouse rests: another cell comes to lie under it
    widget.locator(".stage > .scroll:visible").evaluate("box => { box.scrollLeft = 90 }")
    page.wait_for_timeout(500)
    expect(cells.nth(0)).to_have_attribute("aria-pressed", "true")
