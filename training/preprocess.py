"""From image pixels to network input: crop, standardise, prompt maps. The app repeats this file exactly.

Frames: "image" = pixels of the full picture; "crop" = pixels of the square network input. Boxes are
(x, y, w, h) in image pixels, the left upper corner of pixel (0, 0) is the origin.
"""

import math

import cv2
import numpy as np

CROP_SIDE = 128
CROP_FACTOR = 1.6
MINIMAL_CROP_PX = 8.0
STD_FLOOR = 0.02
CLIP = 6.0
MINIMAL_RING_PX = 16
CLICK_RADIUS = 4  # crop pixels


def crop_square(box_px, crop_factor: float = CROP_FACTOR) -> tuple:
    """Box (x, y, w, h) -> (left, top, side) of its crop in image pixels; may reach outside the image."""
    x, y, w, h = box_px
    side = max(MINIMAL_CROP_PX, crop_factor * max(w, h))
    return x + w / 2 - side / 2, y + h / 2 - side / 2, side


def area_weights(side: int, start: float, step: float, size: int) -> np.ndarray:
    """Resampling matrix (side, size) of one axis; the row of output pixel i sums to 1.

    step <= 1 (enlarging): linear interpolation at the half-pixel centre start + (i + 0.5) * step.
    step > 1 (shrinking): the mean over the interval [start + i*step, start + (i+1)*step], pixels at its
    ends counted by their covered share. Positions outside the image take the edge pixel.
    """
    weights = np.zeros((side, size), np.float64)
    for i in range(side):
        if step <= 1:
            centre = start + (i + 0.5) * step - 0.5
            left = math.floor(centre)
            share = centre - left
            weights[i, min(max(left, 0), size - 1)] += 1 - share
            weights[i, min(max(left + 1, 0), size - 1)] += share
            continue
        low, high = start + i * step, start + (i + 1) * step
        for p in range(math.floor(low), math.ceil(high)):
            covered = min(high, p + 1) - max(low, p)
            if covered > 0:
                weights[i, min(max(p, 0), size - 1)] += covered / step
    return weights


def _apply_weights(weights: np.ndarray, image: np.ndarray) -> np.ndarray:
    """weights @ image along the first axis, touching only the few columns of a row that are not zero."""
    used = weights != 0
    first, taps = used.argmax(1), int(used.sum(1).max())
    result = np.zeros((len(weights), *image.shape[1:]))
    for tap in range(taps):
        index = np.minimum(first + tap, weights.shape[1] - 1)
        share = np.where(first + tap < weights.shape[1], weights[np.arange(len(weights)), index], 0.0)
        result += share.reshape(-1, *[1] * (image.ndim - 1)) * image[index]
    return result


def sample_crop(image: np.ndarray, square: tuple, side: int = CROP_SIDE) -> np.ndarray:
    """Samples (H, W, C) at a crop square -> (side, side, C) float32, same value range.

    Separable: rows and columns each by `area_weights`; sums in double precision.
    """
    left, top, side_px = square
    step = side_px / side
    sampled = _apply_weights(area_weights(side, top, step, image.shape[0]), image)  # (side, W, C)
    sampled = _apply_weights(area_weights(side, left, step, image.shape[1]), sampled.transpose(1, 0, 2))  # (side, side, C), transposed
    return sampled.transpose(1, 0, 2).astype(np.float32)


def box_in_crop(box_px, square: tuple, side: int = CROP_SIDE) -> tuple:
    """Box in image pixels -> (x0, y0, x1, y1) in crop pixels, not rounded."""
    left, top, side_px = square
    scale = side / side_px
    x, y, w, h = box_px
    return (x - left) * scale, (y - top) * scale, (x + w - left) * scale, (y + h - top) * scale


def box_channel(box_crop: tuple, side: int = CROP_SIDE) -> np.ndarray:
    """1 where the pixel centre lies inside [x0, x1) x [y0, y1), else 0 -> (side, side) float32."""
    x0, y0, x1, y1 = box_crop
    centres = np.arange(side) + 0.5
    inside_x = (centres >= x0) & (centres < x1)
    inside_y = (centres >= y0) & (centres < y1)
    return (inside_y[:, None] & inside_x[None, :]).astype(np.float32)


def click_in_crop(click_px, square: tuple, side: int = CROP_SIDE) -> tuple:
    """Point (x, y) in image pixels -> (cx, cy) in crop pixels, not rounded."""
    left, top, side_px = square
    return (click_px[0] - left) * side / side_px, (click_px[1] - top) * side / side_px


def click_channel(centres: list, side: int = CROP_SIDE, radius: float = CLICK_RADIUS) -> np.ndarray:
    """1 where the pixel centre lies within `radius` of any (cx, cy), border included, else 0 -> (side, side) float32."""
    channel = np.zeros((side, side), np.float32)
    grid = np.arange(side) + 0.5
    for cx, cy in centres:
        channel[(grid[None, :] - cx) ** 2 + (grid[:, None] - cy) ** 2 <= radius ** 2] = 1
    return channel


def standardisation(luminance: np.ndarray, background: np.ndarray = None) -> tuple:
    """(median, population std) of the luminance over `background`; everywhere if that is too small.

    The median of an even count is the mean of the two middle values.
    """
    values = luminance.ravel()
    if background is not None and int(background.sum()) >= MINIMAL_RING_PX:
        values = luminance[background]
    return float(np.median(values)), float(np.std(values.astype(np.float64)))


def standardise(rgb: np.ndarray, median: float, std: float) -> np.ndarray:
    """(H, W, 3) in 0..1 -> (3, H, W) float32: clip((rgb - median) / max(std, 0.02), -6, 6)."""
    scaled = (rgb - median) / max(std, STD_FLOOR)
    return np.clip(scaled, -CLIP, CLIP).astype(np.float32).transpose(2, 0, 1)


def prepare_prompted(
    rgb: np.ndarray, box_px, side: int = CROP_SIDE, crop_factor: float = CROP_FACTOR, clicks=(), previous: np.ndarray = None
) -> dict:
    """Everything the segmenter needs for one box of one picture (H, W, 3) uint8.

    clicks: (x, y, is_positive) in image pixels, all clicks so far. previous: (side, side) sigmoid of the last
    answer's logits on this crop; None = first answer. "prompt" is (4, side, side) in the order of PROMPT_CHANNELS.
    """
    square = crop_square(box_px, crop_factor)
    crop = sample_crop(rgb, square, side) / 255.0
    box_crop = box_in_crop(box_px, square, side)
    channel = box_channel(box_crop, side)
    discs = [
        click_channel([click_in_crop(c[:2], square, side) for c in clicks if bool(c[2]) == positive], side) for positive in (True, False)
    ]
    last = np.zeros((side, side), np.float32) if previous is None else previous.astype(np.float32)
    luminance = crop.mean(axis=2)
    median, std = standardisation(luminance, channel == 0)
    return {
        "square": square,
        "boxCrop": box_crop,
        "luminance": luminance,
        "median": median,
        "std": std,
        "image": standardise(crop, median, std),
        "prompt": np.stack([channel, *discs, last]),
    }


def paste_map(map_: np.ndarray, square: tuple, window: tuple) -> np.ndarray:
    """Crop map (S, S) -> values at the image pixels of `window` = (x0, y0, x1, y1), bilinear, edges replicated.

    Maps are resampled before any threshold, so that outlines stay smooth.
    """
    left, top, side_px = square
    scale = map_.shape[0] / side_px
    x0, y0, x1, y1 = window
    columns = (np.arange(x0, x1) + 0.5 - left) * scale - 0.5
    rows = (np.arange(y0, y1) + 0.5 - top) * scale - 0.5
    grid_x, grid_y = np.meshgrid(columns.astype(np.float32), rows.astype(np.float32))
    return cv2.remap(map_.astype(np.float32), grid_x, grid_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
