"""The undamaged part in front of the camera: surface, illumination, edges of the part, holes, marks."""

import cv2
import numpy as np

from .noise import random_angle, smooth
from .textures import texture


def _illumination(rng, side):
    """Factor field around 1: gradient, broad stripes along one axis, clouds."""
    field = np.ones((side, side), np.float32)
    if rng.random() < 0.6:
        y, x = np.mgrid[0:side, 0:side].astype(np.float32) / side - 0.5
        angle = rng.uniform(0, 2 * np.pi)
        field += rng.uniform(0, 0.6) * (x * np.cos(angle) + y * np.sin(angle))
    if rng.random() < 0.3:
        stripe = smooth(rng, side, int(rng.integers(2, 7)))[:1]
        stripes = np.repeat(stripe, side, 0) * rng.uniform(0.05, 0.35)
        field += stripes if rng.random() < 0.5 else stripes.T
    if rng.random() < 0.4:
        field += rng.uniform(0, 0.2) * smooth(rng, side, int(rng.integers(2, 5)))
    return np.clip(field, 0.15, 2.5)


def _background(rng, side):
    """(coverage 0..1 of what is not the part, edges): beyond straight edges, or nothing at all.

    edges: list of (inward, along), distance into the part and position along the edge in pixels.
    """
    outside = np.zeros((side, side), np.float32)
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    angle, edges = random_angle(rng), []
    for k in range(int(rng.choice([0, 1, 2], p=[0.5, 0.28, 0.22]))):
        direction = angle + k * (np.pi if rng.random() < 0.6 else np.pi / 2)
        position = (x - side / 2) * np.cos(direction) + (y - side / 2) * np.sin(direction)
        along = -(x - side / 2) * np.sin(direction) + (y - side / 2) * np.cos(direction)
        wavy = smooth(rng, side, 6)[:1] * rng.uniform(0, 1.5)
        inward = rng.uniform(0.2, 0.48) * side - position - wavy
        edges.append((inward, along))
        outside = np.maximum(outside, np.clip(0.5 - inward, 0, 1))
    return outside, edges


def _add_features(rng, picture):
    """Designed structure that is no defect: holes, grooves, printed lines."""
    side = picture.shape[0]
    for _ in range(int(rng.choice([0, 1, 2, 3], p=[0.6, 0.2, 0.12, 0.08]))):
        grey = float(np.clip(rng.normal(0.4, 0.35), 0, 1))
        mask = np.zeros((side, side), np.uint8)
        if rng.random() < 0.5:
            radius = int(2 ** rng.uniform(2, 5))
            centre = (int(rng.integers(0, side)), int(rng.integers(0, side)))
            cv2.circle(mask, centre, radius, 255, -1 if rng.random() < 0.6 else 2, cv2.LINE_AA)
        else:
            angle, offset = random_angle(rng), rng.uniform(0, side, 2)
            direction = np.array([np.cos(angle), np.sin(angle)]) * 2 * side
            a, b = (offset - direction).astype(int), (offset + direction).astype(int)
            cv2.line(mask, tuple(map(int, a)), tuple(map(int, b)), 255, int(rng.integers(1, 7)), cv2.LINE_AA)
        share = mask.astype(np.float32) / 255
        picture = picture * (1 - share) + grey * share
    return picture


def part_picture(rng: np.random.Generator, side: int) -> tuple:
    """(picture, outside, edges, ground): a clean picture (side, side) float32 about 0..1, the coverage of what is
    not the part, its edges as `_background` gives them, and the picture of what lies behind the part."""
    contrast = 2 ** rng.uniform(-6.5, -2.4)  # 0.011 .. 0.19 of the grey range
    base = rng.uniform(0.08, 0.85)
    picture = base + contrast * texture(rng, side)
    picture = picture * _illumination(rng, side)
    picture = _add_features(rng, picture)
    outside, edges = _background(rng, side)
    ground = np.zeros((side, side), np.float32)
    if edges:
        dark = rng.uniform(0, min(0.25, base))
        grey = dark if rng.random() < 0.75 else rng.uniform(0, 1)
        ground = grey + rng.uniform(0, 0.04) * texture(rng, side)
        if rng.random() < 0.3:
            ground = ground + rng.uniform(0, 0.08) * smooth(rng, side, int(rng.integers(2, 6)))
        picture = picture * (1 - outside) + ground * outside
    return picture.astype(np.float32), outside, edges, ground.astype(np.float32)
