"""The teacher: MobileNetV2 feature maps, read from ONNX and run by torch.

The graph uses five operations, so a small interpreter is simpler than a second runtime. The weights stay
outside this repository; see training/README.md for their origin, licence and hash.
"""

import os

import numpy as np
import onnx
import torch
import torch.nn as nn
import torch.nn.functional as F
from onnx import numpy_helper

TEACHER_FILE = os.path.join(
    os.path.dirname(os.path.abspath(__file__)),
    "../../shared/models/mobilenet_v2_imagenet/mobilenet_v2_1.0_features_fp16w.onnx",
)
TEACHER_NAMES = ("feat4", "feat8", "feat16", "feat32")
TEACHER_CHANNELS = (24, 32, 96, 320)


class Teacher(nn.Module):
    """RGB in 0..1, (B, 3, H, W), multiples of 32 -> [feat4, feat8, feat16, feat32] of TEACHER_CHANNELS."""

    def __init__(self, path: str = TEACHER_FILE):
        super().__init__()
        graph = onnx.load(path).graph
        stored = {t.name: torch.from_numpy(numpy_helper.to_array(t).astype(np.float32)) for t in graph.initializer}
        self.steps = []
        for node in graph.node:
            if node.op_type == "Cast":
                stored[node.output[0]] = stored[node.input[0]]
                continue
            if node.op_type == "Conv":
                attributes = {a.name: (list(a.ints) or a.i) for a in node.attribute}
                weight = stored[node.input[1]].contiguous(memory_format=torch.channels_last)
                self.register_buffer(f"weight{len(self.steps)}", weight)
                self.register_buffer(f"bias{len(self.steps)}", stored[node.input[2]])
                self.steps.append(("conv", node.input[0], node.output[0], attributes))
            elif node.op_type == "Clip":
                self.steps.append(("clip", node.input[0], node.output[0], None))
            elif node.op_type == "Add":
                self.steps.append(("add", tuple(node.input), node.output[0], None))
            else:
                raise ValueError(f"the interpreter knows Cast, Conv, Clip and Add, not {node.op_type}")
        self.input_name = graph.input[0].name

    @torch.no_grad()
    def forward(self, rgb: torch.Tensor) -> list:
        values = {self.input_name: (rgb * 2 - 1).contiguous(memory_format=torch.channels_last)}
        for i, (kind, source, target, attributes) in enumerate(self.steps):
            if kind == "clip":
                values[target] = values[source].clamp(0, 6)
            elif kind == "add":
                values[target] = values[source[0]] + values[source[1]]
            else:
                x = values[source]
                top, left, bottom, right = attributes["pads"]
                padding = (top, left)
                if (top, left) != (bottom, right):
                    x, padding = F.pad(x, (left, right, top, bottom)), 0
                weight, bias = getattr(self, f"weight{i}"), getattr(self, f"bias{i}")
                values[target] = F.conv2d(x, weight, bias, attributes["strides"], padding, 1, attributes["group"])
        return [values[name] for name in TEACHER_NAMES]


class TeachingLoss(nn.Module):
    """Smooth-L1 between 1x1 projections of our features and the standardised features of the teacher.

    Each teacher channel is standardised by its own mean and deviation over procedural pictures, so that
    no level and no channel dominates. Targets are clipped at 6 deviations.
    """

    LEVEL_WEIGHTS = (1.0, 1.0, 1.0, 1.0)

    def __init__(self, student_channels):
        super().__init__()
        self.projections = nn.ModuleList(nn.Conv2d(s, t, 1) for s, t in zip(student_channels, TEACHER_CHANNELS))
        for level, channels in enumerate(TEACHER_CHANNELS):
            self.register_buffer(f"mean{level}", torch.zeros(1, channels, 1, 1))
            self.register_buffer(f"std{level}", torch.ones(1, channels, 1, 1))

    def measure(self, batches: list) -> None:
        """Sets the standardisation from a list of teacher outputs."""
        for level in range(len(TEACHER_CHANNELS)):
            values = torch.cat([b[level].float().transpose(0, 1).flatten(1) for b in batches], 1)
            getattr(self, f"mean{level}").copy_(values.mean(1).view(1, -1, 1, 1))
            getattr(self, f"std{level}").copy_(values.std(1).clamp(min=1e-3).view(1, -1, 1, 1))

    def forward(self, features: list, taught: list) -> tuple:
        """features: our [feat4..feat32]; taught: the teacher's. Returns (loss, [R2 per level])."""
        loss, explained = 0.0, []
        for level, weight in enumerate(self.LEVEL_WEIGHTS):
            target = ((taught[level].float() - getattr(self, f"mean{level}")) / getattr(self, f"std{level}")).clamp(-6, 6)
            predicted = self.projections[level](features[level]).float()
            loss = loss + weight * F.smooth_l1_loss(predicted, target)
            with torch.no_grad():
                explained.append(float(1 - ((predicted - target) ** 2).mean() / target.var()))
        return loss, explained
