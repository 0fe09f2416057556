"""Verdicts against orders worked out by hand, and the papers' own numbers against the claims."""

import re

import pytest

from course_pkg.engine import Result
from course_pkg.recipes import CLAIMS, Claim, Number, check_claims, find_recipe, judge

RISING = Claim(
    9, "b beats a", "A paper 2015: 1 and 2", "R", (Number("a-x", "s"), Number("b-x", "s"))
)


def result(recipe, preset="small", device="cpu", seed=0, **metrics):
    return Result(recipe, "x", "val", preset, device, metrics, "course reproduce", seed, 1.0, 1.0)


def runs(a, b, **where):
    return [result("a-x", s=a, **where), result("b-x", s=b, **where)]


@pytest.mark.parametrize(
    ("a", "b", "outcome"),
    [(0.1, 0.2, "holds"), (0.2, 0.1, "does not hold"), (0.2, 0.2, "does not hold")],
)
def test_a_claim_holds_where_the_numbers_rise(a, b, outcome):
    verdict = judge(RISING, runs(a, b))
    assert verdict.outcome == outcome
    assert verdict.values == (a, b)


def test_three_numbers_have_to_rise_both_times():
    claim = Claim(6, "says", "source", "V", tuple(Number("a-x", "s", i) for i in (0, 1, 2)))
    for values, outcome in (([1, 2, 3], "holds"), ([1, 3, 2], "does not hold")):
        assert judge(claim, [result("a-x", s=values)]).outcome == outcome


def test_a_difference_is_taken_from_the_same_two_runs():
    # By hand: at 50 it is .44 - .40 = .04, at 70 it is .30 - .16 = .14.
    at50, at70 = (Number("b-x", name, above=Number("a-x", name)) for name in ("apr50", "apr70"))
    found = [result("a-x", apr50=0.40, apr70=0.16), result("b-x", apr50=0.44, apr70=0.30)]
    verdict = judge(Claim(9, "more at 0.7", "source", "R", (at50, at70)), found)
    assert verdict.outcome == "holds"
    assert verdict.values == pytest.approx((0.04, 0.14))
    assert verdict.numbers == "b-x apr50 over a-x 0.040, b-x apr70 over a-x 0.140"


def test_the_last_of_a_list():
    number = Number("a-x", "bleu_by_length", -1)
    assert number.of({"a-x": result("a-x", bleu_by_length=[30.0, 20.0])}) == 20.0
    assert str(number) == "a-x bleu_by_length[-1]"


def test_runs_of_different_presets_devices_or_seeds_are_never_compared():
    for other in ({"preset": "tiny"}, {"device": "cuda"}, {"seed": 1}):
        mixed = [result("a-x", s=0.1), result("b-x", s=0.2, **other)]
        assert judge(RISING, mixed).outcome == "not measured"
        assert judge(RISING, mixed).values == ()


def test_the_longest_preset_decides_then_the_gpu_then_the_first_seed():
    found = runs(0.1, 0.2, preset="tiny") + runs(0.2, 0.1) + runs(0.1, 0.3, seed=1)
    assert judge(RISING, found).outcome == "does not hold"
    found += runs(0.1, 0.2, device="cuda", seed=2)
    assert (judge(RISING, found).device, judge(RISING, found).seed) == ("cuda", 2)
    found += runs(0.3, 0.2, preset="full")
    assert (judge(RISING, found).preset, judge(RISING, found).outcome) == ("full", "does not hold")


def test_a_verdict_fits_the_page():
    assert str(judge(RISING, runs(0.1, 0.2))) == " 9  holds          b beats a"
    for verdict in check_claims([]):
        first, *more = str(verdict).splitlines()
        assert first.startswith(f"{verdict.claim.chapter:2d}  not measured   ")
        assert len(first) <= 78
        assert all(line.startswith(" " * 19) and len(line) <= 78 for line in more)


def test_a_missing_metric_is_not_measured():
    assert judge(RISING, [result("a-x", s=0.1), result("b-x", t=0.2)]).outcome == "not measured"


def test_one_number_is_no_order():
    with pytest.raises(ValueError, match="at least two numbers"):
        Claim(9, "says", "source", "R", (Number("a-x", "s"),))


def _recipes(number):
    return [number.recipe, *([] if number.above is None else _recipes(number.above))]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.says)
def test_a_claim_names_recipes_that_exist_and_its_source(claim):
    for number in claim.rising:
        for name in _recipes(number):
            assert find_recipe(name).name == name
    assert re.search(r"[A-Z]\w+ .*20\d\d", claim.source)
    assert 1 <= claim.chapter <= 16


def test_the_papers_own_numbers_pass_their_claims():
    """The claims' direction: for what the recipes know of the papers, every verdict is "holds"."""
    theirs = [
        result(recipe, **paper.value)
        for recipe, paper in (
            (name, find_recipe(name).paper)
            for name in {name for c in CLAIMS for n in c.rising for name in _recipes(n)}
        )
        if paper is not None
    ]
    judged = [v for v in check_claims(theirs) if v.outcome != "not measured"]
    assert len(judged) >= 11
    assert [v.claim.says for v in judged if v.outcome != "holds"] == []


def test_a_chapter_asks_for_its_own():
    assert {v.claim.chapter for v in check_claims([], chapter=9)} == {9}
    assert len(check_claims([])) == len(CLAIMS)
