#!/usr/bin/env python3
"""format_matrix_test.py LIKENESS: packs some 180 picture files of every kind and compares their pixels
with ImageMagick's or, where that is known to be wrong, with Pillow's. Exits with 77
where one of them is missing."""
import io
import json
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

try:
    from PIL import Image, ImageCms, ImageOps

    import matrix
except ImportError as error:
    print(f"skipped: {error}: tools/install_packages.sh test")
    sys.exit(77)

SIDE = matrix.SIDE
MIN_CASES = 150


def packed_pixels(likeness, pictures, folder):
    """The pixels of each key, as docs/formats.md tells where they are, and why others were skipped."""
    done = subprocess.run([likeness, "pack", folder / "shop", pictures, "--size", f"{SIDE}x{SIDE}",
                           "--json"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"pack failed: {done.stdout}{done.stderr}")
    file = (folder / "shop/packs/000001.pack").read_bytes()
    count, = struct.unpack_from("<Q", file, 32)
    record = 3 * SIDE * SIDE
    entries = 64 + count * record
    texts = entries + 40 * count
    pixels = {}
    for i in range(count):
        offset, length = struct.unpack_from("<QI", file, entries + 40 * i + 24)
        key = file[texts + offset:texts + offset + length].decode()
        pixels[key] = file[64 + i * record:64 + (i + 1) * record]
    skipped = {pathlib.Path(s["path"]).stem: s["reason"] for s in json.loads(done.stdout)["skipped"]}
    return pixels, skipped


def pillow_pixels(path):
    """ImageMagick 6 reads no EXIF data in PNG and WebP, and takes a TIFF's white for black at 2 and 4
    bits; Pillow turns a TIFF twice."""
    image = ImageOps.exif_transpose(Image.open(path))
    profile = image.info.get("icc_profile")
    if profile:
        image = ImageCms.profileToProfile(image, io.BytesIO(profile), ImageCms.createProfile("sRGB"),
                                          renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
                                          outputMode="RGB")
    return image.convert("RGB").tobytes()


def imagemagick_pixels(pictures, out):
    out.mkdir()
    for suffix in sorted({path.suffix for path in pictures}):
        names = [f"{path}[0]" for path in pictures if path.suffix == suffix]
        subprocess.run(["mogrify", "-path", out, "-format", "ppm", "-auto-orient",
                        "-background", "white", "-alpha", "remove", "-colorspace", "sRGB", "-depth", "8", *names],
                       check=True, stderr=subprocess.DEVNULL)
    return {path.stem: path.read_bytes()[-3 * SIDE * SIDE:] for path in out.glob("*.ppm")}


def reference_pixels(pictures, folder):
    def is_for_pillow(path):
        return any(word in path.stem for word in ("exif", "profile", "-2-white", "-4-white"))
    paths = sorted(pictures.iterdir())
    pixels = imagemagick_pixels([path for path in paths if not is_for_pillow(path)],
                                folder / "reference")
    pixels.update({path.stem: pillow_pixels(path) for path in paths if is_for_pillow(path)})
    return pixels


def compared(ours, theirs, allowed, skipped):
    for key, levels in sorted(allowed.items()):
        if key not in ours or key not in theirs:
            yield f"{key}: {skipped.get(key, 'not read by the others')}"
            continue
        apart = sum(abs(a - b) for a, b in zip(ours[key], theirs[key])) / len(ours[key])
        if apart > levels:
            yield f"{key}: {apart:.2f} levels apart on average, {levels} allowed"


def badly_refused(refused, skipped):
    for file_name in refused:
        reason = skipped.get(pathlib.Path(file_name).stem)
        if reason is None or "damaged" in reason:
            yield f"{file_name}: {reason or 'was packed'}"


def main(likeness):
    if shutil.which("mogrify") is None:
        print("skipped: there is no ImageMagick: tools/install_packages.sh test")
        return 77
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        pictures = folder / "pictures"
        pictures.mkdir()
        allowed = {}
        for file_name, content, levels in matrix.all_cases():
            (pictures / file_name).write_bytes(content)
            allowed[pathlib.Path(file_name).stem] = levels
        theirs = reference_pixels(pictures, folder)
        refused = dict(matrix.refused_cases())
        for file_name, content in refused.items():
            (pictures / file_name).write_bytes(content)
        ours, skipped = packed_pixels(likeness, pictures, folder)
    failures = [*compared(ours, theirs, allowed, skipped), *badly_refused(refused, skipped)]
    print(f"{len(allowed)} files compared, {len(refused)} refused, {len(failures)} wrong")
    if len(allowed) < MIN_CASES:
        failures.append(f"only {len(allowed)} files were made")
    print(*failures, sep="\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
