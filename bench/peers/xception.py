"""The network `xception` of likeness in PyTorch: the peer that its speed is compared with, and the
source of the golden values in tests/encoder/golden.

Modules stand in the order of the layers of likeness (likeness/encoder/xception.cpp), so parameters
can be exchanged one after the other. Pictures are (N, 3, H, W) with values in [0, 1].
"""

import numpy
import torch.nn.functional as F
from torch import nn

# As likeness has them: single precision, also where this runs in double.
EPSILON = float(numpy.float32(1e-3))
MOMENTUM = float(numpy.float32(0.99))


def same_padding(size, kernel, stride):
    """Padding in TensorFlow's sense: the odd pixel goes behind."""
    covered = (-(-size // stride) - 1) * stride + kernel
    total = max(covered - size, 0)
    return total // 2, total - total // 2


def pad_same(x, kernel, stride, value=0.0):
    rows = same_padding(x.shape[2], kernel, stride)
    columns = same_padding(x.shape[3], kernel, stride)
    return F.pad(x, (*columns, *rows), value=value)


def normalisation(channels):
    return nn.BatchNorm2d(channels, eps=EPSILON, momentum=1.0 - MOMENTUM)


def separable_convolution(channels, out):
    return nn.Sequential(
        nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False),
        nn.Conv2d(channels, out, 1),
    )


class EncoderBlock(nn.Module):
    def __init__(self, channels, filters):
        super().__init__()
        self.first = separable_convolution(channels, filters)
        self.first_normalisation = normalisation(filters)
        self.second = separable_convolution(filters, filters)
        self.second_normalisation = normalisation(filters)
        self.residual = nn.Conv2d(channels, filters, 1, stride=2)

    def forward(self, x):
        y = self.first_normalisation(self.first(F.relu(x)))
        y = self.second_normalisation(self.second(F.relu(y)))
        y = F.max_pool2d(pad_same(y, 3, 2, value=float("-inf")), 3, 2)
        return y + self.residual(x)


class DecoderBlock(nn.Module):
    def __init__(self, channels, filters, residual=True):
        super().__init__()
        self.residual = nn.Conv2d(channels, filters, 1) if residual else None
        self.first = nn.ConvTranspose2d(channels, filters, 3, padding=1)
        self.first_normalisation = normalisation(filters)
        self.second = nn.ConvTranspose2d(filters, filters, 3, padding=1)
        self.second_normalisation = normalisation(filters)

    def forward(self, x):
        y = self.first_normalisation(self.first(F.relu(x)))
        y = self.second_normalisation(self.second(F.relu(y)))
        y = F.interpolate(y, scale_factor=2, mode="nearest")
        if self.residual is None:
            return y
        return y + self.residual(F.interpolate(x, scale_factor=2, mode="nearest"))


class Xception(nn.Module):
    def __init__(self, height, width, latent):
        super().__init__()
        self.height, self.width = height, width
        self.smallest = (256, -(-height // 16), -(-width // 16))
        flat = self.smallest[0] * self.smallest[1] * self.smallest[2]
        self.entry = nn.Conv2d(3, 32, 3, stride=2)
        self.entry_normalisation = normalisation(32)
        self.encoder = nn.Sequential(*map(EncoderBlock, (32, 64, 128), (64, 128, 256)))
        self.to_latent = nn.Linear(flat, latent)
        self.from_latent = nn.Linear(latent, flat)
        self.decoder = nn.Sequential(
            DecoderBlock(256, 256, residual=False),
            *map(DecoderBlock, (256, 128, 64), (128, 64, 32)),
        )
        self.exit = nn.Conv2d(32, 3, 3, padding=1)
        self.apply(initialise)

    def encode(self, x):
        x = F.relu(self.entry_normalisation(self.entry(pad_same(x, 3, 2))))
        return self.to_latent(self.encoder(x).flatten(1)).sigmoid()

    def decode(self, latents):
        x = F.relu(self.from_latent(latents)).unflatten(1, self.smallest)
        x = self.exit(self.decoder(x)).sigmoid()
        top, left = (x.shape[2] - self.height) // 2, (x.shape[3] - self.width) // 2
        return x[:, :, top : top + self.height, left : left + self.width]

    def forward(self, x):
        return self.decode(self.encode(x))


def initialise(module):
    """Glorot's uniform weights, zero biases."""
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
        nn.init.xavier_uniform_(module.weight)
        if module.bias is not None:
            nn.init.zeros_(module.bias)


def trained_parameters(module):
    return sum(p.numel() for p in module.parameters())
