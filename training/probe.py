"""Feature probe: how good are the encoder's frozen features for a student? python3 training/probe.py

The same small student (the app's `light`: 48 channels, frozen features of strides 4..32 and a pixel branch) learns
full masks of the `train` images from (a) the embedded encoder, (b) its teacher, (c) an encoder with random
weights. Measured on `test` at the original size: IoU at the threshold that is best on `val`, and pixel AP.
Only the student sees real pictures, as a user's student would; nothing of it reaches the product.
"""

import argparse
import json
import os
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import cv2
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from datasets import DATA_FOLDER, read_rgb
from deploy import load_average
from network import Encoder
from preprocess import standardisation, standardise
from teacher import Teacher

SETS = {"neu_seg": ((224, 224), 6, 8), "mtd": ((256, 192), 8, 8), "ksdd": ((640, 256), 12, 4)}  # (H, W), epochs, batch
WIDTH = 48
PEAK_RATE, DECAY, WARM_UP = 2e-3, 1e-2, 20
BINS = 1000


class Student(nn.Module):
    """Standardised features of four strides and the picture -> logits (B, 1 + classes, H, W); channel 0 = sound."""

    def __init__(self, channels: list, outputs: int):
        super().__init__()
        block = lambda i, o, k, s=1: nn.Sequential(nn.Conv2d(i, o, k, s, k // 2, bias=False), nn.BatchNorm2d(o))
        self.laterals = nn.ModuleList(block(c, WIDTH, 1) for c in channels)
        self.smooth = nn.ModuleList(block(WIDTH, WIDTH, 3) for _ in range(2))
        self.drop = nn.Dropout2d(0.1)
        self.pixels = nn.ModuleList((block(3, 16, 3, 2), block(16, 24, 3, 2)))
        self.mix = nn.ModuleList((block(WIDTH + 24, WIDTH, 3), block(WIDTH, WIDTH, 3)))
        self.binary, self.classes = nn.Conv2d(WIDTH, 2, 1), nn.Conv2d(WIDTH, outputs, 1)

    def forward(self, features: list, picture: torch.Tensor) -> tuple:
        up = lambda x: F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
        x = self.laterals[3](features[3])
        for level, smooth in ((2, self.smooth[0]), (1, self.smooth[1])):
            x = F.relu(smooth(F.relu(up(x) + self.laterals[level](features[level]))))
        x = self.drop(up(x) + self.laterals[0](features[0]))
        y = F.relu(self.pixels[1](F.relu(self.pixels[0](picture))))
        x = torch.cat([x, y], 1)
        for mix in self.mix:
            x = F.relu(mix(x))
        grow = lambda map_: F.interpolate(map_, scale_factor=4, mode="bilinear", align_corners=False)
        return grow(self.binary(x)), grow(self.classes(x))


def read_split(set_name: str, split: str) -> list:
    """[(RGB (H, W, 3) uint8, class map (H, W) uint8)] of every picture of the split, sound ones included."""
    folder = os.path.join(DATA_FOLDER, set_name)
    names = json.load(open(os.path.join(folder, "split.json")))[split]
    pairs = []
    for name in names:
        mask = cv2.imread(os.path.join(folder, "masks", os.path.splitext(name)[0] + ".png"), cv2.IMREAD_UNCHANGED)
        rgb = read_rgb(os.path.join(folder, "images", name))
        pairs.append((rgb, np.zeros(rgb.shape[:2], np.uint8) if mask is None else mask))
    return pairs


def embedded_features(encoder):
    def run(rgb):
        values = rgb / np.float32(255)
        median, std = standardisation(values.mean(2))
        return encoder(torch.from_numpy(standardise(values, median, std))[None])[1:]
    return run


def teacher_features(teacher):
    return lambda rgb: teacher(torch.from_numpy(rgb.transpose(2, 0, 1).copy())[None].float() / 255)


@torch.no_grad()
def prepare(pairs: list, size: tuple, extract, mirrored: bool) -> list:
    """[(features float16, picture float16, labels uint8, original class map)]; with mirrored copies for training."""
    samples = []
    for rgb, mask in pairs:
        small = cv2.resize(rgb, size[::-1], interpolation=cv2.INTER_AREA)
        labels = cv2.resize(mask, size[::-1], interpolation=cv2.INTER_NEAREST)
        for flip in (False, True) if mirrored else (False,):
            picture = np.ascontiguousarray(small[:, ::-1] if flip else small)
            features = [f[0].half() for f in extract(picture)]
            pixels = torch.from_numpy(picture.transpose(2, 0, 1).copy()).half() / 255
            samples.append((features, pixels, torch.from_numpy(np.ascontiguousarray(labels[:, ::-1] if flip else labels)), mask))
    return samples


def standardiser(samples: list):
    """Per stride: mean and std per channel over the training features."""
    statistics = []
    for level in range(4):
        flat = torch.stack([s[0][level].float().flatten(1).mean(1) for s in samples]), torch.stack([(s[0][level].float() ** 2).flatten(1).mean(1) for s in samples])
        mean = flat[0].mean(0)
        std = (flat[1].mean(0) - mean ** 2).clamp(min=1e-8).sqrt().clamp(min=1e-4)
        statistics.append((mean.view(1, -1, 1, 1), std.view(1, -1, 1, 1)))
    return statistics


def batch_of(samples: list, statistics: list) -> tuple:
    features = [(torch.stack([s[0][level] for s in samples]).float() - mean) / std for level, (mean, std) in enumerate(statistics)]
    return features, torch.stack([s[1] for s in samples]).float(), torch.stack([s[2] for s in samples]).long()


def student_loss(binary, classes, labels):
    """Half a Tversky loss (beta 0.4) of the binary head, half the cross-entropy of the class head."""
    probability, truth = binary.softmax(1)[:, 1], (labels > 0).float()
    hits = (probability * truth).sum()
    alarms, misses = (probability * (1 - truth)).sum(), ((1 - probability) * truth).sum()
    tversky = 1 - (hits + 1e-6) / (hits + 0.4 * alarms + 0.6 * misses + 1e-6)
    return 0.5 * tversky + 0.5 * F.cross_entropy(classes, labels)


def train_student(samples: list, statistics: list, outputs: int, epochs: int, batch: int, seed: int) -> Student:
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    student = Student([s.shape[0] for s in samples[0][0]], outputs)
    average = {k: v.clone() for k, v in student.state_dict().items()}
    optimiser = torch.optim.AdamW(student.parameters(), PEAK_RATE, weight_decay=DECAY)
    steps, step = epochs * (len(samples) // 2 // batch), 0
    for _ in range(epochs):
        # One of the two mirrored copies of every picture.
        order = rng.permutation(len(samples) // 2) * 2 + rng.integers(0, 2, len(samples) // 2)
        for k in range(len(order) // batch):
            rate = min(1, (step + 1) / WARM_UP) * 0.5 * (1 + np.cos(np.pi * step / steps))
            for group in optimiser.param_groups:
                group["lr"] = PEAK_RATE * rate
            features, pixels, labels = batch_of([samples[i] for i in order[k * batch:(k + 1) * batch]], statistics)
            gain = torch.from_numpy(rng.uniform(0.8, 1.25, (batch, 1, 1, 1)).astype(np.float32))
            shift = torch.from_numpy(rng.uniform(-0.1, 0.1, (batch, 1, 1, 1)).astype(np.float32))
            loss = student_loss(*student(features, pixels * gain + shift), labels)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(student.parameters(), 1.0)
            optimiser.step()
            step += 1
            keep = min(0.99, (1 + step) / (10 + step))
            for key, value in student.state_dict().items():
                average[key] = average[key] * keep + value * (1 - keep) if value.is_floating_point() else value
    student.load_state_dict(average)
    return student.eval()


@torch.no_grad()
def histograms(student: Student, samples: list, statistics: list) -> tuple:
    """Counts of P(defect) over BINS for defect and sound pixels at the original size."""
    hits, alarms = np.zeros(BINS), np.zeros(BINS)
    for sample in samples:
        features, pixels, _ = batch_of([sample], statistics)
        probability = 1 - student(features, pixels)[1].softmax(1)[:, :1]
        mask = sample[3]
        full = F.interpolate(probability, size=mask.shape, mode="bilinear", align_corners=False)[0, 0].numpy()
        index = np.minimum((full * BINS).astype(int), BINS - 1)
        hits += np.bincount(index[mask > 0], minlength=BINS)
        alarms += np.bincount(index[mask == 0], minlength=BINS)
    return hits, alarms


def ious_of(hits, alarms) -> np.ndarray:
    """IoU of P >= k / BINS for every k."""
    true_positives, false_positives = np.cumsum(hits[::-1])[::-1], np.cumsum(alarms[::-1])[::-1]
    return true_positives / np.maximum(hits.sum() + false_positives, 1)


def average_precision(hits, alarms) -> float:
    """Area under precision over recall, step-wise from the highest score."""
    true_positives, false_positives = np.cumsum(hits[::-1]), np.cumsum(alarms[::-1])
    precision = true_positives / np.maximum(true_positives + false_positives, 1)
    return float((precision * np.diff(np.concatenate([[0], true_positives]))).sum() / max(hits.sum(), 1))


def probe(set_name: str, extract, seed: int, epochs_factor: float = 1.0) -> dict:
    size, epochs, batch = SETS[set_name]
    splits = {split: read_split(set_name, split) for split in ("train", "val", "test")}
    outputs = 1 + max(int(mask.max()) for pairs in splits.values() for _, mask in pairs)
    samples = {split: prepare(pairs, size, extract, split == "train") for split, pairs in splits.items()}
    statistics = standardiser(samples["train"])
    student = train_student(samples["train"], statistics, outputs, max(1, round(epochs * epochs_factor)), batch, seed)
    threshold = int(ious_of(*histograms(student, samples["val"], statistics)).argmax())
    hits, alarms = histograms(student, samples["test"], statistics)
    return {"n": len(splits["test"]), "iou": float(ious_of(hits, alarms)[threshold]), "pixelAp": average_precision(hits, alarms), "threshold": threshold / BINS}


def extractors(work_folder: str) -> dict:
    torch.manual_seed(0)
    return {
        "embedded": lambda: embedded_features(load_average(work_folder).encoder.eval()),
        "teacher": lambda: teacher_features(Teacher()),
        "random": lambda: embedded_features(Encoder().eval()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", default="/tmp/maskwright-training/seed0")
    parser.add_argument("--features", nargs="+", default=["embedded", "teacher", "random"])
    parser.add_argument("--sets", nargs="+", default=list(SETS))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--epochs-factor", type=float, default=1.0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    path = os.path.join(options.work, "probe.json")
    for name in options.features:
        extract = extractors(options.work)[name]()
        for set_name in options.sets:
            for seed in options.seeds:
                started = time.time()
                result = probe(set_name, extract, seed, options.epochs_factor)
                found = json.load(open(path)) if os.path.exists(path) else {}
                found.setdefault(set_name, {}).setdefault(name, {})[str(seed)] = result
                with open(path, "w") as out:
                    json.dump(found, out, indent=1)
                print(f"{set_name} {name} seed {seed}: {result}, {time.time() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
