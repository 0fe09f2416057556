"""Attention: score every cell, turn the scores into weights, read the cells with the weights.

The three steps are three functions, because each chapter changes one of them. Scores are additive
(Bahdanau) or dot products; weights come from `masked_softmax`; the reading is the expectation
(`soft_attend`) or one sampled cell (`hard_attend`, in a file of its own). Captions, translation,
speech, video and questions all go through these.

Convention: a mask is True where a cell may be looked at, as in torch's
``scaled_dot_product_attention``, and the cells are the last axis of scores and weights.
"""

from typing import NamedTuple

from jaxtyping import Bool, Float
from torch import Tensor, finfo

from course_pkg.ops._shapes import check_axes, check_shape

__all__ = [
    "Attended",
    "additive_attention",
    "additive_scores",
    "dot_product_attention",
    "masked_softmax",
    "soft_attend",
]


class Attended(NamedTuple):
    """What an attention step gives: the vector that was read, and where it was read.

    Attributes:
        context: weighted mean of the values.
        weights: share of every cell, adding up to 1 (to 0 where no cell may be looked at).
    """

    context: Float[Tensor, "*batch c"]
    weights: Float[Tensor, "*batch cells"]


def masked_softmax(
    scores: Float[Tensor, "*batch cells"],
    mask: Bool[Tensor, "*#batch cells"] | None = None,
    temperature: float = 1.0,
) -> Float[Tensor, "*batch cells"]:
    """Turn scores into weights that add up to 1 over the cells that may be looked at.

    A padded cell gets exactly 0, in the weights and in the gradient. Where every cell is padded
    all weights are 0: nothing is read. (A softmax over minus infinities would give NaN there, and
    one NaN in a batch ends the training.)

    Args:
        scores: any finite numbers; padded cells may hold anything.
        mask: True = may be looked at, with the axes of ``scores`` (an axis may be 1, or missing
            in front); None = every cell may.
        temperature: the scores are divided by it; towards 0 the best cell takes all, towards
            infinity all share alike.

    Returns:
        The weights.

    Raises:
        ValueError: if the temperature is not positive, or the mask does not fit.

    Source: Bahdanau et al. 2015, section 3.1; lecture 11.

    Example:
        >>> mask = torch.tensor([[True, True, False], [False, False, False]])
        >>> masked_softmax(torch.zeros(2, 3), mask)
        tensor([[0.5000, 0.5000, 0.0000],
                [0.0000, 0.0000, 0.0000]])
    """
    if not temperature > 0:
        raise ValueError(f"masked_softmax: temperature must be positive, got {temperature}")
    scores = scores / temperature
    if mask is None:
        return scores.softmax(-1)
    check_shape("masked_softmax", "mask", mask, "broadcastable to scores", scores.shape)
    # The lowest finite number instead of minus infinity: it vanishes beside any real score, and
    # a row that holds nothing else stays finite until the second masked_fill empties it.
    lowest = scores.masked_fill(~mask, finfo(scores.dtype).min)
    return lowest.softmax(-1).masked_fill(~mask, 0.0)


def soft_attend(
    weights: Float[Tensor, "*batch cells"], values: Float[Tensor, "*batch cells c"]
) -> Float[Tensor, "*batch c"]:
    """Read the mean of the cells under the weights: the expectation of looking at one of them.

    It is smooth in the weights, so the gradient says how to move them. The price: what is read is
    a blend, and no cell may look like it.

    Args:
        weights: share of every cell.
        values: what stands in every cell.

    Returns:
        One vector per row of weights.

    Raises:
        ValueError: if there is not one weight per cell.

    Source: Xu et al. 2015, Show, Attend and Tell, section 4.2; lecture 11.

    Example:
        >>> soft_attend(torch.tensor([0.25, 0.75]), torch.tensor([[4., 0.], [0., 8.]]))
        tensor([1., 6.])
    """
    check_shape("soft_attend", "weights", weights, "one per cell", values.shape[:-1], exact=True)
    return (weights[..., None, :] @ values)[..., 0, :]


def additive_scores(
    query: Float[Tensor, "*batch d"], keys: Float[Tensor, "*batch cells d"], v: Float[Tensor, " d"]
) -> Float[Tensor, "*batch cells"]:
    """Score every cell by a small network: ``v @ tanh(query + key)``.

    Query and keys come projected (``W s`` and ``U h`` in the paper): the keys are the same at
    every step of a sentence, so their product is computed once and not in here.

    Args:
        query: what is looked for, already in the common space.
        keys: what every cell offers, already in the common space.
        v: direction of the common space that means "look here".

    Returns:
        One score per cell.

    Raises:
        ValueError: if the sizes do not fit.

    Source: Bahdanau et al. 2015, appendix A.1.2; lecture 11.

    Example:
        >>> keys = torch.tensor([[0., 0.], [99., -99.]])
        >>> additive_scores(torch.zeros(2), keys, torch.tensor([1., -1.]))
        tensor([0., 2.])
    """
    check_axes(
        "additive_scores", query=(query, "*batch d"), keys=(keys, "*batch cells d"), v=(v, "d")
    )
    query_shape = (*keys.shape[:-2], keys.shape[-1])
    check_shape("additive_scores", "query", query, "keys without cells", query_shape, exact=True)
    check_shape("additive_scores", "v", v, "as wide as keys", keys.shape[-1:], exact=True)
    return (query[..., None, :] + keys).tanh() @ v


def additive_attention(
    query: Float[Tensor, "*batch d"],
    keys: Float[Tensor, "*batch cells d"],
    values: Float[Tensor, "*batch cells c"],
    v: Float[Tensor, " d"],
    mask: Bool[Tensor, "*#batch cells"] | None = None,
) -> Attended:
    """Read values by the additive score of Bahdanau: score, soften, read.

    Args:
        query: projected state of the reader.
        keys: projected cells.
        values: what is read; often the cells themselves.
        v: turns a hidden vector into a score.
        mask: True = may be looked at; None = every cell may.

    Returns:
        Context and weights.

    Raises:
        ValueError: if the sizes do not fit.

    Source: Bahdanau et al. 2015, section 3.1; lecture 11.

    Example:
        >>> keys = torch.tensor([[0.], [9.]])
        >>> additive_attention(torch.zeros(1), keys, keys, torch.tensor([50.])).context
        tensor([9.])
    """
    weights = masked_softmax(additive_scores(query, keys, v), mask)
    return Attended(soft_attend(weights, values), weights)


def dot_product_attention(
    query: Float[Tensor, "*batch queries d"],
    key: Float[Tensor, "*batch cells d"],
    value: Float[Tensor, "*batch cells c"],
    mask: Bool[Tensor, "*_ cells"] | None = None,
    scale: float | None = None,
) -> Attended:
    """Read values by dot products, for many queries at once.

    The context equals torch's ``scaled_dot_product_attention``, which is faster and keeps the
    weights to itself.

    Args:
        query: what each reader looks for.
        key: what every cell offers.
        value: what stands in every cell.
        mask: True = this query may look at this cell; None = all may.
        scale: factor of the scores; None = 1 / sqrt(d), which keeps their spread near 1 however
            long the vectors are.

    Returns:
        Context (…, queries, c) and weights (…, queries, cells).

    Raises:
        ValueError: if the sizes do not fit.

    Source: Luong et al. 2015, section 3.1 (dot); Vaswani et al. 2017, section 3.2.1 (scale).

    Example:
        >>> cells = torch.eye(2)
        >>> dot_product_attention(20 * cells, cells, cells, scale=1.0).context
        tensor([[1.0000e+00, 2.0612e-09],
                [2.0612e-09, 1.0000e+00]])
    """
    check_axes(
        "dot_product_attention",
        query=(query, "*batch queries d"),
        key=(key, "*batch cells d"),
        value=(value, "*batch cells c"),
    )
    key_shape = (*query.shape[:-2], key.shape[-2], query.shape[-1])
    check_shape("dot_product_attention", "key", key, "fitting query", key_shape, exact=True)
    factor = query.shape[-1] ** -0.5 if scale is None else scale
    weights = masked_softmax(query @ key.mT * factor, mask)
    value_shape = (*key.shape[:-1], value.shape[-1])
    check_shape("dot_product_attention", "value", value, "fitting key", value_shape, exact=True)
    return Attended(weights @ value, weights)
