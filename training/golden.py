"""Golden vector: a picture made by a formula, and what the exported network must say about it.

The app's test draws the picture, runs its own preprocessing and the two files, and compares. So one number
off in the crop, the standardisation or the graph shows up here.
"""

import json
import os

import numpy as np
import torch

from export import FEATURE_NAMES
from preprocess import CLICK_RADIUS, CROP_FACTOR, CROP_SIDE, prepare_prompted, sample_crop

WIDTH, HEIGHT = 64, 48
FORMULA = "value(x,y,c) = (100 + x + 2*y + 10*c + ((x*7 + y*13) mod 23) - ((x-30)*(x-30) + (y-22)*(y-22)*2 < 90 ? 70 : 0)) mod 256"
BOX_PX = (20, 15, 21, 15)
PROBES = [(x, y) for y in (9, 41, 58, 64, 77, 110) for x in (13, 44, 70, 101)]
# The second positive click lies outside the crop's square on the left, its disc reaches in.
CLICKS = ((29.5, 21.75, True), (13.5, 30.0, True), (37.25, 18.0, False))
NEAR_BORDER_BOX_PX = (2.5, 30.25, 30, 17)
SHRUNK_SIDE = 16


def golden_picture() -> np.ndarray:
    """(48, 64, 3) uint8 by FORMULA; every term is an integer, so every language gives the same bytes."""
    y, x, c = np.mgrid[0:HEIGHT, 0:WIDTH, 0:3]
    spot = ((x - 30) ** 2 + (y - 22) ** 2 * 2 < 90) * 70
    return ((100 + x + 2 * y + 10 * c + (x * 7 + y * 13) % 23 - spot) % 256).astype(np.uint8)


def _answer(network, box_px, clicks=(), former=None) -> tuple:
    """(case for the file, probabilities (S, S)). former: (index of an earlier case, its probabilities), None at first."""
    index, map_ = former or (None, None)
    prepared = prepare_prompted(golden_picture(), box_px, clicks=clicks, previous=map_)
    image, prompt = torch.from_numpy(prepared["image"])[None], torch.from_numpy(prepared["prompt"])[None]
    with torch.no_grad():
        features = network.encoder(image, prompt)
        logits, quality = network.decoder(image, prompt, features)
    left, top, side = prepared["square"]
    case = {
        "boxPx": {"x": box_px[0], "y": box_px[1], "w": box_px[2], "h": box_px[3]},
        "clicks": [{"x": x, "y": y, "isPositive": positive} for x, y, positive in clicks],
        "former": index,
        "square": {"left": left, "top": top, "side": side},
        "boxCropPixels": int(prepared["prompt"][0].sum()),
        "promptSums": [float(v) for v in prepared["prompt"].sum((1, 2), dtype=np.float64)],
        "median": prepared["median"],
        "std": prepared["std"],
        "input": [{"x": x, "y": y, "rgb": [float(v) for v in prepared["image"][:, y, x]]} for x, y in PROBES[::4]],
        "logits": [{"x": x, "y": y, "value": float(logits[0, 0, y, x])} for x, y in PROBES],
        "quality": float(quality[0, 0]),
        "features": {
            name: {"mean": float(f.mean()), "std": float(f.std(unbiased=False))} for name, f in zip(FEATURE_NAMES, features)
        },
    }
    return case, torch.sigmoid(logits[0, 0]).numpy()


def _cases(network) -> list:
    """A box inside and one that leaves the picture; then the first with clicks, with its own answer, and with both, twice."""
    first, probability = _answer(network, BOX_PX)
    near_border, _ = _answer(network, NEAR_BORDER_BOX_PX)
    clicked, _ = _answer(network, BOX_PX, CLICKS)
    silent, _ = _answer(network, BOX_PX, (), (0, probability))
    corrected, again = _answer(network, BOX_PX, CLICKS[:1], (0, probability))
    twice, _ = _answer(network, BOX_PX, CLICKS, (4, again))
    return [first, near_border, clicked, silent, corrected, twice]


def _shrunk() -> dict:
    """A crop that is shrunk (area averaging) and reaches outside the picture: 56 pixels to 16."""
    left, top, side = -4.25, -6.5, 56.0
    crop = sample_crop(golden_picture(), (left, top, side), SHRUNK_SIDE)
    probes = [(0, 0), (15, 0), (1, 2), (7, 8), (10, 9), (14, 15)]
    return {
        "square": {"left": left, "top": top, "side": side},
        "cropSide": SHRUNK_SIDE,
        "mean": float(crop.mean()),
        "values": [{"x": x, "y": y, "rgb": [float(v) for v in crop[y, x]]} for x, y in probes],
    }


def write_golden(network, folder: str) -> None:
    """`network`: deployed copy. Writes golden.json: boxes, clicks and previous answers, and a shrunk crop."""
    content = {
        "description": "Expected values of the exported weights, computed in torch; tolerance 1e-3 on logits. See training/README.md.",
        "picture": {"width": WIDTH, "height": HEIGHT, "channels": 3, "formula": FORMULA},
        "cropSide": CROP_SIDE,
        "cropFactor": CROP_FACTOR,
        "clickRadius": CLICK_RADIUS,
        "cases": _cases(network),
        "shrunkCrop": _shrunk(),
    }
    with open(os.path.join(folder, "golden.json"), "w") as out:
        json.dump(content, out, indent=1)
        out.write("\n")
