"""Masks of every method for one case, and the numbers one mask gets."""

import cv2
import numpy as np

from calibrate import inside_box, otsu_in_box
from candidates import KINDS, candidate_features
from predict import Case, iou_at_image_resolution, mask_from_map, rule_mask, window_of
from scorer import candidate_ious, case_evidence, choose, predicted_ious

TOLERANCE_PX = 2.0
THIN_CLASSES = ("crack", "scratches")  # also every class of a set that has only cracks
# The rule of version 1 of this model: fused map, threshold by the box, thin kept; no candidates, no tiles.
RULE_OF_VERSION_1 = {"minimalThreshold": 0.05, "iouExponent": 0.5, "sparseFill": 0.25, "sparseThreshold": 0.5}


def fixed_half(case, settings):
    return mask_from_map(case, case.probability, 0.5, settings["keepInsideBoxDilated"])


def version_1(case, settings):
    return rule_mask(case, {**settings, **RULE_OF_VERSION_1})


def box_filled(case, settings):
    window = window_of(case, 0.0)
    x, y, w, h = case.prompt.box_px
    shape = (window[3] - window[1], window[2] - window[0])
    return inside_box((x - window[0], y - window[1], x + w - window[0], y + h - window[1]), shape), window


def otsu_filled(case, settings):
    mask = otsu_in_box(case.luminance, inside_box(case.box_crop, case.luminance.shape))
    return mask_from_map(case, mask.astype(np.float32), 0.5, settings["keepInsideBoxDilated"])


def grab_cut(case, settings):
    side = case.luminance.shape[0]
    x0, y0, x1, y1 = (int(round(v)) for v in case.box_crop)
    x0, y0, x1, y1 = max(1, x0), max(1, y0), min(side - 1, x1), min(side - 1, y1)
    picture = np.repeat((case.luminance * 255).clip(0, 255).astype(np.uint8)[:, :, None], 3, 2)
    labels = np.zeros((side, side), np.uint8)
    try:
        cv2.setRNGSeed(0)
        cv2.grabCut(picture, labels, (x0, y0, max(1, x1 - x0), max(1, y1 - y0)), np.zeros((1, 65)), np.zeros((1, 65)), 4, cv2.GC_INIT_WITH_RECT)
    except cv2.error:
        return box_filled(case, settings)  # a flat crop has no colour model
    return mask_from_map(case, ((labels == 1) | (labels == 3)).astype(np.float32), 0.5, settings["keepInsideBoxDilated"])


RIVALS = {"box filled": box_filled, "Otsu in box": otsu_filled, "GrabCut in box": grab_cut}
RULES = {"P > 0.5": fixed_half, "rule of version 1": version_1}


def boundary_f(case: Case, mask: np.ndarray, window: tuple) -> float:
    """F of precision and recall of outline pixels within TOLERANCE_PX of the other outline, image pixels.

    Martin, Fowlkes, Malik (2004), with distances instead of a matching. Two empty masks give 1.
    """
    full = np.zeros(case.prompt.truth.shape, np.uint8)
    full[window[1]:window[3], window[0]:window[2]] = mask & ~case.prompt.ignored[window[1]:window[3], window[0]:window[2]]
    outlines = [_outline(full), _outline(case.prompt.truth.astype(np.uint8))]
    if not outlines[0].any() or not outlines[1].any():
        return float(outlines[0].any() == outlines[1].any())
    shares = []
    for ours, other in (outlines, outlines[::-1]):
        distance = cv2.distanceTransform((~other).astype(np.uint8), cv2.DIST_L2, 5)
        shares.append(float((distance[ours] <= TOLERANCE_PX).mean()))
    return 2 * shares[0] * shares[1] / max(sum(shares), 1e-9)


def _outline(mask: np.ndarray) -> np.ndarray:
    return (mask > 0) & (cv2.erode(mask, np.ones((3, 3), np.uint8), borderValue=0) == 0)


def read_case(case: Case, settings: dict) -> dict:
    """The app's answer for a case: {"evidence", "predicted" (kinds), "ious" (kinds), "index" of the chosen}."""
    evidence = case_evidence(case, settings)
    predicted = predicted_ious(settings["choice"]["scorer"], candidate_features(evidence))
    return {
        "evidence": evidence, "predicted": predicted, "ious": candidate_ious(case, evidence, settings),
        "index": int(choose(predicted, settings["choice"])),
    }


def measure_case(coarse: Case, fine: Case, settings: dict, with_grab_cut: bool, with_outlines: bool) -> dict:
    """Numbers of one box. coarse: one crop of the box; fine: the same by tiles where the box is large."""
    tiled = read_case(fine, settings)
    single = tiled if fine is coarse else read_case(coarse, settings)
    row = {
        "class": coarse.prompt.class_name, "picture": coarse.prompt.image_path, "side": float(max(coarse.prompt.box_px[2:])),
        "kind": KINDS[tiled["index"]], "predicted": float(tiled["predicted"][tiled["index"]]), "quality": coarse.quality,
        "ious": {
            "chosen": float(tiled["ious"][tiled["index"]]), "chosen, one crop": float(single["ious"][single["index"]]),
            "fitted": float(tiled["ious"][0]), "best candidate": float(tiled["ious"].max()),
        },
        "outlines": {},
    }
    masks = {name: method(coarse, settings) for name, method in {**RULES, **RIVALS}.items() if with_grab_cut or name != "GrabCut in box"}
    row["ious"].update({name: iou_at_image_resolution(coarse, *mask) for name, mask in masks.items()})
    if with_outlines:
        chosen = tiled["evidence"].candidates[tiled["index"]]
        masks["chosen"] = mask_from_map(fine, chosen.map, chosen.threshold, settings["keepInsideBoxDilated"])
        row["outlines"] = {name: boundary_f(coarse, *masks[name]) for name in masks}
    row["tiled"] = tiled
    return row
