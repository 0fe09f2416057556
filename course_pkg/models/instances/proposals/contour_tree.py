"""A tree of regions whose merges follow contours: the weakest border falls first.

`purity_cover.merge_tree` merges what has the same colour. Two touching cells have, and still a thin
line runs between them; here the mean strength of the line decides, so they merge late. Together
with the superpixels this is a plain stand-in for the contour hierarchy of MCG, whose contours are
learnt. Lecture 09.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

__all__ = ["colour_gradient", "contour_tree", "draw_nodes", "node_contrast", "node_leaves"]


def colour_gradient(image: Float[Tensor, "c h w"]) -> Float[Tensor, "h w"]:
    """Measure how fast the colour changes at every pixel.

    Args:
        image: a picture; blur it first if its noise should not count.

    Returns:
        Length of the central differences, over all planes; one-sided at the picture's edge.

    Example:
        >>> colour_gradient(torch.tensor([[[0.0, 0.0, 1.0], [0.0, 0.0, 1.0]]]))
        tensor([[0.0000, 0.5000, 1.0000],
                [0.0000, 0.5000, 1.0000]])
    """
    down, across = torch.gradient(image, dim=(1, 2))
    return (down.square() + across.square()).sum(dim=0).sqrt()


def contour_tree(segments: Int[Tensor, "h w"], strength: Float[Tensor, "h w"]) -> list[int]:
    """Merge the two touching regions with the weakest border, again and again, until one is left.

    A border's strength is the mean, over the pairs of neighbouring pixels that lie across it, of
    the larger of the pair's two values.

    Args:
        segments: superpixel numbers, counted from 0 without gaps; they are the leaves.
        strength: of a contour at every pixel, such as `colour_gradient`.

    Returns:
        Parents of all nodes, as `purity_cover.merge_tree` gives them: first the m superpixels, then
        the m - 1 merged regions in order; the last has -1.

    Raises:
        ValueError: if the superpixel numbers have gaps, or the sizes differ.

    Source: Arbelaez et al. 2014, Multiscale Combinatorial Grouping, section 3 (the ultrametric
        contour map), with plain gradients for learnt contours.

    Example:
        >>> contour_tree(torch.tensor([[0, 1, 2]]), torch.tensor([[0.9, 0.1, 0.2]]))
        [4, 3, 3, 4, -1]
    """
    borders = _Borders(segments, strength)
    parents = [-1] * borders.leaves
    queue = [
        (s / n, a, b)
        for a, around in enumerate(borders.around)
        for b, (s, n) in around.items()
        if a < b
    ]
    heapq.heapify(queue)
    while queue:
        _, a, b = heapq.heappop(queue)
        if parents[a] != -1 or parents[b] != -1:
            continue  # one of the two was merged elsewhere meanwhile
        node = borders.merge(a, b)
        parents[a] = parents[b] = node
        parents.append(-1)
        for other, (total, length) in borders.around[node].items():
            heapq.heappush(queue, (total / length, other, node))
    return parents


def node_contrast(
    segments: Int[Tensor, "h w"], strength: Float[Tensor, "h w"], parents: Sequence[int]
) -> list[float]:
    """Ask of every region of a tree: is its outline a stronger contour than those inside it?

    Args:
        segments: the leaf of each pixel.
        strength: of a contour at every pixel.
        parents: any tree over these leaves in which two regions merge at a time.

    Returns:
        Mean strength along the outline less the mean along the borders inside (0 for a leaf); a
        region without outline, the whole picture, has minus infinity.

    Raises:
        ValueError: if the tree does not fit the superpixels.

    Source: ours, in place of MCG's learnt ranking.

    Example:
        >>> segments, strength = torch.tensor([[0, 1, 2]]), torch.tensor([[0.75, 0.25, 0.5]])
        >>> node_contrast(segments, strength, [4, 3, 3, 4, -1])
        [0.75, 0.625, 0.5, 0.25, -inf]
    """
    borders = _Borders(segments, strength)
    if len(parents) < borders.leaves:
        raise ValueError(
            f"the tree has {len(parents)} nodes, but there are {borders.leaves} superpixels to "
            "hang on it"
        )
    children: dict[int, list[int]] = {}
    for node, parent in enumerate(parents):
        children.setdefault(parent, []).append(node)
    inside = [(0.0, 0.0)] * borders.leaves
    for node in range(borders.leaves, len(parents)):
        a, b = children[node]
        inside.append(_sum((borders.around[a].get(b, (0.0, 0.0)), inside[a], inside[b])))
        borders.merge(a, b)
    contrasts = []
    for (outer, around), (total, length) in zip(borders.outlines, inside, strict=True):
        outside = outer / around if around else float("-inf")
        contrasts.append(outside - (total / length if length else 0.0))
    return contrasts


def node_leaves(parents: Sequence[int], leaves: int) -> list[list[int]]:
    """List the superpixels of every region of a tree.

    Args:
        parents: the tree, children before parents, -1 for a root.
        leaves: how many of the nodes are superpixels; they come first.

    Returns:
        Their numbers, node by node.

    Example:
        >>> node_leaves([3, 3, 4, 4, -1], leaves=3)
        [[0], [1], [2], [0, 1], [2, 0, 1]]
    """
    members = [[node] if node < leaves else [] for node in range(len(parents))]
    for node, parent in enumerate(parents):  # children first, so every node is complete
        if parent != -1:
            members[parent] += members[node]
    return members


def draw_nodes(
    segments: Int[Tensor, "h w"], regions: Sequence[Sequence[int]]
) -> Bool[Tensor, "k h w"]:
    """Draw regions that are given by the superpixels they consist of.

    Args:
        segments: superpixel of each pixel.
        regions: numbers of superpixels, a region a row.

    Returns:
        One map a region.

    Example:
        >>> draw_nodes(torch.tensor([[0, 1, 2]]), [[0, 2]])
        tensor([[[ True, False,  True]]])
    """
    table = torch.zeros(len(regions), int(segments.max()) + 1, dtype=torch.bool)
    for row, members in zip(table, regions, strict=True):
        row[list(members)] = True
    return table.to(segments.device)[:, segments]


class _Borders:
    """Which regions touch, and how strong their common border is; grows as regions merge.

    ``around[a][b]`` is (sum of strengths, number of pixel pairs). Plain Python: a few hundred
    regions, one at a time. What was merged away keeps the borders it had then.
    """

    def __init__(self, segments: Tensor, strength: Tensor) -> None:
        if segments.shape != strength.shape:
            raise ValueError(
                f"contour strengths of {tuple(strength.shape)} pixels do not fit regions of "
                f"{tuple(segments.shape)}: compute them from the same image"
            )
        self.leaves = int(segments.max()) + 1
        counts = torch.bincount(segments.flatten(), minlength=self.leaves)
        if int(counts.min()) == 0:
            raise ValueError(
                f"superpixels must be numbered without gaps, but of 0 to {self.leaves - 1} number "
                f"{int(counts.argmin())} is missing"
            )
        self.around: list[dict[int, tuple[float, float]]] = [{} for _ in range(self.leaves)]
        self._gone: set[int] = set()
        for a, b, total, length in _touching_pixels(segments, strength, self.leaves):
            self.around[a][b] = self.around[b][a] = (total, length)
        # Of each region at its beginning: later its neighbours are there in several sizes.
        self.outlines = [_sum(around.values()) for around in self.around]

    def merge(self, a: int, b: int) -> int:
        """Make one region of two and return its number."""
        node = len(self.around)
        self._gone |= {a, b}
        merged: dict[int, tuple[float, float]] = {}
        for part in (a, b):
            for other, (total, length) in self.around[part].items():
                if other not in self._gone:
                    before = merged.get(other, (0.0, 0.0))
                    merged[other] = (before[0] + total, before[1] + length)
        self.around.append(merged)
        self.outlines.append(_sum(merged.values()))
        for other, border in merged.items():
            self.around[other][node] = border
        return node


def _sum(borders: Iterable[tuple[float, float]]) -> tuple[float, float]:
    total, length = 0.0, 0.0
    for part, pixels in borders:
        total, length = total + part, length + pixels
    return total, length


def _touching_pixels(
    segments: Tensor, strength: Tensor, leaves: int
) -> Iterator[tuple[int, int, float, float]]:
    """Every touching pair once: numbers, sum of strengths across the border, its length."""
    keys, values = [], []
    for one, two in ((slice(None, -1), slice(1, None)),) * 2:
        flip = bool(keys)  # first left and right, then above and below
        a, b = (segments.T if flip else segments), (strength.T if flip else strength)
        left, right = a[:, one], a[:, two]
        across = left != right
        low, high = torch.minimum(left, right)[across], torch.maximum(left, right)[across]
        keys.append(low * leaves + high)
        values.append(torch.maximum(b[:, one], b[:, two])[across].double())
    pairs, place = torch.cat(keys).unique(return_inverse=True)
    sums = torch.zeros(len(pairs), dtype=torch.float64, device=place.device)
    sums.index_add_(0, place, torch.cat(values))
    lengths = torch.bincount(place, minlength=len(pairs)).tolist()
    for key, total, length in zip(pairs.tolist(), sums.tolist(), lengths, strict=True):
        yield key // leaves, key % leaves, total, float(length)
