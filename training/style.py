"""Learns how generously a person draws from the first accepted masks of a class, and applies it to the rest.

Settings: the default map with its threshold moved, the same map at fixed thresholds, or another candidate kind;
each grown or shrunk. The app's estimator is src/ml/style. `draws` measures the gain as models.md 5.6 does.

Frames: dilations are pixels of the answer's grid; masks are compared at image resolution.
"""

import cv2
import numpy as np

from calibrate import MINIMAL_DILATION_PX, dilated_box, inside_box
from candidates import KINDS
from predict import mask_from_map
from preprocess import CROP_SIDE

DILATIONS = (-3.0, -1.5, -0.75, 0.0, 0.75, 1.5, 3.0, 4.5)
SHIFTS = tuple(np.round(np.arange(-4, 5) / 10, 1))
THRESHOLDS = tuple(np.round(np.arange(1, 10) / 10, 1))
SETTINGS = (
    [("shift", t, d) for t in SHIFTS for d in DILATIONS]
    + [("threshold", t, d) for t in THRESHOLDS for d in DILATIONS]
    + [(kind, 0.0, d) for kind in KINDS for d in DILATIONS]
)
DEFAULT = SETTINGS.index(("shift", 0.0, 0.0))
MINIMAL_MASKS = 3
WINNING_SHARE = 0.6
PENALTY_MASKS = 3  # the penalty counts as much as this many masks
LIMITS = (0.03, 0.97)
MAXIMAL_SIDE_PX = 120


def penalty(setting: tuple) -> float:
    """How far a setting is from the default, in IoU: unusual habits need more masks to be believed."""
    name, value, dilation = setting
    moved = abs(value) if name == "shift" else abs(value - 0.5) if name == "threshold" else 0.1
    return 0.02 * abs(dilation) / 0.75 + 0.2 * moved + (0.0 if name == "shift" else 0.02)


PENALTIES = np.array([penalty(s) for s in SETTINGS])
PENALTIES[DEFAULT] = 0.0


def _dilated_ious(case, map_: np.ndarray, threshold: float, share: float) -> list:
    """IoU of the thresholded map, dilated by each of DILATIONS, inside the allowed window."""
    mask, window = mask_from_map(case, map_, threshold, share)
    x0, y0, x1, y1 = window
    truth, valid = case.prompt.truth[y0:y1, x0:x1], ~case.prompt.ignored[y0:y1, x0:x1]
    x, y, w, h = case.prompt.box_px
    left, top, right, bottom = dilated_box((x, y, x + w, y + h), share, MINIMAL_DILATION_PX)
    allowed = inside_box((left - x0, top - y0, right - x0, bottom - y0), mask.shape)
    step = case.square[2] / CROP_SIDE
    if not mask.any():
        return [0.0] * len(DILATIONS)
    # Every n-th pixel of a large window is enough for a comparison of settings, and much faster.
    stride = max(1, max(mask.shape) // MAXIMAL_SIDE_PX)
    beyond = int(case.prompt.truth.sum()) - int(truth.sum())
    mask, truth, valid, allowed = (map_[::stride, ::stride] for map_ in (mask, truth, valid, allowed))
    total, step = int(truth.sum()) + beyond / stride ** 2, step / stride
    bits = mask.astype(np.uint8)
    outside = cv2.distanceTransform(np.pad(1 - bits, 1, constant_values=1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    inside = cv2.distanceTransform(np.pad(bits, 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    ious = []
    for dilation in DILATIONS:
        reach = dilation * step
        grown = allowed & (mask if reach == 0 else mask | (outside <= reach) if reach > 0 else inside > -reach)
        hits = int((grown & truth).sum())
        union = total + int((grown & ~truth & valid).sum())
        ious.append(hits / union if union else 1.0)
    return ious


def style_ious(case, evidence, settings: dict) -> np.ndarray:
    """IoU of one box under every one of SETTINGS."""
    share, fitted = settings["keepInsideBoxDilated"], evidence.candidates[KINDS.index("fitted")]
    ious = []
    for shift in SHIFTS:
        ious += _dilated_ious(case, fitted.map, float(np.clip(fitted.threshold + shift, *LIMITS)), share)
    for threshold in THRESHOLDS:
        ious += _dilated_ious(case, fitted.map, threshold, share)
    for candidate in evidence.candidates:
        ious += _dilated_ious(case, candidate.map, candidate.threshold, share)
    return np.array(ious)


def estimate(ious: np.ndarray, default: np.ndarray):
    """Index of the setting to apply, or None. ious (k, settings) of the accepted masks, default (k,) without style."""
    count = len(ious)
    if count < MINIMAL_MASKS:
        return None
    gains = ious - default[:, None]
    scores = gains.mean(0) - PENALTY_MASKS / count * PENALTIES
    scores[(gains > 0).mean(0) < WINNING_SHARE] = -1
    best = int(scores.argmax())
    return best if scores[best] > 0 else None


def draws(ious: np.ndarray, default: np.ndarray, classes: np.ndarray, count: int, repeats: int = 30, seed: int = 0) -> dict:
    """Per class: mean IoU of the boxes not drawn, without and with the style of `count` random masks.

    Classes with fewer than count + 4 boxes are left out.
    """
    rng = np.random.default_rng(seed)
    result = {}
    for name in np.unique(classes):
        rows, plain = ious[classes == name], default[classes == name]
        if len(rows) < count + 4:
            continue
        before, after = [], []
        for _ in range(repeats):
            order = rng.permutation(len(rows))
            taught, rest = order[:count], order[count:]
            setting = estimate(rows[taught], plain[taught])
            before.append(plain[rest].mean())
            after.append(plain[rest].mean() if setting is None else rows[rest, setting].mean())
        result[str(name)] = {"n": int(len(rows)), "before": float(np.mean(before)), "after": float(np.mean(after))}
    return result
