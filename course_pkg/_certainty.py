"""How sure a paper's number is, in words: in `course list` and on the results page."""

__all__ = ["certainty"]

_IN_WORDS = {
    "V": "",  # read in the paper or its code: the rule, and so not said
    "R": " (read in another's report)",
    "C": " (computed from what the paper says)",
    "M": " (reported, unverified)",
}


def certainty(tag: str) -> str:
    """What stands behind a number.

    Args:
        tag: "V", "R", "C" or "M", see `course_pkg.recipes.Paper`; none is as unsure as "M".

    Returns:
        A remark in brackets with a blank before it, or nothing.

    Example:
        >>> f"0.624{certainty('R')}", f"0.624{certainty('V')}"
        ("0.624 (read in another's report)", '0.624')
    """
    return _IN_WORDS.get(tag, _IN_WORDS["M"])
