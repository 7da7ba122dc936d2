"""Chooses the calibration on the `val` images: python3 training/tune.py

The score of a row is the mean macro IoU over the five sets with tight boxes, with jittered boxes (one seed) and
with boxes drawn by people: a rule that trusts the box too much collapses on loose boxes. Prints two tables, best
first; the chosen rows are written into calibration_settings.py by hand. `test` is not touched.

1. The threshold of the candidate `fitted`: least threshold, exponent of the expected IoU, what counts as thin.
2. Which candidate comes first: how much surer the scorer must be to overrule the preferred kind; the rules of
   single kinds and the best candidate beside it.
"""

import argparse
import itertools
import multiprocessing
import os
import pickle
import time

os.environ["OMP_NUM_THREADS"] = "1"

import cv2
import numpy as np
import torch

from calibrate import MINIMAL_DILATION_PX, THRESHOLDS, choose_candidate, dilated_box, inside_box, threshold_evidence
from calibration_settings import load_calibration
from candidates import KINDS, candidate_features
from datasets import SETS
from deploy import load_deployed
from evaluate import macro, prompts_of, spearman
from measures import version_1
from predict import iou_at_image_resolution, predict_cases, window_of, with_tiles
from preprocess import paste_map
from scorer import candidate_ious, case_evidence, choose, predicted_ious

BOX_KINDS = ("tight", "jittered 0", "human")
EXPONENTS = (0.0, 0.5, 1.0)
SPARSE_FILLS = (0.0, 0.15, 0.25, 0.35)
MINIMAL_THRESHOLDS = (0.05, 0.2, 0.3, 0.4, 0.5)
MARGINS = (0.0, 0.01, 0.02, 0.03, 0.04, 0.06, 0.1, 1.0)
PREFERRED = ("fitted", "even", "spanning", "guided")


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


def table_of(job: tuple) -> tuple:
    """(box kind, set, network, settings) -> (name, rows) with all that both searches need."""
    kind, set_name, network, settings = job
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    rows, share, started = [], settings["keepInsideBoxDilated"], time.time()
    for coarse in predict_cases(network, prompts_of(kind, set_name, "val")):
        case = with_tiles(network, coarse, settings)
        evidence = case_evidence(case, settings)
        rows.append({
            "class": case.prompt.class_name, "ious": candidate_ious(case, evidence, settings), "features": candidate_features(evidence),
            "thresholds": threshold_evidence(evidence.refined, case.box_crop, share), "perThreshold": iou_per_threshold(case, evidence.refined, share),
            "version1": iou_at_image_resolution(coarse, *version_1(coarse, settings)),
        })
    name = f"{set_name} {kind}"
    print(f"{name}: {len(rows)} boxes, {time.time() - started:.0f} s", flush=True)
    return name, rows


def print_rows(title: str, rows: list, count: int) -> None:
    """rows: [(label, {set: value})], best mean first."""
    print(title)
    for label, per_set in sorted(rows, key=lambda row: -np.mean(list(row[1].values())))[:count]:
        shown = " ".join(f"{name} {value:.3f}" for name, value in per_set.items())
        print(f"  {label:42} {np.mean(list(per_set.values())):.4f} | {shown}")


def search_thresholds(tables: dict, settings: dict) -> list:
    found = []
    for exponent, fill, minimum in itertools.product(EXPONENTS, SPARSE_FILLS, MINIMAL_THRESHOLDS):
        row = {**settings, "iouExponent": exponent, "sparseFill": fill, "minimalThreshold": minimum}
        per_set = {
            name: macro(rows, [r["perThreshold"][choose_candidate(r["thresholds"], row)] for r in rows]) for name, rows in tables.items()
        }
        found.append((f"exponent {exponent} thin below {fill} from {minimum}", per_set))
    return found


def search_choice(tables: dict, settings: dict) -> list:
    predicted = {name: predicted_ious(settings["choice"]["scorer"], np.array([r["features"] for r in rows])) for name, rows in tables.items()}
    pick = lambda rows, indices: macro(rows, [r["ious"][i] for r, i in zip(rows, indices)])
    found = [
        (f"{kind} unless surer by {margin}", {
            name: pick(rows, choose(predicted[name], {"preferredKind": kind, "preferredMargin": margin})) for name, rows in tables.items()
        }) for kind in PREFERRED for margin in MARGINS
    ]
    found += [(f"always {kind}", {name: pick(rows, [i] * len(rows)) for name, rows in tables.items()}) for i, kind in enumerate(KINDS)]
    found.append(("best candidate (oracle)", {name: macro(rows, [r["ious"].max() for r in rows]) for name, rows in tables.items()}))
    found.append(("rule of version 1", {name: macro(rows, [r["version1"] for r in rows]) for name, rows in tables.items()}))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", default="/tmp/maskwright-training/seed0")
    parser.add_argument("--rows", type=int, default=16)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    network, settings = load_deployed(options.work), load_calibration(options.work)
    jobs = [(kind, name, network, settings) for kind in BOX_KINDS for name in SETS if prompts_of(kind, name, "val")]
    with multiprocessing.Pool(options.processes) as pool:
        tables = dict(sorted(pool.imap_unordered(table_of, jobs)))
    with open(os.path.join(options.work, "tune-tables.pkl"), "wb") as out:
        pickle.dump(tables, out)
    print_rows("threshold of `fitted`", search_thresholds(tables, settings), options.rows)
    print_rows("choice of the candidate", search_choice(tables, settings), 60)
    predicted, ious = [], []
    for rows in tables.values():
        values = predicted_ious(settings["choice"]["scorer"], np.array([r["features"] for r in rows]))
        chosen = choose(values, settings["choice"])
        predicted += list(values[np.arange(len(rows)), chosen])
        ious += [r["ious"][i] for r, i in zip(rows, chosen)]
    print(f"predicted against true IoU: Spearman {spearman(predicted, ious):.3f}, mean error {np.abs(np.array(predicted) - ious).mean():.3f}")


if __name__ == "__main__":
    main()
