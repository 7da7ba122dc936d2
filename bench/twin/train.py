"""Trains students in PyTorch as the product's training loop does, and scores them at original image size.

The twin of src/nn/train: for choosing settings, several times as fast as the tab on one thread. Its network, losses, AdamW and
self-correction are compared with the product's by `check_oracle.py`; its random streams are its own.

    /usr/bin/python3 bench/twin/train.py --runs runs.jsonl --out results.jsonl

Each line of runs.jsonl: {"id", "folder", "flips", "backbone", "arm", "student", "seed", "epochs", ...DEFAULTS}. Runs that have a
result are not run again. Beside results.jsonl lies a folder with the histograms of every image.
"""

import argparse
import json
import math
import os
import time

import numpy as np
import torch

from data import PreparedSet
from losses import IGNORE, correct, student_loss
from scores import SplitScores, resize_to_image, summary, best_threshold
from students import Light, UNet, cut, initial_parameters, norm_in_inference, norm_in_training

DEFAULTS = {
    "student": "light", "backbone": "embedded", "flips": "horizontal", "seed": 0, "epochs": 30, "batchSize": 8,
    "learningRate": 2e-3, "weightDecay": 1e-2, "warmupSteps": 20, "clipNorm": 1.0, "emaDecay": 0.99,
    "selfCorrection": False, "correctionThreshold": 0.9, "correctionWarmup": 2, "correctionCap": 0.2, "correctBy": "student", "binarySees": "original",
    "backgroundWeight": 1.0, "defectWeight": 1.0, "balanceClasses": True, "binaryLossWeight": 0.5, "diceBeta": 0.4,
    "photometric": 0.1, "featureNoise": 0.0, "dropout": 0.1, "channels": 48, "widths": [16, 32, 64, 128], "imageLimit": 0, "fill": 128,
    "use": "both", "curve": 0,
}
BALANCED_RANGE = (1.3, 10.0)
STATISTICS_MOMENTUM = 0.1


def class_weights(labels, classes, run):
    weights = np.full(classes + 1, run["defectWeight"])
    weights[0] = run["backgroundWeight"]
    if run["balanceClasses"] and classes >= 2:
        counts = np.bincount(labels.ravel(), minlength=256)[1 : classes + 1].astype(np.float64)
        balanced = np.sqrt(counts.sum() / np.maximum(counts, 1e-9))
        weights[1:] = run["defectWeight"] * np.clip(balanced, *BALANCED_RANGE)
    return torch.tensor(weights, dtype=torch.float32)


def learning_rate_at(step, base, warmup, total):
    grow = 1 if warmup == 0 else min(1, (step + 1) / warmup)
    return base * grow * 0.5 * (1 + math.cos(math.pi * step / total))


class Vectors:
    """Parameters, running statistics and the moving averages of both."""

    def __init__(self, student, seed):
        self.student = student
        self.flat = torch.nn.Parameter(initial_parameters(student, seed))
        self.average = self.flat.detach().clone()
        self.statistics = {name: (torch.zeros(c), torch.ones(c)) for name, c in student.norms}
        self.average_statistics = dict(self.statistics)
        self.steps = 0

    def after_step(self, observed, ema_limit):
        momentum = max(STATISTICS_MOMENTUM, 1 / (self.steps + 1))
        decay = min(ema_limit, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            self.average.mul_(decay).add_(self.flat.detach(), alpha=1 - decay)
            for name, new in observed.items():
                old = self.statistics[name]
                self.statistics[name] = tuple(o + momentum * (v - o) for o, v in zip(old, new))
                self.average_statistics[name] = tuple(decay * a + (1 - decay) * s for a, s in zip(self.average_statistics[name], self.statistics[name]))
        self.steps += 1

    def predict(self, features, pixels):
        with torch.no_grad():
            p = cut(self.student, self.average)
            return self.student.forward(p, features, pixels, norm_in_inference(p, self.average_statistics))


def train(run, data, student, labels, rows, after_epoch):
    generator = torch.Generator().manual_seed(run["seed"] + 1)
    order = np.random.RandomState(run["seed"] + 2)
    vectors = Vectors(student, run["seed"])
    optimiser = torch.optim.AdamW([vectors.flat], lr=run["learningRate"], weight_decay=run["weightDecay"])
    examples = rows * max(1, run["fill"] // len(rows)) if run["fill"] else rows
    weights = class_weights(np.stack([labels[data.rows[r]["image"]] for r in rows]), data.classes, run)
    batches = math.ceil(len(examples) / run["batchSize"])
    total = batches * run["epochs"]
    log = []
    step = 0
    for epoch in range(run["epochs"]):
        sums = np.zeros(3)
        relabelled = np.zeros(4)  # changed, of them truly defect, of them of the right class, images stopped by the cap
        for indices in np.array_split(order.permutation(len(examples)), batches):
            batch = [examples[i] for i in indices]
            features = data.batch_features(batch) if data.levels else []
            if run["featureNoise"] > 0:
                features = [f + run["featureNoise"] * torch.randn(f.shape, generator=generator) for f in features]
            pixels = data.batch_pixels(batch, run["photometric"], generator)
            target = data.batch_labels(labels, batch)
            correction = None
            if run["selfCorrection"] and epoch >= run["correctionWarmup"]:
                truth = data.batch_labels(data.truth_on_canvas, batch)
                clean = torch.tensor([data.images[data.rows[r]["image"]]["isClean"] for r in batch])[:, None, None]

                def correction(z_fine):
                    with torch.no_grad():
                        if run["correctBy"] == "average":
                            z = vectors.predict(features, pixels)
                            z = torch.nn.functional.interpolate(z, size=target.shape[1:], mode="bilinear", align_corners=False)
                            z_fine = z[:, 2:] if student.has_binary_head else z
                        corrected, change, capped = correct(z_fine.softmax(1), target, clean.expand_as(target), run["correctionThreshold"], run["correctionCap"])
                        relabelled[:] += (change.sum().item(), (change & (truth > 0)).sum().item(), (change & (truth == corrected)).sum().item(), capped)
                    return corrected

            for group in optimiser.param_groups:
                group["lr"] = learning_rate_at(step, run["learningRate"], run["warmupSteps"], total)
            p, observed = cut(student, vectors.flat), {}
            logits = student.forward(p, features, pixels, norm_in_training(p, observed), generator)
            loss, fine, binary, _ = student_loss(logits, target, weights, run["binaryLossWeight"], run["diceBeta"], correction, student.has_binary_head, run["binarySees"])
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_([vectors.flat], run["clipNorm"])
            optimiser.step()
            vectors.after_step(observed, run["emaDecay"])
            sums += (loss.item(), fine.item(), binary.item())
            step += 1
        log.append({"epoch": epoch, "loss": (sums / batches).round(5).tolist(), "relabelled": relabelled.astype(int).tolist()})
        after_epoch(epoch, vectors)
    return vectors, log, step


def score(data, vectors, student, split, vote_at, batch=8):
    scores = SplitScores(data.classes, student.has_binary_head)
    rows = data.rows_of(split, upright_only=True)
    for start in range(0, len(rows), batch):
        part = rows[start : start + batch]
        z = vectors.predict(data.batch_features(part) if data.levels else [], data.batch_pixels(part))
        if z.shape[-1] != data.w:
            z = torch.nn.functional.interpolate(z, size=(data.h, data.w), mode="bilinear", align_corners=False)
        z_fine = z[:, 2:] if student.has_binary_head else z
        probabilities = z_fine.softmax(1)
        binary = torch.sigmoid(z[:, 1] - z[:, 0]) if student.has_binary_head else 1 - probabilities[:, 0]
        maps = torch.cat([probabilities, binary[:, None]], 1)
        for r, one in zip(part, maps):
            image = data.rows[r]["image"]
            at_size = resize_to_image(one, data.images[image]).numpy()
            scores.add(image, data.truth_of(image), at_size[:-1], at_size[-1], vote_at)
    return scores


def is_used(row, flips):
    """A set that was prepared with more flips can be trained with fewer."""
    return not (row["vertical"] and flips != "both") and not (row["horizontal"] and flips == "none")


def execute(run, histograms):
    data = PreparedSet(run["folder"], run["flips"], run["backbone"] if run["student"] == "light" else None)
    rows = [r for r in data.rows_of("train") if is_used(data.rows[r], run["use"])]
    if run["imageLimit"]:
        images = sorted({data.rows[r]["image"] for r in rows})
        kept = set(np.random.RandomState(0).permutation(images)[: run["imageLimit"]].tolist())
        rows = [r for r in rows if data.rows[r]["image"] in kept]
    data.standardise_over(rows)
    labels = data.labels(run["arm"])
    student = Light(data.levels, data.classes, run["channels"], run["dropout"]) if run["student"] == "light" else UNet(data.classes, run["widths"])
    began = time.time()
    curve = []

    def after_epoch(epoch, vectors):
        if run["curve"] and (epoch + 1) % run["curve"] == 0 and epoch + 1 < run["epochs"]:
            val, test = score(data, vectors, student, "val", {}), score(data, vectors, student, "test", {})
            curve.append({"epoch": epoch + 1, "scores": summary(val, test)})

    vectors, log, steps = train(run, data, student, labels, rows, after_epoch)
    seconds = time.time() - began
    val = score(data, vectors, student, "val", {"half": 0.5})
    tuned = best_threshold(np.sum(val.histograms["binary"], 0))
    test = score(data, vectors, student, "test", {"half": 0.5, "tuned": tuned})
    for name in ("binary", "both"):
        counts = [np.stack(scores.histograms[name]) for scores in (val, test)]
        np.concatenate(counts).astype("<u4").tofile(f"{histograms}-{name}.u32")
    for name, scores in (("val", val), ("test", test)):
        np.array(scores.components, "<f4").tofile(f"{histograms}-{name}-components.f32")
    return {"run": run, "scores": summary(val, test), "log": log, "curve": curve, "steps": steps, "images": len({data.rows[r]["image"] for r in rows}), "examples": len(rows), "seconds": round(seconds, 1), "totalSeconds": round(time.time() - began, 1)}


def lines_of(file):
    if not os.path.exists(file):
        return []
    with open(file, encoding="utf8") as lines:
        return [line for line in lines if line.strip()]


def take(file):
    """True when no living process works on the run; then it is ours."""
    if os.path.exists(file):
        with open(file, encoding="utf8") as holder:
            if os.path.exists(f"/proc/{holder.read()}"):
                return False
    with open(file, "w", encoding="utf8") as holder:
        holder.write(str(os.getpid()))
    return True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    folder = args.out.replace(".jsonl", "") + "-histograms"
    os.makedirs(folder, exist_ok=True)
    while True:
        # Read anew before each run, so that a list may grow and processes may share it.
        done = {json.loads(line)["run"]["id"] for line in lines_of(args.out)}
        runs = [{**DEFAULTS, **json.loads(line)} for line in lines_of(args.runs)]
        run = next((r for r in runs if r["id"] not in done and take(os.path.join(folder, f"{r['id']}.pid"))), None)
        if run is None:
            return
        result = execute(run, os.path.join(folder, run["id"]))
        with open(args.out, "a", encoding="utf8") as file:
            file.write(json.dumps(result) + "\n")
        t = result["scores"]
        last = result["log"][-1]
        print(
            time.strftime("%H:%M:%S"), run["id"], f"{result['seconds']:.0f}s",
            *(f"{s}: ap {t[s]['binary']['ap']:.3f} tuned {t[s]['binary']['tuned']['iou']:.3f} half {t[s]['binary']['half']['iou']:.3f} am {t[s]['whereWhich']['half']:.3f} fa {t[s]['binary']['alarmsHalf']} argmax {t[s]['argmax']['iou']:.3f} vote {t[s]['voted half']['anomalyMiou']:.3f} both.ap {t[s]['both']['ap']:.3f} {t[s]['both']['tuned']['iou']:.3f} |" for s in ("val", "test")),
            "relab", last["relabelled"], flush=True,
        )


if __name__ == "__main__":
    main()
