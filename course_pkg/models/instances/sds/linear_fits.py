"""Linear classifiers on features that no longer change: SVMs and logistic regressions.

SDS trains its last three decisions this way, one after the other, each on what the one before left
over. All are convex, so there is one answer, and a quasi-Newton method finds it without a learning
rate. Lecture 09.
"""

from typing import Literal

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn

__all__ = ["fit_linear"]


def fit_linear(
    features: Float[Tensor, "n d"],
    targets: Bool[Tensor, "n m"],
    loss: Literal["logistic", "squared_hinge"] = "logistic",
    C: float = 1.0,
    positive_weight: float = 1.0,
    counted: Bool[Tensor, "n m"] | None = None,
    max_iter: int = 200,
) -> nn.Linear:
    """Fit m independent yes-or-no classifiers on the same features.

    Minimises, for each column, half the squared length of its weights plus ``C`` times the sum of
    the losses of its samples; the bias is free. scikit-learn's ``LogisticRegression`` and
    ``LinearSVC`` do the same, except that the latter also holds the bias small.

    Args:
        features: a sample a row.
        targets: the answers.
        loss: "squared_hinge" for a support vector machine.
        C: weight of the samples against short weights.
        positive_weight: factor of the losses of samples whose answer is yes.
        counted: which samples each classifier looks at; None = all.
        max_iter: steps of L-BFGS at most.

    Returns:
        A layer that gives m scores, above 0 for yes; without gradients.

    Raises:
        ValueError: if features and targets differ in number, or C is not positive.

    Source: Hariharan et al. 2014, sections 3.3 and 3.4 (linear SVMs, logistic regressions).

    Example:
        >>> x = torch.tensor([[-1.0], [-2.0], [1.0], [2.0]])
        >>> layer = fit_linear(x, x > 0, loss="squared_hinge")
        >>> (layer(x) > 0).flatten().tolist()
        [False, False, True, True]
    """
    if len(features) != len(targets):
        raise ValueError(
            f"fit_linear: each sample needs its answers, got {len(features)} and {len(targets)}"
        )
    if not C > 0:
        raise ValueError(f"fit_linear: C must be above 0, got {C}")
    x = features.detach().double()
    sign = targets.double() * 2 - 1
    share = 1 + (positive_weight - 1) * targets.double()
    if counted is not None:
        share = share * counted
    weight = x.new_zeros(targets.shape[1], x.shape[1], requires_grad=True)
    bias = x.new_zeros(targets.shape[1], requires_grad=True)
    search = torch.optim.LBFGS(
        [weight, bias], max_iter=max_iter, tolerance_grad=1e-7, line_search_fn="strong_wolfe"
    )

    def objective() -> Tensor:
        search.zero_grad()
        margin = sign * F.linear(x, weight, bias)
        each = F.softplus(-margin) if loss == "logistic" else (1 - margin).clamp(min=0).square()
        total = weight.square().sum() / 2 + C * (share * each).sum()
        total.backward()
        return total

    with torch.enable_grad():
        search.step(objective)
    layer = nn.Linear(x.shape[1], targets.shape[1]).to(features).requires_grad_(False)
    layer.weight.copy_(weight.detach())
    layer.bias.copy_(bias.detach())
    return layer
