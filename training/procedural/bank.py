"""A bank of pictures on disk: generated once per seed by a few processes, read as memory maps.

Files in the folder: `pictures.npy`, `labels.npy` (N, 256, 256) uint8. Chunk k is drawn from its own random
generator (seed, k), so the bank does not depend on the number of processes.
"""

import multiprocessing
import os
import time

import cv2
import numpy as np

from .picture import SIDE, compose_picture

CHUNK = 250
GENERATOR_VERSION = 2  # part of the folder's name; raise it whenever the pictures change


def _paths(folder):
    return os.path.join(folder, "pictures.npy"), os.path.join(folder, "labels.npy")


def _fill_chunk(job):
    folder, seed, chunk, count = job
    cv2.setNumThreads(1)
    rng = np.random.default_rng([seed, chunk])
    pictures, labels = (np.load(path, mmap_mode="r+") for path in _paths(folder))
    for i in range(chunk * CHUNK, min((chunk + 1) * CHUNK, count)):
        pictures[i], labels[i] = compose_picture(rng)
    return chunk


def generate_bank(folder: str, seed: int, count: int, processes: int = 2) -> None:
    """Fills the folder with `count` pictures; does nothing if it is complete already."""
    os.makedirs(folder, exist_ok=True)
    done = os.path.join(folder, "complete")
    if os.path.exists(done):
        return
    for path in _paths(folder):
        np.lib.format.open_memmap(path, "w+", np.uint8, (count, SIDE, SIDE)).flush()
    jobs = [(folder, seed, chunk, count) for chunk in range((count + CHUNK - 1) // CHUNK)]
    started = time.time()
    with multiprocessing.Pool(processes) as pool:
        for number, _ in enumerate(pool.imap_unordered(_fill_chunk, jobs), 1):
            print(f"bank: {number}/{len(jobs)} chunks, {time.time() - started:.0f} s", flush=True)
    open(done, "w").close()


def open_bank(folder: str) -> tuple:
    """(pictures, labels), both (N, 256, 256) uint8 memory maps."""
    return tuple(np.load(path, mmap_mode="r") for path in _paths(folder))
