"""Photometric augmentation of a batch, in torch: grey (B, 1, H, W) in 0..1 -> RGB (B, 3, H, W) in 0..1."""

import torch
import torch.nn.functional as F


def _uniform(count, low, high, generator):
    return (torch.rand(count, generator=generator) * (high - low) + low).view(-1, 1, 1, 1)


def _chance(count, probability, generator):
    return (torch.rand(count, generator=generator) < probability).float().view(-1, 1, 1, 1)


def _box_blur(x):
    return F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), 3, 1)


def colourise(grey: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Half stay grey; the others get a weak cast, or two free colours between which the grey interpolates."""
    n = grey.shape[0]
    kind = torch.rand(n, generator=generator).view(-1, 1, 1, 1)
    cast = 1 + 0.25 * (torch.rand(n, 3, 1, 1, generator=generator) - 0.5)
    dark = torch.rand(n, 3, 1, 1, generator=generator) * 0.5
    bright = dark + torch.rand(n, 3, 1, 1, generator=generator)
    two_tone = dark + grey * (bright - dark)
    rgb = grey.expand(-1, 3, -1, -1)
    return torch.where(kind < 0.5, rgb, torch.where(kind < 0.85, rgb * cast, two_tone))


def augment(grey: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Inversion, gamma, gain and offset, blur, colour, sensor noise; every picture of the batch on its own."""
    n = grey.shape[0]
    invert = _chance(n, 0.15, generator)
    x = grey * (1 - invert) + (1 - grey) * invert
    x = x.clamp(1e-4, 1) ** (2 ** _uniform(n, -0.8, 0.8, generator))
    gain = 2 ** _uniform(n, -0.8, 0.6, generator)
    centre = x.mean(dim=(1, 2, 3), keepdim=True)
    x = centre + (x - centre) * gain + _uniform(n, -0.15, 0.15, generator)
    soft = _box_blur(x)
    x = x + (soft - x) * _chance(n, 0.3, generator) * _uniform(n, 0, 1, generator)
    x = colourise(x.clamp(0, 1), generator)
    noise = 2 ** _uniform(n, -9, -5, generator) * _chance(n, 0.6, generator)
    x = x + noise * torch.randn(x.shape, generator=generator)
    return (x.clamp(0, 1) * 255).round() / 255
