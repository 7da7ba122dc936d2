"""Outlines of defects: functions (rng, side, size) -> coverage (side, side) float32 in 0..1.

`size` is about the longest extent in pixels. Shapes are placed anywhere, also across the border.
"""

import cv2
import numpy as np

from .noise import random_angle, smooth

_SHIFT = 4  # cv2 fixed-point bits: outlines are drawn on 1/16 pixel


def _fixed(points: np.ndarray) -> np.ndarray:
    return np.round(points * (1 << _SHIFT)).astype(np.int32).reshape(-1, 1, 2)


def _centre(rng, side):
    return rng.uniform(-0.02 * side, 1.02 * side, 2)


def _draw_path(side: int, points: np.ndarray, widths: np.ndarray) -> np.ndarray:
    """Polyline with a width per point. Widths below one pixel become partial coverage."""
    canvas = np.zeros((side, side), np.uint8)
    for a, b, width in zip(points[:-1], points[1:], widths[:-1]):
        level = int(255 * min(1.0, width))
        segment = _fixed(np.stack([a, b]))
        cv2.polylines(canvas, [segment], False, level, max(1, int(round(width))), cv2.LINE_AA, _SHIFT)
    return canvas.astype(np.float32) / 255


def scratch(rng, side, size):
    """Straight or gently curved stroke, pointed or blunt ends, 0.7 to 6 pixels wide; sometimes several."""
    total = np.zeros((side, side), np.float32)
    angle, centre = random_angle(rng), _centre(rng, side)
    for _ in range(1 if rng.random() < 0.7 else int(rng.integers(2, 5))):
        t = np.linspace(-0.5, 0.5, 24)
        bend = rng.normal(0, 0.12) * size
        along = t * size * rng.uniform(0.5, 1.0)
        across = bend * (4 * t ** 2 - 0.5) + rng.normal(0, 0.04) * size
        direction = np.array([np.cos(angle), np.sin(angle)])
        normal = np.array([-direction[1], direction[0]])
        points = centre + along[:, None] * direction + across[:, None] * normal
        width = 2 ** rng.uniform(-0.5, 2.6)
        taper = np.clip(np.minimum(t + 0.5, 0.5 - t) / rng.uniform(0.02, 0.5), 0.25, 1)
        total = np.maximum(total, _draw_path(side, points, width * taper))
    return total


def crack(rng, side, size, width=None, wander=None):
    """Random walk with branches and varying width, 0.6 to 4 pixels unless given; thin and long."""
    total = np.zeros((side, side), np.float32)
    step = max(1.5, size / 40)
    heading = random_angle(rng)
    point = _centre(rng, side) - np.array([np.cos(heading), np.sin(heading)]) * size / 2
    width = 2 ** rng.uniform(-0.7, 2.0) if width is None else width
    wander, pull = rng.uniform(0.08, 0.5) if wander is None else wander, rng.uniform(0.05, 0.3)
    branches = [(point, heading, size, width)]
    while branches:
        point, direction, length, width = branches.pop()
        main = direction
        points, widths = [point], [width]
        for _ in range(int(length / step)):
            direction += rng.normal(0, wander) + pull * (main - direction)
            point = point + step * np.array([np.cos(direction), np.sin(direction)])
            points.append(point)
            widths.append(max(0.5, width * np.exp(rng.normal(0, 0.25))))
            if rng.random() < 0.015 and length > size / 3:
                branches.append((point, direction + rng.choice([-1, 1]) * rng.uniform(0.4, 1.2), length * rng.uniform(0.2, 0.5), width * 0.7))
        if len(points) > 1:
            total = np.maximum(total, _draw_path(side, np.array(points), np.array(widths)))
    return total


def hairline(rng, side, size):
    """A nearly straight line along the grain of the part, 0.6 to 2.5 pixels wide, jittering sideways; may be broken."""
    angle, centre = random_angle(rng), _centre(rng, side)
    steps = 48
    t = np.linspace(-0.5, 0.5, steps)
    sideways = np.cumsum(rng.normal(0, rng.uniform(0, 0.5), steps)) * size / 160
    direction = np.array([np.cos(angle), np.sin(angle)])
    normal = np.array([-direction[1], direction[0]])
    points = centre + (t * size)[:, None] * direction + (sideways - sideways.mean())[:, None] * normal
    widths = 2 ** rng.uniform(-0.7, 1.3) * np.exp(np.cumsum(rng.normal(0, 0.08, steps)))
    if rng.random() < 0.3:
        widths *= rng.random(steps) < 0.85
    return _draw_path(side, points, widths)


def wedge(rng, side, size):
    """A crack that enters from a border of the picture, 2 to 7 pixels wide there, and tapers to nothing."""
    border = int(rng.integers(0, 4))
    heading = border * np.pi / 2 + rng.normal(0, 0.35)
    point = {0: (-1.0, None), 1: (None, -1.0), 2: (side + 1.0, None), 3: (None, side + 1.0)}[border]
    point = np.array([rng.uniform(0.05, 0.95) * side if v is None else v for v in point])
    steps, points, main = 30, [point], heading
    for _ in range(steps):
        heading += rng.normal(0, 0.22) + 0.25 * (main - heading)
        point = point + size / steps * np.array([np.cos(heading), np.sin(heading)])
        points.append(point)
    share = np.linspace(1, 0, len(points)) ** rng.uniform(0.3, 1.3)
    widths = np.maximum(0.4, 2 ** rng.uniform(1, 2.8) * share * np.exp(rng.normal(0, 0.15, len(points))))
    return _draw_path(side, np.array(points), widths)


def streak(rng, side, size):
    """Long narrow soft stain along the rolling direction, alone or in a row."""
    angle, centre = random_angle(rng), _centre(rng, side)
    total = np.zeros((side, side), np.float32)
    for _ in range(1 if rng.random() < 0.6 else int(rng.integers(2, 5))):
        length = size * rng.uniform(0.4, 1)
        radii = np.array([length / 2, max(1.2, length * rng.uniform(0.03, 0.14))])
        along, across = rng.normal(0, 0.2) * size, rng.normal(0, 0.06) * size
        offset = along * np.array([np.cos(angle), np.sin(angle)]) + across * np.array([-np.sin(angle), np.cos(angle)])
        total = np.maximum(total, _fill(side, _radial_outline(rng, centre + offset, radii, angle, rng.uniform(0, 0.2))))
    return total


def _radial_outline(rng, centre, radii, angle, roughness, harmonics=6):
    """Closed outline: an ellipse whose radius is modulated by a few random harmonics."""
    t = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    radius = np.ones_like(t)
    for k in range(1, harmonics + 1):
        radius += roughness / k ** 0.8 * rng.normal() * np.cos(k * t + rng.uniform(0, 2 * np.pi))
    radius = np.maximum(radius, 0.15)
    x, y = radii[0] * radius * np.cos(t), radii[1] * radius * np.sin(t)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return centre + np.stack([x, y], 1) @ rotation.T


def _fill(side, outline):
    canvas = np.zeros((side, side), np.uint8)
    cv2.fillPoly(canvas, [_fixed(outline)], 255, cv2.LINE_AA, _SHIFT)
    return canvas.astype(np.float32) / 255


def blob(rng, side, size):
    """Stain, blowhole, inclusion: a warped ellipse."""
    radii = size / 2 * np.array([1.0, rng.uniform(0.2, 1.0)])
    return _fill(side, _radial_outline(rng, _centre(rng, side), radii, random_angle(rng), rng.uniform(0, 0.3)))


def ragged(rng, side, size):
    """Patch with an irregular, noisy border: scale, peeling, rust, fray."""
    centre = _centre(rng, side)
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    angle, ratio = random_angle(rng), rng.uniform(0.3, 1)
    u = (x - centre[0]) * np.cos(angle) + (y - centre[1]) * np.sin(angle)
    v = (-(x - centre[0]) * np.sin(angle) + (y - centre[1]) * np.cos(angle)) / ratio
    distance = np.hypot(u, v) / (size / 2)
    cells = int(np.clip(rng.uniform(3, 10) * side / max(size, 8), 4, 90))
    field = distance + rng.uniform(0.1, 0.4) * smooth(rng, side, cells) + rng.uniform(0, 0.15) * smooth(rng, side, min(120, cells * 3))
    mask = np.clip((1 - field) * size / 6 + 0.5, 0, 1)
    mask[distance > 1.6] = 0
    return mask.astype(np.float32)


def pits(rng, side, size):
    """Cluster of small discs; annotated as one defect."""
    total = np.zeros((side, side), np.float32)
    centre = _centre(rng, side)
    for _ in range(int(rng.integers(2, 14))):
        offset = rng.normal(0, size / 5, 2)
        radius = max(1.0, size * rng.uniform(0.03, 0.16))
        radii = radius * np.array([1, rng.uniform(0.5, 1)])
        total = np.maximum(total, _fill(side, _radial_outline(rng, centre + offset, radii, rng.uniform(0, 3.1), 0.1)))
    return total


def chip(rng, side, size):
    """Break: an angular polygon, as of missing material."""
    count = int(rng.integers(3, 9))
    t = np.sort(rng.uniform(0, 2 * np.pi, count))
    radius = size / 2 * rng.uniform(0.4, 1, count)
    stretch = np.array([1.0, rng.uniform(0.3, 1)])
    angle = random_angle(rng)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = np.stack([np.cos(t), np.sin(t)], 1) * radius[:, None] * stretch
    return _fill(side, _centre(rng, side) + points @ rotation.T)


def region(rng, side, size):
    """Large area that nearly fills its box: rounded rectangle with wavy sides, a band, or half the part."""
    angle = random_angle(rng)
    centre = rng.uniform(0.1 * side, 0.9 * side, 2)
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    u = (x - centre[0]) * np.cos(angle) + (y - centre[1]) * np.sin(angle)
    v = -(x - centre[0]) * np.sin(angle) + (y - centre[1]) * np.cos(angle)
    half_u = size / 2
    half_v = 10 * side if rng.random() < 0.35 else size / 2 * rng.uniform(0.25, 1)
    power = 2 ** rng.uniform(1, 3.5)
    waves = smooth(rng, side, int(rng.integers(3, 9))) * rng.uniform(0, 0.08) * min(half_u, half_v)
    inside = 1 - ((np.abs(u) + waves) / half_u).clip(0, 9) ** power - ((np.abs(v) + waves) / half_v).clip(0, 9) ** power
    return np.clip(inside * size / 6 + 0.5, 0, 1).astype(np.float32)


def tongue(rng, side, size):
    """A worn area that spreads from one border or edge inwards: broad foot, rounded tip, wavy flanks."""
    turns = int(rng.integers(0, 4))
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    foot, tip = rng.uniform(0.25, 0.9) * size, rng.uniform(0.1, 0.8) * size
    start, middle = rng.uniform(-0.05, 0.4) * side, rng.uniform(0.15, 0.85) * side
    t = ((y - start) / size).clip(-1, 2)
    half = (foot + (tip - foot) * t.clip(0, 1) ** 2 ** rng.uniform(-1.3, 1.3)) / 2
    half = half * np.sqrt(np.clip(1 - (np.clip(t, 0.75, 1) - 0.75) ** 2 * 16, 0, 1))
    waves = smooth(rng, side, int(rng.integers(4, 14))) * rng.uniform(0, 0.12) * size
    sideways = np.abs(x - middle - rng.normal(0, 0.1) * size * t) + waves
    inside = np.minimum(half - sideways, y - start)
    return np.rot90(np.clip(inside / 2 + 0.5, 0, 1) * (t < 1), turns).astype(np.float32).copy()


def reach(rng, side, size):
    """Everything from one border to a wavy line across the part: its box is full but for that line."""
    profile = smooth(rng, side, int(rng.integers(2, 7)))[:1] * 2 ** rng.uniform(0, 3.5) + rng.normal(0, 0.06) * (np.arange(side) - side / 2)
    y = np.mgrid[0:side, 0:side][0].astype(np.float32)
    inside = size - y + profile
    if rng.random() < 0.4:
        inside = np.minimum(inside, y - rng.uniform(0.1, 0.6) * size)
    return np.rot90(np.clip(inside / 2 + 0.5, 0, 1), int(rng.integers(0, 4))).astype(np.float32).copy()


SHAPES = ((scratch, 3), (crack, 4), (hairline, 2.5), (streak, 2), (blob, 4), (ragged, 3.5), (pits, 1), (chip, 2), (region, 3),
          (wedge, 2.5), (tongue, 1.5), (reach, 1.5))
_WEIGHTS = np.array([weight for _, weight in SHAPES])
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()
THIN = (scratch, crack, hairline, wedge)
BROAD = (region, tongue, reach)


def choose_shape(rng: np.random.Generator):
    return SHAPES[rng.choice(len(SHAPES), p=_WEIGHTS)][0]
