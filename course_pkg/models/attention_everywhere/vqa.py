"""The spatial memory network: a question looks at the cells of a picture, and looks again.

The first look is led by single words: a cell is as interesting as the word that fits it best. What
was seen there, together with the whole question, leads the second look. "What is left of the car?"
needs both: find the car, then look beside it. Lecture 13.

Source: Xu and Saenko 2016, Ask, Attend and Answer, section 3, and the authors' code.
"""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from course_pkg.models.attention_everywhere.without_attention import averaged_cells
from course_pkg.models.backbones.cell_encoder import placed_cells
from course_pkg.ops._shapes import may_look
from course_pkg.ops.attention import dot_product_attention, masked_softmax, soft_attend

__all__ = ["Answered", "SpatialMemoryNet", "word_guided_scores"]


class Answered(NamedTuple):
    """What the network answers, and where it looked.

    Attributes:
        logits: a score for every answer, before the softmax.
        weights: share of every cell at every look.
    """

    logits: Float[Tensor, "n answers"]
    weights: Float[Tensor, "n hops cells"]


def word_guided_scores(
    words: Float[Tensor, "n t d"], keys: Float[Tensor, "n cells d"], mask: Bool[Tensor, "n t"]
) -> Float[Tensor, "n cells"]:
    """Score every cell by the word that fits it best.

    One word is enough: of "what colour is the ball" only "ball" says where to look, and a mean over
    words would drown it.

    Args:
        words: vectors of the question's words.
        keys: the cells, in the words' space.
        mask: True = a word, False = padding.

    Returns:
        The largest dot product of each cell with a word, over the square root of d.

    Raises:
        ValueError: if a question has no word.

    Source: Xu and Saenko 2016, section 3.1.

    Example:
        >>> words, cells = torch.eye(4)[None, :2], 6 * torch.eye(4)[None, 1:3]
        >>> word_guided_scores(words, cells, torch.ones(1, 2, dtype=torch.bool))
        tensor([[3., 0.]])
    """
    if may_look(mask) and not mask.any(1).all():
        raise ValueError("word_guided_scores: a question has no word; leave it out")
    fits = words @ keys.mT / keys.shape[-1] ** 0.5
    return fits.masked_fill(~mask[..., None], -torch.inf).amax(1)


class SpatialMemoryNet(nn.Module):
    """A picture and a question in, an answer out, by one look or two.

    Glossary of shapes: n pictures with a question each, t words, cells of the grid (row by row), c
    numbers of a cell, those of its place included, d numbers of the common space.

    Args:
        encoder: maps images (n, 3, h, w) to features (n, features, rows, columns).
        features: of a cell, as the encoder gives them.
        words: size of the vocabulary; word 0 is padding.
        answers: number of possible answers.
        width: of the common space, d.
        hops: looks, 1 or 2.
        averaged: the twin without attention: all it can look at is the mean of the cells.
        dropout: share of the numbers before the answer that is dropped in training.
        longest: words of a question at most; each place in it has a weight of its own.
        waves: wavelengths that tell a cell's place besides x and y, see `placed_cells`.

    Raises:
        ValueError: if there are neither one nor two hops.

    Example:
        >>> net = SpatialMemoryNet(nn.Conv2d(3, 8, 4, stride=4), 8, words=9, answers=4, width=12)
        >>> questions = torch.tensor([[4, 5, 6], [4, 7, 0]])
        >>> net(net.look_at(torch.zeros(2, 3, 16, 16)), questions).weights.shape
        torch.Size([2, 2, 16])
    """

    def __init__(
        self,
        encoder: nn.Module,
        features: int,
        words: int,
        answers: int,
        width: int = 128,
        hops: int = 2,
        averaged: bool = False,
        dropout: float = 0.0,
        longest: int = 25,
        waves: int = 0,
    ) -> None:
        super().__init__()
        if hops not in (1, 2):
            raise ValueError(f"SpatialMemoryNet: hops must be 1 or 2, got {hops}")
        self.encoder, self.averaged, self.hops, self.waves = encoder, averaged, hops, waves
        c = features + 2 + 4 * waves
        self.embed = nn.Embedding(words, width, padding_idx=0)
        self.key = nn.Linear(c, width, bias=False)  # W_A: where a word may find itself
        # W_E of every hop: what a cell has to tell; the first also serves as the second's key.
        self.evidence = nn.ModuleList(nn.Linear(c, width, bias=False) for _ in range(hops))
        self.place_weight = nn.Parameter(torch.ones(longest))  # W_Q: of the words' places
        self.question = nn.Linear(width, width)
        self.dropout = nn.Dropout(dropout)
        self.answer = nn.Linear(width, answers)

    def look_at(self, images: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n cells c"]:
        """Cut pictures into cells, row by row; the last numbers of a cell are its place.

        Args:
            images: in [0, 1].
        """
        return placed_cells(self.encoder(images), self.waves)

    def forward(self, cells: Float[Tensor, "n cells c"], questions: Int[Tensor, "n t"]) -> Answered:
        """Answer a question about each row of cells.

        Args:
            cells: as `look_at` gives them; a fixed encoder's can be kept and used again.
            questions: words as numbers, 0 after the last.

        Returns:
            Answers, and where the network looked for them: with ``averaged``, two weights a look,
            for the mean and for nothing.

        Raises:
            ValueError: if a question has no word or too many, or there is not one question a row.
        """
        if len(cells) != len(questions):
            raise ValueError(
                f"SpatialMemoryNet: {len(questions)} questions need as many rows of cells, got "
                f"{len(cells)}; repeat the cells of a picture that is asked about twice"
            )
        if questions.shape[1] > len(self.place_weight):
            raise ValueError(
                f"SpatialMemoryNet: made for questions of {len(self.place_weight)} words at most, "
                f"got {questions.shape[1]}; pass longest=..."
            )
        if self.averaged:
            cells = averaged_cells(cells)
        words = self.embed(questions)
        asked = self.question(self.place_weight[: words.shape[1]] @ words)
        first = self.evidence[0](cells)
        scores = word_guided_scores(words, self.key(cells), questions != 0)
        weights = masked_softmax(scores)
        known = soft_attend(weights, first) + asked
        looks = [weights]
        if self.hops == 2:
            told = self.evidence[1](cells)
            second = dot_product_attention(known[:, None], first, told)
            known = known + second.context[:, 0]
            looks.append(second.weights[:, 0])
        return Answered(self.answer(self.dropout(known.relu())), torch.stack(looks, 1))
