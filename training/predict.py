"""Runs the deployed network on prompts and keeps what the calibration needs, in crop pixels."""

from dataclasses import dataclass

import numpy as np
import torch

from calibrate import MINIMAL_DILATION_PX, choose_threshold, dilated_box, fused_map, inside_box
from datasets import Prompt, read_rgb
from preprocess import CROP_FACTOR, CROP_SIDE, paste_map, prepare_prompted

BATCH = 8


@dataclass(frozen=True)
class Case:
    """A prompt with its crop and the network's answer."""

    prompt: Prompt
    square: tuple  # (left, top, side) image pixels
    box_crop: tuple  # (x0, y0, x1, y1) crop pixels
    luminance: np.ndarray  # (S, S) 0..1
    probability: np.ndarray  # (S, S) of the crop as it is
    flipped: np.ndarray  # (S, S) of the mirrored crop, mirrored back
    quality: float


def predict_cases(network, prompts: list, side: int = CROP_SIDE, factor: float = CROP_FACTOR, read=read_rgb, mirrored: bool = False) -> list:
    """network: deployed copy (folded, half-rounded). One Case per prompt; `read` maps its path to RGB.

    Without `mirrored` the second run is spared and `flipped` repeats `probability`.
    """
    cases = []
    for start in range(0, len(prompts), BATCH):
        group = prompts[start:start + BATCH]
        inputs = [prepare_prompted(read(p.image_path), p.box_px, side, factor) for p in group]
        image = torch.from_numpy(np.stack([i["image"] for i in inputs]))
        prompt = torch.from_numpy(np.stack([i["prompt"] for i in inputs]))
        with torch.no_grad():
            logits, quality = network(image, prompt)
            turned = network(image.flip(-1), prompt.flip(-1))[0].flip(-1) if mirrored else logits
        plain, flipped = (torch.sigmoid(map_)[:, 0].numpy() for map_ in (logits, turned))
        for i, source in enumerate(group):
            cases.append(Case(source, inputs[i]["square"], inputs[i]["boxCrop"], inputs[i]["luminance"], plain[i], flipped[i], float(quality[i])))
    return cases


def mean_probability(case: Case, flip: bool) -> np.ndarray:
    return (case.probability + case.flipped) / 2 if flip else case.probability


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


def calibrated_mask(case: Case, settings: dict) -> tuple:
    """The mask the app would show: fuse, choose the threshold, paste, keep near the box."""
    map_ = fused_map(mean_probability(case, settings["flip"]), case.luminance, case.box_crop, settings)
    threshold = choose_threshold(map_, case.box_crop, settings)
    return mask_from_map(case, map_, threshold, settings["keepInsideBoxDilated"])


def iou_at_image_resolution(case: Case, mask: np.ndarray, window: tuple) -> float:
    """IoU with the truth over all pixels of the picture that are not ignored; two empty masks give 1."""
    x0, y0, x1, y1 = window
    truth, valid = case.prompt.truth[y0:y1, x0:x1], ~case.prompt.ignored[y0:y1, x0:x1]
    intersection = int((mask & truth & valid).sum())
    union = int(case.prompt.truth.sum()) + int((mask & ~truth & valid).sum())
    return intersection / union if union else 1.0
