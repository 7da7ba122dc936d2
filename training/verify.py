"""Runs the exported files as they lie on disk and compares them with torch.

No ONNX runtime is needed for the recipe: the files use the few operations of `ALLOWED_OPS`, so an interpreter is short.
It reads the stored bytes, so a wrong cast, a lost weight or a renamed tensor shows. The app's own tests compare
golden.json with onnxruntime.
"""

import os

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper

from export import FEATURE_NAMES

TOLERANCE = 1e-3


def _attributes(node) -> dict:
    return {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}


def _apply(kind: str, inputs: list, given: dict) -> torch.Tensor:
    if kind == "Conv":
        top, left, bottom, right = given["pads"]
        if (top, left) != (bottom, right) or given.get("group", 1) != 1:
            raise ValueError("the files hold dense convolutions with even padding only")
        return F.conv2d(*inputs, stride=given["strides"], padding=(top, left))
    if kind == "Resize":
        return F.interpolate(inputs[0], scale_factor=2, mode="bilinear", align_corners=False)
    if kind == "DepthToSpace":
        return F.pixel_shuffle(inputs[0], given["blocksize"])
    if kind == "ReduceMean":
        return inputs[0].mean(dim=tuple(given["axes"]), keepdim=bool(given.get("keepdims", 1)))
    if kind == "Gemm":
        weight = inputs[1].T if given.get("transB", 0) else inputs[1]
        return inputs[0] @ weight + inputs[2]
    if kind == "Concat":
        return torch.cat(inputs, given["axis"])
    if kind == "Cast":
        return inputs[0].float()
    simple = {"Relu": F.relu, "Sigmoid": torch.sigmoid, "Add": torch.add, "Mul": torch.mul}
    return simple[kind](*inputs)


def run_file(path: str, inputs: dict) -> dict:
    """{output name: tensor} of an exported file for {input name: tensor}."""
    graph = onnx.load(path).graph
    wanted = {i.name for i in graph.input}
    if wanted != set(inputs):
        raise ValueError(f"{path} takes {sorted(wanted)}, given {sorted(inputs)}")
    values = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in graph.initializer}
    values.update(inputs)
    with torch.no_grad():
        for node in graph.node:
            values[node.output[0]] = _apply(node.op_type, [values[name] for name in node.input if name], _attributes(node))
    return {o.name: values[o.name] for o in graph.output}


def prompts_to_compare(side: int) -> torch.Tensor:
    """(3, 4, side, side): a box; the box with clicks and a previous answer; nothing at all."""
    prompt = torch.zeros(3, 4, side, side)
    prompt[:2, 0, side // 5:-side // 5, side // 4:-side // 4] = 1
    prompt[1, 1, 30:38, 40:48] = 1
    prompt[1, 2, 50:58, 60:68] = 1
    prompt[1, 3] = torch.rand(side, side, generator=torch.Generator().manual_seed(1))
    return prompt


def largest_difference(network, folder: str, side: int = 128) -> dict:
    """{"logits", "quality"}: max |file - torch| over three prompts. network: deployed copy."""
    image = torch.randn(3, 3, side, side, generator=torch.Generator().manual_seed(0))
    prompt = prompts_to_compare(side)
    with torch.no_grad():
        logits, quality = network(image, prompt)
    features = run_file(os.path.join(folder, "embedded-encoder.onnx"), {"image": image, "prompt": prompt})
    if list(features) != FEATURE_NAMES:
        raise ValueError(f"the encoder answers {list(features)}")
    answer = run_file(os.path.join(folder, "embedded-decoder.onnx"), {"image": image, "prompt": prompt, **features})
    expected = {"logits": logits, "quality": quality}
    return {name: float(np.abs((answer[name] - value).numpy()).max()) for name, value in expected.items()}


def check_files(network, folder: str) -> None:
    """Raises when a file does not say what torch says."""
    found = largest_difference(network, folder)
    print("exported files against torch, largest difference:", found)
    if max(found.values()) >= TOLERANCE:
        raise ValueError(f"the exported files differ from torch: {found}")
