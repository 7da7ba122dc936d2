"""Coarse ground with long thin cracks: asphalt, concrete, cast surfaces.

One to three pixels wide and not darker than the stones around them, such cracks are seen only because they continue.
"""

import cv2
import numpy as np

from .noise import smooth, spectral, unit
from .shapes import crack


def coarse_ground(rng: np.random.Generator, side: int) -> np.ndarray:
    """Stones of about one size with salt, over clouds; mean 0, deviation 1."""
    white = rng.standard_normal((side, side)).astype(np.float32)
    stones = unit(cv2.GaussianBlur(white, (0, 0), 2 ** rng.uniform(-1.2, 1.0)))
    stones = np.sign(stones) * np.abs(stones) ** rng.uniform(0.9, 1.8)
    if rng.random() < 0.4:
        salt = (rng.random((side, side)) < 2 ** rng.uniform(-8, -4)).astype(np.float32)
        stones = unit(stones) + rng.choice([-1, 1, 1]) * rng.uniform(1, 4) * cv2.GaussianBlur(salt, (0, 0), rng.uniform(0.4, 0.9))
    clouds = rng.uniform(0, 0.8) ** 2 * spectral(rng, side, rng.uniform(1.3, 2.2))
    return unit(unit(stones) + clouds)


def _long_crack(rng, side):
    """A crack that crosses a good part of the picture, thin and evenly so."""
    coverage = crack(rng, side, side * rng.uniform(0.35, 1.3), width=2 ** rng.uniform(-0.6, 1.6), wander=rng.uniform(0.08, 0.4))
    if rng.random() < 0.4:  # filled in places
        coverage = coverage * np.clip(0.6 + 0.5 * smooth(rng, side, int(rng.integers(8, 40))), 0, 1)
    return coverage


def pavement_picture(rng: np.random.Generator, side: int) -> tuple:
    """(picture (side, side) float32 about 0..1, labels) with one to three cracks."""
    contrast = 2 ** rng.uniform(-5.2, -2.8)
    picture = rng.uniform(0.3, 0.7) + contrast * coarse_ground(rng, side)
    if rng.random() < 0.3:  # a stain or a line of paint that is no defect
        patch = np.clip(4 * (smooth(rng, side, int(rng.integers(2, 5))) - rng.uniform(0.2, 1.2)), 0, 1)
        picture = picture + rng.choice([-1, 1]) * rng.uniform(0.05, 0.3) * patch
    picture = picture * (1 + rng.uniform(0, 0.12) * smooth(rng, side, 3))
    labels = np.zeros((side, side), np.uint8)
    for number in range(1, int(rng.integers(2, 5))):
        coverage = _long_crack(rng, side)
        mask = (coverage > 0.3).astype(np.uint8)
        if mask.sum() < 40 or (mask & (labels > 0)).sum() > 0.2 * mask.sum():
            continue
        depth = contrast * 2 ** rng.uniform(0.1, 1.8) * (1 if rng.random() < 0.9 else -1)
        soft = cv2.GaussianBlur(coverage, (0, 0), 2 ** rng.uniform(-2, 0.3))
        picture = picture - depth * np.minimum(1, soft * 1.5)
        if rng.random() < 0.6:
            size = int(rng.integers(2, 5))
            mask = cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
        labels[mask > 0] = number
    return picture.astype(np.float32), labels
