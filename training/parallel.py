"""Micro-batches on single-threaded workers: how a busy two-core machine is kept busy.

Splitting every convolution over two cores waits for the slower core thousands of times a step, and on a
shared machine one core is always slower. Here each worker thread draws, augments and differentiates whole
micro-batches and fetches the next when it is done; the threads meet once a step.
"""

from concurrent.futures import ThreadPoolExecutor

import torch


class Workers:
    """Runs jobs on `count` threads. torch and OpenCV must be limited to one thread each beforehand."""

    def __init__(self, count: int):
        self.pool = ThreadPoolExecutor(count)

    def run(self, jobs: list) -> list:
        """Results in the order of the jobs; the first exception is raised here."""
        return list(self.pool.map(lambda job: job(), jobs))


def gradients(loss: torch.Tensor, parameters: list) -> list:
    """Gradient per parameter, None where the loss does not depend on it. Leaves `.grad` alone."""
    return list(torch.autograd.grad(loss, parameters, allow_unused=True))


def apply_mean_gradients(parameters: list, per_job: list) -> None:
    """Sets `.grad` to the mean over micro-batches, summed in job order so that runs can be repeated."""
    share = 1 / len(per_job)
    for parameter, parts in zip(parameters, zip(*per_job)):
        present = [g for g in parts if g is not None]
        if not present:
            parameter.grad = None
            continue
        total = present[0].clone()
        for g in present[1:]:
            total += g
        parameter.grad = total.mul_(share)
