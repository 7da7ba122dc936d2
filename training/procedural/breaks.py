"""Missing material at the edge of a part: what breaks off shows the ground behind, or the fracture.

The person who outlines it draws the gap between where the edge should run and where it runs now, often a little
generously. Inside the box nothing need differ from the ground beyond the edge: the straight edge tells.
"""

import cv2
import numpy as np

from .noise import smooth, spectral

MINIMAL_AREA_PX = 20


def _profile(rng, along, centre, width, depth):
    """Depth of the break (pixels) at positions `along` the edge: one to three bumps with rough outline."""
    t = (along - centre) / (width / 2)
    power = 2 ** rng.uniform(-0.8, 1.5)
    bump = np.clip(1 - np.abs(t) ** (2 * power), 0, None) ** rng.uniform(0.4, 1.2)
    lean = np.clip(1 + rng.uniform(-0.7, 0.7) * t, 0.1, 2)
    ripple = 1 + rng.uniform(0, 0.35) * np.sin(rng.uniform(1.5, 6) * t + rng.uniform(0, 6.3))
    return depth * bump * lean * ripple


def _fill(rng, picture, ground, inward, depth):
    """What is seen in the break: the ground, a fracture surface, or the part in shadow."""
    side, kind = picture.shape[0], rng.random()
    if kind < 0.45:
        return ground
    if kind < 0.85:
        between = rng.random()
        grey = between * float(ground.mean()) + (1 - between) * float(picture.mean()) + rng.normal(0, 0.06)
        relief = rng.uniform(0.01, 0.07) * spectral(rng, side, rng.uniform(0.8, 2), 2 ** rng.uniform(0, 2), rng.uniform(0, np.pi))
        slope = rng.uniform(-0.12, 0.12) * np.clip(inward / max(depth, 1), 0, 1)
        return grey + relief + slope
    return picture * rng.uniform(0.35, 0.85) + rng.uniform(0, 0.02) * smooth(rng, side, 30)


def place_break(rng: np.random.Generator, picture: np.ndarray, ground: np.ndarray, edge: tuple) -> tuple:
    """Breaks one piece out of an edge. Returns (picture, mask uint8, coverage of the gap), or None when too small.

    edge: (inward, along): (side, side) float32 maps, distance into the part from its edge and position along
    it, in pixels. ground: what lies beyond the edge, (side, side).
    """
    inward, along = edge
    side = picture.shape[0]
    on_edge = along[np.abs(inward) < 1.5]
    if on_edge.size < 20:
        return None
    depth = 2 ** rng.uniform(2.0, 6.0)
    width = float(np.clip(depth * 2 ** rng.uniform(-0.3, 2.6), 8, 1.2 * side))
    limit = _profile(rng, along, float(rng.choice(on_edge)), width, depth)
    limit = limit + (limit > 0) * rng.uniform(0, 0.15) * depth * smooth(rng, side, int(np.clip(4 * side / depth, 6, 90)))
    gap = np.clip(limit - inward + 0.5, 0, 1) * np.clip(inward + 0.5, 0, 1)
    gap = gap * (limit > 0.5)
    seen = _fill(rng, picture, ground, inward, depth)
    overhang = 0.0
    if rng.random() < 0.4:  # the fracture hangs over, or the outline is drawn into the ground
        overhang = rng.uniform(0.05, 0.5) * depth
    soft = cv2.GaussianBlur(gap.astype(np.float32), (0, 0), 2 ** rng.uniform(-1.5, 1.2))
    changed = picture * (1 - soft) + seen * soft
    lower = np.clip(inward + overhang * np.clip(limit / depth, 0, 1) + 0.5, 0, 1)
    drawn = np.clip(limit - inward + 0.5, 0, 1) * lower * (limit > 0.5)
    if overhang and rng.random() < 0.5:
        hanging = np.clip(drawn - gap, 0, 1)
        changed = changed * (1 - hanging) + seen * hanging
    if rng.random() < 0.55:
        rim = 4 * soft * (1 - soft) * np.clip(inward / 2, 0, 1)
        changed = changed + rng.choice([-1, -1, 1]) * rng.uniform(0.02, 0.2) * rim
    mask = (drawn > 0.5).astype(np.uint8)
    if mask.sum() < MINIMAL_AREA_PX:
        return None
    return changed.astype(np.float32), mask, gap.astype(np.float32)
