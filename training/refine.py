"""Clicks and previous answers for training, as a person who corrects a mask would give them.

After the scheme of RITM (Sofiiuk et al. 2021, arXiv:2102.06583): the network answers the box, the largest error of
that answer gets a click, and the answer itself comes back as the fourth prompt map. All coordinates are crop pixels.
"""

import cv2
import numpy as np
import torch

from preprocess import click_channel

BOX, POSITIVE, NEGATIVE, PREVIOUS = range(4)
ANSWERED_SHARE, SYNTHETIC_SHARE, CLICKED_SHARE = 0.28, 0.06, 0.05  # the rest: the box alone
SECOND_ROUND_SHARE = 0.3
SECOND_CLICK_SHARE = 0.4
CENTRED_SHARE = 0.6
FORGOTTEN_SHARE = 0.15  # clicks come without the answer they correct
SILENT_SHARE = 0.08  # the answer comes back without clicks
MINIMAL_ERROR_PX = 6


def largest_region(error: np.ndarray) -> np.ndarray:
    """The largest 8-connected component of a bool map (S, S), as bool map; empty stays empty."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(error.astype(np.uint8), connectivity=8)
    if count < 2:
        return np.zeros_like(error, dtype=bool)
    return labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))


def point_inside(rng: np.random.Generator, region: np.ndarray, centred: bool) -> tuple:
    """(cx, cy), a pixel centre of a non-empty region: its most inner one, or any, the inner ones more often."""
    padded = np.pad(region.astype(np.uint8), 1)  # the crop's border ends a region too
    depth = cv2.distanceTransform(padded, cv2.DIST_L2, 3)[1:-1, 1:-1]
    if centred:
        row, column = np.unravel_index(int(np.argmax(depth)), depth.shape)
    else:
        flat = depth.ravel().astype(np.float64)
        row, column = np.unravel_index(int(rng.choice(flat.size, p=flat / flat.sum())), depth.shape)
    return column + 0.5, row + 0.5


def corrective_clicks(rng: np.random.Generator, predicted: np.ndarray, truth: np.ndarray, where: np.ndarray, count: int) -> list:
    """Up to `count` clicks [(cx, cy, is_positive)] on the largest errors of a bool mask inside the bool map `where`.

    Missing pixels ask for a positive click, superfluous ones for a negative. Regions below 6 pixels get none.
    """
    missing, superfluous = truth & ~predicted & where, predicted & ~truth & where
    clicks = []
    for _ in range(count):
        regions = largest_region(missing), largest_region(superfluous)
        sizes = [int(r.sum()) for r in regions]
        if max(sizes) < MINIMAL_ERROR_PX:
            break
        positive = sizes[0] >= sizes[1]
        region = regions[0] if positive else regions[1]
        clicks.append((*point_inside(rng, region, rng.random() < CENTRED_SHARE), positive))
        (missing if positive else superfluous)[region] = False
    return clicks


def draw_clicks(prompt: np.ndarray, clicks: list) -> None:
    """Adds clicks [(cx, cy, is_positive)] to the maps of one prompt (4, S, S), in place."""
    side = prompt.shape[-1]
    for channel, wanted in ((POSITIVE, True), (NEGATIVE, False)):
        discs = click_channel([c[:2] for c in clicks if c[2] == wanted], side)
        prompt[channel] = np.maximum(prompt[channel], discs)


def corrupted(rng: np.random.Generator, truth: np.ndarray) -> np.ndarray:
    """A wrong answer (S, S) in 0..1 made from the truth: grown, shrunk, shifted, cut in half, or with a lump too much."""
    side, wrong = truth.shape[0], truth.astype(np.uint8)
    size = 2 * int(rng.integers(1, 8)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    kind = int(rng.integers(0, 5))
    if kind == 0:
        wrong = cv2.dilate(wrong, kernel)
    elif kind == 1:
        wrong = cv2.erode(wrong, kernel)
    elif kind == 2:
        wrong = np.roll(wrong, rng.integers(-10, 11, 2), (0, 1))
    elif kind == 3:
        angle, offset = rng.uniform(0, 2 * np.pi), rng.normal(0, 0.12 * side)
        y, x = np.mgrid[0:side, 0:side] - side / 2
        wrong = wrong * (x * np.cos(angle) + y * np.sin(angle) < offset).astype(np.uint8)
    else:
        centre, axes = rng.integers(side // 5, side - side // 5, 2), rng.integers(3, 26, 2)
        cv2.ellipse(wrong, tuple(map(int, centre)), tuple(map(int, axes)), float(rng.uniform(0, 180)), 0, 360, 1, -1)
    soft = cv2.GaussianBlur(wrong.astype(np.float32), (0, 0), rng.uniform(0.4, 3))
    low, high = rng.uniform(0, 0.12), rng.uniform(0.75, 1)
    return low + (high - low) * soft


def _free_clicks(rng, truth, inside):
    """Clicks of a person who did not wait for an answer: one on the defect, sometimes one beside it."""
    clicks = []
    if truth.any():
        clicks.append((*point_inside(rng, largest_region(truth) if rng.random() < 0.7 else truth, False), True))
    beside = inside & ~cv2.dilate(truth.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    if beside.any() and rng.random() < 0.5:
        clicks.append((*point_inside(rng, beside, False), False))
    return clicks


def draw_prompts(rng: np.random.Generator, answer, image, mask, box, weight) -> tuple:
    """Prompts for a batch. Tensors (B, C, S, S); `answer(image, prompt)` -> probabilities (B, 1, S, S) without gradient.

    Returns (prompt (B, 4, S, S), corrected: bool (B,), IoU of the answers that were corrected: list).
    """
    count, side = image.shape[0], image.shape[-1]
    truth, inside = mask[:, 0].numpy() > 0.5, (box[:, 0].numpy() > 0) & (weight[:, 0].numpy() > 0.5)
    prompt = np.zeros((count, 4, side, side), np.float32)
    prompt[:, BOX] = box[:, 0].numpy()
    draw, before = rng.random(count), []
    answered = np.flatnonzero(draw < ANSWERED_SHARE)
    for turn in range(1 + int(rng.random() < SECOND_ROUND_SHARE) if answered.size else 0):
        given = answer(image[answered], torch.from_numpy(prompt[answered]))[:, 0].numpy()
        for i, probability in zip(answered, given):
            predicted, wanted = (probability > 0.5) & inside[i], truth[i] & inside[i]
            if turn == 0:
                before.append(float((predicted & wanted).sum() / max(1, (predicted | wanted).sum())))
            if rng.random() > SILENT_SHARE:
                draw_clicks(prompt[i], corrective_clicks(rng, predicted, truth[i], inside[i], 1 + int(rng.random() < SECOND_CLICK_SHARE)))
            prompt[i, PREVIOUS] = probability
    for i in answered:
        if rng.random() < FORGOTTEN_SHARE:
            prompt[i, PREVIOUS] = 0
    for i in np.flatnonzero((draw >= ANSWERED_SHARE) & (draw < ANSWERED_SHARE + SYNTHETIC_SHARE)):
        prompt[i, PREVIOUS] = corrupted(rng, truth[i])
        if rng.random() > SILENT_SHARE:
            draw_clicks(prompt[i], corrective_clicks(rng, prompt[i, PREVIOUS] > 0.5, truth[i], inside[i], 1 + int(rng.random() < SECOND_CLICK_SHARE)))
    freely = (draw >= ANSWERED_SHARE + SYNTHETIC_SHARE) & (draw < ANSWERED_SHARE + SYNTHETIC_SHARE + CLICKED_SHARE)
    for i in np.flatnonzero(freely):
        draw_clicks(prompt[i], _free_clicks(rng, truth[i] & inside[i], inside[i]))
    corrected = draw < ANSWERED_SHARE
    return torch.from_numpy(prompt), corrected, before
