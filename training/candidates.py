"""The short list of masks one answer offers, and what can be told about each without knowing the truth.

No single rule fits every defect: a crack wants the sharp mask, a worn region the whole box, a dark spot what
the grey values say. So several masks are made from one answer and `scorer.py` guesses the IoU of each. The app
repeats this file exactly (src/ml/generators/candidates.ts, candidateMaps.ts, candidateFeatures.ts, maskMeasures.ts).

Frames: all maps are (H, W) crop pixels, float32, 0..1; `box_crop` = (x0, y0, x1, y1) in crop pixels, not
rounded. Only pixels whose centre lies in the box grown by `keepInsideBoxDilated` are ever in a mask: "allowed".
"""

from dataclasses import dataclass

import numpy as np

from calibrate import (
    MINIMAL_DILATION_PX, box_iou, choose_threshold, dilated_box, gaussian_blur, inside_box, mask_bounds, otsu_in_box,
)

KINDS = (
    "fitted", "spanning", "even", "bold", "fine", "network", "wide", "sharp", "thin", "fused-tight", "adapted",
    "guided", "otsu", "blend", "box",
)
STABILITY_OFFSET = 0.1
RING_PX = 3
STD_FLOOR = 0.02
MINIMAL_RING_PX = 16


@dataclass(frozen=True)
class Candidate:
    """`map` > `threshold`, inside the allowed pixels, is the mask."""

    kind: str
    map: np.ndarray
    threshold: float


@dataclass(frozen=True)
class Evidence:
    """Everything the candidates of one answer share."""

    probability: np.ndarray
    luminance: np.ndarray  # (H, W) 0..1, not standardised
    box_crop: tuple
    box_side_px: float  # longer side of the box in image pixels
    quality: float
    inside: np.ndarray
    allowed: np.ndarray
    otsu: np.ndarray  # bool
    refined: np.ndarray  # mean of the adapted and the guided map
    spread: float  # population std of the luminance outside the box, at least STD_FLOOR
    candidates: tuple


def adapted_map(probability: np.ndarray, luminance: np.ndarray, allowed: np.ndarray, weight: float, bins: int = 32) -> np.ndarray:
    """The network's odds times what the grey values of this very picture say, both judged by the network itself.

    Histograms (equal bins over [min, max] of the crop) of the allowed pixels, once weighted by P and once by
    1 - P, smoothed by (.06 .24 .4 .24 .06) with repeated ends, normalised, plus 1e-3. Their log ratio, clipped
    to +-4 and weighted, is added to the logit of P (clipped to 1e-4 .. 1 - 1e-4). One step of what GrabCut
    iterates, without its graph cut.
    """
    values = luminance.astype(np.float64)
    low, high = values.min(), values.max()
    if high <= low or not allowed.any():
        return probability.astype(np.float32)
    index = np.minimum(((values - low) / (high - low) * bins).astype(int), bins - 1)
    p = probability.astype(np.float64)

    def histogram(weights):
        counts = np.bincount(index[allowed], weights[allowed], bins)
        smooth = np.convolve(np.pad(counts, 2, "edge"), (0.06, 0.24, 0.4, 0.24, 0.06), "valid")
        return smooth / max(smooth.sum(), 1e-6) + 1e-3

    ratio = np.log(histogram(p) / histogram(1 - p)).clip(-4, 4)
    clipped = p.clip(1e-4, 1 - 1e-4)
    logit = np.log(clipped / (1 - clipped)) + weight * ratio[index]
    return (1 / (1 + np.exp(-logit))).astype(np.float32)


def box_mean(map_: np.ndarray, radius: int) -> np.ndarray:
    """Mean over (2 radius + 1)^2 pixels, edges repeated, double precision."""
    for axis in (0, 1):
        pad = [(radius + 1, radius) if a == axis else (0, 0) for a in (0, 1)]
        sums = np.cumsum(np.pad(map_, pad, "edge"), axis=axis)
        size = 2 * radius + 1
        map_ = (sums[size:] - sums[:-size] if axis == 0 else sums[:, size:] - sums[:, :-size]) / size
    return map_


def guided_map(map_: np.ndarray, luminance: np.ndarray, spread: float, radius: int, epsilon: float) -> np.ndarray:
    """Guided filter (He, Sun, Tang 2010): the map, its edges moved to the picture's. Guide = luminance / spread."""
    guide, values = luminance.astype(np.float64) / spread, map_.astype(np.float64)
    guide_mean, mean = box_mean(guide, radius), box_mean(values, radius)
    slope = (box_mean(guide * values, radius) - guide_mean * mean) / (box_mean(guide * guide, radius) - guide_mean ** 2 + epsilon)
    offset = mean - slope * guide_mean
    return (box_mean(slope, radius) * guide + box_mean(offset, radius)).clip(0, 1).astype(np.float32)


def box_ramp(box_crop: tuple, shape: tuple) -> np.ndarray:
    """0.5 on the outline of the box, rising by 1 per crop pixel inwards, 0..1: thresholding it anywhere gives the box."""
    x0, y0, x1, y1 = box_crop
    columns, rows = np.arange(shape[1]) + 0.5, np.arange(shape[0]) + 0.5
    depth = np.minimum(np.minimum(columns - x0, x1 - columns)[None, :], np.minimum(rows - y0, y1 - rows)[:, None])
    return (0.5 + depth).clip(0, 1).astype(np.float32)


def collect_evidence(probability, luminance, box_crop, box_side_px, quality, settings) -> Evidence:
    """All candidates of one answer in the order of KINDS, and what they share."""
    shape, choice = luminance.shape, settings["choice"]
    inside = inside_box(box_crop, shape)
    allowed = inside_box(dilated_box(box_crop, settings["keepInsideBoxDilated"], MINIMAL_DILATION_PX), shape)
    otsu = otsu_in_box(luminance, inside)
    blurred = gaussian_blur(otsu, settings["blurPx"])
    fused = (settings["networkWeight"] * probability + settings["otsuWeight"] * blurred).astype(np.float32)
    outside = luminance[~inside] if (~inside).sum() >= MINIMAL_RING_PX else luminance.ravel()
    spread = max(float(outside.astype(np.float64).std()), STD_FLOOR)
    adapted = adapted_map(probability, luminance, allowed, choice["adaptWeight"])
    guided = guided_map(adapted, luminance, spread, choice["guideRadiusPx"], choice["guideEpsilon"])
    refined = ((adapted + guided) / 2).astype(np.float32)
    fitted = {**settings, "minimalThreshold": choice["minimalThreshold"]}
    spanning = {**settings, "sparseFill": 0.0, "minimalThreshold": 0.0}
    maps = {
        "fitted": (refined, choose_threshold(refined, box_crop, fitted)),
        "spanning": (refined, choose_threshold(refined, box_crop, spanning)),
        "even": (refined, 0.5), "bold": (refined, 0.3), "fine": (refined, 0.7),
        "network": (probability, 0.5), "wide": (probability, 0.25), "sharp": (probability, 0.75),
        "thin": (fused, settings["sparseThreshold"]), "fused-tight": (fused, choose_threshold(fused, box_crop, spanning)),
        "adapted": (adapted, 0.5), "guided": (guided, 0.5), "otsu": (blurred, 0.5),
        "blend": ((0.5 * probability + 0.5 * blurred).astype(np.float32), 0.5), "box": (box_ramp(box_crop, shape), 0.5),
    }
    candidates = tuple(Candidate(kind, *maps[kind]) for kind in KINDS)
    return Evidence(probability, luminance, box_crop, box_side_px, quality, inside, allowed, otsu, refined, spread, candidates)


FEATURES = (
    "expectedNetwork", "expectedRefined", "stability", "agreement", "boxFill", "quality",
    "iouOtsu", "iouNetwork", "consensus", "contrast", "edge", "insideSpread", "meanInside", "meanOutside",
    "uncertainty", "boxSize", "elongation", "looseness", "coreLooseness", "outline",
) + tuple(f"is-{kind}" for kind in KINDS)


def mask_iou(a: np.ndarray, b: np.ndarray) -> float:
    """Two empty masks give 0: an empty mask is never a good answer."""
    union = int((a | b).sum())
    return int((a & b).sum()) / union if union else 0.0


def pairwise_iou(masks: list) -> np.ndarray:
    """(n, n) `mask_iou` of every pair; float32 counts are exact below 2^24 pixels."""
    flat = np.array([m.ravel() for m in masks], np.float32)
    both, areas = flat @ flat.T, flat.sum(1)
    union = areas[:, None] + areas[None, :] - both
    return np.where(union > 0, both / np.maximum(union, 1), 0.0).astype(np.float64)


def _expected_iou(map_, mask, allowed):
    """Sum of the map inside the mask / (mask area + sum of the map over the other allowed pixels)."""
    within = float(map_[mask].sum(dtype=np.float64))
    total = float(map_[allowed].sum(dtype=np.float64))
    return within / max(int(mask.sum()) + total - within, 1e-6)


def gradient_magnitude(luminance: np.ndarray) -> np.ndarray:
    """Central differences, edge pixels repeated, per crop pixel."""
    padded = np.pad(luminance.astype(np.float64), 1, "edge")
    return np.hypot(padded[1:-1, 2:] - padded[1:-1, :-2], padded[2:, 1:-1] - padded[:-2, 1:-1]) / 2


def outline_of(mask: np.ndarray) -> np.ndarray:
    """Mask pixels with a 4-neighbour outside the mask; the border of the grid counts as outside."""
    padded = np.pad(mask, 1)
    return mask & ~(padded[1:-1, 2:] & padded[1:-1, :-2] & padded[2:, 1:-1] & padded[:-2, 1:-1])


def grown(mask: np.ndarray, radius: int) -> np.ndarray:
    """Dilation by a square of 2 radius + 1 pixels."""
    result = mask
    for axis in (0, 1):
        pad = [(radius, radius) if a == axis else (0, 0) for a in (0, 1)]
        padded, count = np.pad(result, pad), result.shape[axis]
        slices = [padded[k:k + count] if axis == 0 else padded[:, k:k + count] for k in range(2 * radius + 1)]
        result = np.logical_or.reduce(slices)
    return result


def candidate_mask(candidate: Candidate, allowed: np.ndarray) -> np.ndarray:
    return allowed & (candidate.map > np.float32(candidate.threshold))


def candidate_features(evidence: Evidence) -> np.ndarray:
    """(candidates, features) float64 in the order of KINDS and FEATURES."""
    e = evidence
    masks = [candidate_mask(c, e.allowed) for c in e.candidates]
    network = masks[KINDS.index("network")]
    gradient = gradient_magnitude(e.luminance)
    usual_gradient = max(float(gradient[e.allowed].mean()), 1e-4) if e.allowed.any() else 1e-4
    luminance, probability = e.luminance.astype(np.float64), e.probability.astype(np.float64)
    uncertainty = float((4 * probability * (1 - probability))[e.allowed].mean()) if e.allowed.any() else 0.0
    x0, y0, x1, y1 = e.box_crop
    looseness, core_looseness = (
        box_iou(bounds, e.box_crop) if bounds else 0.0 for bounds in (mask_bounds(masks[KINDS.index(kind)]) for kind in ("network", "sharp"))
    )
    box_area = max(int(e.inside.sum()), 1)
    between = pairwise_iou(masks)
    rows = []
    for i, (candidate, mask) in enumerate(zip(e.candidates, masks)):
        area, bounds = int(mask.sum()), mask_bounds(mask)
        ring = grown(mask, RING_PX) & ~mask
        line = outline_of(mask)
        rest = e.allowed & ~mask
        low = int((e.allowed & (candidate.map > np.float32(candidate.threshold - STABILITY_OFFSET))).sum())
        high = int((e.allowed & (candidate.map > np.float32(candidate.threshold + STABILITY_OFFSET))).sum())
        contrast = abs(luminance[mask].mean() - luminance[ring].mean()) / e.spread if area and ring.any() else 0.0
        rows.append([
            _expected_iou(e.probability, mask, e.allowed), _expected_iou(e.refined, mask, e.allowed),
            high / low if low else 0.0, box_iou(bounds, e.box_crop) if bounds else 0.0, min(area / box_area, 1.5), e.quality,
            mask_iou(mask, e.otsu), between[i][KINDS.index("network")], (between[i].sum() - between[i, i]) / (len(masks) - 1),
            np.log1p(contrast), min(gradient[line].mean() / usual_gradient, 5.0) if area else 0.0,
            np.log1p(luminance[mask].std() / e.spread) if area else 0.0,
            probability[mask].mean() if area else 0.0, probability[rest].mean() if rest.any() else 0.0,
            uncertainty, min(max(np.log2(max(e.box_side_px, 1)), 2), 8), abs(np.log2(max(x1 - x0, 1e-3) / max(y1 - y0, 1e-3))), looseness, core_looseness,
            np.log1p(int(line.sum()) / np.sqrt(area)) if area else 0.0,
            *[1.0 if candidate.kind == kind else 0.0 for kind in KINDS],
        ])
    return np.array(rows)
