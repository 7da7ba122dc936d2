"""Stage 1: the encoder learns to reproduce the teacher's features on procedural pictures.

Every picture is augmented first and then shown to both: to the teacher as it is, to our encoder
standardised by its own median and spread, without a prompt, exactly as the app will use it.
"""

import os
import time

import numpy as np
import torch

from network import CHANNELS, Segmenter
from parallel import Workers, apply_mean_gradients, gradients
from procedural.bank import open_bank
from procedural.photometric import augment
from samples import IMAGE_SIDE_CHOICES, standardise_batch, window_batch
from schedule import Clock, MovingAverage, learning_rate, load_checkpoint, save_checkpoint
from teacher import Teacher, TeachingLoss

MICRO_BATCHES = 4
PIXELS_PER_MICRO_BATCH = 8 * 128 * 128
PEAK_RATE = 2e-3
WEIGHT_DECAY = 1e-3
SAVE_EVERY_S = 120
STREAM = 1  # first of the keys of the random generators of this stage


def half_precision():
    """bfloat16 arithmetic where torch knows it is safe; without the cache of cast weights, which threads would share."""
    return torch.autocast("cpu", dtype=torch.bfloat16, cache_enabled=False)


def random_streams(*key) -> tuple:
    """(numpy, torch) generators that depend on the key alone, so that no worker order and no restart matters."""
    rng = np.random.default_rng(list(key))
    return rng, torch.Generator().manual_seed(int(rng.integers(0, 2 ** 31)))


def picture_side(seed: int, step: int) -> int:
    return int(random_streams(seed, STREAM, step)[0].choice(IMAGE_SIDE_CHOICES))


def teaching_batch(key: tuple, side: int, pictures, teacher) -> tuple:
    """(standardised pictures (B, 3, S, S), teacher features) of one micro-batch."""
    rng, generator = random_streams(*key)
    grey = window_batch(rng, pictures, max(2, PIXELS_PER_MICRO_BATCH // side ** 2), side)
    rgb = augment(grey, generator)
    with half_precision():
        taught = teacher(rgb)
    return standardise_batch(rgb).contiguous(memory_format=torch.channels_last), taught


def teaching_job(key, side, pictures, teacher, encoder, loss_module, parameters, weight=1.0):
    """A callable for `Workers`: (gradients, loss, R2 per level, pictures)."""

    def job():
        image, taught = teaching_batch(key, side, pictures, teacher)
        with half_precision():
            loss, explained = loss_module(encoder(image)[1:], taught)
        return gradients(weight * loss, parameters), float(loss.detach()), explained, len(image)

    return job


def teach(work_folder: str, bank_folder: str, seed: int, minutes: float, threads: int) -> str:
    """Trains for `minutes` (resuming if interrupted); returns the checkpoint path."""
    path = os.path.join(work_folder, "teach.pt")
    saved = load_checkpoint(path)
    torch.manual_seed(seed)
    pictures, _ = open_bank(bank_folder)
    teacher, workers = Teacher(), Workers(threads)
    segmenter = Segmenter().to(memory_format=torch.channels_last).train()
    loss_module = TeachingLoss(CHANNELS[1:]).to(memory_format=torch.channels_last)
    parameters = list(segmenter.encoder.parameters()) + list(loss_module.parameters())
    optimiser = torch.optim.AdamW(parameters, PEAK_RATE, weight_decay=WEIGHT_DECAY)
    average = MovingAverage(segmenter)
    if saved is None:
        loss_module.measure([teaching_batch((seed, 0, 0, i), 128, pictures, teacher)[1] for i in range(48)])
    else:
        segmenter.load_state_dict(saved["segmenter"])
        average.module.load_state_dict(saved["average"])
        loss_module.load_state_dict(saved["loss"])
        optimiser.load_state_dict(saved["optimiser"])
    step = average.steps = saved["step"] if saved else 0
    pictures_seen = saved["pictures"] if saved else 0
    clock = Clock(minutes, saved["spent_s"] if saved else 0.0)
    last_save = time.monotonic()

    while clock.progress() < 1:
        side = picture_side(seed, step)
        results = workers.run([
            teaching_job((seed, STREAM, step, i), side, pictures, teacher, segmenter.encoder, loss_module, parameters)
            for i in range(MICRO_BATCHES)
        ])
        apply_mean_gradients(parameters, [r[0] for r in results])
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(clock.progress(), PEAK_RATE)
        optimiser.step()
        average.update(segmenter)
        step += 1
        pictures_seen += sum(r[3] for r in results)
        if step % 50 == 0:
            shown = " ".join(f"{value:.2f}" for value in np.mean([r[2] for r in results], 0))
            loss = np.mean([r[1] for r in results])
            print(f"teach: step {step}, {clock.spent_s():.0f} s, {side} px, loss {loss:.3f}, R2 {shown}", flush=True)
        if time.monotonic() - last_save > SAVE_EVERY_S or clock.progress() >= 1:
            last_save = time.monotonic()
            save_checkpoint(
                path, segmenter=segmenter.state_dict(), average=average.module.state_dict(), loss=loss_module.state_dict(),
                optimiser=optimiser.state_dict(), step=step, pictures=pictures_seen, spent_s=clock.spent_s(),
            )
    return path
