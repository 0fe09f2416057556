"""The purest cover: out of a tree of regions, the best size of region for every pixel.

Superpixels are all of one size class. A tree of merged regions offers every pixel regions of all
sizes, from a speck to the whole image; the cover takes for each pixel the region among its
ancestors whose classes are least mixed. Nothing has to be tuned.

Trees are written as a list of parents, children before parents: node i hangs on ``parents[i] > i``,
a root has -1. Seven nodes, drawn by hand: ``[4, 4, 5, 5, 6, 6, -1]``.

Source: Farabet et al. 2013, Learning hierarchical features for scene labeling, section 4.3; their
tree came from learnt contours (gPb), ours merges superpixels by colour. Lecture 08.
"""

import heapq
from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

__all__ = [
    "class_entropy",
    "label_by_cover",
    "merge_tree",
    "node_distributions",
    "optimal_cover",
]


def class_entropy(distributions: Float[Tensor, "m k"]) -> Float[Tensor, " m"]:
    """Measure how mixed the classes of each region are: 0 for a pure one, log k at most.

    Args:
        distributions: share of each class, a region a row; rows sum to one.

    Returns:
        Entropy in nats.

    Source: Farabet et al. 2013, section 4.3 (impurity of a node).

    Example:
        >>> class_entropy(torch.tensor([[1.0, 0.0], [0.5, 0.5]]))
        tensor([0.0000, 0.6931])
    """
    return torch.special.entr(distributions).sum(dim=1)


def _check_tree(parents: Sequence[int]) -> None:
    for node, parent in enumerate(parents):
        if parent != -1 and not node < parent < len(parents):
            raise ValueError(
                f"node {node} has parent {parent}: a parent must come after its children and "
                f"exist (there are {len(parents)} nodes), and a root has -1"
            )


def _check_size(planes: Tensor, segments: Tensor) -> None:
    if planes.shape[-2:] != segments.shape:
        raise ValueError(
            f"planes of {tuple(planes.shape[-2:])} pixels do not fit regions of "
            f"{tuple(segments.shape)}: resize one to the other"
        )


def optimal_cover(parents: Sequence[int], impurity: Sequence[float]) -> list[int]:
    """Find for every node the least impure region that contains it.

    One walk from the root down is enough: what is best for a node is the node itself or what is
    best for its parent. Of equally pure regions the larger one wins.

    Args:
        parents: the tree, children before parents, -1 for a root.
        impurity: one number per node, such as `class_entropy`.

    Returns:
        For every node the number of the winner among itself and its ancestors; read it at the
        leaves.

    Raises:
        ValueError: if the tree is not in order, or there is not one impurity per node.

    Source: Farabet et al. 2013, section 4.3, equation for the optimal cover.

    Example:
        >>> optimal_cover([4, 4, 5, 5, 6, 6, -1], [0.5, 0.4, 0.1, 0.9, 0.2, 0.3, 0.6])
        [4, 4, 2, 5, 4, 5, 6]
    """
    _check_tree(parents)
    if len(impurity) != len(parents):
        raise ValueError(
            f"every node needs one impurity: the tree has {len(parents)} nodes, but "
            f"{len(impurity)} numbers came"
        )
    best = list(range(len(parents)))
    for node in reversed(range(len(parents))):
        parent = parents[node]
        if parent != -1 and impurity[best[parent]] <= impurity[node]:
            best[node] = best[parent]
    return best


def merge_tree(segments: Int[Tensor, "h w"], image: Float[Tensor, "c h w"]) -> list[int]:
    """Merge the two touching regions of most similar colour, again and again, until one is left.

    Args:
        segments: superpixel numbers, counted from 0 without gaps; they are the leaves.
        image: the colours that decide.

    Returns:
        Parents of all nodes: first the m superpixels, then the m - 1 merged regions in order.

    Raises:
        ValueError: if the superpixel numbers have gaps, or the sizes differ.

    Source: a plain stand-in for the contour tree of Farabet et al. 2013, section 4.2.

    Example:
        >>> merge_tree(torch.tensor([[0, 1, 2]]), torch.tensor([[[0.0, 0.1, 0.9]]]))
        [3, 3, 4, 4, -1]
    """
    _check_size(image, segments)
    leaves = int(segments.max()) + 1
    sizes = torch.bincount(segments.flatten(), minlength=leaves)
    if int(sizes.min()) == 0:
        raise ValueError(
            f"superpixels must be numbered without gaps, but of 0 to {leaves - 1} number "
            f"{int(sizes.argmin())} is missing"
        )
    sums = image.new_zeros(leaves, image.shape[0])
    sums.index_add_(0, segments.flatten(), image.flatten(1).T)
    # Plain Python from here on: a few hundred regions, one at a time.
    colour, weight = sums.double().tolist(), sizes.tolist()
    touching: list[set[int]] = [set() for _ in range(leaves)]
    for a, b in _touching_pairs(segments):
        touching[a].add(b)
        touching[b].add(a)

    def distance(a: int, b: int) -> float:
        pairs = zip(colour[a], colour[b], strict=True)
        return sum((x / weight[a] - y / weight[b]) ** 2 for x, y in pairs)

    parents = [-1] * leaves
    queue = [(distance(a, b), a, b) for a in range(leaves) for b in touching[a] if a < b]
    heapq.heapify(queue)
    while queue:
        _, a, b = heapq.heappop(queue)
        if parents[a] != -1 or parents[b] != -1:
            continue  # one of the two was merged elsewhere meanwhile
        node = len(parents)
        parents[a] = parents[b] = node
        parents.append(-1)
        colour.append([x + y for x, y in zip(colour[a], colour[b], strict=True)])
        weight.append(weight[a] + weight[b])
        touching.append({c for c in touching[a] | touching[b] if parents[c] == -1})
        for c in touching[node]:
            touching[c].add(node)
            heapq.heappush(queue, (distance(node, c), node, c))
    return parents


def _touching_pairs(segments: Tensor) -> list[list[int]]:
    across = torch.stack((segments[:, :-1].flatten(), segments[:, 1:].flatten()))
    down = torch.stack((segments[:-1].flatten(), segments[1:].flatten()))
    pairs = torch.cat((across, down), dim=1)
    return pairs[:, pairs[0] != pairs[1]].unique(dim=1).T.tolist()


def node_distributions(
    probs: Float[Tensor, "k h w"], segments: Int[Tensor, "h w"], parents: Sequence[int]
) -> Float[Tensor, "m k"]:
    """Average the class probabilities of the pixels in every region of a tree.

    Given a one-hot ground truth these are the true class shares that a `SegmentClassifier` learns
    to predict.

    Args:
        probs: class probabilities of every pixel.
        segments: the leaf of each pixel.
        parents: the tree, m nodes, children before parents.

    Returns:
        One row per node.

    Raises:
        ValueError: if the tree is not in order, a leaf has no pixel, or the sizes differ.

    Source: Farabet et al. 2013, section 4.3.

    Example:
        >>> probs = torch.tensor([[[1.0, 0.0]], [[0.0, 1.0]]])
        >>> node_distributions(probs, torch.tensor([[0, 1]]), [2, 2, -1])[2]
        tensor([0.5000, 0.5000])
    """
    _check_tree(parents)
    _check_size(probs, segments)
    k = probs.shape[0]
    counts = torch.bincount(segments.flatten(), minlength=len(parents)).to(probs)
    sums = probs.new_zeros(len(parents), k)
    sums.index_add_(0, segments.flatten(), probs.flatten(1).T)
    for node, parent in enumerate(parents):  # children first, so every sum is complete
        if parent != -1:
            counts[parent] += counts[node]
            sums[parent] += sums[node]
    if int(counts.min()) == 0:
        raise ValueError(f"node {int(counts.argmin())} of the tree has no pixel in the segments")
    return sums / counts[:, None]


def label_by_cover(
    segments: Int[Tensor, "h w"], parents: Sequence[int], distributions: Float[Tensor, "m k"]
) -> Int[Tensor, "h w"]:
    """Label every pixel with the strongest class of its purest region.

    Args:
        segments: the leaf of each pixel.
        parents: the tree, m nodes, children before parents.
        distributions: class shares of every node, measured or predicted.

    Returns:
        Class numbers.

    Raises:
        ValueError: if the tree is not in order or does not fit the distributions.

    Source: Farabet et al. 2013, section 4.3.

    Example:
        >>> shares = torch.tensor([[0.6, 0.4], [0.1, 0.9], [0.3, 0.7]])
        >>> label_by_cover(torch.tensor([[0, 1]]), [2, 2, -1], shares)
        tensor([[1, 1]])
    """
    cover = optimal_cover(parents, class_entropy(distributions).tolist())
    winners = torch.tensor(cover, device=segments.device)[segments]
    return distributions.argmax(dim=1)[winners]
