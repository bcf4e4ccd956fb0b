"""Writes picture files of kinds that no common program writes: every depth, colour space, alpha and
byte order of PNG and TIFF, ICC profiles by their primaries and curves, EXIF in every spelling.
A picture is a list of rows of tuples of numbers from 0 to 1."""
import struct
import zlib

SHORT, LONG = 3, 4


def quantised(value, depth):
    return min(max(round(value * ((1 << depth) - 1)), 0), (1 << depth) - 1)


def packed(rows, depth, order=">"):
    """Each row's samples as whole numbers of `depth` bits, padded to bytes."""
    if depth >= 8:
        letter = {8: "B", 16: "H", 32: "I"}[depth]
        return [struct.pack(f"{order}{len(row)}{letter}", *row) for row in rows]
    packed_rows = []
    for row in rows:
        bits = "".join(format(sample, f"0{depth}b") for sample in row)
        bits += "0" * (-len(bits) % 8)
        packed_rows.append(int(bits, 2).to_bytes(len(bits) // 8, "big"))
    return packed_rows


def flat(rows, depth):
    return [[quantised(value, depth) for pixel in row for value in pixel] for row in rows]


def exif(orientation, kind=SHORT, order=">"):
    value = struct.pack(order + "HH", orientation, 0) if kind == SHORT else \
        struct.pack(order + "I", orientation)
    return (b"MM\0*" if order == ">" else b"II*\0") + \
        struct.pack(order + "IHHHI", 8, 1, 274, kind, 1) + value + bytes(4)


def icc(primaries, gamma, colours=b"RGB "):
    """A version 2 display profile. `primaries`: XYZ of each colour, adapted to D50; grey has none.
    `gamma`: a power, or a list of 16-bit numbers."""
    def fixed(*values):
        return b"".join(struct.pack(">i", round(value * 65536)) for value in values)
    white = fixed(0.9642, 1.0, 0.82491)
    curve = b"curv" + bytes(4) + (struct.pack(">IH", 1, round(gamma * 256))
                                  if isinstance(gamma, float) else
                                  struct.pack(f">I{len(gamma)}H", len(gamma), *gamma))
    tags = [(b"desc", b"desc" + bytes(4) + struct.pack(">I", 5) + b"test\0" + bytes(78)),
            (b"cprt", b"text" + bytes(4) + b"none\0"), (b"wtpt", b"XYZ " + bytes(4) + white)]
    for name, xyz in zip((b"r", b"g", b"b"), primaries):
        tags += [(name + b"XYZ", b"XYZ " + bytes(4) + fixed(*xyz)), (name + b"TRC", curve)]
    if not primaries:
        tags.append((b"kTRC", curve))
    table, content = struct.pack(">I", len(tags)), b""
    for name, tag in tags:
        table += name + struct.pack(">II", 132 + 12 * len(tags) + len(content), len(tag))
        content += tag + bytes(-len(tag) % 4)
    head = struct.pack(">I4sI4s4s4s12s4s", 132 + 12 * len(tags) + len(content), b"lcms",
                       0x02100000, b"mntr", colours, b"XYZ ", struct.pack(">6H", 2020, 1, 1, 0, 0, 0),
                       b"acsp") + bytes(28) + white + bytes(48)
    return head + table + content


def png_chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + \
        struct.pack(">I", zlib.crc32(name + content))


PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
          (0, 1, 1, 2)]


def png(rows, kind, depth, interlaced=False, chunks=()):
    """`kind`: PNG's colour type; of 3 a pixel is an index. `chunks` stand before the pixels."""
    def numbers(part):
        if kind == 3:
            return [[pixel[0] for pixel in row] for row in part]
        return flat(part, depth)
    parts = [rows]
    if interlaced:
        parts = [[row[x0::dx] for row in rows[y0::dy]] for x0, y0, dx, dy in PASSES]
    data = b"".join(b"\0" + row for part in parts if part and part[0]
                    for row in packed(numbers(part), depth))
    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), depth, kind, 0, 0, int(interlaced))
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + \
        b"".join(png_chunk(*chunk) for chunk in chunks) + \
        png_chunk(b"IDAT", zlib.compress(data)) + png_chunk(b"IEND", b"")


def tiff(samples, width, height, depth, photometric, order="<", big=False, planar=False,
         tile=None, deflated=False, sample_format=1, extra=(), tags=()):
    """`samples`: rows of packed bytes (of one plane after the other if `planar`), or of tiles if
    `tile`. `tags`: further (tag, type, numbers)."""
    channels = {0: 1, 1: 1, 2: 3, 3: 1, 5: 4, 6: 3, 8: 3}[photometric] + len(extra)
    blocks = [b"".join(samples)]
    if tile:
        blocks = samples
    elif planar:
        blocks = [b"".join(samples[i * height:(i + 1) * height]) for i in range(channels)]
    if deflated:
        blocks = [zlib.compress(block) for block in blocks]
    place = "Q" if big else "I"
    entries = {256: (LONG, [width]), 257: (LONG, [height]), 258: (SHORT, [depth] * channels),
               259: (SHORT, [8 if deflated else 1]), 262: (SHORT, [photometric]),
               277: (SHORT, [channels]), 284: (SHORT, [2 if planar else 1]),
               339: (SHORT, [sample_format] * channels)}
    if extra:
        entries[338] = (SHORT, list(extra))
    if tile:
        entries.update({322: (LONG, [tile]), 323: (LONG, [tile])})
    else:
        entries[278] = (LONG, [height])
    entries.update({tag: (kind, numbers) for tag, kind, numbers in tags})
    offsets, counts = (324, 325) if tile else (273, 279)
    entries[offsets] = (LONG, [0] * len(blocks))
    entries[counts] = (LONG, [len(block) for block in blocks])

    size, count_letter, head = (20, "Q", 16) if big else (12, "H", 8)
    inline = 8 if big else 4
    behind = head + struct.calcsize(order + count_letter) + size * len(entries) + inline
    formats = {SHORT: "H", LONG: "I", 7: "B"}
    contents = {tag: struct.pack(f"{order}{len(v)}{formats[k]}", *v)
                for tag, (k, v) in entries.items()}
    data_at = behind + sum(len(c) + len(c) % 2 for c in contents.values() if len(c) > inline)
    starts = [data_at + sum(len(block) for block in blocks[:i]) for i in range(len(blocks))]
    contents[offsets] = struct.pack(f"{order}{len(starts)}I", *starts)

    directory, later = struct.pack(order + count_letter, len(entries)), b""
    for tag in sorted(entries):
        kind, numbers = entries[tag]
        content = contents[tag]
        if len(content) > inline:
            value = struct.pack(order + place, behind + len(later))
            later += content + bytes(len(content) % 2)
        else:
            value = content + bytes(inline - len(content))
        directory += struct.pack(order + "HH" + place, tag, kind, len(numbers)) + value
    first = (b"II" if order == "<" else b"MM") + \
        (struct.pack(order + "HHHQ", 43, 8, 0, 16) if big else struct.pack(order + "HI", 42, 8))
    return first + directory + bytes(inline) + later + b"".join(blocks)
