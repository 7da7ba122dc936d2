"""Stage 2: prompted segmentation on top of the taught encoder, with the teaching kept alive.

Two steps of three train masks, the third repeats the teaching without a prompt, so that one encoder stays
good at both. The statistics of the encoder's batch normalisation are frozen: prompted crops and whole
pictures would pull them in different directions. The encoder learns at 0.3 of the decoder's rate.
"""

import os
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from network import CHANNELS, Segmenter
from procedural.bank import open_bank
from procedural.photometric import augment
from samples import prompted_batch, standardise_batch
from schedule import Clock, MovingAverage, learning_rate, load_checkpoint, save_checkpoint
from teach import teaching_batch
from teacher import Teacher, TeachingLoss

CROP_SIDE = 128
BATCH = 24
PEAK_RATE = 2e-3
ENCODER_SHARE = 0.3
WEIGHT_DECAY = 1e-3
TEACH_EVERY = 3
TEACH_WEIGHT = 0.5
BAND_WEIGHT = 0.2
QUALITY_WEIGHT = 0.2
OUTSIDE_BOX_WEIGHT = 0.3
SAVE_EVERY_S = 120


def soft_dice_loss(probability, mask, weight):
    """1 - Dice per sample, (B,); +1 in both terms keeps tiny masks stable."""
    together = (probability * mask * weight).sum((1, 2, 3))
    total = ((probability + mask) * weight).sum((1, 2, 3))
    return 1 - (2 * together + 1) / (total + 1)


def boundary_band(mask, radius=3):
    """1 within about `radius` pixels of the outline of the mask (B, 1, S, S), else 0."""
    size = 2 * radius + 1
    grown = F.max_pool2d(mask, size, 1, radius)
    shrunk = -F.max_pool2d(-mask, size, 1, radius)
    return (grown - shrunk).clamp(0, 1)


def mask_loss(logits, quality, mask, box, weight) -> tuple:
    """(loss, mean IoU at 0.5). All maps (B, 1, S, S), quality (B, 1); weight 0 = no truth there.

    Cross-entropy is averaged per sample, so large and small crops of defects count alike. Outside the box
    nothing is drawn anyway, so errors there cost less.
    """
    weight = weight * (box + (1 - box) * OUTSIDE_BOX_WEIGHT)
    pixelwise = F.binary_cross_entropy_with_logits(logits, mask, reduction="none")
    mean = lambda values, by: (values * by).sum((1, 2, 3)) / by.sum((1, 2, 3)).clamp(min=1)
    entropy = mean(pixelwise, weight)
    band = mean(pixelwise, weight * boundary_band(mask))
    probability = torch.sigmoid(logits)
    dice = soft_dice_loss(probability, mask, weight)
    with torch.no_grad():
        seen = (weight > 0) & (box > 0)
        predicted, true = (logits > 0) & seen, (mask > 0.5) & seen
        union = (predicted | true).sum((1, 2, 3)).clamp(min=1)
        iou = (predicted & true).sum((1, 2, 3)) / union
    quality_error = (quality[:, 0] - iou) ** 2
    loss = (entropy + dice + BAND_WEIGHT * band + QUALITY_WEIGHT * quality_error).mean()
    return loss, float(iou.mean())


def freeze_normalisation(encoder: nn.Module) -> None:
    for module in encoder.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()


def train_prompted(work_folder: str, bank_folder: str, seed: int, minutes: float) -> str:
    """Trains for `minutes` from the averaged weights of `teach.pt`; returns the checkpoint path."""
    path = os.path.join(work_folder, "prompt.pt")
    saved = load_checkpoint(path)
    taught_state = load_checkpoint(os.path.join(work_folder, "teach.pt"))
    first_step = saved["step"] if saved else 0
    torch.manual_seed(seed)
    rng = np.random.default_rng([seed, 2, first_step])
    generator = torch.Generator().manual_seed(seed + 1000 + first_step)
    bank = open_bank(bank_folder)
    teacher = Teacher()
    teaching = TeachingLoss(CHANNELS[1:])
    segmenter = Segmenter()
    segmenter.load_state_dict((saved or {}).get("segmenter", taught_state["average"]))
    teaching.load_state_dict((saved or {}).get("loss", taught_state["loss"]))
    segmenter = segmenter.to(memory_format=torch.channels_last).train()
    teaching = teaching.to(memory_format=torch.channels_last)
    freeze_normalisation(segmenter.encoder)
    prompt_weights = list(segmenter.encoder.prompt_stem.parameters())
    slow = [p for name, p in segmenter.encoder.named_parameters() if not name.startswith("prompt_stem")]
    fast = list(segmenter.decoder.parameters()) + prompt_weights
    optimiser = torch.optim.AdamW(
        [{"params": slow + list(teaching.parameters()), "share": ENCODER_SHARE}, {"params": fast, "share": 1.0}],
        PEAK_RATE, weight_decay=WEIGHT_DECAY,
    )
    average = MovingAverage(segmenter)
    step = first_step
    if saved is not None:
        optimiser.load_state_dict(saved["optimiser"])
        average.module.load_state_dict(saved["average"])
        average.steps = step
    clock = Clock(minutes, saved["spent_s"] if saved else 0.0)
    samples_seen = saved["samples"] if saved else 0
    last_save, running_iou = time.monotonic(), 0.0

    while clock.progress() < 1:
        if step % TEACH_EVERY == TEACH_EVERY - 1:
            image, taught = teaching_batch(rng, generator, bank[0], teacher)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                loss = TEACH_WEIGHT * teaching(segmenter.encoder(image)[1:], taught)[0]
        else:
            grey, mask, box, weight = prompted_batch(rng, bank, BATCH, CROP_SIDE)
            image = standardise_batch(augment(grey, generator), 1 - box).contiguous(memory_format=torch.channels_last)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits, quality = segmenter(image, box)
            loss, iou = mask_loss(logits.float(), quality.float(), mask, box, weight)
            running_iou += 0.02 * (iou - running_iou)
            samples_seen += len(grey)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(slow + fast, 1.0)
        for group in optimiser.param_groups:
            group["lr"] = group["share"] * learning_rate(clock.progress(), PEAK_RATE)
        optimiser.step()
        average.update(segmenter)
        step += 1
        if step % 50 == 0:
            print(f"prompt: step {step}, {clock.spent_s():.0f} s, {samples_seen} crops, running IoU {running_iou:.3f}", flush=True)
        if time.monotonic() - last_save > SAVE_EVERY_S or clock.progress() >= 1:
            last_save = time.monotonic()
            save_checkpoint(
                path, segmenter=segmenter.state_dict(), average=average.module.state_dict(), loss=teaching.state_dict(),
                optimiser=optimiser.state_dict(), step=step, samples=samples_seen, spent_s=clock.spent_s(),
            )
    return path
