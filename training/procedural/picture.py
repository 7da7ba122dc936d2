"""One training picture: a clean part with several defects, and a label map that tells them apart."""

import cv2
import numpy as np

from .appearance import COMPACT, LARGE, LINES, choose_appearance
from .breaks import place_break
from .pavement import pavement_picture
from .printed import printed_picture
from .scene import part_picture
from .shapes import BROAD, THIN, blob, choose_shape, ragged, reach

SIDE = 256
MAXIMAL_DEFECTS = 5
PRINTED_SHARE, PAVEMENT_SHARE = 0.14, 0.12
BREAK_SHARE = 0.6  # of the edges of parts
MINIMAL_AREA_PX = 12
MINIMAL_CHANGE = 0.012  # mean |difference| inside the mask, of the grey range: below it nobody would draw a box


def _visible_change(spread, area_px):
    """Smallest mean |difference| we count as visible: a large area shows at less contrast than a small one."""
    return max(MINIMAL_CHANGE, spread * float(np.clip(12 / np.sqrt(area_px), 0.15, 0.8)))


def _size(rng, shape):
    """Longest extent in pixels, log-uniform."""
    if shape in THIN:
        return 2 ** rng.uniform(4.3, 8.1)
    if shape in BROAD:
        return 2 ** rng.uniform(5.3, 7.6 if shape is reach else 8.2)
    return 2 ** rng.uniform(3.2, 7.2)


def _appearance_table(shape, size):
    if shape in THIN:
        return LINES
    return LARGE if shape in BROAD or size > 90 else COMPACT


def _annotate(rng, coverage):
    """The mask a person would draw: exact, or generous by 1-3 pixels, or smoothed to a coarse outline."""
    mask = (coverage > 0.35).astype(np.uint8)
    habit = rng.random()
    if habit < 0.5:
        return mask
    if habit < 0.85:
        size = 2 * int(rng.integers(1, 4)) + 1
        return cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    sigma = rng.uniform(1, 3)
    return (cv2.GaussianBlur(mask.astype(np.float32), (0, 0), sigma) > 0.28).astype(np.uint8)


def _place_defect(rng, picture, labels, outside, spread):
    """Tries once; returns the changed (picture, mask) or None when nothing visible came out."""
    shape = choose_shape(rng)
    size = _size(rng, shape)
    coverage = shape(rng, SIDE, size)
    on_part = rng.random() < 0.8
    if on_part:
        coverage = coverage * (1 - outside)
    softness = 2 ** rng.uniform(-2.5, 1.3) if shape in THIN else 2 ** rng.uniform(-2, 1.8)
    if shape in BROAD and rng.random() < 0.4:
        softness = rng.uniform(2, 7)
    if shape in (blob, ragged) and rng.random() < 0.25:
        softness = float(np.clip(size * rng.uniform(0.03, 0.12), 0.5, 9))  # stains and rolled-in patches fade out
    soft = cv2.GaussianBlur(coverage, (0, 0), softness)
    if shape in THIN:
        soft = np.minimum(1, soft * (1 + softness))  # a blurred hair must not vanish
    area_px = int((coverage > 0.35).sum())
    if area_px < MINIMAL_AREA_PX:
        return None
    changed = np.clip(choose_appearance(rng, _appearance_table(shape, size))(rng, picture, soft, spread), 0, 1)
    mask = _annotate(rng, coverage)
    if (mask & (labels > 0)).sum() > 0.2 * mask.sum():
        return None
    if np.abs(changed - picture)[coverage > 0.35].mean() < _visible_change(spread, area_px):
        return None
    return changed.astype(np.float32), mask


def _damaged_part(rng) -> tuple:
    """(picture, labels): a part with breaks at its edges and defects on its surface."""
    picture, outside, edges, ground = part_picture(rng, SIDE)
    picture = np.clip(picture, 0, 1)
    labels, number = np.zeros((SIDE, SIDE), np.uint8), 0
    part = picture[outside < 0.5] if (outside < 0.5).any() else picture
    smooth_part = cv2.GaussianBlur(picture, (0, 0), 8)
    spread = float(np.std((picture - smooth_part)[outside < 0.5])) if part.size else 0.02
    spread = max(spread, 0.006)
    for edge in edges:
        broken = place_break(rng, picture, ground, edge) if rng.random() < BREAK_SHARE else None
        if broken is None or (broken[1] & (labels > 0)).any():
            continue
        changed, mask, gap = broken
        if np.abs(changed - picture)[mask > 0].mean() < MINIMAL_CHANGE:
            continue
        picture, outside, number = np.clip(changed, 0, 1), np.maximum(outside, gap), number + 1
        labels[mask > 0] = number
    wanted = number + int(rng.integers(0 if number else 1, MAXIMAL_DEFECTS + 1 - number))
    for _ in range(2 * (wanted - number)):
        if number == wanted:
            break
        placed = _place_defect(rng, picture, labels, outside, spread)
        if placed is None:
            continue
        picture, mask = placed
        number += 1
        labels[mask > 0] = number
    return picture, labels


def compose_picture(rng: np.random.Generator) -> tuple:
    """(picture (SIDE, SIDE) uint8, labels (SIDE, SIDE) uint8: 0 = sound, 1.. = number of the defect)."""
    kind = rng.random()
    if kind < PRINTED_SHARE:
        picture, labels = printed_picture(rng, SIDE)
    elif kind < PRINTED_SHARE + PAVEMENT_SHARE:
        picture, labels = pavement_picture(rng, SIDE)
    else:
        picture, labels = _damaged_part(rng)
    if rng.random() < (0.5 if kind >= PRINTED_SHARE else 0.15):
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.3, 1.0))  # the lens
    noisy = picture + rng.normal(0, 2 ** rng.uniform(-9, -5.3), picture.shape)
    return (np.clip(noisy, 0, 1) * 255 + 0.5).astype(np.uint8), labels
