"""From probabilities to a mask: fuse with Otsu-in-box, choose the threshold, keep what is near the box.

Out of its training domain the network knows better where a defect is than how far it reaches. A tight box
says how far: of all thresholds take the one whose mask spans the box. The app repeats this file exactly;
training/README.md describes every step in words.

Frames: all maps are (S, S) crop pixels; `box_crop` = (x0, y0, x1, y1) in crop pixels, not rounded.
"""

import cv2
import numpy as np

OTSU_BINS = 64
THRESHOLDS = np.arange(2, 39) / 40  # 0.05, 0.075 .. 0.95
MINIMAL_DILATION_PX = 1.0


def dilated_box(box: tuple, share: float, minimum_px: float = 0.0) -> tuple:
    """Grows (x0, y0, x1, y1) on every side by `share` of its width or height, at least `minimum_px`."""
    x0, y0, x1, y1 = box
    dx, dy = max(share * (x1 - x0), minimum_px), max(share * (y1 - y0), minimum_px)
    return x0 - dx, y0 - dy, x1 + dx, y1 + dy


def inside_box(box: tuple, shape: tuple) -> np.ndarray:
    """True where the pixel centre lies inside [x0, x1) x [y0, y1)."""
    x0, y0, x1, y1 = box
    rows, columns = np.arange(shape[0]) + 0.5, np.arange(shape[1]) + 0.5
    return np.outer((rows >= y0) & (rows < y1), (columns >= x0) & (columns < x1))


def otsu_threshold(values: np.ndarray) -> float:
    """Threshold that maximises the variance between two classes, from a histogram of 64 equal bins.

    Bins span [min, max]; the result is the upper edge of the last bin of the dark class; ties take the
    lowest; constant values give that value.
    """
    low, high = float(values.min()), float(values.max())
    if high <= low:
        return low
    index = np.minimum(((values - low) / (high - low) * OTSU_BINS).astype(int), OTSU_BINS - 1)
    histogram = np.bincount(index, minlength=OTSU_BINS).astype(np.float64)
    centres = np.arange(OTSU_BINS) + 0.5
    dark_count = np.cumsum(histogram)[:-1]
    bright_count = histogram.sum() - dark_count
    dark_sum = np.cumsum(histogram * centres)[:-1]
    bright_sum = (histogram * centres).sum() - dark_sum
    valid = (dark_count > 0) & (bright_count > 0)
    between = np.where(valid, dark_count * bright_count * (dark_sum / np.maximum(dark_count, 1) - bright_sum / np.maximum(bright_count, 1)) ** 2, -1)
    return low + (int(np.argmax(between)) + 1) / OTSU_BINS * (high - low)


def otsu_in_box(luminance: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Binary mask (S, S) bool: the grey class inside the box that differs more from the surroundings.

    Polarity: the class whose mean is farther from the median of the ring outside the box; a tie or an
    empty class counts the dark class. Without at least 16 ring pixels the smaller class is the defect.
    """
    if not inside.any():
        return np.zeros_like(inside)
    threshold = otsu_threshold(luminance[inside])
    dark, bright = inside & (luminance < threshold), inside & (luminance >= threshold)
    if not dark.any() or not bright.any():
        return inside.copy()
    ring = luminance[~inside]
    if ring.size < 16:
        return dark if dark.sum() <= bright.sum() else bright
    median = float(np.median(ring))
    dark_distance = abs(float(luminance[dark].mean()) - median)
    bright_distance = abs(float(luminance[bright].mean()) - median)
    return bright if bright_distance > dark_distance else dark


def gaussian_blur(map_: np.ndarray, sigma_px: float) -> np.ndarray:
    """Separable Gaussian, radius ceil(3 sigma), edge pixels replicated. sigma 0 returns the input."""
    if sigma_px <= 0:
        return map_.astype(np.float32)
    size = 2 * int(np.ceil(3 * sigma_px)) + 1
    return cv2.GaussianBlur(map_.astype(np.float32), (size, size), sigma_px, borderType=cv2.BORDER_REPLICATE)


def fused_map(probability, luminance, box_crop, settings) -> np.ndarray:
    """networkWeight * P + otsuWeight * blurred Otsu-in-box, (S, S) float32 in 0..1."""
    if settings["otsuWeight"] == 0:
        return settings["networkWeight"] * probability
    otsu = gaussian_blur(otsu_in_box(luminance, inside_box(box_crop, luminance.shape)), settings["blurPx"])
    return settings["networkWeight"] * probability + settings["otsuWeight"] * otsu


def box_iou(a: tuple, b: tuple) -> float:
    """Intersection over union of two boxes (x0, y0, x1, y1)."""
    width = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    both = width * height
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both
    return both / union if union > 0 else 0.0


def mask_bounds(mask: np.ndarray):
    """(x0, y0, x1, y1) of the set pixels, outer edges; None for an empty mask."""
    columns, rows = np.flatnonzero(mask.any(0)), np.flatnonzero(mask.any(1))
    if columns.size == 0:
        return None
    return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1


def threshold_evidence(map_: np.ndarray, box_crop: tuple, dilation_share: float) -> tuple:
    """What the choice of the threshold rests on: (agreement, expected IoU, fill), one value per candidate.

    All within the box dilated by `dilation_share`. Agreement = IoU of the mask's bounding box and the prompt
    box; expected IoU = sum of the map inside the mask / (mask area + sum of the map outside the mask);
    fill = mask area / dilated box area. An empty mask has agreement -1.
    """
    allowed = inside_box(dilated_box(box_crop, dilation_share, MINIMAL_DILATION_PX), map_.shape)
    area, total = max(1, int(allowed.sum())), float(map_[allowed].sum())
    agreement = np.full(len(THRESHOLDS), -1.0)
    expected_iou, fill = np.zeros(len(THRESHOLDS)), np.zeros(len(THRESHOLDS))
    for i, threshold in enumerate(THRESHOLDS):
        mask = allowed & (map_ > threshold)
        bounds = mask_bounds(mask)
        if bounds is None:
            break
        pixels, within = int(mask.sum()), float(map_[mask].sum())
        agreement[i] = box_iou(bounds, box_crop)
        expected_iou[i] = within / (pixels + total - within)
        fill[i] = pixels / area
    return agreement, expected_iou, fill


def choose_candidate(evidence: tuple, settings: dict) -> int:
    """Index into THRESHOLDS: best agreement * expectedIoU ^ iouExponent; ties nearest to 0.5, then lower.

    Candidates below `minimalThreshold` are out: they let a loose box talk the mask into filling it.

    Exception: if the mask at 0.5 is sparse (fill below `sparseFill`, empty included), the index of
    `sparseThreshold`. The box of a crack is decided by its two ends and says nothing about its width.
    """
    agreement, expected_iou, fill = evidence
    if fill[index_of(0.5)] < settings["sparseFill"]:
        return index_of(settings["sparseThreshold"])
    excluded = (agreement < 0) | (THRESHOLDS < settings["minimalThreshold"] - 1e-9)
    scores = np.where(excluded, -1.0, agreement.clip(0) * expected_iou ** settings["iouExponent"])
    tied = np.flatnonzero(scores >= scores.max() - 1e-9)
    return int(tied[np.argmin(np.abs(THRESHOLDS[tied] - 0.5))])


def index_of(threshold: float) -> int:
    """Candidate nearest to a threshold."""
    return int(np.argmin(np.abs(THRESHOLDS - threshold)))


def choose_threshold(map_: np.ndarray, box_crop: tuple, settings: dict) -> float:
    """The threshold of the mask the app shows."""
    evidence = threshold_evidence(map_, box_crop, settings["keepInsideBoxDilated"])
    return float(THRESHOLDS[choose_candidate(evidence, settings)])
