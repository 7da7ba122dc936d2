"""Writes the two ONNX files and the manifest of `public/models` from a trained `Segmenter`.

Rules the files obey: opset 17; only Conv, Relu, Add, Mul, Concat, Resize (linear, constant scales),
DepthToSpace, ReduceMean, Gemm, Sigmoid, Cast; batch normalisation folded; weights stored as float16 and
cast to float32 in front of their use, so that no device needs half-precision arithmetic. Batch, height
and width are dynamic (height and width multiples of 32).
"""

import copy
import hashlib
import io
import json
import os
import warnings

import numpy as np
import onnx
import torch
import torch.nn as nn
from onnx import TensorProto, helper, numpy_helper
from torch.nn.utils.fusion import fuse_conv_bn_eval

from network import CHANNELS, PROMPT_CHANNELS, STRIDES, Decoder, Encoder, Segmenter, UpsampleTwice
from preprocess import CLICK_RADIUS, CLIP, CROP_FACTOR, CROP_SIDE, STD_FLOOR

ALLOWED_OPS = {"Conv", "Relu", "Add", "Mul", "Concat", "Resize", "DepthToSpace", "ReduceMean", "Gemm", "Sigmoid", "Cast"}
FEATURE_NAMES = [f"feat{stride}" for stride in STRIDES]


def dynamic_axes(name: str) -> dict:
    """Axis names of one tensor; every stride has its own, because equal names would promise equal sizes."""
    if name == "quality":
        return {0: "n"}
    suffix = name[len("feat"):] if name in FEATURE_NAMES else ""
    return {0: "n", 2: "h" + suffix, 3: "w" + suffix}


class _ResizeTwice(torch.autograd.Function):
    """Bilinear enlargement by 2 that exports as one Resize with constant scales, without shape arithmetic."""

    @staticmethod
    def forward(ctx, x):
        return torch.nn.functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)

    @staticmethod
    def symbolic(g, x):
        scales = g.op("Constant", value_t=torch.tensor([1.0, 1.0, 2.0, 2.0]))
        absent = g.op("Constant", value_t=torch.tensor([], dtype=torch.float32))
        return g.op("Resize", x, absent, scales, coordinate_transformation_mode_s="half_pixel", mode_s="linear")


class _ShuffleTwice(torch.autograd.Function):
    """Pixel shuffle by 2 that exports as one DepthToSpace."""

    @staticmethod
    def forward(ctx, x):
        return torch.nn.functional.pixel_shuffle(x, 2)

    @staticmethod
    def symbolic(g, x):
        return g.op("DepthToSpace", x, blocksize_i=2, mode_s="CRD")


class _Apply(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function.apply(x)


def fold_batch_norm(module: nn.Module) -> nn.Module:
    """Copy in evaluation mode, every (Conv2d, BatchNorm2d) pair replaced by one convolution with bias."""
    folded = copy.deepcopy(module).eval()
    for parent in list(folded.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, nn.Sequential) and len(child) == 2 and isinstance(child[1], nn.BatchNorm2d):
                setattr(parent, name, fuse_conv_bn_eval(child[0], child[1]))
    return folded


def round_weights_to_half(module: nn.Module) -> nn.Module:
    """In place: every parameter becomes the float32 nearest to its float16; what the files will hold."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(parameter.half().float())
    return module


def deployed_copy(segmenter: Segmenter) -> Segmenter:
    """The network as the app will run it: folded, evaluation mode, half-rounded weights, on float32."""
    return round_weights_to_half(fold_batch_norm(segmenter.float()))


class _DecoderByName(nn.Module):
    def __init__(self, decoder: Decoder):
        super().__init__()
        self.decoder = decoder

    def forward(self, image, prompt, feat2, feat4, feat8, feat16, feat32):
        return self.decoder(image, prompt, [feat2, feat4, feat8, feat16, feat32])


def _with_exportable_ops(module: nn.Module) -> nn.Module:
    module = copy.deepcopy(module)
    for parent in list(module.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, UpsampleTwice):
                setattr(parent, name, _Apply(_ResizeTwice))
            elif isinstance(child, nn.PixelShuffle):
                setattr(parent, name, _Apply(_ShuffleTwice))
    return module


def _to_onnx(module: nn.Module, inputs: tuple, input_names: list, output_names: list) -> onnx.ModelProto:
    buffer = io.BytesIO()
    dynamic = {name: dynamic_axes(name) for name in input_names + output_names}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # g.op() is what this torch release offers
        torch.onnx.export(
            _with_exportable_ops(module), inputs, buffer, opset_version=17,
            input_names=input_names, output_names=output_names, dynamic_axes=dynamic,
        )
    return onnx.load_model_from_string(buffer.getvalue())


def _store_weights_as_half(model: onnx.ModelProto) -> onnx.ModelProto:
    """Initialisers of 2 or more dimensions and biases become float16, followed by a Cast to float32."""
    casts = []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT:
            continue
        stored = tensor.name + "_half"
        casts.append(helper.make_node("Cast", [stored], [tensor.name], name="cast_" + tensor.name, to=TensorProto.FLOAT))
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), stored))
    nodes = casts + list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model


def _lift_constants(model: onnx.ModelProto) -> tuple:
    """Constant nodes of the Resize scales become one initialiser; the absent region of interest becomes "".

    Returns (model, whether it needs the initialiser).
    """
    kept, constants = [], {}
    for node in model.graph.node:
        if node.op_type == "Constant":
            constants[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
        else:
            kept.append(node)
    for node in kept:
        for i, name in enumerate(node.input):
            if name not in constants:
                continue
            node.input[i] = "resize_scales" if constants[name].size else ""
    scales = [v for v in constants.values() if v.size]
    assert all(np.array_equal(v, [1, 1, 2, 2]) for v in scales), "the only constants are the scales of Resize"
    del model.graph.node[:]
    model.graph.node.extend(kept)
    return model, bool(scales)


def _drop_identities(model: onnx.ModelProto) -> onnx.ModelProto:
    """The exporter shares equal weights through Identity nodes; their readers read the source instead."""
    source = {node.output[0]: node.input[0] for node in model.graph.node if node.op_type == "Identity"}
    kept = [node for node in model.graph.node if node.op_type != "Identity"]
    for node in kept:
        for i, name in enumerate(node.input):
            while name in source:
                name = source[name]
            node.input[i] = name
    del model.graph.node[:]
    model.graph.node.extend(kept)
    return model


def _finish(model: onnx.ModelProto) -> onnx.ModelProto:
    model = _drop_identities(model)
    model, has_scales = _lift_constants(model)
    model = _store_weights_as_half(model)
    if has_scales:
        model.graph.initializer.append(numpy_helper.from_array(np.array([1, 1, 2, 2], np.float32), "resize_scales"))
    ops = {node.op_type for node in model.graph.node}
    assert ops <= ALLOWED_OPS, f"unexpected operations {sorted(ops - ALLOWED_OPS)}"
    model.producer_name, model.producer_version = "maskwright", "2"
    onnx.checker.check_model(model)
    return model


def export_models(segmenter: Segmenter, folder: str) -> dict:
    """Writes both files; returns {"encoder": {file, bytes, sha256}, "decoder": {...}}."""
    network = deployed_copy(segmenter)
    image = torch.zeros(2, 3, 64, 96)
    prompt = torch.zeros(2, len(PROMPT_CHANNELS), 64, 96)
    with torch.no_grad():
        features = network.encoder(image, prompt)
    encoder = _to_onnx(network.encoder, (image, prompt), ["image", "prompt"], FEATURE_NAMES)
    decoder = _to_onnx(_DecoderByName(network.decoder), (image, prompt, *features), ["image", "prompt"] + FEATURE_NAMES, ["logits", "quality"])
    os.makedirs(folder, exist_ok=True)
    files = {}
    for name, model in (("encoder", encoder), ("decoder", decoder)):
        content = _finish(model).SerializeToString()
        file = f"embedded-{name}.onnx"
        with open(os.path.join(folder, file), "wb") as out:
            out.write(content)
        files[name] = {"file": file, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return files


TEACHER = {
    "name": "MobileNetV2 1.0 224, ImageNet-1k (feature maps, de-quantised weights)",
    "repository": "https://github.com/google-coral/test_data",
    "commit": "104342d2d3480b3e66203073dac24f4e2dbb4c41",
    "file": "tf2_mobilenet_v2_1.0_224_ptq.tflite",
    "sha256": "5d3137241276e79c86d14a74fe43581398ae0e815191d3dba45495b810840e8c",
    "license": "Apache-2.0",
}


def write_manifest(folder: str, files: dict, training: dict, calibration: dict) -> None:
    """`manifest.json`: names, sizes, hashes, tensors, preprocessing, calibration and provenance."""
    model = {
        "id": "embedded",
        "title": "Maskwright embedded",
        "modelVersion": 2,
        "license": "Apache-2.0",
        "files": files,
        "input": {"cropSide": CROP_SIDE, "cropFactor": CROP_FACTOR, "multipleOf": 32},
        "prompt": {"channels": list(PROMPT_CHANNELS), "clickRadius": CLICK_RADIUS},
        "tensors": {
            "image": "image",
            "prompt": "prompt",
            "features": [
                {"name": name, "stride": stride, "channels": channels}
                for name, stride, channels in zip(FEATURE_NAMES, STRIDES, CHANNELS)
            ],
            "logits": "logits",
            "quality": "quality",
        },
        "standardise": {"rule": "scalar-luminance-median-std", "stdFloor": STD_FLOOR, "clip": CLIP},
        "calibration": calibration,
        "teacher": TEACHER,
        "training": training,
    }
    with open(os.path.join(folder, "manifest.json"), "w") as out:
        json.dump({"version": 1, "models": [model]}, out, indent=2)
        out.write("\n")
