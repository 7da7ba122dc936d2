"""One positive and one negative click where the box alone failed; clicks come from the truth as a person's would.

Sofiiuk, Petrov, Konushin, "Reviving Iterative Training with Mask Guidance" (2021): each click goes to the point
deepest inside the largest wrong piece. The former answer is handed back with every click.
"""

import cv2
import numpy as np

from candidates import candidate_features
from predict import iou_at_image_resolution, mask_from_map, predict_cases, with_tiles
from preprocess import paste_map
from scorer import case_evidence, choose, predicted_ious

DISC_SHARE, DISC_PX = 0.025, 1.0
REACH_SHARE, REACH_PX = 0.1, 3.0
BELIEF_SHARE = 0.5


def deepest_point(wrong: np.ndarray):
    """(x, y) pixel centre deepest inside the largest 8-connected piece; None when nothing is wrong."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(wrong.astype(np.uint8), connectivity=8)
    if count < 2:
        return None
    piece = labels == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    depth = cv2.distanceTransform(np.pad(piece, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    return x + 0.5, y + 0.5


def next_click(case, mask: np.ndarray, window: tuple, is_positive: bool):
    """(x, y, is_positive) image pixels; None when there is no such mistake."""
    x0, y0, x1, y1 = window
    truth, valid = case.prompt.truth[y0:y1, x0:x1], ~case.prompt.ignored[y0:y1, x0:x1]
    point = deepest_point(valid & (truth & ~mask if is_positive else mask & ~truth))
    return None if point is None else (x0 + point[0], y0 + point[1], is_positive)


def _disc(shape: tuple, point: tuple, radius: float) -> np.ndarray:
    """Pixels with their centre within the disc, and the pixel that holds the point."""
    rows, columns = np.arange(shape[0])[:, None], np.arange(shape[1])[None, :]
    within = (columns + 0.5 - point[0]) ** 2 + (rows + 0.5 - point[1]) ** 2 <= radius ** 2
    return within | ((columns == np.floor(point[0])) & (rows == np.floor(point[1])))


def _pieces(mask: np.ndarray) -> list:
    count, labels = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    return [labels == k for k in range(1, count)]


def heed_clicks(scores: np.ndarray, threshold: float, clicks: list, box_long_px: float) -> np.ndarray:
    """What the person said, put into the scores: src/ml/generators/heedClicks.ts, where it is explained.

    scores: 0..1, 0 where no mask may be; clicks (x, y, is_positive) in their pixels.
    """
    heeded = scores.copy()
    radius, reach = max(DISC_PX, DISC_SHARE * box_long_px), max(REACH_PX, REACH_SHARE * box_long_px)
    for number, (x, y, is_positive) in enumerate(clicks):
        disc = _disc(scores.shape, (x, y), radius)
        if is_positive:
            if not (heeded[disc] > threshold).any():
                near = (heeded > BELIEF_SHARE * threshold) & _disc(scores.shape, (x, y), reach)
                for piece in _pieces(near):
                    if (piece & disc).any():
                        heeded[piece] = np.maximum(heeded[piece], (1 + threshold) / 2)
            continue
        mask = heeded > threshold
        kept = [_disc(scores.shape, c[:2], radius) for c in clicks[:number] if c[2]]
        for piece in _pieces(mask):
            if piece.sum() <= mask.sum() / 2 and (piece & disc).any() and not any((piece & other).any() for other in kept):
                heeded[piece] = 0
        heeded[disc] = 0
    return heeded


def read_map(case, map_: np.ndarray, threshold: float, settings: dict, clicks: list) -> tuple:
    """(mask of the window, window) at image resolution, the clicks heeded."""
    share = settings["keepInsideBoxDilated"]
    allowed, window = mask_from_map(case, np.ones_like(map_), 0.5, share)
    scores = np.where(allowed, paste_map(map_, case.square, window), 0)
    local = [(x - window[0], y - window[1], sign) for x, y, sign in clicks]
    return heed_clicks(scores, threshold, local, max(case.prompt.box_px[2:])) > threshold, window


def chosen_mask(case, settings: dict, clicks=()) -> tuple:
    """What the app shows first."""
    evidence = case_evidence(case, settings)
    index = int(choose(predicted_ious(settings["choice"]["scorer"], candidate_features(evidence)), settings["choice"]))
    return read_map(case, evidence.candidates[index].map, evidence.candidates[index].threshold, settings, list(clicks))


def network_mask(case, settings: dict, clicks=()) -> tuple:
    """P > 0.5, the clicks left to the network."""
    return mask_from_map(case, case.probability, 0.5, settings["keepInsideBoxDilated"])


def after_clicks(network, case, fine, settings: dict, read, read_mask=chosen_mask, tiled: bool = True) -> dict:
    """IoU after a click on the larger mistake of the shown mask, and after one on the other kind of mistake.

    case, fine: answer for the box alone, one crop and by tiles. tiled: large boxes are read by tiles after clicks too.
    Returns {"first", "second", "clicks"}.
    """
    clicks, current = [], case
    mask, window = chosen_mask(fine, settings)
    shown, ious = fine, []
    truth = case.prompt.truth[window[1]:window[3], window[0]:window[2]]
    first_positive = (truth & ~mask).sum() >= (mask & ~truth).sum()
    for is_positive in (first_positive, not first_positive):
        click = next_click(case, mask, window, is_positive)
        if click is not None:
            clicks.append(click)
            current = predict_cases(network, [case.prompt], read=read, clicks=[clicks], previous=[current.probability])[0]
            shown = with_tiles(network, current, settings, read, clicks) if tiled else current
            mask, window = read_mask(shown, settings, clicks)
        ious.append(iou_at_image_resolution(shown, mask, window))
    return {"first": ious[0], "second": ious[1], "clicks": len(clicks)}
