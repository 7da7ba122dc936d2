"""Pictures as (h, w, 3) uint8: with Pillow when it is installed, else PNG files of 8 bits a channel by the code below."""

import struct
import zlib

import numpy as np

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def read_picture(path):
    try:
        from PIL import Image, ImageOps
    except ImportError:
        return read_png(path)
    picture = ImageOps.exif_transpose(Image.open(path)).convert("RGBA")
    return over_black(np.asarray(picture))


def over_black(rgba):
    alpha = rgba[..., 3:].astype(np.float64) / 255
    return np.rint(rgba[..., :3] * alpha).astype(np.uint8)


def read_png(path):
    with open(path, "rb") as file:
        data = file.read()
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise SystemExit(f"{path} is no PNG file; install Pillow to read others")
    at, packed, palette = 8, b"", None
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        at += length + 12
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", body)
            if depth != 8 or interlace != 0 or colour not in CHANNELS:
                raise SystemExit(f"{path}: only PNG files of 8 bits without interlacing; install Pillow to read others")
        elif kind == b"PLTE":
            palette = np.frombuffer(body, np.uint8).reshape(-1, 3)
        elif kind == b"IDAT":
            packed += body
    channels = CHANNELS[colour]
    rows = unfilter(zlib.decompress(packed), height, width * channels, channels)
    pixels = rows.reshape(height, width, channels)
    if colour == 3:
        return palette[pixels[..., 0]]
    if colour in (0, 4):
        pixels = np.concatenate([pixels[..., :1]] * 3 + [pixels[..., 1:]], axis=2)
    return pixels if pixels.shape[2] == 3 else over_black(pixels)


def unfilter(data, height, stride, step):
    """Undoes the filter of each row; `step` is the distance to the pixel on the left, in bytes."""
    rows = np.zeros((height, stride), np.uint8)
    above = bytearray(stride)
    for y in range(height):
        start = y * (stride + 1)
        kind, row = data[start], bytearray(data[start + 1 : start + 1 + stride])
        for i in range(stride if kind else 0):
            left = row[i - step] if i >= step else 0
            corner = above[i - step] if i >= step else 0
            row[i] = (row[i] + predicted(kind, left, above[i], corner)) & 255
        rows[y] = row
        above = row
    return rows


def predicted(kind, left, up, corner):
    if kind == 1:
        return left
    if kind == 2:
        return up
    if kind == 3:
        return (left + up) // 2
    base = left + up - corner
    return min((left, up, corner), key=lambda candidate: abs(base - candidate))
