"""Chooses the calibration on images that are not `test`: python3 training/tune.py

All boxes of `val`, and of `train` (which no weight has seen either) up to 40 a class, because `val` alone has
classes of seven boxes.

Prints the grid, best first; the chosen row is written into calibration_settings.py by hand, because the
choice also weighs the time of the mirrored second run, which the score does not see. `test` is not touched.
"""

import argparse
import itertools
import os
from collections import defaultdict

os.environ.setdefault("OMP_NUM_THREADS", "2")

import numpy as np

from calibrate import MINIMAL_DILATION_PX, THRESHOLDS, choose_candidate, dilated_box, fused_map, inside_box, threshold_evidence
from calibration_settings import CALIBRATION
from datasets import SETS, tight_prompts
from deploy import load_deployed
from predict import mean_probability, predict_cases, window_of
from preprocess import paste_map

WEIGHTS = (1.0, 0.9, 0.8, 0.7, 0.6)
EXPONENTS = (0.0, 0.25, 0.5, 1.0)
SPARSE_FILLS = (0.0, 0.1, 0.15, 0.2, 0.25)


def iou_per_threshold(case, map_: np.ndarray, share: float) -> np.ndarray:
    """IoU at image resolution for every candidate threshold at once, from sorted values."""
    window = window_of(case, share)
    x, y, w, h = case.prompt.box_px
    x0, y0, x1, y1 = dilated_box((x, y, x + w, y + h), share, MINIMAL_DILATION_PX)
    values = paste_map(map_, case.square, window)
    allowed = inside_box((x0 - window[0], y0 - window[1], x1 - window[0], y1 - window[1]), values.shape)
    rows, columns = slice(window[1], window[3]), slice(window[0], window[2])
    truth, ignored = case.prompt.truth[rows, columns], case.prompt.ignored[rows, columns]
    hits = np.sort(values[allowed & truth])
    alarms = np.sort(values[allowed & ~truth & ~ignored])
    true_positives = len(hits) - np.searchsorted(hits, THRESHOLDS, "right")
    false_positives = len(alarms) - np.searchsorted(alarms, THRESHOLDS, "right")
    return true_positives / np.maximum(int(case.prompt.truth.sum()) + false_positives, 1)


def macro_of(rows: list, settings: dict) -> float:
    """rows: (class name, evidence, IoU per threshold)."""
    by_class = defaultdict(list)
    for name, evidence, ious in rows:
        by_class[name].append(ious[choose_candidate(evidence, settings)])
    return float(np.mean([np.mean(values) for values in by_class.values()]))


def search(cases_by_set: dict, flips: tuple) -> list:
    """Every combination of the grid: [{settings, perSet, mean over sets}], best mean first."""
    share, found = CALIBRATION["keepInsideBoxDilated"], []
    for flip, weight in itertools.product(flips, WEIGHTS):
        fusion = {**CALIBRATION, "flip": flip, "networkWeight": weight, "otsuWeight": round(1 - weight, 3)}
        rows_by_set = {}
        for name, cases in cases_by_set.items():
            rows_by_set[name] = rows = []
            for case in cases:
                map_ = fused_map(mean_probability(case, flip), case.luminance, case.box_crop, fusion)
                rows.append((case.prompt.class_name, threshold_evidence(map_, case.box_crop, share), iou_per_threshold(case, map_, share)))
        for exponent, sparse_fill in itertools.product(EXPONENTS, SPARSE_FILLS):
            settings = {**fusion, "iouExponent": exponent, "sparseFill": sparse_fill}
            per_set = {name: macro_of(rows, settings) for name, rows in rows_by_set.items()}
            found.append({"settings": settings, "perSet": per_set, "mean": float(np.mean(list(per_set.values())))})
    return sorted(found, key=lambda row: -row["mean"])


def selection_prompts(set_name: str, per_class: int, seed: int = 0) -> list:
    """Every box of `val` and a random `per_class` of each class of `train`."""
    rng = np.random.default_rng(seed)
    by_class = defaultdict(list)
    for prompt in tight_prompts(set_name, "train"):
        by_class[prompt.class_name].append(prompt)
    drawn = [prompts[i] for prompts in by_class.values() for i in rng.permutation(len(prompts))[:per_class]]
    return tight_prompts(set_name, "val") + drawn


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", default="/tmp/maskwright-training/seed0")
    parser.add_argument("--rows", type=int, default=30)
    parser.add_argument("--train-per-class", type=int, default=40)
    parser.add_argument("--no-mirrored", action="store_true", help="skip the mirrored run: half the time")
    options = parser.parse_args()
    network = load_deployed(options.work)
    mirrored = not options.no_mirrored
    prompts_by_set = {name: selection_prompts(name, options.train_per_class) for name in SETS}
    print({name: len(prompts) for name, prompts in prompts_by_set.items()}, flush=True)
    cases_by_set = {name: predict_cases(network, prompts, mirrored=mirrored) for name, prompts in prompts_by_set.items()}
    rows = search(cases_by_set, (False, True) if mirrored else (False,))
    plain = [row for row in rows if not row["settings"]["flip"]]
    for title, part in (("all", rows), ("without the mirrored run", plain)):
        print(title)
        for row in part[:options.rows]:
            s = row["settings"]
            shown = " ".join(f"{name} {value:.3f}" for name, value in row["perSet"].items())
            print(f"  flip {s['flip']!s:5} P {s['networkWeight']:.1f} exponent {s['iouExponent']:.2f} sparse {s['sparseFill']:.2f}: {row['mean']:.4f} | {shown}")


if __name__ == "__main__":
    main()
