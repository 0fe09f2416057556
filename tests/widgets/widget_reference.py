"""What torch says: the numbers that the widgets' JavaScript and numpy have to reproduce."""

from collections.abc import Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

Case = dict[str, Any]


def tensor(values: Any) -> Tensor:
    return torch.as_tensor(values, dtype=torch.float64)


def conv_transpose(input: Any, kernel: Any, **settings: int) -> list:
    x, w = tensor(input), tensor(kernel)
    op = F.conv_transpose1d if x.ndim == 1 else F.conv_transpose2d
    return op(x[None, None], w[None, None], **settings)[0, 0].tolist()


def conv(input: Any, kernel: Any, **settings: int) -> Tensor:
    x, w = tensor(input), tensor(kernel)
    op = F.conv1d if x.ndim == 1 else F.conv2d
    return op(x[None, None], w[None, None], **settings)[0, 0]


def conv_matrix(input_size: tuple[int, ...], kernel: Any, **settings: int) -> Tensor:
    """One column for each input cell: the convolution of a picture that is 1 there alone."""
    count = int(torch.tensor(input_size).prod())
    units = torch.eye(count, dtype=torch.float64).reshape(count, *input_size)
    return torch.stack([conv(unit, kernel, **settings).flatten() for unit in units], dim=1)


def upsampled(input: Any, kernel: Any, channel_weights: Any) -> dict[str, Tensor]:
    x = tensor(input)[None, None]
    pooled, indices = F.max_pool2d(x, 2, return_indices=True)
    nail = tensor([[1, 0], [0, 0]])[None, None]
    channels = F.conv2d(pooled, tensor(channel_weights).reshape(4, 1, 1, 1))
    outputs = {
        "nearest": F.interpolate(pooled, scale_factor=2, mode="nearest"),
        "bed_of_nails": F.conv_transpose2d(pooled, nail, stride=2),
        "max_unpool": F.max_unpool2d(pooled, indices, 2),
        "bilinear": F.interpolate(pooled, scale_factor=2, mode="bilinear", align_corners=False),
        "conv_transpose": F.conv_transpose2d(
            pooled, tensor(kernel)[None, None], stride=2, padding=1, output_padding=1
        ),
        "pixel_shuffle": F.pixel_shuffle(channels, 2),
    }
    return {name: output[0, 0] for name, output in outputs.items()}


def overlap_counts(n: int, kernel_size: int, stride: int) -> list:
    return conv_transpose([1.0] * n, [1.0] * kernel_size, stride=stride)


def stamped_photo(photo: Any, weights: Any, stride: int) -> Tensor:
    along = tensor(weights)
    return tensor(conv_transpose(photo, (along[:, None] * along).tolist(), stride=stride))


class Random:
    """Cases from one seed: the same on every machine."""

    def __init__(self, seed: int) -> None:
        self.generator = torch.Generator().manual_seed(seed)

    def whole(self, low: int, high: int) -> int:
        return int(torch.randint(low, high + 1, (), generator=self.generator))

    def numbers(self, *size: int) -> list:
        return torch.randn(*size, generator=self.generator, dtype=torch.float64).tolist()

    def conv_transpose(self, count: int) -> Iterator[Case]:
        """Settings that torch accepts, half of them in one dimension."""
        made = 0
        while made < count:
            dims = 1 + made % 2
            n, k = ([self.whole(1, 6) for _ in range(dims)] for _ in range(2))
            stride, padding, dilation = self.whole(1, 4), self.whole(0, 4), self.whole(1, 3)
            output_padding = self.whole(0, max(stride, dilation) - 1)
            settings = {
                "stride": stride,
                "padding": padding,
                "output_padding": output_padding,
                "dilation": dilation,
            }
            sizes = [
                (a - 1) * stride - 2 * padding + dilation * (b - 1) + output_padding + 1
                for a, b in zip(n, k, strict=True)
            ]
            if min(sizes) < 1:
                continue
            x, w = self.numbers(*n), self.numbers(*k)
            made += 1
            output = conv_transpose(x, w, **settings)
            yield {"input": x, "kernel": w, **settings, "output": output}

    def conv_matrix(self, count: int) -> Iterator[Case]:
        made = 0
        while made < count:
            dims = 1 + made % 2
            n, k = [self.whole(1, 5) for _ in range(dims)], [self.whole(1, 3) for _ in range(dims)]
            settings = {
                "stride": self.whole(1, 3),
                "padding": self.whole(0, 2),
                "dilation": self.whole(1, 2),
            }
            reach = [settings["dilation"] * (b - 1) + 1 for b in k]
            if any(a + 2 * settings["padding"] < r for a, r in zip(n, reach, strict=True)):
                continue
            made += 1
            x, w = self.numbers(*n), self.numbers(*k)
            matrix = conv_matrix(tuple(n), w, **settings)
            y = self.numbers(len(matrix))
            yield {
                "x": x,
                "kernel": w,
                **settings,
                "y": y,
                "matrix": matrix.tolist(),
                "forward": conv(x, w, **settings).flatten().tolist(),
                "transposed": (matrix.T @ tensor(y)).tolist(),
            }

    def upsampling(self, count: int) -> Iterator[Case]:
        for made in range(count):
            # every third input has few different values, so that maxima tie
            rows, columns = 2 * self.whole(1, 4), 2 * self.whole(1, 4)
            x = self.numbers(rows, columns)
            if made % 3 == 0:
                x = torch.tensor(x).round().tolist()
            kernel, weights = self.numbers(3, 3), self.numbers(4)
            outputs = {name: out.tolist() for name, out in upsampled(x, kernel, weights).items()}
            yield {"input": x, "kernel": kernel, "channel_weights": weights, "outputs": outputs}
