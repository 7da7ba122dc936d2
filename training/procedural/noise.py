"""Random fields: the raw material of textures and of defect outlines. All are (side, side) float32."""

import cv2
import numpy as np


def unit(field: np.ndarray) -> np.ndarray:
    """Shifts and scales a field to mean 0 and standard deviation 1; a constant field becomes zeros."""
    centred = field - field.mean()
    return (centred / max(float(centred.std()), 1e-6)).astype(np.float32)


def spectral(rng: np.random.Generator, side: int, exponent: float, anisotropy: float = 1.0, angle: float = 0.0) -> np.ndarray:
    """Gaussian noise with amplitude spectrum |f|^-exponent.

    anisotropy > 1 stretches the grain along `angle` (radians, 0 = along x): brushed metal, wood, rolling marks.
    """
    fy = np.fft.fftfreq(side)[:, None]
    fx = np.fft.rfftfreq(side)[None, :]
    along = fx * np.cos(angle) + fy * np.sin(angle)
    across = -fx * np.sin(angle) + fy * np.cos(angle)
    frequency = np.hypot(along * anisotropy, across)
    frequency[0, 0] = 1.0
    amplitude = np.maximum(frequency, 1.0 / side) ** -exponent
    amplitude[0, 0] = 0.0
    white = np.fft.rfft2(rng.standard_normal((side, side)).astype(np.float32))
    return unit(np.fft.irfft2(white * amplitude, s=(side, side)))


def band(rng: np.random.Generator, side: int, period_px: float, bandwidth: float = 0.4) -> np.ndarray:
    """Isotropic noise whose structures repeat about every `period_px` pixels."""
    small = rng.standard_normal((side, side)).astype(np.float32)
    sigma = period_px / 4
    fine = cv2.GaussianBlur(small, (0, 0), max(sigma, 0.3))
    coarse = cv2.GaussianBlur(small, (0, 0), max(sigma * (1 + bandwidth * 2), 0.6))
    return unit(fine - coarse)


def smooth(rng: np.random.Generator, side: int, cells: int) -> np.ndarray:
    """Low-frequency field: `cells` x `cells` random values, enlarged with a cubic kernel. Cheap."""
    grid = rng.standard_normal((cells + 2, cells + 2)).astype(np.float32)
    return unit(cv2.resize(grid, (side, side), interpolation=cv2.INTER_CUBIC))


def warp(rng: np.random.Generator, field: np.ndarray, strength_px: float, cells: int) -> np.ndarray:
    """Displaces a field by a smooth random flow of about `strength_px` pixels."""
    side = field.shape[0]
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    x += smooth(rng, side, cells) * strength_px
    y += smooth(rng, side, cells) * strength_px
    return cv2.remap(field, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)


def random_angle(rng: np.random.Generator) -> float:
    """Radians. Two in three lie near an image axis: parts are usually photographed aligned."""
    if rng.random() < 0.66:
        return float(rng.choice([0.0, np.pi / 2]) + rng.normal(0, 0.04))
    return float(rng.uniform(0, np.pi))
