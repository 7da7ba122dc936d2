"""How a defect changes the picture: functions (rng, picture, coverage, spread) -> picture.

`picture` (side, side) float32 in 0..1, `coverage` the soft defect mask, `spread` the standard deviation of
the surface around it, so that contrasts are set relative to what the eye has to beat.
"""

import cv2
import numpy as np

from .noise import smooth, spectral
from .textures import texture


def _contrast(rng, spread, weakest=0.8):
    """Signed step: 0.8 to 6 local standard deviations, at least 2 % of the range; dark twice in three."""
    sign = -1 if rng.random() < 0.66 else 1
    return sign * max(0.02, spread * weakest * 2 ** rng.uniform(0, 2.9))


def shift(rng, picture, coverage, spread):
    """Darker or brighter, flat or mottled."""
    step = _contrast(rng, spread)
    inner = 1 + rng.uniform(0, 0.5) * smooth(rng, picture.shape[0], int(rng.integers(6, 40)))
    return picture + step * inner * coverage


def solid(rng, picture, coverage, spread):
    """Covers the surface with a material of its own grey and its own weak texture."""
    grey = float(picture[coverage > 0.5].mean()) if (coverage > 0.5).any() else 0.5
    target = np.clip(grey + _contrast(rng, spread, 1.4), 0.0, 1.0)
    material = target + spread * rng.uniform(0, 0.6) * spectral(rng, picture.shape[0], rng.uniform(0.3, 2))
    return picture * (1 - coverage) + material * coverage


def gain(rng, picture, coverage, spread):
    """Multiplies: a shadow or a shine through which the texture stays visible."""
    factor = 2 ** (rng.choice([-1, 1]) * rng.uniform(0.25, 1.6))
    return picture * (1 + (factor - 1) * coverage)


def texture_swap(rng, picture, coverage, spread):
    """Foreign texture of similar brightness; the contrast is in the structure."""
    foreign = picture.mean() + spread * 2 ** rng.uniform(-0.5, 1.5) * texture(rng, picture.shape[0]) + rng.normal(0, spread)
    return picture * (1 - coverage) + foreign * coverage


def smear(rng, picture, coverage, spread):
    """Texture lost (polished, wiped) with a small change of brightness."""
    blurred = cv2.GaussianBlur(picture, (0, 0), rng.uniform(2, 6))
    return picture * (1 - coverage) + (blurred + _contrast(rng, spread, 0.5)) * coverage


def dent(rng, picture, coverage, spread):
    """Relief: the lit side bright, the other dark, the middle nearly unchanged or darker."""
    height = cv2.GaussianBlur(coverage, (0, 0), rng.uniform(1.0, 4.0))
    angle = rng.uniform(0, 2 * np.pi)
    slope = cv2.Sobel(height, cv2.CV_32F, 1, 0) * np.cos(angle) + cv2.Sobel(height, cv2.CV_32F, 0, 1) * np.sin(angle)
    slope /= max(float(np.abs(slope).max()), 1e-6)
    return picture + abs(_contrast(rng, spread, 1.6)) * slope + 0.6 * _contrast(rng, spread) * coverage


def rim(rng, picture, coverage, spread):
    """A border of one sign around an inside of another."""
    wide = cv2.GaussianBlur(coverage, (0, 0), rng.uniform(0.8, 2.5))
    border = 4 * wide * (1 - wide)
    return picture + _contrast(rng, spread, 1.2) * border + _contrast(rng, spread) * coverage


def uneven(rng, picture, coverage, spread):
    """Weak, soft change inside a large area: gradient plus slightly different grain."""
    side = picture.shape[0]
    step = rng.choice([-1, 1]) * max(0.015, spread * rng.uniform(0.3, 1.6))
    inner = 0.7 + 0.5 * smooth(rng, side, int(rng.integers(2, 5)))
    grain = spread * rng.uniform(0, 0.5) * spectral(rng, side, rng.uniform(0.2, 1.5), 2 ** rng.uniform(0, 5), rng.choice([0, np.pi / 2]))
    return picture + coverage * (step * inner + grain)


def glare(rng, picture, coverage, spread):
    """Bare metal that shines: far brighter than the surface, its strength wandering, sometimes saturated."""
    side = picture.shape[0]
    strength = rng.uniform(0.12, 0.8) * np.clip(1 + rng.uniform(0, 0.6) * smooth(rng, side, int(rng.integers(8, 80))), 0.15, 2)
    return picture + strength * coverage


def deep(rng, picture, coverage, spread):
    """An open crack or pore: near black whatever the surface."""
    return picture * (1 - rng.uniform(0.4, 0.95) * coverage)


def turned(rng, picture, coverage, spread):
    """The surface's own texture in another direction or from another place: fray, scuffs, patched areas."""
    foreign = np.rot90(picture, int(rng.integers(1, 4))) if rng.random() < 0.6 else np.roll(picture, rng.integers(20, 200, 2), (0, 1))
    inside = float(picture[coverage > 0.5].mean()) if (coverage > 0.5).any() else float(picture.mean())
    foreign = (foreign - foreign.mean()) * rng.uniform(0.7, 1.6) + inside
    return picture * (1 - coverage) + (foreign + rng.choice([-1, 0, 1]) * spread * rng.uniform(0.3, 1.5)) * coverage


COMPACT = ((shift, 4), (solid, 4), (gain, 2), (texture_swap, 1), (smear, 0.7), (dent, 1), (rim, 1.3), (deep, 1.5), (glare, 1), (turned, 0.7))
LARGE = ((shift, 3), (solid, 1), (gain, 2), (texture_swap, 1.5), (smear, 1), (uneven, 4), (turned, 1.5))
LINES = ((shift, 5), (solid, 3), (gain, 1.5), (dent, 0.7), (rim, 0.7), (glare, 2.5), (deep, 1.5))


def choose_appearance(rng: np.random.Generator, table):
    weights = np.array([weight for _, weight in table])
    return table[rng.choice(len(table), p=weights / weights.sum())][0]
