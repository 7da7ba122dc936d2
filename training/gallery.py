"""Pictures of successes and failures, from procedural pictures of a seed that no training has used."""

import os

import cv2
import numpy as np

from calibration_settings import load_calibration
from clicks import chosen_mask
from datasets import Prompt
from predict import answer_prompts, iou_at_image_resolution
from procedural.picture import compose_picture

HELD_OUT_SEED = 987654
PICTURES = 60
TILE_PX = 160
COLUMNS = 8


def held_out_prompts() -> tuple:
    """(prompts with tight boxes, pictures by name). The names stand in for paths."""
    rng = np.random.default_rng(HELD_OUT_SEED)
    prompts, pictures = [], {}
    for number in range(PICTURES):
        picture, labels = compose_picture(rng)
        name = f"procedural-{number}"
        pictures[name] = np.repeat(picture[:, :, None], 3, 2)
        for instance in np.unique(labels)[1:]:
            truth = labels == instance
            rows, columns = np.flatnonzero(truth.any(1)), np.flatnonzero(truth.any(0))
            box = (int(columns[0]), int(rows[0]), int(columns[-1] - columns[0] + 1), int(rows[-1] - rows[0] + 1))
            if truth.sum() >= 20:
                prompts.append(Prompt("procedural", "defect", name, box, truth, np.zeros_like(truth)))
    return prompts, pictures


def _tile(picture, case, mask, window, iou):
    """Crop twice side by side: plain, and with truth (green) and prediction (orange) outlined."""
    left, top, side = case.square
    scale = TILE_PX / side
    matrix = np.array([[scale, 0, -left * scale], [0, scale, -top * scale]])
    warp = lambda image, flags: cv2.warpAffine(image, matrix, (TILE_PX, TILE_PX), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    plain = warp(picture, cv2.INTER_LINEAR)
    full = np.zeros(picture.shape[:2], np.uint8)
    x0, y0, x1, y1 = window
    full[y0:y1, x0:x1] = mask
    outlined = plain.copy()
    for map_, colour in ((case.prompt.truth.astype(np.uint8), (60, 200, 60)), (full, (255, 140, 0))):
        contours, _ = cv2.findContours(warp(map_, cv2.INTER_NEAREST), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(outlined, contours, -1, colour, 1)
    cv2.putText(outlined, f"{iou:.2f}", (4, TILE_PX - 6), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (255, 60, 60), 1, cv2.LINE_AA)
    return np.vstack([plain, outlined])


def write_gallery(network, work_folder: str, folder: str) -> dict:
    """Writes embedded-successes.png and embedded-failures.png; returns {"n", "meanIou"} of the held-out boxes."""
    prompts, pictures = held_out_prompts()
    settings = load_calibration(work_folder)
    cases = answer_prompts(network, prompts, settings, read=pictures.__getitem__)
    answers = [chosen_mask(case, settings) for case in cases]
    ious = np.array([iou_at_image_resolution(case, *answer) for case, answer in zip(cases, answers)])
    order = np.argsort(ious)
    # Every third, so that neighbours in rank (often the same picture) do not fill the sheet.
    sheets = {"successes": order[::-1][: 6 * COLUMNS: 3], "failures": order[: 6 * COLUMNS: 3]}
    os.makedirs(folder, exist_ok=True)
    for name, chosen in sheets.items():
        tiles = [_tile(pictures[cases[i].prompt.image_path], cases[i], *answers[i], ious[i]) for i in chosen]
        rows = [np.hstack(tiles[k:k + COLUMNS]) for k in range(0, len(tiles), COLUMNS)]
        sheet = cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR)
        cv2.imwrite(os.path.join(folder, f"embedded-{name}.png"), sheet, [cv2.IMWRITE_PNG_COMPRESSION, 9])
    return {"n": len(ious), "meanIou": float(ious.mean())}
