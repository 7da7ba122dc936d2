"""Golden numbers for narrow variants of `dino-boxes2pixels` and `unet`, and for `light` on tokens, from PyTorch.

Written from the method's description of the layers, with PyTorch's own PixelShuffle, strided and transposed convolutions,
max pool and interpolation, in the order of the description (the heads enlarge before their last convolution). Inputs
and weights are formulas over one running index, so the file holds results only.

    /usr/bin/python3 bench/oracles/paper_students_oracle.py > src/nn/__fixtures__/paperStudentsOracle.json
"""

import json
import math

import torch
import torch.nn.functional as F
from student_oracle import BATCH, CLASSES, loss, wave

COMMAND = "/usr/bin/python3 bench/oracles/paper_students_oracle.py > src/nn/__fixtures__/paperStudentsOracle.json"
IMAGE_MEAN, IMAGE_STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def conv_layer(name, k, inputs, outputs, normed=True, fan=1, biases=None):
    """Kernel (k, k, inputs, fan * outputs), bias, and scale and shift of the normalisation after it."""
    found = [(f"{name}.kernel", (k, k, inputs, fan * outputs)), (f"{name}.bias", (biases or outputs,))]
    return found + ([(f"{name}.scale", (outputs,)), (f"{name}.shift", (outputs,))] if normed else [])


class Layers:
    """One forward pass: cuts the flat vector by name, runs PyTorch's layers."""

    def __init__(self, shapes, flat, training):
        self.named, at = {}, 0
        for name, shape in shapes:
            count = math.prod(shape)
            self.named[name] = flat[at : at + count].reshape(shape)
            at += count
        self.training = training
        self.blocks = [n.removesuffix(".scale") for n, _ in shapes if n.endswith(".scale")]

    def norm(self, name, x):
        mean = variance = None
        if not self.training:
            values = wave(x.shape[1], 0.9, float(self.blocks.index(name)))
            mean, variance = values / 10, 1 + values / 5
        scale, shift = self.named[f"{name}.scale"], self.named[f"{name}.shift"]
        return F.batch_norm(x, mean, variance, scale, shift, training=self.training, eps=1e-5)

    def conv(self, name, x, stride=1):
        kernel = self.named[f"{name}.kernel"].permute(3, 2, 0, 1)
        return F.conv2d(x, kernel, self.named.get(f"{name}.bias"), stride=stride, padding=kernel.shape[-1] // 2)

    def block(self, name, x, stride=1):
        return F.relu(self.norm(name, self.conv(name, x, stride)))

    def shuffled(self, name, x):
        # Stored (row, column, channel); PyTorch shuffles (channel, row, column).
        kernel = self.named[f"{name}.kernel"].permute(3, 2, 0, 1)
        _, inputs, k, _ = kernel.shape
        kernel = kernel.reshape(2, 2, -1, inputs, k, k).permute(2, 0, 1, 3, 4, 5).reshape(-1, inputs, k, k)
        bias = self.named[f"{name}.bias"].reshape(2, 2, -1).permute(2, 0, 1).reshape(-1)
        return F.relu(self.norm(name, F.pixel_shuffle(F.conv2d(x, kernel, bias, padding=1), 2)))

    def transposed(self, name, x):
        kernel = self.named[f"{name}.kernel"]
        weight = kernel.reshape(kernel.shape[2], 2, 2, -1).permute(0, 3, 1, 2)
        return F.conv_transpose2d(x, weight, self.named[f"{name}.bias"], stride=2)


def bilinear(x, **size):
    return F.interpolate(x, mode="bilinear", align_corners=False, **size)


class Dino:
    height, width, strides, channels = 28, 42, [14] * 4, [3, 4, 5, 6]
    fusion, up, detail, mixer, head = 8, [6, 5, 4], [3, 4], 6, 5
    final = ["binary.2", "fine.2"]
    has_binary = True

    def shapes(self):
        found = []
        for i, c in enumerate(self.channels):
            found += conv_layer(f"project{i}", 1, c, self.fusion)
        for i in range(3):
            for part in (1, 2):
                found += conv_layer(f"fuse{i}.{part}", 3, self.fusion, self.fusion)
        inputs = self.fusion
        for i, c in enumerate(self.up):
            found += conv_layer(f"up{i + 1}", 3, inputs, c, fan=4, biases=4 * c)
            inputs = c
        found += conv_layer("detail1", 3, 3, self.detail[0]) + conv_layer("detail2", 3, self.detail[0], self.detail[1])
        found += conv_layer("mixer", 3, self.up[2] + self.detail[1], self.mixer)
        for name, outputs in (("binary", 2), ("fine", CLASSES + 1)):
            found += conv_layer(f"{name}.1", 3, self.mixer, self.head)
            found += conv_layer(f"{name}.2", 1, self.head, outputs, normed=False)
        return found

    def forward(self, layers, features, pixels):
        levels = [layers.block(f"project{i}", f) for i, f in enumerate(features)]
        x = levels[3]
        for i in (2, 1, 0):
            s = x + levels[i]
            g = layers.norm(f"fuse{i}.2", layers.conv(f"fuse{i}.2", layers.block(f"fuse{i}.1", s)))
            x = F.relu(s + g)
        for i in (1, 2, 3):
            x = layers.shuffled(f"up{i}", x)
        colours = pixels * 0.25 + 0.5
        mean, std = (torch.tensor(v).reshape(1, 3, 1, 1) for v in (IMAGE_MEAN, IMAGE_STD))
        detail = layers.block("detail2", layers.block("detail1", (colours - mean) / std, stride=2), stride=2)
        x = torch.cat([bilinear(x, size=detail.shape[2:]), detail], 1)
        x = layers.block("mixer", x)
        heads = []
        for name in ("binary", "fine"):
            h = layers.block(f"{name}.1", bilinear(x, scale_factor=2))
            heads.append(layers.conv(f"{name}.2", bilinear(h, scale_factor=2)))
        return torch.cat(heads, 1)


class Unet:
    height, width, strides, channels = 16, 24, [], []
    base = 4
    final = ["head"]
    has_binary = False

    def shapes(self):
        c = [self.base * f for f in (1, 2, 4, 8)]
        found = []
        for i, outputs in enumerate(c):
            found += conv_layer(f"down{i}.1", 3, 3 if i == 0 else c[i - 1], outputs)
            found += conv_layer(f"down{i}.2", 3, outputs, outputs)
        for i in (2, 1, 0):
            found += conv_layer(f"rise{i}", 1, c[i + 1], c[i], normed=False, fan=4)
            found += conv_layer(f"up{i}.1", 3, 2 * c[i], c[i]) + conv_layer(f"up{i}.2", 3, c[i], c[i])
        return found + conv_layer("head", 1, self.base, CLASSES + 1, normed=False)

    def forward(self, layers, features, pixels):
        block = lambda name, x: layers.block(f"{name}.2", layers.block(f"{name}.1", x))  # noqa: E731
        maps = [block("down0", pixels)]
        for i in (1, 2, 3):
            maps.append(block(f"down{i}", F.max_pool2d(maps[-1], 2)))
        x = maps[3]
        for i in (2, 1, 0):
            x = block(f"up{i}", torch.cat([layers.transposed(f"rise{i}", x), maps[i]], 1))
        return layers.conv("head", x)


class LightTokens:
    height, width, strides, channels = 28, 42, [14] * 3, [3, 5, 4]
    width_of = 8
    final = ["head"]
    has_binary = True

    def shapes(self):
        def block(name, k, inputs):
            c = self.width_of
            return [(f"{name}.kernel", (k, k, inputs, c)), (f"{name}.scale", (c,)), (f"{name}.shift", (c,))]

        found = []
        for i, c in enumerate(self.channels):
            found += block(f"lateral14_{i}", 1, c)
        found += block("smooth14_1", 3, self.width_of) + block("pixels", 1, 3 * 49)
        found += block("mix1", 3, self.width_of) + block("mix2", 3, self.width_of)
        return found + conv_layer("head", 1, self.width_of, 2 + CLASSES + 1, normed=False)

    def forward(self, layers, features, pixels):
        lateral = [layers.norm(f"lateral14_{i}", layers.conv(f"lateral14_{i}", f)) for i, f in enumerate(features)]
        x = lateral[2] + lateral[1]
        x = layers.block("smooth14_1", F.relu(x)) + lateral[0]
        n, c, h, w = pixels.shape
        blocks = pixels.reshape(n, c, h // 7, 7, w // 7, 7).permute(0, 3, 5, 1, 2, 4).reshape(n, 49 * c, h // 7, w // 7)
        x = F.relu(bilinear(x, scale_factor=2) + layers.norm("pixels", layers.conv("pixels", blocks)))
        for name in ("mix1", "mix2"):
            x = layers.block(name, x)
        return layers.conv("head", x)


def initial(shapes, final):
    """Kernels: wave / sqrt(fan in), of the last convolutions ten times that. Scales: 1 + wave / 5. The rest: wave / 10."""
    parts, at = [], 0
    for name, shape in shapes:
        count = math.prod(shape)
        values = wave(at + count, 0.7, 0.1)[at:]
        layer, part = name.rsplit(".", 1)
        if part == "kernel":
            values = values / math.sqrt(math.prod(shape[:3])) * (10 if layer in final else 1)
        elif part == "scale":
            values = 1 + values / 5
        else:
            values = values / 10
        parts.append(values)
        at += count
    return torch.cat(parts)


def rounded(t):
    return [float(f"{v:.7g}") for v in t.detach().reshape(-1).tolist()]


def golden(student):
    h, w = student.height, student.width
    features = []
    for level, (stride, channels) in enumerate(zip(student.strides, student.channels)):
        values = wave(BATCH * h // stride * (w // stride) * channels, 0.37 + 0.1 * level, 0.5)
        features.append(values.reshape(BATCH, h // stride, w // stride, channels).permute(0, 3, 1, 2))
    pixels = wave(BATCH * h * w * 3, 0.11, 0.2).reshape(BATCH, h, w, 3).permute(0, 3, 1, 2)
    labels = torch.zeros(BATCH, h, w, dtype=torch.long)
    labels[0, 2:9, 3:12] = 1
    labels[1, 5:12, 12:22] = 2
    labels[1, 0:3, 0:5] = 255
    barred = torch.zeros(BATCH, h, w, dtype=torch.bool)
    barred[0, :, 16:24] = True

    shapes = student.shapes()
    flat = torch.nn.Parameter(initial(shapes, student.final))
    logits = student.forward(Layers(shapes, flat, True), features, pixels)
    inferred = student.forward(Layers(shapes, flat, False), features, pixels)
    with_binary = logits if student.has_binary else torch.cat([torch.zeros_like(logits[:, :2]), logits], 1)
    total, fine, binary, changed = loss(with_binary, labels, barred)
    if not student.has_binary:
        total, binary = fine, torch.zeros(())
    total.backward()
    every, every_logit = max(1, flat.numel() // 200), max(1, logits.numel() // 200)
    return {
        "parameterCount": flat.numel(),
        "logitsShape": list(logits.permute(0, 2, 3, 1).shape),
        "everyLogit": every_logit,
        "logits": rounded(logits.permute(0, 2, 3, 1).reshape(-1)[::every_logit]),
        "inferredLogits": rounded(inferred.permute(0, 2, 3, 1).reshape(-1)[::every_logit]),
        "terms": [float(f"{v:.8g}") for v in (total.item(), fine.item(), binary.item(), changed)],
        "every": every,
        "gradient": rounded(flat.grad[::every]),
        "gradientNorm": float(f"{flat.grad.norm().item():.8g}"),
    }


if __name__ == "__main__":
    students = {"dino-boxes2pixels": Dino(), "unet": Unet(), "light": LightTokens()}
    found = {name: golden(student) for name, student in students.items()}
    print(json.dumps({"command": COMMAND, "torch": torch.__version__, **found}))
