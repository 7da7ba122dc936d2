"""Printed two-tone structure, as on circuit boards, with its own kinds of damage.

Here a defect has the grey of the pattern next to it: only the geometry tells where the designed track ends and the
spur begins. So the copper map is drawn first, damaged as a map, and coloured last.
"""

import cv2
import numpy as np

from .noise import smooth, spectral

REACH_PX = 44  # how far a short may bridge


def _track(rng, copper, start, width):
    """A polyline of straight pieces and 45 degree bends through the whole picture, along x."""
    side = copper.shape[0]
    x, y = -10, int(start)
    while x < side:
        length = int(rng.integers(15, 120))
        cv2.line(copper, (x, y), (x + length, y), 1, width)
        x += length
        if rng.random() < 0.6:
            shift = int(rng.integers(6, 50)) * int(rng.choice([-1, 1]))
            cv2.line(copper, (x, y), (x + abs(shift), y + shift), 1, width)
            x, y = x + abs(shift), y + shift


def _plane(rng, copper):
    """A large area with bevelled corners."""
    side = copper.shape[0]
    w, h = (int(v) for v in rng.integers(40, 160, 2))
    x, y = (int(v) for v in rng.integers(-40, side - 20, 2))
    bevel = int(min(w, h) * rng.uniform(0, 0.4))
    points = [(x + bevel, y), (x + w, y), (x + w, y + h - bevel), (x + w - bevel, y + h), (x, y + h), (x, y + bevel)]
    cv2.fillPoly(copper, [np.array(points, np.int32)], 1)


def copper_map(rng: np.random.Generator, side: int) -> np.ndarray:
    """(side, side) uint8, 1 = copper: tracks, planes, pads with or without holes."""
    copper = np.zeros((side, side), np.uint8)
    for _ in range(int(rng.integers(0, 4))):
        _plane(rng, copper)
    width = int(rng.integers(4, 17))
    pitch = width + int(rng.integers(7, 70))
    for start in range(int(rng.integers(-pitch, pitch)), side + pitch, pitch):
        if rng.random() < 0.85:
            _track(rng, copper, start + rng.integers(-3, 4), max(3, width + int(rng.integers(-2, 3))))
    for _ in range(int(rng.integers(0, 10))):
        centre, radius = tuple(int(v) for v in rng.integers(0, side, 2)), int(rng.integers(6, 22))
        cv2.circle(copper, centre, radius + 5, 0, -1)
        cv2.circle(copper, centre, radius, 1, -1)
        if rng.random() < 0.4:
            cv2.circle(copper, centre, max(2, int(radius * rng.uniform(0.3, 0.6))), 0, -1)
    if rng.random() < 0.5:
        copper = copper.T.copy()
    return copper


def _edge_point(rng, copper):
    """(x, y, unit vector pointing out of the copper) of a random outline pixel, or None."""
    inner = cv2.erode(copper, np.ones((3, 3), np.uint8), borderValue=1)
    rows, columns = np.nonzero((copper > 0) & (inner == 0))
    if rows.size == 0:
        return None
    i = int(rng.integers(0, rows.size))
    x, y = int(columns[i]), int(rows[i])
    top, left = max(0, y - 5), max(0, x - 5)
    patch = copper[top:y + 6, left:x + 6]
    py, px = np.nonzero(patch == 0)
    if py.size == 0:
        return None
    out = np.array([px.mean() + left - x, py.mean() + top - y])
    length = np.hypot(*out)
    return (x, y, out / length) if length > 0.5 else None


def _lump(rng, side, centre, radii, angle):
    """An irregular ellipse as 0/1 map; its radius wanders by up to a third."""
    t = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    wobble = 1 + rng.uniform(0, 0.3) * np.sin(rng.integers(2, 6) * t + rng.uniform(0, 6.3)) + rng.uniform(0, 0.12) * rng.standard_normal(24)
    x, y = radii[0] * wobble * np.cos(t), radii[1] * wobble * np.sin(t)
    c, s = np.cos(angle), np.sin(angle)
    outline = np.stack([centre[0] + c * x - s * y, centre[1] + s * x + c * y], 1)
    canvas = np.zeros((side, side), np.uint8)
    cv2.fillPoly(canvas, [np.round(outline * 16).astype(np.int32).reshape(-1, 1, 2)], 1, cv2.LINE_8, 4)
    return canvas


def _bar(rng, side, a, b, width):
    """A thick stroke from a to b that may bend in its middle."""
    middle = (a + b) / 2 + rng.normal(0, 0.06, 2) * np.hypot(*(b - a))
    canvas = np.zeros((side, side), np.uint8)
    points = np.round(np.stack([a, middle, b])).astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(canvas, [points], False, 1, width)
    return canvas


def _walk(copper, x, y, direction, wanted):
    """Steps from (x, y) along `direction` until the copper map equals `wanted`; None = not within reach."""
    side = copper.shape[0]
    for step in range(3, REACH_PX):
        u, v = int(round(x + step * direction[0])), int(round(y + step * direction[1]))
        if not (0 <= u < side and 0 <= v < side):
            return None
        if copper[v, u] == wanted:
            return step
    return None


def spur(rng, copper):
    """Copper sticks out of an outline."""
    at = _edge_point(rng, copper)
    if at is None:
        return None
    x, y, out = at
    length, width = rng.uniform(3, 15), rng.uniform(1.5, 6)
    shape = _lump(rng, copper.shape[0], np.array([x, y]) + out * length * 0.45, (length * 0.75, width), np.arctan2(out[1], out[0]) + rng.normal(0, 0.4))
    return shape & (1 - copper), 1


def short(rng, copper):
    """A bridge to the next copper."""
    at = _edge_point(rng, copper)
    if at is None:
        return None
    x, y, out = at
    angle = np.arctan2(out[1], out[0]) + rng.normal(0, 0.25)
    direction = np.array([np.cos(angle), np.sin(angle)])
    step = _walk(copper, x, y, direction, 1)
    if step is None:
        return None
    shape = _bar(rng, copper.shape[0], np.array([x, y], float), np.array([x, y]) + direction * (step + 1), int(rng.integers(3, 13)))
    return shape & (1 - copper), 1


def open_track(rng, copper):
    """A gap across a track."""
    at = _edge_point(rng, copper)
    if at is None:
        return None
    x, y, out = at
    step = _walk(copper, x, y, -out, 0)
    if step is None or step > 26:
        return None
    shape = _bar(rng, copper.shape[0], np.array([x, y]) + out * 2, np.array([x, y]) - out * (step + 1), int(rng.integers(2, 12)))
    return shape & copper, 0


def mouse_bite(rng, copper):
    """Copper missing at an outline, once or a few times in a row."""
    at = _edge_point(rng, copper)
    if at is None:
        return None
    x, y, out = at
    along, shape = np.array([-out[1], out[0]]), np.zeros_like(copper)
    for _ in range(1 if rng.random() < 0.7 else int(rng.integers(2, 5))):
        depth = rng.uniform(2, 9)
        centre = np.array([x, y]) - out * depth * rng.uniform(0, 0.4) + along * rng.normal(0, 5)
        shape |= _lump(rng, copper.shape[0], centre, (depth * rng.uniform(0.7, 1.6), depth * 0.8), np.arctan2(along[1], along[0]))
    return shape & copper, 0


def _inner(rng, ground):
    """A lump well inside `ground` (0/1), or None when nothing is wide enough."""
    distance = cv2.distanceTransform(ground, cv2.DIST_L2, 3)
    rows, columns = np.nonzero(distance > 5)
    if rows.size == 0:
        return None
    i = int(rng.integers(0, rows.size))
    radius = min(2 ** rng.uniform(0.7, 3.5), distance[rows[i], columns[i]] * 0.8)
    return _lump(rng, ground.shape[0], (columns[i], rows[i]), (radius, radius * rng.uniform(0.5, 1)), rng.uniform(0, 3.1)) & ground


def pinhole(rng, copper):
    shape = _inner(rng, copper)
    return None if shape is None else (shape, 0)


def island(rng, copper):
    """Copper where none belongs."""
    shape = _inner(rng, 1 - copper)
    return None if shape is None else (shape, 1)


DAMAGES = (spur, short, open_track, mouse_bite, pinhole, island)


def _coloured(rng, copper):
    """Half of the boards are pure black and white, the others have greys, texture and soft edges."""
    side = copper.shape[0]
    frayed = copper.copy()
    if rng.random() < 0.6:  # a row of single pixels along the outlines: what binarisation leaves
        outline = cv2.morphologyEx(copper, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
        frayed[outline & (rng.random(copper.shape) < rng.uniform(0, 0.12))] ^= 1
    field = frayed.astype(np.float32)
    if rng.random() < 0.5:
        low, high = rng.uniform(0, 0.08), rng.uniform(0.9, 1.0)
        picture = low + (high - low) * field
    else:
        field = cv2.GaussianBlur(field, (0, 0), rng.uniform(0.3, 1.2))
        low = rng.uniform(0.05, 0.5)
        high = low + rng.uniform(0.12, 0.5)
        grain = rng.uniform(0, 0.03) * spectral(rng, side, rng.uniform(0.2, 1.5))
        picture = low + (high - low) * field + grain * (0.4 + field) + rng.uniform(0, 0.05) * smooth(rng, side, 4)
    return 1 - picture if rng.random() < 0.5 else picture


def printed_picture(rng: np.random.Generator, side: int) -> tuple:
    """(picture (side, side) float32 about 0..1, labels (side, side) uint8) of a board with 2 to 7 defects."""
    copper = copper_map(rng, side)
    labels = np.zeros((side, side), np.uint8)
    wanted, number = int(rng.integers(2, 8)), 0
    for _ in range(4 * wanted):
        if number == wanted:
            break
        placed = DAMAGES[rng.integers(0, len(DAMAGES))](rng, copper)
        if placed is None:
            continue
        shape, value = placed
        if rng.random() < 0.06:
            shape = shape & (rng.random(shape.shape) < rng.uniform(0.6, 0.95)).astype(np.uint8)
        near = cv2.dilate(shape, np.ones((9, 9), np.uint8))
        if shape.sum() < 12 or (near & (labels > 0)).any():
            continue
        number += 1
        labels[shape > 0] = number
        copper = copper | shape if value else copper & (1 - shape)
    return _coloured(rng, copper).astype(np.float32), labels
