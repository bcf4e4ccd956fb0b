"""What the peers have in common: variants, arguments, timing, the report."""

import argparse
import contextlib
import json
import statistics
import sys
import time
from typing import NamedTuple

import torch

import pictures
import xception


class Variant(NamedTuple):
    memory_format: torch.memory_format = torch.contiguous_format
    bf16: bool = False
    folded: bool = False  # for inference: normalisation in the convolutions, no autocast

    def precision(self):
        if self.bf16 and not self.folded:
            return torch.autocast("cpu", torch.bfloat16)
        return contextlib.nullcontext()


PLAIN = {
    "f32-nchw": Variant(),  # as most people write it
    "f32-channels-last": Variant(torch.channels_last),
    "bf16-channels-last": Variant(torch.channels_last, bf16=True),
}
FOLDED = {
    "f32-channels-last-folded": Variant(torch.channels_last, folded=True),
    "bf16-channels-last-folded": Variant(torch.channels_last, bf16=True, folded=True),
}


def parse_arguments(description, variants, batch):
    parser = argparse.ArgumentParser(description=description)
    add = parser.add_argument
    add("--variant", choices=variants, action="append", help="default: all, one after the other")
    add("--pictures", help="folder of JPEGs, or a pack of likeness; default: random pixels")
    add("--size", default="60x80", help="width x height (default %(default)s)")
    add("--latent", type=int, default=10, help="values of the latent (default %(default)s)")
    add("--batch", type=int, default=batch, help="pictures a step (default %(default)s)")
    add("--steps", type=int, default=20, help="measured steps (default %(default)s)")
    add("--warmup", type=int, default=3, help="steps before them (default %(default)s)")
    add("--threads", type=int, default=2, help="default %(default)s")
    add("--json", action="store_true", help="one JSON document on stdout, nothing else")
    arguments = parser.parse_args()
    arguments.variant = arguments.variant or list(variants)
    width, height = map(int, arguments.size.split("x"))
    arguments.size = (height, width)
    return arguments


def make_network(arguments):
    network = xception.Xception(*arguments.size, arguments.latent)
    parameters = xception.trained_parameters(network)
    if (arguments.size, arguments.latent) == ((80, 60), 10):
        assert parameters == 2_096_941, f"not the network xception: {parameters} parameters"
    return network


class Batches:
    """Float pictures in [0, 1], drawn anew every time."""

    def __init__(self, arguments):
        self.pictures = pictures.load(arguments.pictures, arguments.size, limit=40 * arguments.batch)
        self.batch = arguments.batch

    def draw(self, variant):
        chosen = torch.randint(len(self.pictures), (self.batch,))
        floats = self.pictures[chosen].float() / 255.0
        return floats.contiguous(memory_format=variant.memory_format)


def images_per_second(step, arguments):
    """The median over the steps after the warm-up."""
    for _ in range(arguments.warmup):
        step()
    seconds = []
    for _ in range(arguments.steps):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    return arguments.batch / statistics.median(seconds)


def run(job, arguments, variants, measure):
    """Calls measure(variant, batches, arguments) -> {"images_per_second": ...} for each variant."""
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    batches = Batches(arguments)
    rows = []
    for name in arguments.variant:
        row = {"variant": name, **measure(variants[name], batches, arguments)}
        rows.append(row)
        values = "  ".join(f"{key} {value:,.5g}" for key, value in row.items() if key != "variant")
        print(f"{name:28}{values}", file=sys.stderr)
    if arguments.json:
        settings = dict(job=job, torch=torch.__version__, threads=arguments.threads)
        print(json.dumps(dict(settings, batch=arguments.batch, variants=rows)))
