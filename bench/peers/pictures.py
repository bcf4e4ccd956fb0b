"""Pictures for the peers: all in memory as bytes, the way of most scripts that train on small ones."""

import pathlib

import numpy
import torch


def from_pack(path, size, limit):
    """The records of a pack of likeness; likeness/catalogue/pack_writer.cpp says how its bytes lie."""
    header = numpy.fromfile(path, dtype="<u4", count=16)
    if header[:2].tobytes() != b"likepack" or header[2] != 1:
        raise SystemExit(f"{path}: not a pack of version 1")
    height, width, count = int(header[4]), int(header[5]), int(header[8])
    if (height, width) != size:
        raise SystemExit(f"{path}: its pictures are {width}x{height}, wanted {size[1]}x{size[0]}")
    shape = (min(count, limit), height, width, 3)
    return numpy.fromfile(path, dtype=numpy.uint8, offset=64, count=numpy.prod(shape)).reshape(shape)


def from_folder(folder, size, limit):
    from PIL import Image  # only here: the other sources do without Pillow

    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in (".jpg", ".jpeg", ".png"))
    if not paths:
        raise SystemExit(f"{folder}: holds no JPEG or PNG")
    height, width = size
    loaded = numpy.empty((min(len(paths), limit), height, width, 3), numpy.uint8)
    for into, path in zip(loaded, paths):
        with Image.open(path) as picture:
            into[:] = picture.convert("RGB").resize((width, height))
    return loaded


def load(source, size, limit):
    """At most `limit` pictures of size (height, width) as bytes (N, 3, H, W): from a folder, from a
    pack, or random where `source` is None."""
    if source is None:
        return torch.randint(0, 256, (limit, 3, *size), dtype=torch.uint8)
    path = pathlib.Path(source)
    loaded = from_folder(path, size, limit) if path.is_dir() else from_pack(path, size, limit)
    return torch.from_numpy(loaded).permute(0, 3, 1, 2).contiguous()
