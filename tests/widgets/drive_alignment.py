"""Use the alignment explorer as a reader does, and compare with the weights in the page."""

import json
import re

from playwright.sync_api import Locator, expect


def largest_share(shares: list[int]) -> int:
    return max(range(len(shares)), key=lambda at: (shares[at], -at))


def drive_alignment(widget: Locator) -> None:
    sentences = json.loads(widget.get_attribute("state") or "")["sentences"]
    choose = widget.get_by_label("Sentence")
    total = widget.locator("[data-role=sum]")
    rows = {
        name: widget.get_by_role("group", name=f"Words {name}").locator("button")
        for name in ("read", "written")
    }

    def check(side: str, at: int, weights: list[list[int]], words: dict[str, list[str]]) -> None:
        other = "read" if side == "written" else "written"
        shares = weights[at] if side == "written" else [row[at] for row in weights]
        expect(rows[side].nth(at)).to_have_attribute("aria-pressed", "true")
        shown = [int(text.split()[0]) for text in rows[other].locator("small").all_inner_texts()]
        assert all(abs(10 * a - b) <= 5 for a, b in zip(shown, shares, strict=True))
        best = largest_share(shares)
        if shares[best] >= 50:
            name = words[other][best].strip("<>")
            expect(total).to_contain_text(f"{name} {shown[best]} %")
        marked = widget.locator("table td[data-touched]")
        assert marked.count() == len(shares)

    for index in (0, len(sentences) - 1):
        choose.select_option(index=index)
        each = sentences[index]
        words = {"read": each["source"], "written": each["words"]}
        assert [rows[side].count() for side in words] == [len(row) for row in words.values()]
        check("written", 0, each["weights"], words)
        for side, at in (("written", len(each["words"]) - 1), ("read", 1)):
            rows[side].nth(at).click()
            check(side, at, each["weights"], words)
        rows["written"].nth(0).focus()
        rows["written"].nth(0).press("ArrowRight")
        check("written", 1, each["weights"], words)
        places = [largest_share(row) for row in each["weights"]]
        crossed = sum(b < a for i, a in enumerate(places) for b in places[i + 1 :])
        expect(widget.locator("[data-role=crossings]")).to_contain_text(f"places: {crossed}.")
        cells = widget.locator("table.alignment tbody td").all_text_contents()
        assert len(cells) == len(each["source"]) * len(each["words"])
        assert all(re.fullmatch(r"\d+ %", text) for text in cells)
    choose.select_option(index=0)
    text = widget.evaluate("host => host.shadowRoot.querySelector('section').innerText")
    assert not re.search(r"NaN|undefined|Infinity|null|\[object", text)
