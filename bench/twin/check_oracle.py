"""The twin against the oracle that the product is tested with: forward, loss, gradient, three AdamW steps.

    /usr/bin/python3 bench/twin/check_oracle.py

Exits with 1 when a number differs by more than 1e-4 (single precision against double).
"""

import json
import os
import sys

import torch

from losses import correct, student_loss
from students import Light, cut, norm_in_inference, norm_in_training

HERE = os.path.dirname(os.path.abspath(__file__))
LEVELS, CHANNELS, CLASSES, BATCH, HEIGHT, WIDTH = [(4, 3), (8, 5), (16, 4)], 16, 2, 2, 16, 32
TOLERANCE = 1e-4


def wave(count, a, b):
    i = torch.arange(count, dtype=torch.float64)
    return (torch.sin(a * i + b) + 0.3 * torch.cos(0.013 * i)).float()


def main():
    with open(os.path.join(HERE, "../../src/nn/__fixtures__/lightOracle.json"), encoding="utf8") as file:
        oracle = json.load(file)
    student = Light(LEVELS, CLASSES, CHANNELS, dropout=0)
    parts, at = [], 0
    for name, shape in student.shapes:
        count = torch.Size(shape).numel()
        values = wave(at + count, 0.7, 0.1)[at:]
        if name.endswith("kernel"):
            values = values / (shape[0] * shape[1] * shape[2]) ** 0.5 * (30 if name == "head.kernel" else 1)
        elif name.endswith("scale"):
            values = 1 + values / 5
        else:
            values = values / 10
        parts.append(values)
        at += count
    features = []
    for level, (stride, channels) in enumerate(LEVELS):
        h, w = HEIGHT // stride, WIDTH // stride
        features.append(wave(BATCH * h * w * channels, 0.37 + 0.1 * level, 0.5).reshape(BATCH, h, w, channels).permute(0, 3, 1, 2).contiguous())
    pixels = wave(BATCH * HEIGHT * WIDTH * 3, 0.11, 0.2).reshape(BATCH, HEIGHT, WIDTH, 3).permute(0, 3, 1, 2).contiguous()
    labels = torch.zeros(BATCH, HEIGHT, WIDTH, dtype=torch.long)
    labels[0, 2:9, 3:12], labels[1, 5:12, 20:30], labels[1, 0:3, 0:5] = 1, 2, 255
    barred = torch.zeros(BATCH, HEIGHT, WIDTH, dtype=torch.bool)
    barred[0, :, 16:24] = True
    weights = torch.tensor([0.4, 4.0, 2.0])
    changed = []

    def correction(z_fine):
        with torch.no_grad():
            corrected, change, _ = correct(z_fine.softmax(1), labels, barred, 0.6, 0.08)
            changed.append(change.sum().item())
        return corrected

    flat = torch.nn.Parameter(torch.cat(parts))
    optimiser = torch.optim.AdamW([flat], lr=2e-3, weight_decay=1e-2)
    statistics = {}
    for index, (name, channels) in enumerate(student.norms):
        values = wave(channels, 0.9, float(index))
        statistics[name] = (values / 10, 1 + values / 5)
    p = cut(student, flat)
    inferred = student.forward(p, features, pixels, norm_in_inference(p, statistics))
    step_losses, gradient = [], None
    for _ in range(3):
        p, observed = cut(student, flat), {}
        logits = student.forward(p, features, pixels, norm_in_training(p, observed))
        terms = student_loss(logits, labels, weights, 0.5, 0.4, correction)
        optimiser.zero_grad()
        terms[0].backward()
        if gradient is None:
            gradient, first, first_logits, mix2 = flat.grad.clone(), terms, logits, observed["mix2"]
        torch.nn.utils.clip_grad_norm_([flat], 1.0)
        optimiser.step()
        step_losses.append(terms[0].item())
    checks = {
        "logits": (first_logits.permute(0, 2, 3, 1).reshape(-1), oracle["logits"]),
        "inferredLogits": (inferred.permute(0, 2, 3, 1).reshape(-1), oracle["inferredLogits"]),
        "mix2Mean": (mix2[0], oracle["mix2Mean"]),
        "mix2Variance": (mix2[1], oracle["mix2Variance"]),
        "terms": (torch.tensor([t.item() for t in first[:3]] + [changed[0]]), oracle["terms"]),
        "gradient": (gradient[:: oracle["every"]], oracle["gradient"]),
        "stepLosses": (torch.tensor(step_losses), oracle["stepLosses"]),
    }
    worst = 0.0
    for name, (ours, theirs) in checks.items():
        difference = (ours.detach().double() - torch.tensor(theirs, dtype=torch.float64)).abs().max().item()
        worst = max(worst, difference)
        print(f"{name}: largest difference {difference:.2e}")
    # Adam divides by the gradient's own size, so where that is tiny its rounding counts in full.
    drift = (flat.detach()[:: oracle["every"]] - torch.tensor(oracle["parametersAfter"])).abs()
    share = (drift > 2e-5).float().mean().item()
    print(f"parametersAfter: {share:.1%} differ by more than 2e-5")
    sys.exit(0 if worst < TOLERANCE and share < 0.02 else 1)


main()
