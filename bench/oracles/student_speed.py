"""Milliseconds of a training step of a student in PyTorch: the yardstick of `npm run bench -- training-step`.

The same network, losses, optimiser (AdamW, clipping, moving average, check for finite values), batch and size as the
application's, float32, written from their description. The data are noise: speed does not depend on them.

    /usr/bin/python3 bench/oracles/student_speed.py --student light --threads 2 --steps 30
"""

import argparse
import json
import time

import torch
import torch.nn.functional as F
from torch import nn

LEVELS = [(4, 48), (8, 96), (16, 160), (32, 224)]  # stride, channels of the embedded encoder
BETA, EPS, BINARY_WEIGHT = 0.4, 1e-6, 0.5
TAU, CAP = 0.9, 0.2


class Block(nn.Module):
    """Convolution without bias, batch normalisation."""

    def __init__(self, k, inputs, outputs):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, k, padding=k // 2, bias=False)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return self.norm(self.conv(x))


class Light(nn.Module):
    """The decoder `light`: laterals, enlarge and add, 3x3 between the levels, the picture's 4x4 blocks, two mixers, head."""

    def __init__(self, classes, channels=48, dropout=0.1):
        super().__init__()
        self.laterals = nn.ModuleList(Block(1, inputs, channels) for _, inputs in LEVELS)
        self.smooths = nn.ModuleList(Block(3, channels, channels) for _ in LEVELS[1:-1])
        self.pixels = Block(1, 48, channels)
        self.dropout = nn.Dropout2d(dropout)
        self.mixers = nn.ModuleList(Block(3, channels, channels) for _ in range(2))
        self.head = nn.Conv2d(channels, 2 + classes + 1, 1)

    def forward(self, features, blocks):
        x = self.laterals[-1](features[-1])
        for i in range(len(LEVELS) - 2, -1, -1):
            x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False) + self.laterals[i](features[i])
            if i > 0:
                x = F.relu(self.smooths[i - 1](F.relu(x)))
        x = self.dropout(F.relu(x + self.pixels(blocks)))
        for mixer in self.mixers:
            x = F.relu(mixer(x))
        return self.head(x)


STUDENTS = {"light": Light}


def student_loss(logits, labels, weights, correcting):
    """Weighted cross-entropy under one-sided self-correction, and asymmetric Dice, both at full resolution."""
    z = F.interpolate(logits, size=labels.shape[1:], mode="bilinear", align_corners=False)
    z_bin, z_fine = z[:, :2], z[:, 2:]
    target = labels
    if correcting:
        with torch.no_grad():
            q, k = z_fine.softmax(1).max(1)
            background = labels == 0
            change = background & (k > 0) & (q > TAU)
            counts = change.sum((1, 2))
            change &= (counts <= CAP * background.sum((1, 2)))[:, None, None]
            target = torch.where(change, k, labels)
    valid = target != 255
    ce = F.cross_entropy(z_fine, target, weight=weights, reduction="none", ignore_index=255)
    fine = ce.sum() / valid.sum()
    a = z_bin.softmax(1)[:, 1] * valid
    t = (labels > 0) & valid
    hit = (a * t).sum()
    false_alarm, miss = a.sum() - hit, t.sum() - hit
    binary = 1 - (hit + EPS) / (hit + BETA * false_alarm + miss + EPS)
    return BINARY_WEIGHT * binary + (1 - BINARY_WEIGHT) * fine


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--student", choices=sorted(STUDENTS), default="light")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--side", type=int, default=224)
    parser.add_argument("--classes", type=int, default=3)
    parser.add_argument("--correcting", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    n, side = options.batch, options.side
    network = STUDENTS[options.student](options.classes).to(memory_format=torch.channels_last)
    average = [p.detach().clone() for p in network.parameters()]
    optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=1e-2)
    weights = torch.tensor([0.4] + [4.0] * options.classes)

    def batch():
        """What a loader does in each step: half-precision features to standardised floats, bytes to blocks of pixels."""
        features = [
            ((half.float() - mean) / std).permute(0, 3, 1, 2) for half, mean, std in stored
        ]
        x = (picture.float() / 255 - 0.5) / 0.25
        blocks = x.reshape(n, side // 4, 4, side // 4, 4, 3).permute(0, 1, 3, 2, 4, 5).reshape(n, side // 4, side // 4, 48)
        return features, blocks.permute(0, 3, 1, 2)

    stored = [
        (torch.randn(n, side // stride, side // stride, c).half(), torch.zeros(c), torch.ones(c)) for stride, c in LEVELS
    ]
    picture = torch.randint(0, 256, (n, side, side, 3), dtype=torch.uint8)
    labels = torch.zeros(n, side, side, dtype=torch.long)
    for i in range(n):
        labels[i, 60:100, 70:110] = 1 + i % options.classes

    times, cpu_began = [], 0.0
    for step in range(options.steps + 3):
        if step == 3:  # the first steps choose algorithms
            cpu_began = time.process_time()
        began = time.perf_counter()
        features, blocks = batch()
        optimiser.zero_grad(set_to_none=True)
        loss = student_loss(network(features, blocks), labels, weights, options.correcting)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        if torch.isfinite(loss + norm):
            optimiser.step()
        decay = min(0.99, (1 + step) / (10 + step))
        with torch.no_grad():
            torch._foreach_mul_(average, decay)
            torch._foreach_add_(average, [p.detach() for p in network.parameters()], alpha=1 - decay)
        loss.item()
        if step >= 3:
            times.append(1000 * (time.perf_counter() - began))
    parameters = sum(p.numel() for p in network.parameters())
    cpu_ms = 1000 * (time.process_time() - cpu_began) / options.steps
    print(
        json.dumps(
            {
                "threads": options.threads,
                "version": torch.__version__,
                "parameters": parameters,
                "ms": times,
                "cpuMs": cpu_ms,
            }
        )
    )


if __name__ == "__main__":
    main()
