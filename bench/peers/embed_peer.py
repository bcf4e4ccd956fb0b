#!/usr/bin/python3
"""Runs the encoder half of the network xception in PyTorch: images/s of inference by variant. The
peer of `likeness embed`."""

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

import peer

VARIANTS = peer.PLAIN | peer.FOLDED


def fold(network):
    """Puts the encoder's normalisations into the convolutions before them."""

    def into(convolution, normalisation):
        return fuse_conv_bn_eval(convolution, normalisation), nn.Identity()

    network.entry, network.entry_normalisation = into(network.entry, network.entry_normalisation)
    for block in network.encoder:
        block.first[1], block.first_normalisation = into(block.first[1], block.first_normalisation)
        block.second[1], block.second_normalisation = into(
            block.second[1], block.second_normalisation
        )


@torch.no_grad()
def measure(variant, batches, arguments):
    network = peer.make_network(arguments).eval()
    dtype = torch.float32
    if variant.folded:
        fold(network)
        dtype = torch.bfloat16 if variant.bf16 else torch.float32
    network = network.to(dtype=dtype, memory_format=variant.memory_format)

    def step():
        with variant.precision():
            return network.encode(batches.draw(variant).to(dtype))

    assert step().shape == (arguments.batch, arguments.latent)
    return dict(images_per_second=peer.images_per_second(step, arguments))


if __name__ == "__main__":
    peer.run("embed", peer.parse_arguments(__doc__, VARIANTS, batch=256), VARIANTS, measure)
