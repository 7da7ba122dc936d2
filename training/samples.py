"""Draws training batches from the picture bank: whole windows for teaching, prompted crops for masks."""

import cv2
import numpy as np
import torch

from preprocess import CLIP, CROP_FACTOR, MINIMAL_CROP_PX, STD_FLOOR

IMAGE_SIDE_CHOICES = (128, 128, 128, 160, 224)
LOOSE_EXTENT_PX = 56  # people leave a margin of pixels, not of per cent: small defects get the loosest boxes
LOOSE_SHARE_SMALL, LOOSE_SHARE_LARGE = 0.40, 0.14
LOOSEST_SIDE = 4.5
MINIMAL_INSTANCE_PX = 10
# Thin, branching defects fill little of their box, are the hardest, and came out rare: the others are thinned out.
SPARSE_FILL, DENSE_KEPT_SHARE = 0.25, 0.6


def _turn(rng, *maps):
    """The same random flip and quarter turn for all maps."""
    turns, flip = int(rng.integers(0, 4)), rng.random() < 0.5
    turned = [np.rot90(m, turns) for m in maps]
    return [np.ascontiguousarray(m[:, ::-1] if flip else m) for m in turned]


def _resample(map_, matrix, side, shrink):
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    if shrink <= 1.25:
        return cv2.warpAffine(map_, matrix, (side, side), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    factor = 2 if shrink <= 2.5 else 4
    fine = matrix.copy()
    fine[:, :2] /= factor
    # Sample positions of a grid `factor` times finer: its pixel centres lie (factor - 1) / 2 fine pixels aside.
    fine[:, 2] -= fine[:, :2].sum(1) * (factor - 1) / 2
    big = cv2.warpAffine(map_, fine, (side * factor, side * factor), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return cv2.resize(big, (side, side), interpolation=cv2.INTER_AREA)


def _square_matrix(left, top, side_px, side):
    """Inverse map for warpAffine: crop pixel index -> image pixel index, half-pixel centres."""
    step = side_px / side
    return np.array([[step, 0, left + 0.5 * step - 0.5], [0, step, top + 0.5 * step - 0.5]], np.float64)


def _recompress(rng, picture):
    if rng.random() > 0.2:
        return picture
    _, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(30, 95))])
    return cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE)


def standardise_batch(rgb: torch.Tensor, background: torch.Tensor = None) -> torch.Tensor:
    """(B, 3, H, W) in 0..1 -> clip((x - median) / max(std, floor)) with the luminance of the background.

    background (B, 1, H, W): 1 where the statistics are taken; None = everywhere.
    """
    luminance = rgb.mean(1).flatten(1)
    medians, deviations = [], []
    for i in range(len(rgb)):
        values = luminance[i]
        if background is not None:
            chosen = values[background[i].flatten() > 0]
            values = chosen if chosen.numel() >= 16 else values
        medians.append(values.median())
        deviations.append(values.std(unbiased=False))
    median = torch.stack(medians).view(-1, 1, 1, 1)
    deviation = torch.stack(deviations).clamp(min=STD_FLOOR).view(-1, 1, 1, 1)
    return ((rgb - median) / deviation).clamp(-CLIP, CLIP)


def window_batch(rng: np.random.Generator, pictures: np.ndarray, count: int, side: int) -> torch.Tensor:
    """(count, 1, side, side) in 0..1: windows of 64 to 256 pixels of the bank, turned, at any scale."""
    batch = np.empty((count, 1, side, side), np.float32)
    for i in range(count):
        picture = pictures[rng.integers(0, len(pictures))]
        full = picture.shape[0]
        window = min(full, 2 ** rng.uniform(6.2, 8.05))
        left, top = rng.uniform(0, full - window, 2)
        crop = _resample(np.asarray(picture), _square_matrix(left, top, window, side), side, window / side)
        batch[i, 0] = _turn(rng, _recompress(rng, crop))[0]
    return torch.from_numpy(batch / 255)


def _loose_box(rng, box):
    """A box 1.3 to 4.5 times the sides of the defect, which lies anywhere in it, most often about its middle."""
    x0, y0, x1, y1 = box
    w, h = x1 - x0, y1 - y0
    factor = 1.3 * (LOOSEST_SIDE / 1.3) ** rng.random()
    spare = np.maximum((factor - 1) * np.array([w, h]), (factor - 1) * rng.uniform(0.2, 0.8) * max(w, h))
    share = rng.beta(3, 3, 2)
    return np.array([x0 - share[0] * spare[0], y0 - share[1] * spare[1], x1 + (1 - share[0]) * spare[0], y1 + (1 - share[1]) * spare[1]])


def _noisy_box(rng, box):
    """Box (x0, y0, x1, y1) as people draw it: tight, jittered, a little loose, very loose, or shifted and cutting."""
    x0, y0, x1, y1 = box
    w, h = x1 - x0, y1 - y0
    if rng.random() < (LOOSE_SHARE_SMALL if max(w, h) < LOOSE_EXTENT_PX else LOOSE_SHARE_LARGE):
        return _loose_box(rng, box)
    habit = rng.random()
    if habit < 0.42:
        return np.array(box, np.float64) + rng.uniform(-0.5, 0.5, 4)
    if habit < 0.72:
        share, extra = rng.uniform(-0.03, 0.07, 4), rng.uniform(0, 1, 4)
    elif habit < 0.93:
        share, extra = rng.uniform(-0.05, 0.20, 4), rng.uniform(0, 2, 4)
    else:
        slip = rng.uniform(-0.12, 0.12, 2)
        share, extra = rng.uniform(-0.12, 0.15, 4) + np.array([slip[0], slip[1], -slip[0], -slip[1]]), np.zeros(4)
    grow = share * np.array([w, h, w, h]) + extra
    return np.array([x0 - grow[0], y0 - grow[1], x1 + grow[2], y1 + grow[3]])


def _others_in_box(labels, number, box, bounds):
    """(numbers that a box this loose also means, numbers it half means) of the other defects.

    Who draws a box much larger than one defect means what is damaged inside it.
    """
    area = (box[2] - box[0]) * (box[3] - box[1])
    if area < 1.7 * (bounds[2] - bounds[0]) * (bounds[3] - bounds[1]):
        return [], []
    window = labels[max(0, int(box[1])):int(np.ceil(box[3])), max(0, int(box[0])):int(np.ceil(box[2]))]
    meant, doubtful = [], []
    for other in np.unique(window):
        if other in (0, number):
            continue
        share = (window == other).sum() / (labels == other).sum()
        (meant if share > 0.6 else doubtful).append(other)
    return meant, doubtful


def _frame(rng, labels, box):
    """A random sub-picture (x0, y0, x1, y1) that keeps most of the defect: photographs end somewhere.

    One time in three a border is laid through the defect's own neighbourhood, so that the network learns
    crops with replicated edges and defects that are cut off.
    """
    height, width = labels.shape
    frame = [0, 0, width, height]
    for axis, low, high in ((0, box[0], box[2]), (1, box[1], box[3])):
        extent = high - low
        if rng.random() < 0.3:
            frame[axis] = int(np.clip(low - rng.uniform(-0.15, 0.4) * extent, 0, high - 4))
        if rng.random() < 0.3:
            frame[axis + 2] = int(np.clip(high + rng.uniform(-0.15, 0.4) * extent, frame[axis] + 4, (width, height)[axis]))
    return frame


def _bounding_box(mask):
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1


def prompted_sample(rng: np.random.Generator, picture: np.ndarray, labels: np.ndarray, side: int, smallest_px: float = 0):
    """One prompt: (crop uint8, mask float32 0..1, box channel, weight), all (side, side); None = draw again.

    smallest_px: crops of fewer pixels of the picture are refused.

    weight: 1 inside the image, 0 in the replicated border and on defects a loose box half means: no truth there.
    """
    present = np.unique(labels)[1:]
    if present.size == 0:
        return None
    number = rng.choice(present)
    mask = (labels == number).astype(np.uint8)
    if mask.sum() < MINIMAL_INSTANCE_PX:
        return None
    x0, y0, x1, y1 = _frame(rng, labels, _bounding_box(mask))
    picture, mask, labels = picture[y0:y1, x0:x1], mask[y0:y1, x0:x1], labels[y0:y1, x0:x1]
    if mask.sum() < MINIMAL_INSTANCE_PX or min(picture.shape) < 6:
        return None
    bounds = _bounding_box(mask)
    fill = mask.sum() / ((bounds[2] - bounds[0]) * (bounds[3] - bounds[1]))
    if fill > SPARSE_FILL and rng.random() > DENSE_KEPT_SHARE:
        return None
    box = _noisy_box(rng, bounds)
    height, width = mask.shape
    box = np.array([max(box[0], 0), max(box[1], 0), min(box[2], width), min(box[3], height)])
    if box[2] - box[0] < 1 or box[3] - box[1] < 1:
        return None
    meant, doubtful = _others_in_box(labels, number, box, bounds)
    if meant:
        mask = np.isin(labels, [number, *meant]).astype(np.uint8)
    factor = CROP_FACTOR if rng.random() < 0.7 else rng.uniform(1.3, 2.2)
    side_px = max(MINIMAL_CROP_PX, factor * max(box[2] - box[0], box[3] - box[1]))
    if side_px < smallest_px:
        return None
    left, top = (box[0] + box[2] - side_px) / 2, (box[1] + box[3] - side_px) / 2
    matrix, shrink = _square_matrix(left, top, side_px, side), side_px / side
    crop = _resample(np.ascontiguousarray(picture), matrix, side, shrink)
    soft = _resample(np.ascontiguousarray(mask * 255), matrix, side, shrink).astype(np.float32) / 255
    centres = (np.arange(side) + 0.5) * shrink
    column_x, row_y = left + centres, top + centres
    inside = np.outer((row_y >= box[1]) & (row_y < box[3]), (column_x >= box[0]) & (column_x < box[2]))
    weight = np.outer((row_y >= 0) & (row_y < height), (column_x >= 0) & (column_x < width)).astype(np.float32)
    if doubtful:
        weight *= 1 - _resample(np.isin(labels, doubtful).astype(np.uint8) * 255, matrix, side, shrink).astype(np.float32) / 255
    crop, soft, inside, weight = _turn(rng, crop, soft, inside.astype(np.float32), weight)
    return _recompress(rng, crop), soft, inside, weight


def prompted_batch(rng: np.random.Generator, bank: tuple, count: int, side: int, smallest_px: float = 0) -> tuple:
    """grey (B,1,S,S) in 0..1, mask, box, weight: float32 tensors of the same shape."""
    pictures, labels = bank
    stacks = [], [], [], []
    while len(stacks[0]) < count:
        i = rng.integers(0, len(pictures))
        sample = prompted_sample(rng, np.asarray(pictures[i]), np.asarray(labels[i]), side, smallest_px)
        if sample is None:
            continue
        for stack, map_ in zip(stacks, sample):
            stack.append(map_)
    grey, mask, box, weight = (torch.from_numpy(np.stack(s)[:, None].astype(np.float32)) for s in stacks)
    return grey / 255, mask, box, weight
