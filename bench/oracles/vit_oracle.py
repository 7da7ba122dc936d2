"""Golden numbers for the vision transformer and the gradients of its biases and norms, from PyTorch.

An implementation of its own, written from the description of DINOv2 (boxes2pixels.md section 4); it shares no code with the
application. Inputs and weights are formulas, so the file holds results only.

    /usr/bin/python3 bench/oracles/vit_oracle.py > src/nn/__fixtures__/vitOracle.json
"""

import json
import math

import torch
import torch.nn.functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

COMMAND = "/usr/bin/python3 bench/oracles/vit_oracle.py > src/nn/__fixtures__/vitOracle.json"
PATCH, DIM, DEPTH, MLP, HEADS, GRID = 4, 16, 4, 40, 2, 4
BATCH, ROWS, COLUMNS, TAPS = 2, 3, 5, [0, 2]


def wave(count, a, b):
    """The formula that the test repeats: sin(a i + b) + 0.3 cos(0.013 i)."""
    i = torch.arange(count)
    return torch.sin(a * i + b) + 0.3 * torch.cos(0.013 * i)


def shapes(registers):
    """Tensors in PyTorch's layout under the names of facebookresearch/dinov2."""
    found = [("cls_token", (1, 1, DIM))]
    if registers > 0:
        found.append(("register_tokens", (1, registers, DIM)))
    found += [("pos_embed", (1, 1 + GRID * GRID, DIM)), ("patch_embed.proj.weight", (DIM, 3, PATCH, PATCH)), ("patch_embed.proj.bias", (DIM,))]
    for i in range(DEPTH):
        b = f"blocks.{i}."
        found += [(b + "norm1.weight", (DIM,)), (b + "norm1.bias", (DIM,)), (b + "attn.qkv.weight", (3 * DIM, DIM)), (b + "attn.qkv.bias", (3 * DIM,)),
                  (b + "attn.proj.weight", (DIM, DIM)), (b + "attn.proj.bias", (DIM,)), (b + "ls1.gamma", (DIM,)), (b + "norm2.weight", (DIM,)),
                  (b + "norm2.bias", (DIM,)), (b + "mlp.fc1.weight", (MLP, DIM)), (b + "mlp.fc1.bias", (MLP,)), (b + "mlp.fc2.weight", (DIM, MLP)),
                  (b + "mlp.fc2.bias", (DIM,)), (b + "ls2.gamma", (DIM,))]
    return found + [("norm.weight", (DIM,)), ("norm.bias", (DIM,))]


def initial(registers):
    """Matrices: 2 wave / sqrt(fan in). Norm weights and LayerScale: 1 + wave / 5. The rest: wave / 2. One running index over all."""
    weights, at = {}, 0
    for name, shape in shapes(registers):
        count = math.prod(shape)
        values = wave(at + count, 0.7, 0.1)[at:]
        at += count
        if name.endswith(("norm1.weight", "norm2.weight", "gamma")) or name == "norm.weight":
            values = 1 + values / 5
        elif name.endswith(".weight"):
            values = 2 * values / math.sqrt(math.prod(shape[1:]))
        else:
            values = values / 2
        weights[name] = values.reshape(shape).clone()
    return weights


def positions(table, rows, columns, rule):
    grid = table[:, 1:].reshape(1, GRID, GRID, DIM).permute(0, 3, 1, 2)
    if rule == "antialias":
        moved = F.interpolate(grid, size=(rows, columns), mode="bicubic", align_corners=False, antialias=True)
    elif rule == "plain":
        moved = F.interpolate(grid, size=(rows, columns), mode="bicubic", align_corners=False)
    else:
        scale = ((rows + 0.1) / GRID, (columns + 0.1) / GRID)
        moved = F.interpolate(grid, scale_factor=scale, mode="bicubic")
    assert moved.shape[-2:] == (rows, columns)
    return torch.cat([table[:, :1], moved.permute(0, 2, 3, 1).reshape(1, rows * columns, DIM)], 1)


def forward(w, x, registers, rule):
    tokens = F.conv2d(x, w["patch_embed.proj.weight"], w["patch_embed.proj.bias"], stride=PATCH).flatten(2).transpose(1, 2)
    t = torch.cat([w["cls_token"].expand(BATCH, -1, -1), tokens], 1) + positions(w["pos_embed"], ROWS, COLUMNS, rule)
    if registers > 0:
        t = torch.cat([t[:, :1], w["register_tokens"].expand(BATCH, -1, -1), t[:, 1:]], 1)
    maps = []
    for i in range(TAPS[-1] + 1):
        b = f"blocks.{i}."
        y = F.layer_norm(t, (DIM,), w[b + "norm1.weight"], w[b + "norm1.bias"], 1e-6)
        q, k, v = F.linear(y, w[b + "attn.qkv.weight"], w[b + "attn.qkv.bias"]).reshape(BATCH, -1, 3, HEADS, DIM // HEADS).permute(2, 0, 3, 1, 4)
        a = torch.softmax(q @ k.transpose(-2, -1) / math.sqrt(DIM // HEADS), -1) @ v
        y = F.linear(a.transpose(1, 2).reshape(BATCH, -1, DIM), w[b + "attn.proj.weight"], w[b + "attn.proj.bias"])
        t = t + y * w[b + "ls1.gamma"]
        y = F.layer_norm(t, (DIM,), w[b + "norm2.weight"], w[b + "norm2.bias"], 1e-6)
        y = F.linear(F.gelu(F.linear(y, w[b + "mlp.fc1.weight"], w[b + "mlp.fc1.bias"])), w[b + "mlp.fc2.weight"], w[b + "mlp.fc2.bias"])
        t = t + y * w[b + "ls2.gamma"]
        if i in TAPS:
            maps.append(F.layer_norm(t, (DIM,), w["norm.weight"], w["norm.bias"], 1e-6)[:, 1 + registers:].reshape(BATCH, ROWS, COLUMNS, DIM))
    return maps


def rounded(t):
    return [float(f"{v:.7g}") for v in t.flatten().tolist()]


def main():
    x = wave(BATCH * 3 * ROWS * PATCH * COLUMNS * PATCH, 0.37, 0.5).reshape(BATCH, 3, ROWS * PATCH, COLUMNS * PATCH)
    cases = []
    for registers, rule in [(0, "offset"), (0, "plain"), (3, "antialias")]:
        w = initial(registers)
        trained = [name for name in w if "bias" in name or "norm" in name]
        for name in trained:
            w[name].requires_grad_(True)
        maps = forward(w, x, registers, rule)
        # A loss that weighs every value differently: sum of map * wave.
        at = wave(sum(m.numel() for m in maps), 0.9, 0.2)
        loss, start = 0, 0
        for m in maps:
            loss = loss + (m.flatten() * at[start:start + m.numel()]).sum()
            start += m.numel()
        loss.backward()
        case = {"registers": registers, "rule": rule, "loss": float(loss)}
        if rule != "plain":
            case["gradients"] = {name: rounded(w[name].grad) for name in trained if w[name].grad is not None}
        # Sums over the channels of each token, and the first picture's middle token in full: enough to see any misplaced value.
        case["sums"] = [rounded((m * wave(DIM, 1.1, 0.3)).sum(-1)) for m in maps]
        case["middle"] = [rounded(m[0, 1, 2]) for m in maps]
        cases.append(case)
    print(json.dumps({"command": COMMAND, "cases": cases}))


if __name__ == "__main__":
    main()
