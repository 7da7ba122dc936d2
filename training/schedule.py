"""Time-bounded training: progress from elapsed minutes, learning rate, moving average, checkpoints."""

import copy
import math
import os
import time

import torch


class Clock:
    """Progress 0..1 of a stage that may spend `minutes`, counting time spent before an interruption."""

    def __init__(self, minutes: float, spent_s: float = 0.0):
        self.budget_s = minutes * 60
        self.before_s = spent_s
        self.started = time.monotonic()

    def spent_s(self) -> float:
        return self.before_s + time.monotonic() - self.started

    def progress(self) -> float:
        return min(1.0, self.spent_s() / self.budget_s)


def learning_rate(progress: float, peak: float, warmup: float = 0.02, last_share: float = 0.01) -> float:
    """Linear warm-up, then half a cosine down to `last_share` of the peak."""
    if progress < warmup:
        return peak * max(progress / warmup, 0.01)
    phase = (progress - warmup) / (1 - warmup)
    return peak * (last_share + (1 - last_share) * 0.5 * (1 + math.cos(math.pi * phase)))


class MovingAverage:
    """Exponential moving average of weights and normalisation statistics; the early steps count less."""

    def __init__(self, module: torch.nn.Module, decay: float = 0.998):
        self.module = copy.deepcopy(module).eval()
        self.decay = decay
        self.steps = 0

    @torch.no_grad()
    def update(self, module: torch.nn.Module) -> None:
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        for kept, new in zip(self.module.state_dict().values(), module.state_dict().values()):
            if kept.dtype.is_floating_point:
                kept.mul_(decay).add_(new, alpha=1 - decay)
            else:
                kept.copy_(new)


def save_checkpoint(path: str, **content) -> None:
    """Atomic: a killed process leaves the previous checkpoint."""
    torch.save(content, path + ".part")
    os.replace(path + ".part", path)


def load_checkpoint(path: str):
    return torch.load(path, map_location="cpu") if os.path.exists(path) else None
