"""Surface textures: programs (rng, side) -> (side, side) float32 field, mean 0, std 1.

`TEXTURES` lists them with weights. The names say which real surface each imitates; the point is
variety of statistics, not realism of any one.
"""

import cv2
import numpy as np

from .noise import band, random_angle, smooth, spectral, unit, warp


def rough(rng, side):
    """Cast, sand-blasted, sintered: isotropic power-law noise."""
    return spectral(rng, side, rng.uniform(0.3, 2.2))


def brushed(rng, side):
    """Brushed, ground or rolled metal, wood: noise stretched along one direction."""
    return spectral(rng, side, rng.uniform(0.2, 1.6), 2 ** rng.uniform(1, 6), random_angle(rng))


def matte(rng, side):
    """Nearly smooth steel strip: low-frequency clouds and a little sensor noise."""
    clouds = spectral(rng, side, rng.uniform(1.6, 2.6))
    return unit(clouds + rng.uniform(0.1, 0.8) * rng.standard_normal((side, side)))


def orange_peel(rng, side):
    """Paint, plastic, leather: one dominant structure size."""
    return band(rng, side, 2 ** rng.uniform(1.3, 4.5))


def grains(rng, side):
    """Etched metal, terrazzo: Voronoi cells, each with its own grey, or their borders."""
    count = int(2 ** rng.uniform(4, 9))
    seeds = np.full((side, side), 255, np.uint8)
    seeds[rng.integers(0, side, count), rng.integers(0, side, count)] = 0
    distance, cells = cv2.distanceTransformWithLabels(seeds, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    greys = rng.standard_normal(int(cells.max()) + 1).astype(np.float32)[cells]
    mixed = rng.choice([0.0, 1.0]) * unit(greys) + rng.uniform(0.2, 1) * unit(distance)
    return unit(cv2.GaussianBlur(warp(rng, mixed.astype(np.float32), rng.uniform(0, 4), 12), (0, 0), rng.uniform(0.4, 1.5)))


def asphalt(rng, side):
    """Concrete, asphalt, granite: fine salt-and-pepper stones over clouds."""
    stones = rng.standard_normal((side, side)).astype(np.float32)
    stones = cv2.GaussianBlur(stones, (0, 0), rng.uniform(0.5, 1.4))
    stones = np.sign(unit(stones)) * np.abs(unit(stones)) ** rng.uniform(1, 2)
    return unit(unit(stones) + rng.uniform(0, 1) * spectral(rng, side, 1.8))


def woven(rng, side):
    """Fabric, mesh, carbon fibre: two crossing waves, slightly bent."""
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    angle, period = random_angle(rng), 2 ** rng.uniform(1.6, 4.5)
    u = (x * np.cos(angle) + y * np.sin(angle)) * 2 * np.pi / period
    v = (-x * np.sin(angle) + y * np.cos(angle)) * 2 * np.pi / period * rng.uniform(0.6, 1.6)
    wave = np.sin(u) * rng.uniform(0.3, 1) + np.sin(v) * rng.uniform(0, 1) + rng.uniform(0, 1) * np.sin(u) * np.sin(v)
    bent = warp(rng, wave.astype(np.float32), rng.uniform(0, 2.5), 6)
    return unit(bent + rng.uniform(0, 0.6) * rng.standard_normal((side, side)))


def turning_marks(rng, side):
    """Turned or milled parts: lines or rings whose spacing and strength wander."""
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    if rng.random() < 0.5:
        angle = random_angle(rng)
        position = x * np.cos(angle) + y * np.sin(angle)
    else:
        cx, cy = rng.uniform(-side, 2 * side, 2)
        position = np.hypot(x - cx, y - cy)
    index = (position - position.min()) * rng.uniform(0.5, 2)
    profile = np.cumsum(rng.standard_normal(int(index.max()) + 3)) * rng.uniform(0, 0.5)
    profile = unit(profile + rng.standard_normal(profile.size) * rng.uniform(0.3, 2))
    lines = np.interp(index, np.arange(profile.size), profile).astype(np.float32)
    return unit(lines + rng.uniform(0.05, 0.8) * spectral(rng, side, rng.uniform(0.2, 1.2)))


def leaves(rng, side):
    """Overlapping flakes of one grey each: fracture surfaces, chips, printed paper."""
    canvas = np.zeros((side, side), np.float32)
    for _ in range(int(rng.integers(40, 160))):
        radius = int(2 ** rng.uniform(1.5, 5.5))
        centre = (int(rng.integers(0, side)), int(rng.integers(0, side)))
        axes = (radius, max(1, int(radius * rng.uniform(0.3, 1))))
        cv2.ellipse(canvas, centre, axes, float(rng.uniform(0, 180)), 0, 360, float(rng.standard_normal()), -1, cv2.LINE_8)
    return unit(cv2.GaussianBlur(canvas, (0, 0), rng.uniform(0.4, 1.5)))


def specks(rng, side):
    """A quiet ground with sparse dark or bright specks that are *not* defects."""
    ground = spectral(rng, side, rng.uniform(0.3, 2)) * rng.uniform(0.3, 1)
    dots = (rng.random((side, side)) < 2 ** rng.uniform(-11, -6)).astype(np.float32)
    dots = cv2.GaussianBlur(dots, (0, 0), rng.uniform(0.5, 2.5))
    return unit(ground + rng.choice([-1, 1]) * rng.uniform(0.5, 3) * dots / max(float(dots.max()), 1e-6))


def circuit(rng, side):
    """Two-tone printed pattern with straight tracks and pads."""
    canvas = np.full((side, side), -1.0, np.float32)
    pitch = int(rng.integers(10, 40))
    width = max(2, int(pitch * rng.uniform(0.25, 0.6)))
    for start in range(int(rng.integers(0, pitch)), side, pitch):
        y = start
        x = 0
        while x < side:
            length = int(rng.integers(20, side))
            dy = int(rng.choice([0, 0, pitch, -pitch]))
            cv2.line(canvas, (x, y), (x + length, y), 1.0, width)
            cv2.line(canvas, (x + length, y), (x + length + abs(dy), y + dy), 1.0, width)
            x, y = x + length + abs(dy), y + dy
        if rng.random() < 0.4:
            cv2.circle(canvas, (int(rng.integers(0, side)), start), int(width * rng.uniform(0.8, 1.6)), 1.0, -1)
    if rng.random() < 0.5:
        canvas = canvas.T.copy()
    canvas *= rng.choice([-1, 1])
    return unit(cv2.GaussianBlur(canvas, (0, 0), rng.uniform(0.3, 1.0)) + 0.03 * rng.standard_normal((side, side)))


def gabor(rng, side):
    """Leather, moire, fibres: sparse impulses, each a short wave train; one or two orientations."""
    total = np.zeros((side, side), np.float32)
    for _ in range(int(rng.integers(1, 3))):
        period, angle = 2 ** rng.uniform(1.5, 4), random_angle(rng)
        radius = int(np.clip(period * rng.uniform(1, 2.5), 3, 24))
        y, x = np.mgrid[-radius:radius + 1, -radius:radius + 1].astype(np.float32)
        kernel = np.exp(-(x ** 2 + y ** 2) / (0.3 * radius ** 2)) * np.cos(2 * np.pi / period * (x * np.cos(angle) + y * np.sin(angle)))
        impulses = rng.standard_normal((side, side)) * (rng.random((side, side)) < 2 ** rng.uniform(-8, -3))
        total += unit(cv2.filter2D(impulses.astype(np.float32), cv2.CV_32F, kernel))
    return unit(total)


def speckle(rng, side):
    """Laser or grazing light: grain whose strength varies from place to place, with salt."""
    grain = cv2.GaussianBlur(rng.standard_normal((side, side)).astype(np.float32), (0, 0), 2 ** rng.uniform(-1.5, 0.8))
    grain = np.exp(rng.uniform(0.3, 1.0) * unit(grain)) * np.clip(1 + rng.uniform(0, 0.5) * smooth(rng, side, int(rng.integers(3, 12))), 0.1, 3)
    if rng.random() < 0.5:
        grain += rng.uniform(1, 5) * (rng.random((side, side)) < 2 ** rng.uniform(-10, -6))
    return unit(grain.astype(np.float32))


def pebbled(rng, side):
    """Moulded commutators, cast skins: bumps of one size, slightly lengthened, lit from one side."""
    angle = random_angle(rng)
    bumps = cv2.GaussianBlur(rng.standard_normal((side, side)).astype(np.float32), (0, 0), 2 ** rng.uniform(0, 1.8), sigmaY=2 ** rng.uniform(0, 1.8))
    lit = cv2.Sobel(bumps, cv2.CV_32F, 1, 0) * np.cos(angle) + cv2.Sobel(bumps, cv2.CV_32F, 0, 1) * np.sin(angle)
    return unit(unit(bumps) + rng.uniform(0, 1.2) * unit(lit) + rng.uniform(0, 0.4) * spectral(rng, side, 1.5))


def rolled(rng, side):
    """Hot-rolled strip: dark scale in islands on a grainy ground, drawn out along the rolling direction."""
    islands = spectral(rng, side, rng.uniform(1.2, 1.9), 2 ** rng.uniform(0, 2), rng.choice([0, np.pi / 2]))
    scale = np.clip(2 * (islands - rng.uniform(0.5, 1.5)), 0, 1)
    return unit(rng.uniform(0.3, 1) * spectral(rng, side, rng.uniform(0.2, 0.9)) - rng.uniform(0.2, 2) * scale)


TEXTURES = (
    (rough, 3), (brushed, 5), (matte, 4), (orange_peel, 2), (grains, 2), (asphalt, 3),
    (woven, 1.5), (turning_marks, 2.5), (leaves, 1), (specks, 1.5), (circuit, 1),
    (gabor, 1.2), (speckle, 2), (pebbled, 2.5), (rolled, 1.2),
)
_WEIGHTS = np.array([weight for _, weight in TEXTURES])
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


def texture(rng: np.random.Generator, side: int) -> np.ndarray:
    """One program, or (one time in four) a blend of two."""
    first = TEXTURES[rng.choice(len(TEXTURES), p=_WEIGHTS)][0](rng, side)
    if rng.random() < 0.75:
        return first
    second = TEXTURES[rng.choice(len(TEXTURES), p=_WEIGHTS)][0](rng, side)
    return unit(first + rng.uniform(0.2, 1.0) * second)
