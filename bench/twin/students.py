"""The students in PyTorch, written as functions of named tensors, like the product's.

`light`: decoder on frozen features, src/nn/students/light.ts. `unet`: the source's baseline, boxes2pixels.md §4, with a
choice of widths. Both return logits (N, 2 + K + 1, H / s, W / s): binary head first, then class head; `unet` has no binary head and
its two first planes are None.
"""

import math

import torch
import torch.nn.functional as F

BATCH_NORM_EPSILON = 1e-5


def conv2d(x, kernel):
    """NCHW with a kernel (k, k, inputs, outputs). 1x1 as a matrix product: PyTorch's own path for it is slow on one core."""
    k, _, inputs, outputs = kernel.shape
    if k > 1:
        return F.conv2d(x, kernel.permute(3, 2, 0, 1), padding=k // 2)
    n, _, h, w = x.shape
    return torch.matmul(kernel.reshape(inputs, outputs).t(), x.reshape(n, inputs, h * w)).reshape(n, outputs, h, w)


class Light:
    """levels: [(stride, channels)], finest first."""

    has_binary_head = True

    def __init__(self, levels, classes, channels=48, dropout=0.1):
        self.levels, self.channels, self.dropout = levels, channels, dropout
        self.outputs = 2 + classes + 1
        self.finest = levels[0][0]
        blocks = [(f"lateral{stride}", 1, inputs) for stride, inputs in levels]
        blocks += [(f"smooth{stride}", 3, channels) for stride, _ in levels[1:-1]]
        blocks += [("pixels", 1, 3 * self.finest**2), ("mix1", 3, channels), ("mix2", 3, channels)]
        self.shapes = []
        for name, k, inputs in blocks:
            self.shapes += [(f"{name}.kernel", (k, k, inputs, channels)), (f"{name}.scale", (channels,)), (f"{name}.shift", (channels,))]
        self.shapes += [("head.kernel", (1, 1, channels, self.outputs)), ("head.bias", (self.outputs,))]
        self.norms = [(name, channels) for name, _, _ in blocks]

    def forward(self, p, features, pixels, norm, generator=None):
        """features: NCHW, standardised; pixels: (N, 3, H, W), standardised; `norm(name, x)` normalises with scale and shift."""

        def conv(name, x):
            return conv2d(x, p[f"{name}.kernel"])

        def lateral(i):
            name = f"lateral{self.levels[i][0]}"
            return norm(name, conv(name, features[i]))

        last = len(self.levels) - 1
        x = lateral(last)
        for i in range(last - 1, -1, -1):
            x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False) + lateral(i)
            if i > 0:
                name = f"smooth{self.levels[i][0]}"
                x = F.relu_(norm(name, conv(name, F.relu_(x))))
        n, c, h, w = pixels.shape
        b = self.finest
        blocks = pixels.reshape(n, c, h // b, b, w // b, b).permute(0, 3, 5, 1, 2, 4).reshape(n, b * b * c, h // b, w // b)
        x = F.relu_(x + norm("pixels", conv("pixels", blocks)))
        if generator is not None and self.dropout > 0:
            kept = torch.rand(n, self.channels, 1, 1, generator=generator) >= self.dropout
            x = x * kept / (1 - self.dropout)
        for name in ("mix1", "mix2"):
            x = F.relu_(norm(name, conv(name, x)))
        return conv2d(x, p["head.kernel"]) + p["head.bias"][:, None, None]


class UNet:
    """Encoder ConvBlocks 3 -> widths, 2x2 max pool, transposed convolutions, skips, 1x1 head; class head only."""

    has_binary_head = False

    def __init__(self, classes, widths=(32, 64, 128, 256)):
        self.widths, self.outputs = widths, classes + 1
        self.shapes, self.norms = [], []

        def block(name, inputs, outputs):
            for i, width in ((1, inputs), (2, outputs)):
                self.shapes.extend([(f"{name}.{i}.kernel", (3, 3, width, outputs)), (f"{name}.{i}.scale", (outputs,)), (f"{name}.{i}.shift", (outputs,))])
                self.norms.append((f"{name}.{i}", outputs))

        inputs = 3
        for level, width in enumerate(widths):
            block(f"down{level}", inputs, width)
            inputs = width
        for level in range(len(widths) - 2, -1, -1):
            self.shapes += [(f"up{level}.kernel", (2, 2, widths[level + 1], widths[level])), (f"up{level}.bias", (widths[level],))]
            block(f"merge{level}", 2 * widths[level], widths[level])
        self.shapes += [("head.kernel", (1, 1, widths[0], self.outputs)), ("head.bias", (self.outputs,))]

    def forward(self, p, features, pixels, norm, generator=None):
        def block(name, x):
            for i in (1, 2):
                x = F.relu_(norm(f"{name}.{i}", conv2d(x, p[f"{name}.{i}.kernel"])))
            return x

        skips, x = [], pixels
        for level in range(len(self.widths)):
            x = block(f"down{level}", x if level == 0 else F.max_pool2d(x, 2))
            skips.append(x)
        for level in range(len(self.widths) - 2, -1, -1):
            kernel = p[f"up{level}.kernel"].permute(2, 3, 0, 1)
            x = F.conv_transpose2d(x, kernel, p[f"up{level}.bias"], stride=2)
            x = block(f"merge{level}", torch.cat([skips[level], x], 1))
        return conv2d(x, p["head.kernel"]) + p["head.bias"][:, None, None]


def initial_parameters(student, seed):
    """One flat vector: kernels and biases uniform within 1 / sqrt(fan in), scales 1, shifts 0."""
    generator = torch.Generator().manual_seed(seed)
    parts, fan_in = [], 1
    for name, shape in student.shapes:
        count = math.prod(shape)
        if name.endswith("kernel"):
            fan_in = math.prod(shape[:-1])
        if name.endswith("kernel") or name.endswith("bias"):
            parts.append((2 * torch.rand(count, generator=generator) - 1) / math.sqrt(fan_in))
        else:
            parts.append(torch.full((count,), 1.0 if name.endswith("scale") else 0.0))
    return torch.cat(parts)


def cut(student, flat):
    sizes = [math.prod(shape) for _, shape in student.shapes]
    return {name: part.reshape(shape) for (name, shape), part in zip(student.shapes, flat.split(sizes))}


def norm_in_training(p, observed):
    """Batch statistics; `observed` gets (mean, biased variance) of each block."""

    def norm(name, x):
        y, mean, inverse = torch.native_batch_norm(x, p[f"{name}.scale"], p[f"{name}.shift"], None, None, True, 0.0, BATCH_NORM_EPSILON)
        observed[name] = (mean.detach(), inverse.detach() ** -2 - BATCH_NORM_EPSILON)
        return y

    return norm


def norm_in_inference(p, statistics):
    def norm(name, x):
        mean, variance = statistics[name]
        return F.batch_norm(x, mean, variance, p[f"{name}.scale"], p[f"{name}.shift"], training=False, eps=BATCH_NORM_EPSILON)

    return norm
