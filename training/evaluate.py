"""Measures the model and its rivals on the `test` images; the calibration was chosen on `val` by tune.py.

Real pictures are only ever measured here; no weight has seen one. Results go to `results.json` in the
work folder; `card.py` turns them into docs/models/embedded.md.
"""

import json
import os
import time
from collections import defaultdict

import cv2
import numpy as np

from calibrate import fused_map, inside_box, otsu_in_box
from calibration_settings import CALIBRATION
from datasets import SETS, human_prompts, jittered_prompts, tight_prompts
from deploy import load_deployed
from predict import calibrated_mask, iou_at_image_resolution, mask_from_map, mean_probability, predict_cases, window_of

JITTER_SEEDS = (0, 1, 2)
BOOTSTRAP_DRAWS = 1000
PURE_BOX_AGREEMENT = {"iouExponent": 0.0, "minimalThreshold": 0.05, "sparseFill": 0.0}


def fixed_half(case, settings):
    return mask_from_map(case, mean_probability(case, settings["flip"]), 0.5, settings["keepInsideBoxDilated"])


def box_tight(case, settings):
    return calibrated_mask(case, {**settings, **PURE_BOX_AGREEMENT, "networkWeight": 1.0, "otsuWeight": 0.0})


def fused_box_tight(case, settings):
    return calibrated_mask(case, {**settings, **PURE_BOX_AGREEMENT, "networkWeight": 0.6, "otsuWeight": 0.4})


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


METHODS = {
    "P > 0.5": fixed_half,
    "box-tight": box_tight,
    "fused, box-tight": fused_box_tight,
    "chosen calibration": calibrated_mask,
    "box filled": box_filled,
    "Otsu in box": otsu_filled,
    "GrabCut in box": grab_cut,
}


def measure(cases: list, method, settings: dict) -> np.ndarray:
    return np.array([iou_at_image_resolution(case, *method(case, settings)) for case in cases])


def macro(cases: list, ious: np.ndarray) -> float:
    """Mean over classes of the mean IoU of the class."""
    by_class = defaultdict(list)
    for case, iou in zip(cases, ious):
        by_class[case.prompt.class_name].append(iou)
    return float(np.mean([np.mean(v) for v in by_class.values()]))


def bootstrap_interval(cases: list, ious: np.ndarray, seed: int = 0) -> tuple:
    """95 % percentile interval of the macro mean; pictures, not boxes, are resampled."""
    rng = np.random.default_rng(seed)
    by_picture = defaultdict(list)
    for i, case in enumerate(cases):
        by_picture[case.prompt.image_path].append(i)
    groups = [np.array(v) for v in by_picture.values()]
    names = np.array([case.prompt.class_name for case in cases])
    values = []
    for _ in range(BOOTSTRAP_DRAWS):
        drawn = np.concatenate([groups[g] for g in rng.integers(0, len(groups), len(groups))])
        values.append(np.mean([ious[drawn][names[drawn] == name].mean() for name in np.unique(names[drawn])]))
    return tuple(float(v) for v in np.percentile(values, [2.5, 97.5]))


def summarise(cases: list, settings: dict, methods=METHODS) -> dict:
    """Per method: macro, interval, share with IoU >= 0.5 and the mean of every class."""
    summary = {}
    for name, method in methods.items():
        ious = measure(cases, method, settings)
        classes = sorted({case.prompt.class_name for case in cases})
        per_class = {c: float(np.mean([i for case, i in zip(cases, ious) if case.prompt.class_name == c])) for c in classes}
        summary[name] = {
            "macro": macro(cases, ious), "interval": bootstrap_interval(cases, ious), "median": float(np.median(ious)),
            "shareAboveHalf": float((ious >= 0.5).mean()), "perClass": per_class,
        }
    return summary


def class_counts(cases: list) -> dict:
    counts = defaultdict(int)
    for case in cases:
        counts[case.prompt.class_name] += 1
    return dict(counts)


def evaluate(work_folder: str) -> dict:
    """Measures the averaged weights with `CALIBRATION`; writes results.json after every set and returns it."""
    network = load_deployed(work_folder)
    results = {"date": time.strftime("%Y-%m-%d"), "calibration": CALIBRATION, "tight": {}, "human": {}, "jittered": {}}

    def run(kind, name, prompts, methods):
        cases = predict_cases(network, prompts, mirrored=CALIBRATION["flip"])
        measured = {"n": len(cases), "counts": class_counts(cases), "methods": summarise(cases, CALIBRATION, methods)}
        results[kind][name] = measured
        with open(os.path.join(work_folder, "results.json"), "w") as out:
            json.dump(results, out, indent=1)
        print(kind, name, len(cases), {m: round(v["macro"], 3) for m, v in measured["methods"].items()}, flush=True)

    without_grab_cut = {key: value for key, value in METHODS.items() if key != "GrabCut in box"}
    tight = {name: tight_prompts(name, "test") for name in SETS}
    for name, prompts in tight.items():
        run("tight", name, prompts, METHODS)
    for name in SETS:
        if drawn := human_prompts(name, "test"):
            run("human", name, drawn, METHODS)
    for name, prompts in tight.items():
        run("jittered", name, [p for seed in JITTER_SEEDS for p in jittered_prompts(prompts, seed)], without_grab_cut)
    return results
