"""Chooses the calibration on the `val` images: python3 training/tune.py

Score of a row: mean of the macro IoU of the five sets with tight boxes and of the sets with boxes drawn by
people. The latter count because users draw loose boxes, and a rule that trusts the box too much fails there.
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
from datasets import SETS, human_prompts, tight_prompts
from deploy import load_deployed
from predict import mean_probability, predict_cases, window_of
from preprocess import paste_map

WEIGHTS = (1.0, 0.8)
EXPONENTS = (0.0, 0.5, 1.0)
SPARSE_FILLS = (0.0, 0.2, 0.25)
MINIMAL_THRESHOLDS = (0.05, 0.2, 0.3, 0.4, 0.5)


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
        for exponent, sparse_fill, minimum in itertools.product(EXPONENTS, SPARSE_FILLS, MINIMAL_THRESHOLDS):
            settings = {**fusion, "iouExponent": exponent, "sparseFill": sparse_fill, "minimalThreshold": minimum}
            per_set = {name: macro_of(rows, settings) for name, rows in rows_by_set.items()}
            found.append({"settings": settings, "perSet": per_set, "mean": float(np.mean(list(per_set.values())))})
    return sorted(found, key=lambda row: -row["mean"])


def selection_prompts() -> dict:
    """Boxes of the `val` images by name of the set; " human" marks boxes drawn by people."""
    prompts = {name: tight_prompts(name, "val") for name in SETS}
    prompts.update({f"{name} human": human_prompts(name, "val") for name in SETS})
    return {name: boxes for name, boxes in prompts.items() if boxes}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", default="/tmp/maskwright-training/seed0")
    parser.add_argument("--rows", type=int, default=30)
    parser.add_argument("--no-mirrored", action="store_true", help="skip the mirrored run: half the time")
    options = parser.parse_args()
    network = load_deployed(options.work)
    mirrored = not options.no_mirrored
    prompts_by_set = selection_prompts()
    print({name: len(prompts) for name, prompts in prompts_by_set.items()}, flush=True)
    cases_by_set = {name: predict_cases(network, prompts, mirrored=mirrored) for name, prompts in prompts_by_set.items()}
    rows = search(cases_by_set, (False, True) if mirrored else (False,))
    plain = [row for row in rows if not row["settings"]["flip"]]
    for title, part in (("all", rows), ("without the mirrored run", plain)):
        print(title)
        for row in part[:options.rows]:
            s = row["settings"]
            shown = " ".join(f"{name} {value:.3f}" for name, value in row["perSet"].items())
            print(f"  flip {s['flip']!s:5} P {s['networkWeight']:.1f} exponent {s['iouExponent']:.2f} sparse {s['sparseFill']:.2f} from {s['minimalThreshold']:.2f}: {row['mean']:.4f} | {shown}")


if __name__ == "__main__":
    main()
