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

    levels = [(4, 48), (8, 96), (16, 160), (32, 224)]  # stride, channels of the embedded encoder
    pixel_block, has_binary_head = 4, True

    def __init__(self, classes, channels=48, dropout=0.1):
        super().__init__()
        self.laterals = nn.ModuleList(Block(1, inputs, channels) for _, inputs in self.levels)
        self.smooths = nn.ModuleList(Block(3, channels, channels) for _ in self.levels[1:-1])
        self.pixels = Block(1, 48, channels)
        self.dropout = nn.Dropout2d(dropout)
        self.mixers = nn.ModuleList(Block(3, channels, channels) for _ in range(2))
        self.head = nn.Conv2d(channels, 2 + classes + 1, 1)

    def forward(self, features, blocks):
        x = self.laterals[-1](features[-1])
        for i in range(len(self.levels) - 2, -1, -1):
            x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False) + self.laterals[i](features[i])
            if i > 0:
                x = F.relu(self.smooths[i - 1](F.relu(x)))
        x = self.dropout(F.relu(x + self.pixels(blocks)))
        for mixer in self.mixers:
            x = F.relu(mixer(x))
        return self.head(x)


class ConvNormRelu(nn.Sequential):
    """Convolution with bias, batch normalisation, ReLU."""

    def __init__(self, inputs, outputs, k=3, stride=1):
        conv = nn.Conv2d(inputs, outputs, k, stride=stride, padding=k // 2)
        super().__init__(conv, nn.BatchNorm2d(outputs), nn.ReLU())


class Unet(nn.Module):
    """The baseline `unet` with 8 channels at full size: blocks and 2x2 max pools down, transposed convolutions up, one head."""

    levels, pixel_block, has_binary_head = [], 1, False

    def __init__(self, classes, base=8):
        super().__init__()
        c = [base, 2 * base, 4 * base, 8 * base]
        block = lambda i, o: nn.Sequential(ConvNormRelu(i, o), ConvNormRelu(o, o))  # noqa: E731
        self.down = nn.ModuleList(block(i, o) for i, o in zip([3] + c[:3], c))
        self.rise = nn.ModuleList(nn.ConvTranspose2d(c[i + 1], c[i], 2, stride=2) for i in (2, 1, 0))
        self.up = nn.ModuleList(block(2 * c[i], c[i]) for i in (2, 1, 0))
        self.head = nn.Conv2d(base, classes + 1, 1)

    def forward(self, features, pixels):
        maps = [self.down[0](pixels)]
        for down in self.down[1:]:
            maps.append(down(F.max_pool2d(maps[-1], 2)))
        x = maps.pop()
        for rise, up in zip(self.rise, self.up):
            x = up(torch.cat([rise(x), maps.pop()], 1))
        return self.head(x)


class Boxes2Pixels(nn.Module):
    """The paper's decoder on frozen tokens (boxes2pixels.md §4, steps 2 to 8), published widths."""

    levels = [(14, 384)] * 4
    pixel_block, has_binary_head = 1, True

    def __init__(self, classes):
        super().__init__()
        self.project = nn.ModuleList(ConvNormRelu(384, 256, k=1) for _ in self.levels)
        self.fuse = nn.ModuleList(
            nn.Sequential(ConvNormRelu(256, 256), nn.Conv2d(256, 256, 3, padding=1), nn.BatchNorm2d(256)) for _ in range(3)
        )
        self.up = nn.ModuleList(
            nn.Sequential(nn.Conv2d(i, 4 * o, 3, padding=1), nn.PixelShuffle(2), nn.BatchNorm2d(o), nn.ReLU())
            for i, o in ((256, 128), (128, 64), (64, 32))
        )
        self.detail = nn.Sequential(ConvNormRelu(3, 24, stride=2), ConvNormRelu(24, 32, stride=2))
        self.mixer = ConvNormRelu(64, 64)
        self.heads = nn.ModuleList(
            nn.ModuleList([ConvNormRelu(64, 32), nn.Conv2d(32, outputs, 1)]) for outputs in (2, classes + 1)
        )

    def forward(self, features, pixels):
        levels = [project(f) for project, f in zip(self.project, features)]
        x = levels[-1]
        for fuse, level in zip(self.fuse, levels[-2::-1]):
            s = x + level
            x = F.relu(s + fuse(s))
        for up in self.up:
            x = up(x)
        detail = self.detail(pixels)
        x = F.interpolate(x, size=detail.shape[2:], mode="bilinear", align_corners=False)
        x = self.mixer(torch.cat([x, detail], 1))
        twice = lambda t: F.interpolate(t, scale_factor=2, mode="bilinear", align_corners=False)  # noqa: E731
        # The last convolution before the last enlargement: the same result at a quarter of the work, as the product does.
        return torch.cat([twice(last(first(twice(x)))) for first, last in self.heads], 1)


STUDENTS = {"light": Light, "unet": Unet, "dino-boxes2pixels": Boxes2Pixels}


def student_loss(logits, labels, weights, correcting, has_binary_head):
    """Weighted cross-entropy under one-sided self-correction, and with two heads asymmetric Dice, at full resolution."""
    z = F.interpolate(logits, size=labels.shape[1:], mode="bilinear", align_corners=False)
    z_bin, z_fine = (z[:, :2], z[:, 2:]) if has_binary_head else (None, z)
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
    if z_bin is None:
        return fine
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
    levels, b = STUDENTS[options.student].levels, STUDENTS[options.student].pixel_block
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
        cells = side // b
        blocks = x.reshape(n, cells, b, cells, b, 3).permute(0, 1, 3, 2, 4, 5).reshape(n, cells, cells, 3 * b * b)
        return features, blocks.permute(0, 3, 1, 2)

    stored = [
        (torch.randn(n, side // stride, side // stride, c).half(), torch.zeros(c), torch.ones(c)) for stride, c in levels
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
        logits = network(features, blocks)
        loss = student_loss(logits, labels, weights, options.correcting, network.has_binary_head)
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
