"""The matrix of picture files: each format x depth x colour space x alpha x orientation. A case is a
name, the file's bytes, and by how many levels of 255 the two decoders may differ on average."""
import io
import struct
import zlib

from PIL import Image

import writers
from writers import LONG, SHORT, exif, flat, icc, packed, png, tiff

SIDE = 37  # not a multiple of any block

SRGB = ((0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141))
DISPLAY_P3 = ((0.5151, 0.2412, -0.0011), (0.2919, 0.6922, 0.0419), (0.1572, 0.0666, 0.7841))
ADOBE_RGB = ((0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446))


def srgb_curve():
    return [round(65535 * (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4))
            for x in (i / 1023 for i in range(1024))]


PROFILES = {"srgb": icc(SRGB, srgb_curve()), "p3": icc(DISPLAY_P3, srgb_curve()),
            "adobe": icc(ADOBE_RGB, 2.2), "linear": icc(SRGB, 1.0)}
GREY_PROFILE = icc((), 1.8, b"GRAY")


def scene():
    """Smooth colours and three edges, alike in no two corners."""
    rows = []
    for y in range(SIDE):
        row = []
        for x in range(SIDE):
            u, v = x / (SIDE - 1), y / (SIDE - 1)
            pixel = (0.15 + 0.7 * u, 0.8 - 0.6 * v, 0.2 + 0.3 * (u + v))
            if x < 9 and y < 9:
                pixel = (0.05, 0.05, 0.05)
            elif x > 24 and y < 14:
                pixel = (0.95, 0.9, 0.85)
            elif x > 20 and y > 28:
                pixel = (0.8, 0.1, 0.1)
            row.append(pixel)
        rows.append(row)
    return rows


COLOURS = scene()
GREYS = [[(0.3 * r + 0.6 * g + 0.1 * b,) for r, g, b in row] for row in COLOURS]


def alpha_at(x, y):
    return 0.0 if x + y < 8 else min(1.0, 0.2 + x / SIDE)


def with_alpha(rows, premultiplied=False):
    result = []
    for y, row in enumerate(rows):
        result.append([])
        for x, pixel in enumerate(row):
            alpha = alpha_at(x, y)
            colours = [value * alpha for value in pixel] if premultiplied else pixel
            result[-1].append((*colours, alpha))
    return result


def levels(rows, count):
    """Each pixel's index into a palette of greys and of as many colours as there is room for."""
    return [[(min(int(sum(pixel) / len(pixel) * count), count - 1),) for pixel in row]
            for row in rows]


def palette(count):
    return [(i / (count - 1), (i * 3 % count) / (count - 1), 1 - i / (count - 1))
            for i in range(count)]


def pillow(rows, mode="RGB"):
    image = Image.new(mode, (SIDE, SIDE))
    pixels = [tuple(writers.quantised(v, 8) for v in pixel) for row in rows for pixel in row]
    image.putdata(pixels if len(rows[0][0]) > 1 else [pixel[0] for pixel in pixels])
    return image


def saved(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def png_cases():
    kinds = {0: ("grey", GREYS, (1, 2, 4, 8, 16)), 2: ("rgb", COLOURS, (8, 16)),
             4: ("grey-alpha", with_alpha(GREYS), (8, 16)),
             6: ("rgb-alpha", with_alpha(COLOURS), (8, 16))}
    for interlaced in (False, True):
        suffix = "-interlaced" if interlaced else ""
        for kind, (name, rows, depths) in kinds.items():
            for depth in depths:
                yield f"{name}-{depth}{suffix}", png(rows, kind, depth, interlaced), 1.0
        for depth in (1, 2, 4, 8):
            colours = b"".join(bytes(writers.quantised(v, 8) for v in c)
                               for c in palette(1 << depth))
            rows = levels(COLOURS, 1 << depth)
            for alpha in (False, True):
                chunks = [(b"PLTE", colours)]
                if alpha:
                    chunks.append((b"tRNS", bytes(range(40, 40 + (1 << min(depth, 7))))))
                yield f"palette-{depth}{suffix}{'-alpha' * alpha}", \
                    png(rows, 3, depth, interlaced, chunks), 0.6
    for orientation in range(2, 9):
        yield f"exif-{orientation}", png(COLOURS, 2, 8, chunks=[(b"eXIf", exif(orientation))]), 0.0
    for name, profile in PROFILES.items():
        for depth in (8, 16):
            chunk = (b"iCCP", b"x\0\0" + zlib.compress(profile))
            yield f"profile-{name}-{depth}", png(COLOURS, 2, depth, chunks=[chunk]), 1.0


def jpeg_cases():
    colours, grey = pillow(COLOURS), pillow(GREYS, "L")
    for progressive in (False, True):
        suffix = "-progressive" if progressive else ""
        for sampling in (0, 1, 2):
            yield f"rgb-{sampling}{suffix}", saved(colours, "JPEG", quality=92, subsampling=sampling,
                                                   progressive=progressive), 1.5
        yield f"grey{suffix}", saved(grey, "JPEG", quality=92, progressive=progressive), 0.5
        for name, profile in PROFILES.items():
            yield f"profile-{name}{suffix}", saved(colours, "JPEG", quality=95, subsampling=0,
                                                   progressive=progressive, icc_profile=profile), 1.5
        yield f"profile-grey{suffix}", saved(grey, "JPEG", quality=95, progressive=progressive,
                                             icc_profile=GREY_PROFILE), 1.5
    for orientation in range(1, 9):
        for kind in (SHORT, LONG):
            for order in "<>":
                name = f"exif-{orientation}-{'le' if order == '<' else 'be'}-{kind}"
                data = b"Exif\0\0" + exif(orientation, kind, order)
                yield name, saved(colours, "JPEG", quality=92, subsampling=0, exif=data), 1.5


def webp_cases():
    colours, clear = pillow(COLOURS), pillow(with_alpha(COLOURS), "RGBA")
    yield "lossy", saved(colours, "WEBP", quality=90), 1.5
    yield "lossless", saved(colours, "WEBP", lossless=True), 0.0
    yield "lossy-alpha", saved(clear, "WEBP", quality=90), 2.0
    yield "lossless-alpha", saved(clear, "WEBP", lossless=True), 0.6
    for orientation in range(2, 9):
        yield f"exif-{orientation}", saved(colours, "WEBP", lossless=True,
                                           exif=b"Exif\0\0" + exif(orientation)), 0.0
    for name, profile in PROFILES.items():
        yield f"profile-{name}", saved(colours, "WEBP", lossless=True, icc_profile=profile), 1.0


def gif_cases():
    image = pillow(COLOURS).quantize(64, dither=0)
    yield "plain", saved(image, "GIF"), 0.0
    yield "interlaced", saved(image, "GIF", interlace=1), 0.0
    yield "transparent", saved(image, "GIF", transparency=3), 0.0
    yield "animated", saved(image, "GIF", save_all=True, append_images=[image.rotate(90)]), 0.0


def tiff_file(rows, depth, photometric, **options):
    order = options.get("order", "<")
    if options.get("planar"):
        numbers = [[writers.quantised(pixel[i], depth) for pixel in row]
                   for i in range(len(rows[0][0])) for row in rows]
    else:
        numbers = flat(rows, depth)
    return tiff(packed(numbers, depth, order), SIDE, SIDE, depth, photometric, **options)


def tiled(rows, depth, photometric, **options):
    blocks = []
    for top in range(0, SIDE, 16):
        for left in range(0, SIDE, 16):
            block = [[rows[min(y, SIDE - 1)][min(x, SIDE - 1)] for x in range(left, left + 16)]
                     for y in range(top, top + 16)]
            blocks.append(b"".join(packed(flat(block, depth), depth, "<")))
    return tiff(blocks, SIDE, SIDE, depth, photometric, tile=16, **options)


def tiff_cases():
    for depth in (1, 2, 4, 8, 16):
        inverted = [[(1 - pixel[0],) for pixel in row] for row in GREYS]
        yield f"grey-{depth}", tiff_file(GREYS, depth, 1), 0.6
        yield f"grey-{depth}-white-is-zero", tiff_file(inverted, depth, 0), 0.6
    for depth in (8, 16):
        for order in "<>":
            for planar in (False, True):
                name = f"rgb-{depth}{'-planar' * planar}-{'le' if order == '<' else 'be'}"
                yield name, tiff_file(COLOURS, depth, 2, order=order, planar=planar), 0.6
        yield f"rgb-{depth}-big", tiff_file(COLOURS, depth, 2, big=True), 0.6
        yield f"rgb-{depth}-deflate", tiff_file(COLOURS, depth, 2, deflated=True), 0.6
        yield f"rgb-{depth}-tiled", tiled(COLOURS, depth, 2), 0.6
        for premultiplied in (False, True):
            extra = (1,) if premultiplied else (2,)
            name = "associated" if premultiplied else "alpha"
            yield f"grey-{depth}-{name}", tiff_file(with_alpha(GREYS, premultiplied), depth, 1,
                                                    extra=extra), 1.0
            yield f"rgb-{depth}-{name}", tiff_file(with_alpha(COLOURS, premultiplied), depth, 2,
                                                   extra=extra), 1.0
        for name, profile in PROFILES.items():
            yield f"profile-{name}-{depth}", tiff_file(COLOURS, depth, 2, tags=[
                (34675, 7, list(profile))]), 1.0
    for depth in (1, 2, 4, 8):
        colours = [writers.quantised(c[i], 16) for i in range(3) for c in palette(1 << depth)]
        rows = packed([[p[0] for p in row] for row in levels(COLOURS, 1 << depth)], depth)
        yield f"palette-{depth}", tiff(rows, SIDE, SIDE, depth, 3,
                                       tags=[(320, SHORT, colours)]), 0.6
    for orientation in range(2, 9):
        for kind in (SHORT, LONG):
            yield f"orientation-{orientation}-{kind}", tiff_file(
                COLOURS, 8, 2, tags=[(274, kind, [orientation])]), 0.0
    for name in ("tiff_lzw", "packbits", "tiff_adobe_deflate"):
        yield name, saved(pillow(COLOURS), "TIFF", compression=name), 0.0
    yield "group4", saved(pillow(GREYS, "L").convert("1"), "TIFF", compression="group4"), 0.0
    yield "ycbcr-jpeg", saved(pillow(COLOURS), "TIFF", compression="jpeg", quality=92), 3.0
    for depth in (8, 16):
        yield f"lab-{depth}", tiff(lab_rows(depth), SIDE, SIDE, depth, 8), 1.5


def lab_of(pixel):
    """CIE L*a*b* of sRGB at the white point D65, which ImageMagick and libvips take it for."""
    r, g, b = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in pixel)
    xyz = ((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
           0.2126 * r + 0.7152 * g + 0.0722 * b,
           (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.0891)
    x, y, z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def lab_rows(depth):
    unit = 1 if depth == 8 else 256
    rows = []
    for row in COLOURS:
        numbers = []
        for light, a, b in map(lab_of, row):
            numbers += [writers.quantised(light / 100, depth),
                        round(a * unit) % (1 << depth), round(b * unit) % (1 << depth)]
        rows.append(numbers)
    return packed(rows, depth, "<")


def floating(rows, letter):
    return [struct.pack(f"<{len(row) * len(row[0])}{letter}", *(v for pixel in row for v in pixel))
            for row in rows]


def refused_cases():
    """Sound files that are skipped, for no program agrees with another on their colours."""
    yield "tif-unsigned-32.tif", tiff_file(COLOURS, 32, 2)
    yield "tif-signed-16.tif", tiff_file(COLOURS, 16, 2, sample_format=2)
    yield "tif-signed-8.tif", tiff_file(COLOURS, 8, 2, sample_format=2)
    yield "tif-float-grey.tif", tiff(floating(GREYS, "f"), SIDE, SIDE, 32, 1, sample_format=3)
    yield "tif-double.tif", tiff(floating(COLOURS, "d"), SIDE, SIDE, 64, 2, sample_format=3)
    yield "tif-ycbcr.tif", tiff_file(COLOURS, 8, 6, tags=[(530, SHORT, [1, 1])])
    yield "tif-icc-lab.tif", tiff_file(COLOURS, 8, 8).replace(
        struct.pack("<HHIH", 262, SHORT, 1, 8), struct.pack("<HHIH", 262, SHORT, 1, 9))


FORMATS = {"png": png_cases, "jpg": jpeg_cases, "webp": webp_cases, "gif": gif_cases,
           "tif": tiff_cases}


def all_cases():
    for suffix, cases in FORMATS.items():
        for name, file, levels_apart in cases():
            yield f"{suffix}-{name}.{suffix}", file, levels_apart
