"""Runs the deployed network on prompts and keeps what the calibration needs, in crop pixels."""

from dataclasses import dataclass, replace

import numpy as np
import torch

from calibrate import MINIMAL_DILATION_PX, choose_threshold, dilated_box, fused_map, inside_box
from candidates import collect_evidence
from datasets import Prompt, read_rgb
from preprocess import CROP_FACTOR, CROP_SIDE, box_in_crop, paste_map, prepare_prompted, sample_crop
from tiles import grid_side, merge, needs_tiles, resample, tile_prompts

BATCH = 8


@dataclass(frozen=True)
class Case:
    """A prompt with its crop and the network's answer."""

    prompt: Prompt
    square: tuple  # (left, top, side) image pixels
    box_crop: tuple  # (x0, y0, x1, y1) crop pixels
    luminance: np.ndarray  # (S, S) 0..1
    probability: np.ndarray  # (S, S)
    quality: float  # the network's own guess of its IoU


def predict_cases(network, prompts: list, side: int = CROP_SIDE, factor: float = CROP_FACTOR, read=read_rgb, clicks=None, previous=None) -> list:
    """network: deployed copy (folded, half-rounded). One Case per prompt; `read` maps its path to RGB.

    clicks: per prompt a list of (x, y, is_positive), image pixels; previous: per prompt the last probability map.
    """
    cases = []
    for start in range(0, len(prompts), BATCH):
        group = range(start, min(start + BATCH, len(prompts)))
        inputs = [
            prepare_prompted(
                read(prompts[i].image_path), prompts[i].box_px, side, factor,
                clicks=clicks[i] if clicks else (), previous=previous[i] if previous else None,
            ) for i in group
        ]
        with torch.no_grad():
            logits, quality = network(*(torch.from_numpy(np.stack([one[key] for one in inputs])) for key in ("image", "prompt")))
        probability = torch.sigmoid(logits)[:, 0].numpy()
        for k, i in enumerate(group):
            cases.append(Case(prompts[i], inputs[k]["square"], inputs[k]["boxCrop"], inputs[k]["luminance"], probability[k], float(quality[k])))
    return cases


def with_tiles(network, case: Case, settings: dict, read=read_rgb, clicks=()) -> Case:
    """The same case on the finer grid of tiles.py; as it is when the box is small.

    clicks: (x, y, is_positive), image pixels; a tile is told those that lie in its prompt box.
    """
    prompt = case.prompt
    if not needs_tiles(prompt.box_px):
        return case
    side = grid_side(case.square, prompt.box_px)
    evidence = collect_evidence(case.probability, case.luminance, case.box_crop, max(prompt.box_px[2:]), case.quality, settings)
    found = tile_prompts(prompt.box_px, case.square, resample(evidence.refined, case.square, case.square, side))
    inside = lambda box, c: box[0] <= c[0] < box[0] + box[2] and box[1] <= c[1] < box[1] + box[3]
    told = [[c for c in clicks if inside(box, c)] for _, box in found]
    tiles = predict_cases(network, [replace(prompt, box_px=box) for _, box in found], read=read, clicks=told)
    answers = [(tile, box, answer.probability, answer.square) for (tile, box), answer in zip(found, tiles)]
    merged = merge(case.square, side, resample(case.probability, case.square, case.square, side), answers)
    luminance = (sample_crop(read(prompt.image_path), case.square, side) / 255.0).mean(axis=2)
    return Case(prompt, case.square, box_in_crop(prompt.box_px, case.square, side), luminance, merged, case.quality)


def answer_prompts(network, prompts: list, settings: dict, read=read_rgb) -> list:
    """What the app gets for boxes: one Case per prompt, large boxes by tiles."""
    return [with_tiles(network, case, settings, read) for case in predict_cases(network, prompts, read=read)]


def window_of(case: Case, share: float) -> tuple:
    """Image pixels (x0, y0, x1, y1) of the dilated box, clipped to the picture."""
    x, y, w, h = case.prompt.box_px
    height, width = case.prompt.truth.shape
    x0, y0, x1, y1 = dilated_box((x, y, x + w, y + h), share, MINIMAL_DILATION_PX)
    return max(0, int(np.floor(x0))), max(0, int(np.floor(y0))), min(width, int(np.ceil(x1))), min(height, int(np.ceil(y1)))


def mask_from_map(case: Case, map_: np.ndarray, threshold: float, share: float) -> tuple:
    """Thresholds a crop map at image resolution. Returns (mask of the window, window)."""
    window = window_of(case, share)
    values = paste_map(map_, case.square, window)
    x, y, w, h = case.prompt.box_px
    x0, y0, x1, y1 = dilated_box((x, y, x + w, y + h), share, MINIMAL_DILATION_PX)
    shifted = (x0 - window[0], y0 - window[1], x1 - window[0], y1 - window[1])
    return (values > threshold) & inside_box(shifted, values.shape), window


def rule_mask(case: Case, settings: dict) -> tuple:
    """Without candidates: fuse, choose the threshold by the box, paste, keep near the box."""
    map_ = fused_map(case.probability, case.luminance, case.box_crop, settings)
    return mask_from_map(case, map_, choose_threshold(map_, case.box_crop, settings), settings["keepInsideBoxDilated"])


def iou_at_image_resolution(case: Case, mask: np.ndarray, window: tuple) -> float:
    """IoU with the truth over all pixels of the picture that are not ignored; two empty masks give 1."""
    x0, y0, x1, y1 = window
    truth, valid = case.prompt.truth[y0:y1, x0:x1], ~case.prompt.ignored[y0:y1, x0:x1]
    intersection = int((mask & truth & valid).sum())
    union = int(case.prompt.truth.sum()) + int((mask & ~truth & valid).sum())
    return intersection / union if union else 1.0
