"""Stage 2: prompted segmentation on top of the taught encoder, with the teaching kept alive.

A third of the prompts correct an answer of the averaged network by clicks (refine.py), the others are boxes alone.
Every step mixes three micro-batches of prompted crops with two that repeat the teaching without a prompt,
so that one encoder stays good at both. The statistics of the encoder's batch normalisation are frozen:
prompted crops and whole pictures would pull them in different directions. The encoder learns at 0.3 of the
decoder's rate.
"""

import os
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from network import CHANNELS, Segmenter
from parallel import Workers, apply_mean_gradients, gradients
from procedural.bank import open_bank
from procedural.photometric import augment
from refine import draw_prompts
from samples import prompted_batch, standardise_batch
from schedule import Clock, MovingAverage, learning_rate, load_checkpoint, save_checkpoint
from teach import half_precision, picture_side, random_streams, teaching_job
from teacher import Teacher, TeachingLoss

# One micro-batch in six is drawn at twice the resolution, from large boxes only: a crack of two pixels in a box as long
# as the picture survives no crop of 128.
CROP_SIDES = (128, 128, 128, 128, 128, 256)
LARGE_CROP_FROM_PX = 110
PIXELS_PER_MICRO_BATCH = 8 * 128 * 128
MASK_JOBS, TEACH_JOBS = 3, 2  # two teaching jobs take as long as one for masks: two workers end together
STREAM = 2  # first of the keys of the random generators of this stage
PEAK_RATE = 2e-3
ENCODER_SHARE = 0.3
WEIGHT_DECAY = 1e-3
TEACH_WEIGHT = 0.5
BAND_WEIGHT = 0.2
QUALITY_WEIGHT = 0.2
OUTSIDE_BOX_WEIGHT = 0.3
CLICK_WEIGHT = 2.0  # added to the 1 of every pixel under a click: what was pointed at must come out right
SAVE_EVERY_S = 120


def soft_dice_loss(probability, mask, weight):
    """1 - Dice per sample, (B,); +1 in both terms keeps tiny masks stable."""
    together = (probability * mask * weight).sum((1, 2, 3))
    total = ((probability + mask) * weight).sum((1, 2, 3))
    return 1 - (2 * together + 1) / (total + 1)


def boundary_band(mask, radius=3):
    """1 within about `radius` pixels of the outline of the mask (B, 1, S, S), else 0."""
    size = 2 * radius + 1
    grow = lambda map_: F.max_pool2d(F.max_pool2d(map_, (1, size), 1, (0, radius)), (size, 1), 1, (radius, 0))
    return (grow(mask) + grow(-mask)).clamp(0, 1)


def mask_loss(logits, quality, mask, prompt, weight) -> tuple:
    """(loss, IoU at 0.5 per sample as list). Maps (B, 1, S, S), prompt (B, 4, S, S), quality (B, 1); weight 0 = no truth there.

    Cross-entropy is averaged per sample, so large and small crops of defects count alike. Outside the box
    nothing is drawn anyway, so errors there cost less.
    """
    box, clicked = prompt[:, :1], prompt[:, 1:3].amax(1, keepdim=True)
    weight = weight * (box + (1 - box) * OUTSIDE_BOX_WEIGHT) * (1 + CLICK_WEIGHT * clicked)
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
    return loss, iou.tolist()


def answering(network: nn.Module):
    """`answer` for `draw_prompts`: probabilities of a network in evaluation mode."""

    def answer(image, prompt):
        with torch.no_grad(), half_precision():
            logits, _ = network(image.contiguous(memory_format=torch.channels_last), prompt.contiguous(memory_format=torch.channels_last))
        return torch.sigmoid(logits.float())

    return answer


def freeze_normalisation(encoder: nn.Module) -> None:
    for module in encoder.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()


def mask_job(key, bank, segmenter, averaged, parameters, weight):
    """A callable for `Workers`: (gradients, {"box", "corrected", "before"}: lists of IoU at 0.5, crops)."""

    def job():
        rng, generator = random_streams(*key)
        side = int(rng.choice(CROP_SIDES))
        smallest = LARGE_CROP_FROM_PX if side > min(CROP_SIDES) else 0
        grey, mask, box, truth_weight = prompted_batch(rng, bank, PIXELS_PER_MICRO_BATCH // side ** 2, side, smallest)
        image = standardise_batch(augment(grey, generator), 1 - box).contiguous(memory_format=torch.channels_last)
        prompt, corrected, before = draw_prompts(rng, answering(averaged), image, mask, box, truth_weight)
        with half_precision():
            logits, quality = segmenter(image, prompt.contiguous(memory_format=torch.channels_last))
        loss, ious = mask_loss(logits.float(), quality.float(), mask, prompt, truth_weight)
        seen = {
            "box": [v for v, c in zip(ious, corrected) if not c], "corrected": [v for v, c in zip(ious, corrected) if c], "before": before,
        }
        return gradients(weight * loss, parameters), seen, len(grey), float(loss.detach())

    return job


def parameter_groups(segmenter: Segmenter, teaching: nn.Module) -> list:
    """The taught encoder moves slowly; the decoder and the prompt's own convolution at the full rate."""
    named = list(segmenter.encoder.named_parameters())
    slow = [p for name, p in named if not name.startswith("prompt_stem")] + list(teaching.parameters())
    fast = [p for name, p in named if name.startswith("prompt_stem")] + list(segmenter.decoder.parameters())
    return [{"params": slow, "share": ENCODER_SHARE}, {"params": fast, "share": 1.0}]


class RecentIoU:
    """Means over the latest crops: of the box alone, and of corrected answers before and after."""

    KEPT = 1500

    def __init__(self):
        self.values = {"box": [], "before": [], "corrected": []}

    def add(self, seen: list) -> None:
        for name, values in self.values.items():
            self.values[name] = (values + [v for s in seen for v in s[name]])[-self.KEPT:]

    def __str__(self):
        mean = {name: np.mean(values) if values else float("nan") for name, values in self.values.items()}
        return f"box {mean['box']:.3f}, corrected {mean['before']:.3f} -> {mean['corrected']:.3f}"


def train_prompted(work_folder: str, bank_folder: str, seed: int, minutes: float, threads: int) -> str:
    """Trains for `minutes` from the averaged weights of `teach.pt`; returns the checkpoint path."""
    path = os.path.join(work_folder, "prompt.pt")
    saved = load_checkpoint(path)
    taught = load_checkpoint(os.path.join(work_folder, "teach.pt"))
    torch.manual_seed(seed)
    bank = open_bank(bank_folder)
    teacher, workers = Teacher(), Workers(threads)
    segmenter, teaching = Segmenter(), TeachingLoss(CHANNELS[1:])
    if saved:
        segmenter.load_state_dict(saved["segmenter"])
    else:
        segmenter.load_taught(taught["average"])
    teaching.load_state_dict((saved or taught)["loss"])
    segmenter = segmenter.to(memory_format=torch.channels_last).train()
    teaching = teaching.to(memory_format=torch.channels_last)
    freeze_normalisation(segmenter.encoder)
    optimiser = torch.optim.AdamW(parameter_groups(segmenter, teaching), PEAK_RATE, weight_decay=WEIGHT_DECAY)
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    average = MovingAverage(segmenter)
    if saved is not None:
        optimiser.load_state_dict(saved["optimiser"])
        average.module.load_state_dict(saved["average"])
    step = average.steps = saved["step"] if saved else 0
    samples_seen = saved["samples"] if saved else 0
    clock = Clock(minutes, saved["spent_s"] if saved else 0.0)
    last_save, recent = time.monotonic(), RecentIoU()
    # `apply_mean_gradients` divides by all jobs; these weights make it mean(mask) + TEACH_WEIGHT * mean(teaching).
    jobs = MASK_JOBS + TEACH_JOBS
    mask_weight, teach_weight = jobs / MASK_JOBS, TEACH_WEIGHT * jobs / TEACH_JOBS

    while clock.progress() < 1:
        side = picture_side(seed, step)
        results = workers.run(
            [mask_job((seed, STREAM, step, i), bank, segmenter, average.module, parameters, mask_weight) for i in range(MASK_JOBS)]
            + [
                teaching_job((seed, STREAM, step, MASK_JOBS + i), side, bank[0], teacher, segmenter.encoder, teaching, parameters, teach_weight)
                for i in range(TEACH_JOBS)
            ]
        )
        apply_mean_gradients(parameters, [r[0] for r in results])
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        for group in optimiser.param_groups:
            group["lr"] = group["share"] * learning_rate(clock.progress(), PEAK_RATE)
        optimiser.step()
        average.update(segmenter)
        step += 1
        samples_seen += sum(r[2] for r in results[:MASK_JOBS])
        recent.add([r[1] for r in results[:MASK_JOBS]])
        if step % 50 == 0:
            explained = " ".join(f"{v:.2f}" for v in results[-1][2])
            loss = np.mean([r[3] for r in results[:MASK_JOBS]])
            print(f"prompt: step {step}, {clock.spent_s():.0f} s, {samples_seen} crops, loss {loss:.3f}, IoU {recent}, teaching {results[-1][1]:.3f}, R2 {explained}", flush=True)
        if time.monotonic() - last_save > SAVE_EVERY_S or clock.progress() >= 1:
            last_save = time.monotonic()
            save_checkpoint(
                path, segmenter=segmenter.state_dict(), average=average.module.state_dict(), loss=teaching.state_dict(),
                optimiser=optimiser.state_dict(), step=step, samples=samples_seen, spent_s=clock.spent_s(),
            )
    return path
