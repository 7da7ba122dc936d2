"""Measures the model and its rivals on the `test` images; every setting was chosen on `val` by tune.py.

Real pictures are only ever measured here; no weight and no scorer has seen one. Results go to `results.json` in
the work folder; `card.py` turns them into docs/models/embedded.md.
"""

import hashlib
import json
import multiprocessing
import os
import pickle
import time
from collections import defaultdict

import cv2
import numpy as np
import torch

from calibration_settings import load_calibration
from clicks import after_clicks, network_mask
from datasets import SETS, human_prompts, jittered_prompts, read_rgb, tight_prompts
from deploy import load_average, load_deployed
from measures import THIN_CLASSES, measure_case, read_case
from predict import predict_cases, with_tiles
from style import draws, style_ious

JITTER_SEEDS = (0, 1, 2)
BOOTSTRAP_DRAWS = 1000
MAXIMAL_BOXES = 250  # per set: a seeded sample where there are more
JITTERED_BOXES = 100  # per set and seed
STORAGE_BOXES = 60  # per set, asked once more with float32 weights
FAILURE = 0.5
ACCEPTED_IOU = 0.85
STYLE_MASKS = (3, 5, 10)


def sampled(prompts: list, limit: int) -> list:
    """At most `limit`, the same ones every time."""
    if len(prompts) <= limit:
        return prompts
    chosen = np.sort(np.random.default_rng(0).permutation(len(prompts))[:limit])
    return [prompts[i] for i in chosen]


def prompts_of(kind: str, set_name: str, split: str) -> list:
    """kind: "tight", "human", or "jittered <seed>"."""
    if kind == "human":
        return sampled(human_prompts(set_name, split), MAXIMAL_BOXES)
    tight = tight_prompts(set_name, split)
    return sampled(tight, MAXIMAL_BOXES) if kind == "tight" else jittered_prompts(sampled(tight, JITTERED_BOXES), int(kind.split()[1]))


def measure_set(job: tuple) -> tuple:
    """(kind, set, split, network, unrounded network or None, settings) -> (kind, set, rows).

    On `val` only what sets the cut of the predicted quality; on `test` everything.
    """
    kind, set_name, split, network, unrounded, settings = job
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    rows, started = [], time.time()
    for case in predict_cases(network, prompts_of(kind, set_name, split)):
        fine = with_tiles(network, case, settings)
        if split == "val":
            reading = read_case(fine, settings)
            rows.append({"predicted": float(reading["predicted"][reading["index"]]), "ious": {"chosen": float(reading["ious"][reading["index"]])}})
            continue
        is_tight = kind == "tight"
        row = measure_case(case, fine, settings, not kind.startswith("jittered"), is_tight and case.prompt.class_name in THIN_CLASSES)
        reading = row.pop("tiled")
        if is_tight:
            row["style"] = style_ious(fine, reading["evidence"], settings)
            if row["ious"]["chosen"] < FAILURE:
                row["clicks"] = {
                    "chosen": after_clicks(network, case, fine, settings, read_rgb),
                    "chosen, one crop": after_clicks(network, case, fine, settings, read_rgb, tiled=False),
                    "P > 0.5": after_clicks(network, case, fine, settings, read_rgb, network_mask),
                }
            if len(rows) < STORAGE_BOXES:
                other = read_case(with_tiles(unrounded, predict_cases(unrounded, [case.prompt])[0], settings), settings)
                row["float32"] = float(other["ious"][other["index"]])
        rows.append(row)
    print(f"{split} {kind} {set_name}: {len(rows)} boxes, {time.time() - started:.0f} s", flush=True)
    return kind, set_name, rows


def macro(rows: list, values: np.ndarray) -> float:
    """Mean over classes of the mean of the class."""
    by_class = defaultdict(list)
    for row, value in zip(rows, values):
        by_class[row["class"]].append(value)
    return float(np.mean([np.mean(v) for v in by_class.values()]))


def bootstrap_interval(rows: list, values: np.ndarray, seed: int = 0) -> tuple:
    """95 % percentile interval of the macro mean; pictures, not boxes, are resampled."""
    rng = np.random.default_rng(seed)
    by_picture = defaultdict(list)
    for i, row in enumerate(rows):
        by_picture[row["picture"]].append(i)
    groups = [np.array(v) for v in by_picture.values()]
    names = np.array([row["class"] for row in rows])
    means = []
    for _ in range(BOOTSTRAP_DRAWS):
        drawn = np.concatenate([groups[g] for g in rng.integers(0, len(groups), len(groups))])
        means.append(np.mean([values[drawn][names[drawn] == name].mean() for name in np.unique(names[drawn])]))
    return tuple(float(v) for v in np.percentile(means, [2.5, 97.5]))


def spearman(a, b) -> float:
    """Rank correlation; ties get their mean rank."""
    def ranks(values):
        values = np.asarray(values, np.float64)
        _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
        return (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    ra, rb = ranks(a), ranks(b)
    return float(np.corrcoef(ra, rb)[0, 1]) if ra.std() > 0 and rb.std() > 0 else 0.0


def accepting_cut(predicted, ious) -> float:
    """Lowest cut on the predicted IoU whose accepted masks have a mean IoU of ACCEPTED_IOU; 1 when there is none."""
    predicted, ious = np.asarray(predicted), np.asarray(ious)
    order = np.argsort(-predicted)
    means = np.cumsum(ious[order]) / np.arange(1, len(ious) + 1)
    good = np.flatnonzero(means >= ACCEPTED_IOU)
    return float(predicted[order[good[-1]]]) if good.size else 1.0


def column(rows: list, name: str) -> np.ndarray:
    return np.array([row["ious"][name] for row in rows])


def summarise(rows: list) -> dict:
    """Per method: macro, interval, median, share with IoU >= 0.5 and the mean of every class."""
    methods, classes = {}, sorted({row["class"] for row in rows})
    for name in rows[0]["ious"]:
        ious = column(rows, name)
        methods[name] = {
            "macro": macro(rows, ious), "interval": bootstrap_interval(rows, ious), "median": float(np.median(ious)),
            "shareAboveHalf": float((ious >= 0.5).mean()),
            "perClass": {c: float(np.mean([i for row, i in zip(rows, ious) if row["class"] == c])) for c in classes},
        }
    counts = {c: sum(row["class"] == c for row in rows) for c in classes}
    kinds = {kind: sum(row["kind"] == kind for row in rows) for kind in sorted({row["kind"] for row in rows})}
    return {"n": len(rows), "counts": counts, "kinds": kinds, "methods": methods}


def quality_summary(groups: dict, cut: float) -> dict:
    """How well the predicted IoU sorts masks. groups: {name: rows}."""
    entries = {**groups, "all": [row for rows in groups.values() for row in rows]}
    summary = {}
    for name, rows in entries.items():
        predicted, ious = np.array([row["predicted"] for row in rows]), column(rows, "chosen")
        accepted = predicted >= cut
        summary[name] = {
            "n": len(rows), "spearman": spearman(predicted, ious), "spearmanNetwork": spearman([row["quality"] for row in rows], ious),
            "bias": float((predicted - ious).mean()), "meanError": float(np.abs(predicted - ious).mean()),
            "coverage": float(accepted.mean()), "acceptedIou": float(ious[accepted].mean()) if accepted.any() else None,
        }
    return summary


def style_summary(rows: list) -> dict:
    ious, default = np.array([row["style"] for row in rows]), column(rows, "chosen")
    classes = np.array([row["class"] for row in rows])
    return {str(count): draws(ious, default, classes, count) for count in STYLE_MASKS}


def clicks_summary(rows: list) -> dict:
    """Mean IoU of the failures before and after one click and one more; per way of reading the refined answer."""
    failed = [row for row in rows if "clicks" in row]
    if not failed:
        return {"n": 0}
    before = float(np.mean([row["ious"]["chosen"] for row in failed]))
    readings = {name: {step: float(np.mean([row["clicks"][name][step] for row in failed])) for step in ("first", "second")} for name in failed[0]["clicks"]}
    return {"n": len(failed), "before": before, **readings}


def outline_summary(rows: list) -> dict:
    """Boundary F per class with thin defects."""
    thin = [row for row in rows if row["outlines"]]
    return {
        c: {name: float(np.mean([row["outlines"][name] for row in thin if row["class"] == c])) for name in thin[0]["outlines"]}
        for c in sorted({row["class"] for row in thin})
    }


def storage_summary(rows: list) -> dict:
    """What float32 weights would add to the chosen masks, IoU."""
    asked = [row for row in rows if "float32" in row]
    return {"n": len(asked), "gain": float(np.mean([row["float32"] - row["ious"]["chosen"] for row in asked]))}


def fingerprint(work_folder: str, settings: dict) -> str:
    """Names the weights and the settings, so that a stopped evaluation can go on and a changed one starts anew."""
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    with open(os.path.join(work_folder, "prompt.pt"), "rb") as source:
        digest.update(source.read())
    return digest.hexdigest()[:12]


def measure(work_folder: str, split: str, kinds: tuple, processes: int) -> dict:
    """{kind: {set: rows}} of one split; rows are kept in the work folder per set."""
    network, unrounded, settings = load_deployed(work_folder), load_average(work_folder), load_calibration(work_folder)
    jobs = [(kind, name, split, network, unrounded if kind == "tight" else None, settings) for kind in kinds for name in SETS if prompts_of(kind, name, split)]
    jobs.sort(key=lambda job: job[1] != "neu_seg")  # the longest first
    folder = os.path.join(work_folder, "rows-" + fingerprint(work_folder, settings))
    os.makedirs(folder, exist_ok=True)
    path = lambda job: os.path.join(folder, f"{split} {job[0]} {job[1]}.pkl")
    with multiprocessing.Pool(processes) as pool:
        for (kind, name, rows) in pool.imap_unordered(measure_set, [job for job in jobs if not os.path.exists(path(job))]):
            with open(path((kind, name)), "wb") as out:
                pickle.dump(rows, out)
    measured = defaultdict(dict)
    for job in jobs:
        with open(path(job), "rb") as source:
            measured[job[0]][job[1]] = pickle.load(source)
    return {kind: {name: measured[kind][name] for name in SETS if name in measured[kind]} for kind in kinds}


def evaluate(work_folder: str, processes: int = 2) -> dict:
    """Measures `val` for the cut of the predicted quality, `test` for everything else; writes results.json and returns it."""
    val = measure(work_folder, "val", ("tight", "human"), processes)
    val_rows = [row for sets in val.values() for rows in sets.values() for row in rows]
    cut = accepting_cut([row["predicted"] for row in val_rows], column(val_rows, "chosen"))
    jitter = tuple(f"jittered {seed}" for seed in JITTER_SEEDS)
    test = measure(work_folder, "test", ("tight", "human", *jitter), processes)
    jittered = {name: [row for kind in jitter for row in test[kind][name]] for name in test["tight"]}
    groups = {**{f"{name}": rows for name, rows in test["tight"].items()}, **{f"{name}, human boxes": rows for name, rows in test["human"].items()}}
    results = {
        "date": time.strftime("%Y-%m-%d"), "calibration": {k: v for k, v in load_calibration(work_folder).items() if k != "choice"},
        "tight": {name: summarise(rows) for name, rows in test["tight"].items()},
        "human": {name: summarise(rows) for name, rows in test["human"].items()},
        "jittered": {name: summarise(rows) for name, rows in jittered.items()},
        "quality": {"cut": cut, "groups": quality_summary(groups, cut)},
        "outlines": {name: outline_summary(rows) for name, rows in test["tight"].items() if any(row["outlines"] for row in rows)},
        "clicks": {name: clicks_summary(rows) for name, rows in {**test["tight"], "all": [r for rows in test["tight"].values() for r in rows]}.items()},
        "storage": {name: storage_summary(rows) for name, rows in test["tight"].items()},
        "style": {name: style_summary(rows) for name, rows in test["tight"].items()},
    }
    with open(os.path.join(work_folder, "results.json"), "w") as out:
        json.dump(results, out, indent=1)
    return results
