"""One positive and one negative click where the box alone failed; clicks come from the truth as a person's would.

Sofiiuk, Petrov, Konushin, "Reviving Iterative Training with Mask Guidance" (2021): each click goes to the point
deepest inside the largest wrong piece. The former answer is handed back with every click.
"""

import cv2
import numpy as np

from candidates import candidate_features
from predict import iou_at_image_resolution, mask_from_map, predict_cases, with_tiles
from scorer import case_evidence, choose, predicted_ious


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


def chosen_mask(case, settings: dict) -> tuple:
    evidence = case_evidence(case, settings)
    index = int(choose(predicted_ious(settings["choice"]["scorer"], candidate_features(evidence)), settings["choice"]))
    candidate = evidence.candidates[index]
    return mask_from_map(case, candidate.map, candidate.threshold, settings["keepInsideBoxDilated"])


def plain_mask(case, settings: dict) -> tuple:
    """P > 0.5 in the allowed window: what a refined answer is meant to be read as."""
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
            mask, window = read_mask(shown, settings)
        ious.append(iou_at_image_resolution(shown, mask, window))
    return {"first": ious[0], "second": ious[1], "clicks": len(clicks)}
