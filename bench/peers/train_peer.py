#!/usr/bin/python3
"""Trains the network xception in PyTorch: Adam, mean squared error; images/s by variant. The peer of
`likeness train SHOP --network xception`."""

import torch
import torch.nn.functional as F

import peer


def measure(variant, batches, arguments):
    network = peer.make_network(arguments).to(memory_format=variant.memory_format).train()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    losses = []

    def step():
        x = batches.draw(variant)
        optimizer.zero_grad(set_to_none=True)
        with variant.precision():
            reconstruction = network(x)
        loss = F.mse_loss(reconstruction.float(), x)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())

    rate = peer.images_per_second(step, arguments)
    return dict(images_per_second=rate, first_loss=losses[0], last_loss=losses[-1])


if __name__ == "__main__":
    peer.run("train", peer.parse_arguments(__doc__, peer.PLAIN, batch=64), peer.PLAIN, measure)
