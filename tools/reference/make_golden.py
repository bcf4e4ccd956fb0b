#!/usr/bin/python3
"""Makes the golden files in tests/encoder/golden with PyTorch, in double precision: layers and small
networks, forward and backward. See README.md beside this file.
"""

import json
import pathlib
import sys

import numpy
import torch
import torch.nn.functional as F
from torch import nn

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests/encoder/golden"
sys.path.insert(0, str(ROOT / "bench/peers"))

import xception  # noqa: E402  (found through the line above)

# Layers as tests/encoder/golden.cpp gives them to NetworkBuilder. A layer reads the one before it,
# or those in `inputs` (0 is the picture).
CASES = {
    "convolution": ((2, 3, 5, 4), [dict(kind="convolution", out=2, kernel=3)]),
    "convolution_stride_2": (
        (2, 2, 5, 6),
        [dict(kind="convolution", out=3, kernel=3, stride=2)],
    ),
    "convolution_5x5_stride_3": (
        (1, 2, 7, 5),
        [dict(kind="convolution", out=2, kernel=5, stride=3)],
    ),
    "convolution_4x4_stride_2": (
        (2, 2, 3, 6),
        [dict(kind="convolution", out=2, kernel=4, stride=2)],
    ),
    "convolution_1x1_stride_2": (
        (2, 3, 5, 4),
        [dict(kind="convolution", out=4, kernel=1, stride=2)],
    ),
    "convolution_in_groups": (
        (2, 4, 3, 5),
        [dict(kind="convolution", out=6, kernel=3, groups=2)],
    ),
    "depthwise_convolution": (
        (2, 3, 5, 3),
        [dict(kind="convolution", out=3, kernel=3, groups=3, bias=False)],
    ),
    "transposed_convolution": (
        (2, 3, 3, 4),
        [dict(kind="transposed_convolution", out=2, kernel=3)],
    ),
    "transposed_convolution_3x3_stride_2": (
        (2, 2, 3, 2),
        [dict(kind="transposed_convolution", out=3, kernel=3, stride=2)],
    ),
    "transposed_convolution_4x4_stride_2": (
        (1, 3, 2, 3),
        [dict(kind="transposed_convolution", out=2, kernel=4, stride=2)],
    ),
    "transposed_convolution_2x2_stride_3": (
        (1, 2, 3, 2),
        [dict(kind="transposed_convolution", out=2, kernel=2, stride=3, bias=False)],
    ),
    "dense": ((3, 2, 3, 2), [dict(kind="dense", out=4)]),
    "normalisation": ((2, 3, 5, 3), [dict(kind="normalisation")]),
    "normalisation_of_one_value": ((1, 3, 1, 1), [dict(kind="normalisation")]),
    "normalisation_inference": ((2, 3, 3, 2), [dict(kind="normalisation")], "inference"),
    "relu": ((2, 2, 3, 5), [dict(kind="relu")]),
    "leaky_relu": ((2, 2, 3, 5), [dict(kind="relu", slope=0.125)]),
    "sigmoid": ((2, 2, 3, 5), [dict(kind="sigmoid")]),
    "max_pooling_even": ((2, 2, 6, 4), [dict(kind="max_pooling", kernel=3, stride=2)]),
    "max_pooling_odd": ((2, 2, 5, 7), [dict(kind="max_pooling", kernel=3, stride=2)]),
    "max_pooling_of_one_pixel": ((2, 2, 1, 1), [dict(kind="max_pooling", kernel=3, stride=2)]),
    "upsampling": ((2, 2, 3, 2), [dict(kind="upsampling", factor=2)]),
    "depth_to_space": ((2, 8, 3, 2), [dict(kind="depth_to_space", factor=2)]),
    "sum": (
        (2, 2, 3, 3),
        [dict(kind="sigmoid"), dict(kind="sum", inputs=[0, 1])],
    ),
    "reshape": ((2, 2, 3, 4), [dict(kind="reshape", shape=[4, 2, 3]), dict(kind="dense", out=2)]),
    "crop": ((2, 2, 6, 5), [dict(kind="crop", height=3, width=3)]),
    "autoencoder": (
        (3, 3, 5, 7),
        [
            dict(kind="convolution", out=4, kernel=3, stride=2),
            dict(kind="normalisation"),
            dict(kind="relu"),
            dict(kind="convolution", out=4, kernel=3, groups=4, bias=False),
            dict(kind="convolution", out=4, kernel=1),
            dict(kind="normalisation"),
            dict(kind="sum", inputs=[3, 6]),
            dict(kind="max_pooling", kernel=3, stride=2),
            dict(kind="dense", out=2),
            dict(kind="sigmoid"),
            dict(kind="dense", out=8),
            dict(kind="relu", slope=0.125),
            dict(kind="reshape", shape=[2, 2, 2]),
            dict(kind="transposed_convolution", out=4, kernel=4, stride=2),
            dict(kind="normalisation"),
            dict(kind="relu"),
            dict(kind="upsampling", factor=2),
            dict(kind="convolution", out=3, kernel=3),
            dict(kind="sigmoid"),
            dict(kind="crop", height=5, width=7),
        ],
    ),
}


def multiply_layer(layer, x, weights, bias):
    kernel, stride = layer.get("kernel", 1), layer.get("stride", 1)
    if layer["kind"] == "dense":
        return F.linear(x.flatten(1), weights, bias)[:, :, None, None]
    if layer["kind"] == "convolution":
        x = xception.pad_same(x, kernel, stride)
        return F.conv2d(x, weights, bias, stride=stride, groups=layer.get("groups", 1))
    # Without padding, then what "same" padding of the convolution that it transposes cuts off.
    height, width = x.shape[2] * stride, x.shape[3] * stride
    top = xception.same_padding(height, kernel, stride)[0]
    left = xception.same_padding(width, kernel, stride)[0]
    y = F.conv_transpose2d(x, weights.transpose(0, 1), stride=stride)
    y = F.pad(y, (0, max(0, width - y.shape[3]), 0, max(0, height - y.shape[2])))
    return y[:, :, top : top + height, left : left + width] + bias_of(bias)


def bias_of(bias):
    return 0.0 if bias is None else bias[:, None, None]


def normalise_layer(x, gamma, beta, mean, variance, training):
    """As F.batch_norm, which refuses a single value and divides the variance by N H W - 1 for the
    running one."""
    if training:
        batch_mean = x.mean((0, 2, 3))
        batch_variance = x.var((0, 2, 3), unbiased=False)
        moved = (
            xception.MOMENTUM * mean + (1.0 - xception.MOMENTUM) * batch_mean.detach(),
            xception.MOMENTUM * variance + (1.0 - xception.MOMENTUM) * batch_variance.detach(),
        )
    if training and x.numel() == x.shape[1]:
        return beta[:, None, None] + 0.0 * x + 0.0 * gamma[:, None, None], moved
    y = F.batch_norm(x, mean.detach().clone(), variance.detach().clone(), gamma, beta, training, 0.0, xception.EPSILON)
    return y, moved if training else (mean, variance)


def depth_to_space(x, factor):
    """PyTorch counts channels as c * F * F + part, likeness as part * C + c."""
    n, channels, height, width = x.shape
    parts = factor * factor
    x = x.reshape(n, parts, channels // parts, height, width).transpose(1, 2)
    return F.pixel_shuffle(x.reshape(n, channels, height, width), factor)


def crop(x, height, width):
    top, left = (x.shape[2] - height) // 2, (x.shape[3] - width) // 2
    return x[:, :, top : top + height, left : left + width]


def plain_layer(layer, inputs):
    """A layer without parameters."""
    kind, x = layer["kind"], inputs[0]
    if kind == "relu":
        return F.leaky_relu(x, layer.get("slope", 0.0))
    if kind == "sigmoid":
        return x.sigmoid()
    if kind == "max_pooling":
        padded = xception.pad_same(x, layer["kernel"], layer["stride"], value=float("-inf"))
        return F.max_pool2d(padded, layer["kernel"], layer["stride"])
    if kind == "upsampling":
        return F.interpolate(x, scale_factor=layer["factor"], mode="nearest")
    if kind == "depth_to_space":
        return depth_to_space(x, layer["factor"])
    if kind == "sum":
        return x + inputs[1]
    if kind == "reshape":
        return x.reshape(x.shape[0], *layer["shape"])
    if kind == "crop":
        return crop(x, layer["height"], layer["width"])
    raise ValueError(kind)


def drawn_parameters(layer, channels, size, draw):
    """What a layer needs that reads `channels` channels, `size` values: in the order of files."""
    kind, kernel = layer["kind"], layer.get("kernel", 1)
    if kind == "normalisation":
        return [draw(channels) + 1.0, draw(channels), draw(channels), draw(channels) + 1.0]
    if kind == "dense":
        weights = draw(layer["out"], size)
    elif kind in ("convolution", "transposed_convolution"):
        weights = draw(layer["out"], channels // layer.get("groups", 1), kernel, kernel)
    else:
        return []
    return [weights, draw(layer["out"])] if layer.get("bias", True) else [weights]


def leaf(tensor):
    return tensor.requires_grad_(True)


def flat(tensor):
    return [] if tensor is None else tensor.detach().flatten().tolist()


def make_case(name, shape, layers, mode="training"):
    generator = torch.Generator().manual_seed(len(name))

    def draw(*dimensions):  # in (-0.5, 0.5), with three digits, so that files stay small
        drawn = torch.randint(-499, 500, dimensions, generator=generator)
        return drawn.to(torch.float64) / 1000.0

    outputs = [leaf(draw(*shape) * 2.0)]
    parameters, moved = [], []
    for layer in layers:
        inputs = [outputs[i] for i in layer.get("inputs", [-1])]
        x = inputs[0]
        own = drawn_parameters(layer, x.shape[1], x[0].numel(), draw)
        parameters += [leaf(p) for p in own]
        if layer["kind"] == "normalisation":
            y, statistics = normalise_layer(x, *own, mode == "training")
            moved += statistics
        elif own:
            y = multiply_layer(layer, x, own[0], own[1] if len(own) > 1 else None)
        else:
            y = plain_layer(layer, inputs)
        outputs.append(y)
    direction = draw(*outputs[-1].shape)
    (outputs[-1] * direction).sum().backward()
    write(
        name,
        dict(
            mode=mode,
            picture=list(shape),
            layers=layers,
            pictures=flat(outputs[0]),
            parameters=[flat(p) for p in parameters],
            output=flat(outputs[-1]),
            direction=flat(direction),  # the gradient of the output
            input_gradient=flat(outputs[0].grad),
            gradients=[flat(p.grad) for p in parameters],  # empty: not trained
            moved=[flat(s) for s in moved],  # running means and variances, afterwards
        ),
    )


def hashed(stream, count):
    """Numbers in [0, 1) that any language can draw: splitmix64 of (stream, position)."""
    with numpy.errstate(over="ignore"):
        z = numpy.arange(1, count + 1, dtype=numpy.uint64) + numpy.uint64(stream << 32)
        z *= numpy.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        z ^= z >> numpy.uint64(31)
    return (z >> numpy.uint64(11)).astype(numpy.float64) * 2.0**-53


def stored(module):
    """A module's tensors as likeness orders them, each with whether likeness swaps its first two
    dimensions (a transposed convolution is (I, O, K, K) in PyTorch, (O, I, K, K) in likeness)."""
    if isinstance(module, nn.BatchNorm2d):
        names = ("weight", "bias", "running_mean", "running_var")
    elif isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
        names = ("weight",) if module.bias is None else ("weight", "bias")
    else:
        names = ()
    for name in names:
        swapped = isinstance(module, nn.ConvTranspose2d) and name == "weight"
        yield name, getattr(module, name), swapped


def draw_for(module, name, shape, stream):
    u = hashed(stream, int(numpy.prod(shape)))
    if isinstance(module, nn.BatchNorm2d):
        values = u + 0.5 if name in ("weight", "running_var") else u - 0.5
    elif name == "bias":
        values = u - 0.5
    else:
        area = int(numpy.prod(shape[2:]))
        values = numpy.sqrt(6.0 / ((shape[0] + shape[1]) * area)) * (2.0 * u - 1.0)
    return torch.from_numpy(values.reshape(shape))


def fill(network):
    """Every tensor from its own stream, by its position in the order of likeness."""
    stream = 1
    for module in network.modules():
        for name, tensor, swapped in stored(module):
            shape = list(tensor.shape)
            if swapped:
                shape[0], shape[1] = shape[1], shape[0]
            values = draw_for(module, name, shape, stream)
            tensor.data.copy_(values.transpose(0, 1) if swapped else values)
            stream += 1


def summary(tensor, swapped=False):
    """The norm and some values: enough to notice any difference, small enough to commit."""
    if tensor is None:
        return None
    values = (tensor.transpose(0, 1) if swapped else tensor).detach().flatten()
    step = max(1, len(values) // 5)
    return dict(
        size=len(values),
        norm=values.norm().item(),
        step=step,
        values=values[::step][:5].tolist(),
    )


def remember_batch(module, inputs):
    """Before a normalisation: what bias_running_variance() needs."""
    module.values = inputs[0].numel() // inputs[0].shape[1]
    module.before = module.running_var.clone()


def bias_running_variance(module):
    """After it: moves the running variance by the batch's divided by N H W, not N H W - 1."""
    kept = xception.MOMENTUM * module.before
    module.running_var.copy_(kept + (module.running_var - kept) * (module.values - 1) / module.values)


def make_xception(height=13, width=19, latent=3, batch=2):
    network = xception.Xception(height, width, latent).double().train()
    fill(network)
    normalisations = [m for m in network.modules() if isinstance(m, nn.BatchNorm2d)]
    for module in normalisations:
        module.register_forward_pre_hook(remember_batch)
    drawn = hashed(0, batch * 3 * height * width).reshape(batch, 3, height, width)
    pictures = leaf(torch.from_numpy(drawn))
    latents = network.encode(pictures)
    reconstruction = network.decode(latents)
    loss = F.mse_loss(reconstruction, pictures.detach())
    loss.backward()
    for module in normalisations:
        bias_running_variance(module)
    tensors = [item for module in network.modules() for item in stored(module)]
    write(
        "xception",
        dict(
            picture=[batch, 3, height, width],
            latent=latent,
            loss=loss.item(),
            latents=flat(latents),
            reconstruction=summary(reconstruction),
            input_gradient=summary(pictures.grad),
            gradients=[summary(t.grad, swapped) for _, t, swapped in tensors],
            moved=[summary(t) for name, t, _ in tensors if name.startswith("running")],
        ),
    )


def write(name, content):
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in content.items())
    (GOLDEN / f"{name}.json").write_text("{\n" + lines + "\n}\n")


def main():
    torch.set_num_threads(1)  # the order of sums depends on it
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for name, case in CASES.items():
        make_case(name, *case)
    make_xception()


if __name__ == "__main__":
    main()
