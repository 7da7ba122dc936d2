"""Stage 1: the encoder learns to reproduce the teacher's features on procedural pictures.

Every picture is augmented first and then shown to both: to the teacher as it is, to our encoder
standardised by its own median and spread, without a prompt, exactly as the app will use it.
"""

import os
import time

import numpy as np
import torch

from network import CHANNELS, Segmenter
from procedural.bank import open_bank
from procedural.photometric import augment
from samples import IMAGE_SIDE_CHOICES, standardise_batch, window_batch
from schedule import Clock, MovingAverage, learning_rate, load_checkpoint, save_checkpoint
from teacher import Teacher, TeachingLoss

PIXELS_PER_BATCH = 32 * 128 * 128
PEAK_RATE = 2e-3
WEIGHT_DECAY = 1e-3
SAVE_EVERY_S = 120


def teaching_batch(rng, generator, pictures, teacher) -> tuple:
    """(standardised (B, 3, S, S), teacher features) of one random picture size."""
    side = int(rng.choice(IMAGE_SIDE_CHOICES))
    grey = window_batch(rng, pictures, max(4, PIXELS_PER_BATCH // side ** 2), side)
    rgb = augment(grey, generator)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        taught = teacher(rgb)
    return standardise_batch(rgb).contiguous(memory_format=torch.channels_last), taught


def teach(work_folder: str, bank_folder: str, seed: int, minutes: float) -> str:
    """Trains for `minutes` (resuming if interrupted); returns the checkpoint path."""
    path = os.path.join(work_folder, "teach.pt")
    saved = load_checkpoint(path)
    torch.manual_seed(seed)
    # A resumed run must not repeat the pictures of its first part.
    rng = np.random.default_rng([seed, 1, saved["step"] if saved else 0])
    generator = torch.Generator().manual_seed(seed + (saved["step"] if saved else 0))
    pictures, _ = open_bank(bank_folder)
    teacher = Teacher()
    segmenter = Segmenter().to(memory_format=torch.channels_last).train()
    loss_module = TeachingLoss(CHANNELS[1:]).to(memory_format=torch.channels_last)
    if saved is None:
        loss_module.measure([teaching_batch(rng, generator, pictures, teacher)[1] for _ in range(12)])
    parameters = list(segmenter.encoder.parameters()) + list(loss_module.parameters())
    optimiser = torch.optim.AdamW(parameters, PEAK_RATE, weight_decay=WEIGHT_DECAY)
    average = MovingAverage(segmenter)
    step = 0
    if saved is not None:
        segmenter.load_state_dict(saved["segmenter"])
        average.module.load_state_dict(saved["average"])
        loss_module.load_state_dict(saved["loss"])
        optimiser.load_state_dict(saved["optimiser"])
        step = average.steps = saved["step"]
    clock = Clock(minutes, saved["spent_s"] if saved else 0.0)
    last_save, pictures_seen = time.monotonic(), saved["pictures"] if saved else 0

    while clock.progress() < 1:
        image, taught = teaching_batch(rng, generator, pictures, teacher)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            features = segmenter.encoder(image)
            loss, explained = loss_module(features[1:], taught)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(clock.progress(), PEAK_RATE)
        optimiser.step()
        average.update(segmenter)
        step += 1
        pictures_seen += len(image)
        if step % 50 == 0:
            shown = " ".join(f"{value:.2f}" for value in explained)
            print(f"teach: step {step}, {clock.spent_s():.0f} s, {image.shape[-1]} px, loss {float(loss):.3f}, R2 {shown}", flush=True)
        if time.monotonic() - last_save > SAVE_EVERY_S or clock.progress() >= 1:
            last_save = time.monotonic()
            save_checkpoint(
                path, segmenter=segmenter.state_dict(), average=average.module.state_dict(), loss=loss_module.state_dict(),
                optimiser=optimiser.state_dict(), step=step, pictures=pictures_seen, spent_s=clock.spent_s(),
            )
    return path
