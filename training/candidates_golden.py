"""Golden vectors of the candidates for the app's tests: python3 training/candidates_golden.py

Grids, luminance and logits come from formulas, the scorer from a seeded generator, so the file depends on no
trained weights; src/ml/generators/candidates.test.ts computes the same numbers to 1e-4.
"""

import json
import os

import numpy as np

from calibration_settings import CALIBRATION
from candidates import FEATURES, KINDS, candidate_features, collect_evidence
from scorer import predicted_ious

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../src/ml/generators/__fixtures__/candidates.json")
# A square grid, a box at its border, a rectangular grid with a thin defect, and a surface without any contrast.
CASES = (
    {"name": "blob", "frame": (-10.0, -8.0, 96.0, 96.0, 48, 48), "box": (16.0, 20.0, 40.0, 30.0), "shape": "blob", "quality": 0.7},
    {"name": "cut off", "frame": (0.0, 0.0, 60.0, 60.0, 40, 40), "box": (0.0, 12.5, 33.0, 47.5), "shape": "blob", "quality": 0.2},
    {"name": "thin", "frame": (100.0, 50.0, 150.0, 75.0, 60, 30), "box": (120.0, 60.0, 110.0, 50.0), "shape": "line", "quality": 0.55},
    {"name": "flat", "frame": (0.0, 0.0, 32.0, 32.0, 32, 32), "box": (8.0, 8.0, 16.0, 16.0), "shape": "flat", "quality": 0.4},
)


def golden_maps(case: dict) -> tuple:
    """(luminance, logits) float32 (rows, columns); u, v = column and row."""
    _, _, _, _, columns, rows = case["frame"]
    v, u = np.mgrid[0:rows, 0:columns].astype(np.float64)
    grain = (u * 5 + v * 3) % 17
    if case["shape"] == "line":
        defect = np.abs(v - 6 - 0.35 * u) < 1.5
        logits = 2 - 1.4 * np.abs(v - 6.5 - 0.35 * u)
    else:
        defect = ((u - 0.5 * columns) / 9) ** 2 + ((v - 0.48 * rows) / 6) ** 2 < 1
        logits = 2.5 - 0.3 * np.sqrt((u - 0.53 * columns) ** 2 / 2.2 + (v - 0.47 * rows) ** 2)
    luminance = np.full(u.shape, 0.5) if case["shape"] == "flat" else (120 + grain - 60 * defect) / 255
    return luminance.astype(np.float32), logits.astype(np.float32)


def golden_scorer() -> dict:
    rng = np.random.default_rng(7)
    rounded = lambda values: np.round(values, 4).tolist()
    count = len(FEATURES)
    return {
        "version": 1, "features": list(FEATURES), "mean": rounded(rng.uniform(0, 0.6, count)), "std": rounded(rng.uniform(0.2, 0.8, count)),
        "layers": [
            {"weights": rounded(rng.normal(0, 0.3, (6, count))), "bias": rounded(rng.uniform(0.5, 1.5, 6))},
            {"weights": rounded(rng.normal(0, 0.6, (1, 6))), "bias": rounded(rng.normal(0, 0.3, 1))},
        ],
    }


def expected(case: dict, settings: dict) -> dict:
    luminance, logits = golden_maps(case)
    x, y, width_px, height_px, columns, rows = case["frame"]
    bx, by, bw, bh = case["box"]
    sx, sy = columns / width_px, rows / height_px
    box_crop = ((bx - x) * sx, (by - y) * sy, (bx + bw - x) * sx, (by + bh - y) * sy)
    probability = (1 / (1 + np.exp(-logits.astype(np.float64)))).astype(np.float32)
    evidence = collect_evidence(probability, luminance, box_crop, max(bw, bh), case["quality"], settings)
    features = candidate_features(evidence)
    predicted = predicted_ious(settings["choice"]["scorer"], features)
    worth = predicted + settings["choice"]["preferredMargin"] * (np.array(KINDS) == settings["choice"]["preferredKind"])
    return {
        "name": case["name"], "shape": case["shape"], "quality": case["quality"],
        "frame": {"originPx": {"x": x, "y": y}, "widthPx": width_px, "heightPx": height_px, "columns": columns, "rows": rows},
        "boxPx": {"x": bx, "y": by, "width": bw, "height": bh},
        "refinedSum": float(evidence.refined.sum(dtype=np.float64)),
        "refined": [[int(u), int(v), float(evidence.refined[v, u])] for v in range(3, rows, rows // 4) for u in range(2, columns, columns // 4)],
        "order": [KINDS[i] for i in np.argsort(-worth, kind="stable")],
        "candidates": {
            candidate.kind: {
                "threshold": float(candidate.threshold), "mapSum": float(candidate.map.sum(dtype=np.float64)), "predictedIou": float(p),
                "features": [round(float(value), 7) for value in row],
            } for candidate, p, row in zip(evidence.candidates, predicted, features)
        },
    }


def main() -> None:
    settings = {**CALIBRATION, "choice": {**CALIBRATION["choice"], "scorer": golden_scorer()}}
    content = {"calibration": settings, "features": list(FEATURES), "kinds": list(KINDS), "cases": [expected(case, settings) for case in CASES]}
    with open(PATH, "w") as out:
        json.dump(content, out)
        out.write("\n")


if __name__ == "__main__":
    main()
