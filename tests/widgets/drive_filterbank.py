"""Use the filterbank widget as a reader does, and compare with torch."""

import torch
from playwright.sync_api import Locator, expect
from widget_reading import field, no_nonsense, refuses_bad_input

from course_pkg import ops

NAMES = ("Centre x", "Centre y", "Stride", "Variance", "Intensity", "Cells a side")

PIXELS = """canvas => {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  return Array.from({ length: height }, (_, r) =>
    Array.from({ length: width }, (_, c) => data[4 * (r * width + c)]));
}"""


def drive_filterbank(widget: Locator) -> None:
    origin = widget.get_by_label("Count the cells")
    total = widget.locator("[data-role=sum]")

    def shown(role: str) -> torch.Tensor:
        return torch.tensor(widget.locator(f"[data-role={role}]").evaluate(PIXELS)).double()

    photo = shown("photo")

    def check() -> None:
        x, y, stride, variance, intensity, cells = (
            float(field(widget, name).input_value()) for name in NAMES
        )
        off = stride * (origin.input_value() == "1")
        x, y, stride, sigma, factor = (
            torch.tensor([value], dtype=torch.float64)
            for value in (x - off, y - off, stride, variance**0.5, intensity)
        )
        rows = ops.gaussian_filterbank(y, stride, sigma, int(cells), photo.shape[0])
        columns = ops.gaussian_filterbank(x, stride, sigma, int(cells), photo.shape[1])
        patch = ops.read_window(photo[None, None], rows, columns, factor)
        written = ops.write_window(patch, rows, columns, factor)
        for role, expected in (("patch", patch), ("written", written)):
            drawn = shown(role)
            torch.testing.assert_close(drawn, expected[0, 0].clamp(0, 255), atol=0.501, rtol=0)
        assert widget.locator("circle").count() == int(cells) ** 2

    before = [field(widget, name).input_value() for name in NAMES]
    check()
    changes = (("Stride", "2.5"), ("Variance", "4"), ("Cells a side", "5"), ("Centre x", "20"))
    for name, text in (*changes, ("Centre y", "41.5"), ("Intensity", "0.5")):
        field(widget, name).fill(text)
        check()
    expect(total).to_contain_text("from x 15 to 25 and from y 36.5 to 46.5. All 25 cells")
    origin.select_option(index=1)
    expect(total).to_contain_text("from x 12.5 to 22.5")
    check()
    field(widget, "Variance").fill("0.01")
    field(widget, "Centre x").fill("-60")
    expect(total).to_contain_text("25 of 25 cells lie outside and see nothing")
    check()
    refuses_bad_input(widget, field(widget, "Stride"), lambda: shown("patch").tolist())
    widget.get_by_role("button", name="Original values").click()
    assert [field(widget, name).input_value() for name in NAMES] == before
    check()
    no_nonsense(widget)
