"""Stage score: a small network that guesses the IoU of a candidate mask, so that masks can be ranked and sorted out.

It is trained on candidates of procedural pictures that the segmenter has not seen: the boxes are drawn as people
draw them, tight to very loose, so it learns what an answer to a loose box looks like. No real picture is used.
"""

import json
import multiprocessing
import os

import cv2
import numpy as np
import torch

from calibration_settings import CALIBRATION, scorer_path
from candidates import FEATURES, KINDS, candidate_features, collect_evidence
from datasets import Prompt
from predict import answer_prompts, iou_at_image_resolution, mask_from_map
from procedural.photometric import augment
from procedural.picture import compose_picture

VERSION = 1
PICTURE_SEED = 77_000  # far from the seeds of the training bank (its chunks) and of the gallery
PICTURES = 1200
CHUNK = 30
MINIMAL_DEFECT_PX = 20
HIDDEN = 24
EPOCHS = 60
BATCH = 64


def drawn_box(rng: np.random.Generator, box: tuple, shape: tuple) -> tuple:
    """(x, y, w, h): 40 % tight, 25 % jittered, 15 % loose, 20 % very loose (up to 130 % of the size on a side)."""
    x0, y0, x1, y1 = box
    habit, extra = rng.random(), 0.0
    if habit < 0.4:
        shares = np.zeros(4)
    elif habit < 0.65:
        shares = rng.uniform(-0.03, 0.07, 4)
    else:
        shares = rng.uniform(-0.05, 0.3, 4) if habit < 0.8 else rng.uniform(0.05, rng.uniform(0.3, 1.3), 4)
        extra = rng.uniform(0, 2, 4)
    left, top, right, bottom = shares * np.array([x1 - x0, y1 - y0, x1 - x0, y1 - y0]) + extra
    x0, y0 = max(0.0, x0 - left), max(0.0, y0 - top)
    x1, y1 = min(float(shape[1]), x1 + right), min(float(shape[0]), y1 + bottom)
    return x0, y0, max(1.0, x1 - x0), max(1.0, y1 - y0)


def unseen_prompts(chunk: int, count: int) -> tuple:
    """(prompts, RGB pictures by name) of `count` procedural pictures nobody was trained on, photometrically augmented."""
    rng = np.random.default_rng([PICTURE_SEED, chunk])
    generator = torch.Generator().manual_seed(PICTURE_SEED + chunk)
    prompts, pictures = [], {}
    for number in range(count):
        grey, labels = compose_picture(rng)
        rgb = augment(torch.from_numpy(grey[None, None].astype(np.float32) / 255), generator)
        name = f"unseen-{chunk}-{number}"
        pictures[name] = (rgb[0].permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)
        for instance in np.unique(labels)[1:]:
            truth = labels == instance
            if truth.sum() < MINIMAL_DEFECT_PX:
                continue
            rows, columns = np.flatnonzero(truth.any(1)), np.flatnonzero(truth.any(0))
            box = drawn_box(rng, (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1), truth.shape)
            prompts.append(Prompt("procedural", "defect", name, box, truth, np.zeros_like(truth)))
    return prompts, pictures


def case_evidence(case, settings: dict):
    """The candidates of a predicted case."""
    return collect_evidence(case.probability, case.luminance, case.box_crop, max(case.prompt.box_px[2:]), case.quality, settings)


def candidate_ious(case, evidence, settings: dict) -> np.ndarray:
    """True IoU of every candidate at image resolution."""
    share = settings["keepInsideBoxDilated"]
    return np.array([iou_at_image_resolution(case, *mask_from_map(case, c.map, c.threshold, share)) for c in evidence.candidates])


def predicted_ious(scorer: dict, features: np.ndarray) -> np.ndarray:
    """(..., features in the scorer's order) -> (...) in 0..1."""
    activations = (features - np.array(scorer["mean"])) / np.array(scorer["std"])
    for i, layer in enumerate(scorer["layers"]):
        activations = activations @ np.array(layer["weights"]).T + np.array(layer["bias"])
        if i < len(scorer["layers"]) - 1:
            activations = np.maximum(activations, 0)
    return 1 / (1 + np.exp(-activations[..., 0]))


def choose(predicted: np.ndarray, choice: dict) -> np.ndarray:
    """Index of the first candidate: best predicted IoU, the preferred kind favoured by its margin. (..., kinds) -> (...)."""
    worth = predicted.copy()
    worth[..., KINDS.index(choice["preferredKind"])] += choice["preferredMargin"]
    return worth.argmax(-1)


def fit(features: np.ndarray, ious: np.ndarray, seed: int) -> dict:
    """features (n, kinds, f), ious (n, kinds) -> scorer as the manifest holds it. Mean squared error, AdamW, one cycle."""
    torch.manual_seed(seed)
    flat = features.reshape(-1, features.shape[-1])
    mean, std = flat.mean(0), flat.std(0)
    std[std < 1e-6] = 1.0
    inputs = torch.tensor((features - mean) / std, dtype=torch.float32)
    targets = torch.tensor(ious, dtype=torch.float32)
    network = torch.nn.Sequential(torch.nn.Linear(flat.shape[1], HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, 1))
    optimiser = torch.optim.AdamW(network.parameters(), 3e-3, weight_decay=1e-3)
    steps = max(1, len(inputs) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, EPOCHS * steps)
    for _ in range(EPOCHS):
        order = torch.randperm(len(inputs))
        for i in range(steps):
            chosen = order[i * BATCH:(i + 1) * BATCH]
            loss = ((torch.sigmoid(network(inputs[chosen])[..., 0]) - targets[chosen]) ** 2).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    rounded = lambda values: np.round(np.asarray(values, np.float64), 6).tolist()
    layers = [{"weights": rounded(l.weight.detach()), "bias": rounded(l.bias.detach())} for l in (network[0], network[2])]
    return {"version": VERSION, "features": list(FEATURES), "mean": rounded(mean), "std": rounded(std), "layers": layers}


def _chunk_table(job):
    network, chunk = job
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    prompts, pictures = unseen_prompts(chunk, CHUNK)
    cases = answer_prompts(network, prompts, CALIBRATION, read=pictures.__getitem__)
    evidence = [case_evidence(case, CALIBRATION) for case in cases]
    return [candidate_features(e) for e in evidence], [candidate_ious(c, e, CALIBRATION) for c, e in zip(cases, evidence)]


def train_scorer(work_folder: str, network, seed: int = 0, processes: int = 2, pictures: int = PICTURES) -> dict:
    """Trains on the candidates of `pictures` unseen pictures, writes scorer.json into the work folder, returns it."""
    with multiprocessing.Pool(processes) as pool:
        tables = pool.map(_chunk_table, [(network, chunk) for chunk in range(pictures // CHUNK)], chunksize=1)
    features = np.array([row for table in tables for row in table[0]])
    ious = np.array([row for table in tables for row in table[1]])
    np.savez_compressed(os.path.join(work_folder, "scorer-table.npz"), features=features.astype(np.float32), ious=ious.astype(np.float32))
    scorer = fit(features, ious, seed)
    with open(scorer_path(work_folder), "w") as out:
        json.dump(scorer, out)
    chosen = choose(predicted_ious(scorer, features), CALIBRATION["choice"])
    print(f"scorer: {len(ious)} boxes, mean IoU of {KINDS[0]} {ious[:, 0].mean():.3f}, of the chosen {ious[np.arange(len(ious)), chosen].mean():.3f}, of the best {ious.max(1).mean():.3f}", flush=True)
    return scorer
