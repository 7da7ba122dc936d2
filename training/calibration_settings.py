"""How probabilities become a mask; the values were chosen on the `val` images by `tune.py`.

The scorer's weights are trained per network (`scorer.py`) and kept in the work folder until the export puts
everything into the manifest.
"""

import json
import os

CALIBRATION = {
    "rule": "fused-box-tight",
    "networkWeight": 0.8,
    "otsuWeight": 0.2,
    "blurPx": 1,
    "flip": False,
    "keepInsideBoxDilated": 0.05,
    "iouExponent": 0.5,
    "minimalThreshold": 0.05,
    "sparseFill": 0.25,
    "sparseThreshold": 0.5,
    "choice": {
        "adaptWeight": 1.0,
        "guideRadiusPx": 4,
        "guideEpsilon": 0.011,
        "minimalThreshold": 0.3,
        "preferredKind": "fitted",
        "preferredMargin": 0.06,
    },
}


def scorer_path(work_folder: str) -> str:
    return os.path.join(work_folder, "scorer.json")


def load_calibration(work_folder: str) -> dict:
    """CALIBRATION with the scorer of this work folder, as the manifest holds it; without `choice` when there is none."""
    path = scorer_path(work_folder)
    if not os.path.exists(path):
        return {key: value for key, value in CALIBRATION.items() if key != "choice"}
    with open(path) as source:
        return {**CALIBRATION, "choice": {**CALIBRATION["choice"], "scorer": json.load(source)}}
