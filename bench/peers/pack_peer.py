#!/usr/bin/python3
"""The plain way to prepare pictures for training, as most people write it: a loop that opens each
file with Pillow, resizes it to 60x80 and puts it into one float32 array, which is pickled.

usage: pack_peer.py FOLDER FILE.pickle
"""
import pathlib
import pickle
import sys
import time

import numpy
from PIL import Image

WIDTH, HEIGHT = 60, 80

folder, output = sys.argv[1:]
start = time.perf_counter()
paths = sorted(p for p in pathlib.Path(folder).rglob("*") if p.suffix.lower() in (".jpg", ".jpeg", ".png"))
pictures = numpy.zeros((len(paths), HEIGHT, WIDTH, 3), numpy.float32)
for i, path in enumerate(paths):
    with Image.open(path) as image:
        image = image.convert("RGB")
        if image.size != (WIDTH, HEIGHT):
            image = image.resize((WIDTH, HEIGHT), Image.LANCZOS)
        pictures[i] = numpy.asarray(image, numpy.float32) / 255
with open(output, "wb") as file:
    pickle.dump((pictures, [p.stem for p in paths]), file, protocol=4)
seconds = time.perf_counter() - start
print(f"{len(paths)} pictures in {seconds:.2f} s: {len(paths) / seconds:.0f} pictures/s")
