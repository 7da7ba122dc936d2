"""Large boxes by tiles: a crop that shows all of a large box shrinks it, and a crack of two pixels is gone.

The tiles do not make a mask. They make the same kind of answer on a finer grid, and everything that follows
(candidates, scorer) is the same. Where the coarse answer sees nothing, no tile is asked.

Frames: tiles are (x, y, w, h) image pixels; `square` and the grid as in predict.py.
"""

import math

import cv2
import numpy as np

from calibrate import mask_bounds
from preprocess import CROP_FACTOR, CROP_SIDE

TILE_PX = 128.0
MAXIMAL_TILES_PER_SIDE = 5  # tiles grow with very large boxes instead of becoming many
OVERLAP = 0.25
SINGLE_TILE_FACTOR = 1.15
SEEN = 0.3  # coarse refined map above this: something is there
MINIMAL_SEEN_PX = 9
PROMPT_MARGIN_PX = 2
MINIMAL_PROMPT_PX = 3.0
FEATHER_SHARE = 0.25
FINE_WEIGHT = 0.65


def tile_side(box_px: tuple) -> float:
    return max(TILE_PX, max(box_px[2:]) / MAXIMAL_TILES_PER_SIDE)


def needs_tiles(box_px: tuple) -> bool:
    return max(box_px[2:]) > TILE_PX


def grid_side(square: tuple, box_px: tuple) -> int:
    """Pixels of the finer grid over the coarse crop's square: the resolution at which a tile is seen."""
    return math.ceil(square[2] / (CROP_FACTOR * tile_side(box_px) / CROP_SIDE))


def tiles_of(box_px: tuple) -> list:
    """Tiles that cover the box, evenly spread, neighbours sharing at least a quarter."""
    side = tile_side(box_px)

    def spans(start, length):
        if length <= SINGLE_TILE_FACTOR * side:
            return [(start, length)]
        count = math.ceil((length - side) / (side * (1 - OVERLAP))) + 1
        return [(start + i * (length - side) / (count - 1), side) for i in range(count)]

    x, y, w, h = box_px
    return [(tx, ty, tw, th) for ty, th in spans(y, h) for tx, tw in spans(x, w)]


def resample(map_: np.ndarray, square: tuple, target: tuple, side: int) -> np.ndarray:
    """A map over one square -> its values at the grid of another, bilinear, edges repeated."""
    scale, step = map_.shape[0] / square[2], target[2] / side
    centres = (np.arange(side) + 0.5) * step
    columns = ((target[0] + centres - square[0]) * scale - 0.5).astype(np.float32)
    rows = ((target[1] + centres - square[1]) * scale - 0.5).astype(np.float32)
    grid_x, grid_y = np.meshgrid(columns, rows)
    return cv2.remap(map_.astype(np.float32), grid_x, grid_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def tile_prompts(box_px: tuple, square: tuple, seen: np.ndarray) -> list:
    """[(tile, prompt box)], both (x, y, w, h) image pixels, for the tiles in which something is there.

    seen: coarse refined map on the finer grid, (side, side).
    """
    left, top, side_px = square
    scale = seen.shape[0] / side_px
    found = []
    for x, y, w, h in tiles_of(box_px):
        x0, y0, x1, y1 = (int(math.floor(v + 0.5)) for v in ((x - left) * scale, (y - top) * scale, (x + w - left) * scale, (y + h - top) * scale))
        mask = seen[y0:y1, x0:x1] > SEEN
        if mask.sum() < MINIMAL_SEEN_PX:
            continue
        bounds = mask_bounds(mask)
        u0, v0 = max(x0, x0 + bounds[0] - PROMPT_MARGIN_PX), max(y0, y0 + bounds[1] - PROMPT_MARGIN_PX)
        u1, v1 = min(x1, x0 + bounds[2] + PROMPT_MARGIN_PX), min(y1, y0 + bounds[3] + PROMPT_MARGIN_PX)
        width, height = max(MINIMAL_PROMPT_PX, (u1 - u0) / scale), max(MINIMAL_PROMPT_PX, (v1 - v0) / scale)
        found.append(((x, y, w, h), (left + u0 / scale, top + v0 / scale, width, height)))
    return found


def _weights(tile_start, tile_length, prompt_start, prompt_length, centres, step):
    """Along one axis: falls towards the tile's ends, 0 outside the prompt box grown by a grid pixel."""
    to_edge = np.minimum(centres - tile_start, tile_start + tile_length - centres)
    inside = (centres >= prompt_start - step) & (centres < prompt_start + prompt_length + step)
    return np.clip(to_edge / (FEATHER_SHARE * tile_length), 0.02, 1) * inside


def merge(square: tuple, side: int, coarse: np.ndarray, answers: list) -> np.ndarray:
    """Mean of the tiles' maps, mixed with the coarse one; (side, side) float32.

    coarse: P of the whole box on the finer grid. answers: [(tile, prompt box, P, its square)].
    """
    step = square[2] / side
    centres = (np.arange(side) + 0.5) * step
    total, weights = np.zeros((side, side)), np.zeros((side, side))
    for tile, prompt, map_, map_square in answers:
        across = _weights(tile[0], tile[2], prompt[0], prompt[2], square[0] + centres, step)
        down = _weights(tile[1], tile[3], prompt[1], prompt[3], square[1] + centres, step)
        weight = np.outer(down, across)
        total += weight * resample(map_, map_square, square, side)
        weights += weight
    fine = np.where(weights > 0, total / np.maximum(weights, 1e-9), 0)
    return (FINE_WEIGHT * fine + (1 - FINE_WEIGHT) * coarse).astype(np.float32)
