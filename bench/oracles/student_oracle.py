"""Golden numbers for the student `light` and its training step, from PyTorch.

An implementation of its own, written from the method's description (losses) and from the decoder's list of layers; it
shares no code with the application. Inputs and weights are formulas, so the file holds results only.

    /usr/bin/python3 bench/oracles/student_oracle.py > src/nn/__fixtures__/lightOracle.json
"""

import json
import math

import torch
import torch.nn.functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

COMMAND = "/usr/bin/python3 bench/oracles/student_oracle.py > src/nn/__fixtures__/lightOracle.json"
LEVELS = [(4, 3), (8, 5), (16, 4)]  # stride, channels
CHANNELS, CLASSES, BATCH, HEIGHT, WIDTH = 16, 2, 2, 16, 32
OUTPUTS = 2 + CLASSES + 1
WEIGHTS, BETA, EPS, BINARY_WEIGHT = [0.4, 4.0, 2.0], 0.4, 1e-6, 0.5
TAU, CAP = 0.6, 0.08  # the second image exceeds this cap, the first does not
LR, DECAY, CLIP = 2e-3, 1e-2, 1.0


def wave(count, a, b):
    """The formula that the test repeats: sin(a i + b) + 0.3 cos(0.013 i)."""
    i = torch.arange(count)
    return torch.sin(a * i + b) + 0.3 * torch.cos(0.013 * i)


def shapes():
    def block(name, k, inputs):
        return [(f"{name}.kernel", (k, k, inputs, CHANNELS)), (f"{name}.scale", (CHANNELS,)), (f"{name}.shift", (CHANNELS,))]

    found = []
    for stride, channels in LEVELS:
        found += block(f"lateral{stride}", 1, channels)
    for stride, _ in LEVELS[1:-1]:
        found += block(f"smooth{stride}", 3, CHANNELS)
    found += block("pixels", 1, 3 * 16)
    found += block("mix1", 3, CHANNELS) + block("mix2", 3, CHANNELS)
    return found + [("head.kernel", (1, 1, CHANNELS, OUTPUTS)), ("head.bias", (OUTPUTS,))]


def initial():
    """Kernels: wave / sqrt(fan in), the head's thirty times that, so that it is sure of some pixels. Scales: 1 + wave / 5. Shifts and bias: wave / 10. One running index over all."""
    parts, at = [], 0
    for name, shape in shapes():
        count = math.prod(shape)
        values = wave(at + count, 0.7, 0.1)[at:]
        if name.endswith("kernel"):
            values = values / math.sqrt(shape[0] * shape[1] * shape[2]) * (30 if name == "head.kernel" else 1)
        elif name.endswith("scale"):
            values = 1 + values / 5
        else:
            values = values / 10
        parts.append(values)
        at += count
    return torch.cat(parts)


def cut(flat):
    named, at = {}, 0
    for name, shape in shapes():
        count = math.prod(shape)
        named[name] = flat[at : at + count].reshape(shape)
        at += count
    return named


def running(name):
    """Running statistics of a block, for inference: mean wave / 10, variance 1 + wave / 5, b counting the blocks."""
    blocks = [n.removesuffix(".kernel") for n, _ in shapes() if n.endswith(".kernel") and n != "head.kernel"]
    values = wave(CHANNELS, 0.9, float(blocks.index(name)))
    return values / 10, 1 + values / 5


def forward(p, features, pixels, training=True, observed=None):
    """features: NCHW per level, finest first; pixels: (N, 3, H, W), standardised. -> logits (N, OUTPUTS, H / 4, W / 4)."""

    def conv(name, x):
        kernel = p[f"{name}.kernel"].permute(3, 2, 0, 1)
        return F.conv2d(x, kernel, padding=kernel.shape[-1] // 2)

    def norm(name, x):
        if observed is not None:
            observed[name] = (x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False))
        mean, variance = (None, None) if training else running(name)
        return F.batch_norm(x, mean, variance, p[f"{name}.scale"], p[f"{name}.shift"], training=training, eps=1e-5)

    def up(x):
        return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)

    def lateral(i):
        name = f"lateral{LEVELS[i][0]}"
        return norm(name, conv(name, features[i]))

    x = lateral(len(LEVELS) - 1)
    for i in range(len(LEVELS) - 2, -1, -1):
        x = up(x) + lateral(i)
        if i > 0:
            name = f"smooth{LEVELS[i][0]}"
            x = F.relu(norm(name, conv(name, F.relu(x))))
    # Blocks of 4 x 4 pixels as channels, (dy * 4 + dx) * 3 + colour.
    n, c, h, w = pixels.shape
    blocks = pixels.reshape(n, c, h // 4, 4, w // 4, 4).permute(0, 3, 5, 1, 2, 4).reshape(n, 16 * c, h // 4, w // 4)
    x = F.relu(x + norm("pixels", conv("pixels", blocks)))
    for name in ("mix1", "mix2"):
        x = F.relu(norm(name, conv(name, x)))
    return F.conv2d(x, p["head.kernel"].permute(3, 2, 0, 1), p["head.bias"])


def loss(logits, labels, barred):
    """The losses as the method's description has them, with ignore (255), the cap and barred pixels."""
    z = F.interpolate(logits, size=labels.shape[1:], mode="bilinear", align_corners=False)
    z_bin, z_fine = z[:, :2], z[:, 2:]
    with torch.no_grad():
        corrected = labels.clone()
        q, k = z_fine.softmax(1).max(1)
        for n in range(len(labels)):
            background = labels[n] == 0
            change = background & (k[n] > 0) & (q[n] > TAU) & ~barred[n]
            if change.sum() <= CAP * background.sum():
                corrected[n][change] = k[n][change]
    valid = labels != 255
    ce = F.cross_entropy(z_fine, corrected.clamp(max=CLASSES), reduction="none")
    w = torch.tensor(WEIGHTS)[corrected.clamp(max=CLASSES)]
    fine = (w * ce)[valid].sum() / valid.sum()
    a = z_bin.softmax(1)[:, 1][valid]
    t = ((labels > 0) & valid)[valid].double()
    i = (a * t).sum()
    fp, fn = a.sum() - i, t.sum() - i
    binary = 1 - (i + EPS) / (i + BETA * fp + fn + EPS)
    total = BINARY_WEIGHT * binary + (1 - BINARY_WEIGHT) * fine
    return total, fine, binary, (corrected != labels).sum().item()


def main():
    features = []
    for level, (stride, channels) in enumerate(LEVELS):
        h, w = HEIGHT // stride, WIDTH // stride
        values = wave(BATCH * h * w * channels, 0.37 + 0.1 * level, 0.5)
        features.append(values.reshape(BATCH, h, w, channels).permute(0, 3, 1, 2))
    pixels = wave(BATCH * HEIGHT * WIDTH * 3, 0.11, 0.2).reshape(BATCH, HEIGHT, WIDTH, 3).permute(0, 3, 1, 2)
    labels = torch.zeros(BATCH, HEIGHT, WIDTH, dtype=torch.long)
    labels[0, 2:9, 3:12] = 1
    labels[1, 5:12, 20:30] = 2
    labels[1, 0:3, 0:5] = 255
    barred = torch.zeros(BATCH, HEIGHT, WIDTH, dtype=torch.bool)
    barred[0, :, 16:24] = True

    flat = torch.nn.Parameter(initial())
    observed = {}
    inferred = forward(cut(flat), features, pixels, training=False)
    logits = forward(cut(flat), features, pixels, observed=observed)
    total, fine, binary, changed = loss(logits, labels, barred)
    total.backward()
    gradient = flat.grad.clone()
    norm = gradient.norm().item()
    steps = []
    optimiser = torch.optim.AdamW([flat], lr=LR, weight_decay=DECAY)
    for _ in range(3):
        optimiser.zero_grad()
        value = loss(forward(cut(flat), features, pixels), labels, barred)[0]
        value.backward()
        torch.nn.utils.clip_grad_norm_([flat], CLIP)
        optimiser.step()
        steps.append(value.item())

    def rounded(t):
        return [float(f"{v:.7g}") for v in t.detach().reshape(-1).tolist()]

    every = max(1, flat.numel() // 200)
    print(
        json.dumps(
            {
                "command": COMMAND,
                "torch": torch.__version__,
                "logits": rounded(logits.permute(0, 2, 3, 1)),
                "inferredLogits": rounded(inferred.permute(0, 2, 3, 1)),
                "mix2Mean": rounded(observed["mix2"][0]),
                "mix2Variance": rounded(observed["mix2"][1]),
                "terms": [float(f"{v:.8g}") for v in (total.item(), fine.item(), binary.item(), changed)],
                "parameterCount": flat.numel(),
                "every": every,
                "gradient": rounded(gradient[::every]),
                "gradientNorm": float(f"{norm:.8g}"),
                "stepLosses": [float(f"{v:.8g}") for v in steps],
                "parametersAfter": rounded(flat[::every]),
            }
        )
    )


if __name__ == "__main__":
    main()
