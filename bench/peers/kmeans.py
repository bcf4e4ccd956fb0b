#!/usr/bin/python3
"""k-means of likeness beside scikit-learn's: same rows, same number of starts, one run, the ratio.

    bench/peers/kmeans.py build/release/bench/kmeans_once [--pictures FOLDER | --rows FILE.npy]

The rows are the pictures at 15x20 by PCA to 100 dimensions; without pictures, made-up ones.
Packages: python3-sklearn, python3-pil (for --pictures), libopenblas0 (NumPy's fast BLAS).
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time


def picture_rows(folder, dimensions):
    import numpy
    from PIL import Image
    from sklearn.decomposition import PCA

    paths = sorted(pathlib.Path(folder).rglob("*.jpg"))
    pixels = numpy.empty((len(paths), 15 * 20 * 3), numpy.float32)
    for row, path in zip(pixels, paths):
        picture = Image.open(path).convert("RGB").resize((15, 20), Image.BOX)
        row[:] = numpy.asarray(picture, numpy.float32).ravel() / 255
    return PCA(dimensions, random_state=1).fit_transform(pixels).astype(numpy.float32)


def made_up_rows(count, dimensions):
    import numpy

    random = numpy.random.default_rng(1)
    spread = 3 / numpy.sqrt(numpy.arange(1, dimensions + 1))  # as the axes of a PCA fall off
    centres = random.normal(size=(60, dimensions)) * spread
    rows = centres[random.integers(60, size=count)]
    rows += random.normal(size=rows.shape) * spread * 0.7
    return rows.astype(numpy.float32)


def sklearn_seconds(rows, clusters, starts):
    from sklearn.cluster import KMeans

    model = KMeans(clusters, n_init=starts, random_state=1)
    begin = time.perf_counter()
    model.fit(rows)
    return time.perf_counter() - begin, float(model.inertia_)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--pictures")
    parser.add_argument("--rows")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--starts", type=int, default=10)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = str(options.threads)
    import numpy

    if options.rows:
        rows = numpy.load(options.rows)
    elif options.pictures:
        rows = picture_rows(options.pictures, 100)
    else:
        rows = made_up_rows(39000, 100)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rows.npy")
        numpy.save(path, rows)
        print(f"{len(rows)} x {rows.shape[1]}, {options.starts} starts, {options.threads} threads")
        good = True
        for clusters in (6, 100):
            ours, theirs = [], []
            for _ in range(options.repeat):
                theirs.append(sklearn_seconds(rows, clusters, options.starts))
                out = subprocess.run(
                    [options.program, path, str(clusters), str(options.starts),
                     str(options.threads)], check=True, capture_output=True, text=True).stdout
                ours.append(json.loads(out))
            fast = sorted(run["seconds"] for run in ours)[len(ours) // 2]
            slow = sorted(run[0] for run in theirs)[len(theirs) // 2]
            inertia = ours[0]["inertia"] / theirs[0][1]
            print(f"K = {clusters:3}: likeness {fast:.3f} s, scikit-learn {slow:.3f} s, "
                  f"ratio {slow / fast:.1f}; inertia {ours[0]['inertia']:.6g} against "
                  f"{theirs[0][1]:.6g} ({100 * (inertia - 1):+.3f} %); "
                  f"compared {100 * ours[0]['compared']:.0f} %")
            good = good and inertia < 1.005 and slow >= 3 * fast
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
