"""The default detector's network: a small trunk of plain convolutions and an anchor-free head.

Five strides of dense 3x3 convolutions (a depthwise convolution is slower than a dense one on a
CPU at this size), a top-down path back to stride 8, and per cell of 8x8 pixels: one logit per
class that a thing's box is centred here, and the distances from the cell to the box's four sides.
Batch normalisation is folded into the convolutions by the exporter.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

STRIDE_PX = 8
CLASSES = ("person", "vehicle")
TOP = 100
"""Most boxes that a picture's answer holds."""


def _conv(inputs: int, outputs: int, *, stride: int = 1, size: int = 3) -> nn.Sequential:
    """Return convolution, normalisation, rectifier."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class _Residual(nn.Module):
    """A convolution with a short cut around it."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(x + self.norm(self.conv(x)), inplace=True)


def _stage(inputs: int, outputs: int, depth: int) -> nn.Sequential:
    """Return a convolution that halves the picture and ``depth`` residual ones."""
    return nn.Sequential(
        _conv(inputs, outputs, stride=2), *(_Residual(outputs) for _ in range(depth))
    )


class DepotDetector(nn.Module):
    """Maps (n, 3, h, w) BGR in 0..1 to logits (n, classes, h/8, w/8) and distances (n, 4, ...).

    Distances are left, top, right, bottom in pixels, positive inside the box. ``h`` and ``w`` are
    multiples of 32.
    """

    def __init__(self) -> None:
        """Start with random weights, and with every logit saying "rare"."""
        super().__init__()
        self.at_2 = _conv(3, 16, stride=2)
        self.at_4 = _stage(16, 32, 1)
        self.at_8 = _stage(32, 48, 2)
        self.at_16 = _stage(48, 64, 2)
        self.at_32 = _stage(64, 80, 4)
        self.side_8 = nn.Conv2d(48, 48, 1)
        self.side_16 = nn.Conv2d(64, 48, 1)
        self.side_32 = nn.Conv2d(80, 48, 1)
        self.merge = _conv(48, 48)
        self.head = _conv(48, 48)
        self.what = nn.Conv2d(48, len(CLASSES), 1)
        self.where = nn.Conv2d(48, 4, 1)
        nn.init.constant_(self.what.bias, -4.0)
        nn.init.constant_(self.where.bias, 1.0)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits and distances."""
        at_8 = self.at_8(self.at_4(self.at_2(x)))
        at_16 = self.at_16(at_8)
        at_32 = self.at_32(at_16)
        down = self.side_16(at_16) + functional.interpolate(self.side_32(at_32), scale_factor=2.0)
        seen = self.merge(self.side_8(at_8) + functional.interpolate(down, scale_factor=2.0))
        seen = self.head(seen)
        return self.what(seen), torch.exp(self.where(seen).clamp(-3.0, 4.5)) * STRIDE_PX


def centres_px(height: int, width: int) -> Tensor:
    """Return the centres of the cells of a picture, (h/8, w/8, 2) as x, y."""
    y, x = torch.meshgrid(
        torch.arange(height // STRIDE_PX), torch.arange(width // STRIDE_PX), indexing="ij"
    )
    return torch.stack((x, y), -1).float() * STRIDE_PX + STRIDE_PX / 2


class Answering(nn.Module):
    """The network with its decoder: (1, 3, h, w) BGR in 0..255 to (1, 100, 6) boxes.

    A row is x1, y1, x2, y2 in pixels of the input, score, class. A cell counts when its score is
    the largest of its 3x3 neighbourhood: the only suppression needed within one cell's reach.
    """

    def __init__(self, network: DepotDetector, *, width: int, height: int) -> None:
        """Keep the network and the cells of the picture size it is exported for."""
        super().__init__()
        self.network = network
        self.register_buffer("centres", centres_px(height, width).reshape(1, -1, 2))

    def forward(self, x: Tensor) -> Tensor:
        """Return the best hundred boxes."""
        logits, distances = self.network(x / 255.0)
        scores = torch.sigmoid(logits)
        peak = functional.max_pool2d(scores, 3, 1, 1)
        scores = torch.where(scores == peak, scores, torch.zeros_like(scores))
        best, kinds = scores.flatten(2).max(1)
        best, cells = best.topk(TOP, dim=1)
        kinds = kinds.gather(1, cells)
        sides = distances.flatten(2).transpose(1, 2)
        boxes = torch.cat((self.centres - sides[..., :2], self.centres + sides[..., 2:]), -1)
        boxes = boxes.gather(1, cells[..., None].expand(-1, -1, 4))
        return torch.cat((boxes, best[..., None], kinds[..., None].to(best.dtype)), -1)
