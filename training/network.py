"""The embedded network: one encoder with two uses, and a decoder that draws masks.

Encoder  (B, 3, H, W) picture [+ (B, P, H, W) prompt] -> five feature maps, strides 2..32.
Decoder  picture + prompt + the five maps -> logits (B, 1, H, W) at full resolution, quality (B, 1) in 0..1.

Without a prompt (all zeros) the encoder is the frozen backbone of students and activation maps; with
one it is the promptable segmenter. The prompt enters behind the stem through a bias-free convolution
that starts at zero, so "zeros" means exactly "no prompt" at any time of the training. The decoder sees
the prompt again at its finest level, so that a click or the side of a box acts with the sharpness it was drawn.

Only dense 3x3 and 1x1 convolutions: depthwise ones are an order of magnitude slower per operation on
the processors this is trained on, and they quantise badly.
"""

import torch
import torch.nn as nn
import torch.nn.functional as F

STRIDES = (2, 4, 8, 16, 32)
CHANNELS = (24, 48, 96, 160, 224)
BLOCKS = (1, 1, 2, 2, 1)
DECODER_CHANNELS = 48
# box: 1 inside; positive, negative: discs of clicks; previous: the last answer's probability. All on the crop's grid.
PROMPT_CHANNELS = ("box", "positive", "negative", "previous")


def conv_bn(inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    """Convolution with "same" padding, then batch normalisation (folded into it at export)."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
    )


class ResidualBlock(nn.Module):
    """relu(x + conv(relu(conv(x)))): both convolutions 3x3, width unchanged."""

    def __init__(self, channels: int):
        super().__init__()
        self.first = conv_bn(channels, channels)
        self.second = conv_bn(channels, channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.relu(x + self.second(F.relu(self.first(x))))


class Stage(nn.Module):
    """Halves the resolution, changes the width, then refines with residual blocks."""

    def __init__(self, inputs: int, outputs: int, blocks: int):
        super().__init__()
        self.down = conv_bn(inputs, outputs, stride=2)
        self.blocks = nn.Sequential(*[ResidualBlock(outputs) for _ in range(blocks)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.blocks(F.relu(self.down(x)))


class Encoder(nn.Module):
    """Standardised picture (B, 3, H, W), prompt (B, P, H, W) -> [feat2, feat4, feat8, feat16, feat32].

    H and W are multiples of 32. `prompt=None` is the fast way to say "all zeros".
    """

    def __init__(self, prompt_channels: int = len(PROMPT_CHANNELS)):
        super().__init__()
        self.stem = conv_bn(3, CHANNELS[0], kernel=5, stride=2)
        self.prompt_stem = nn.Conv2d(prompt_channels, CHANNELS[0], 5, 2, 2, bias=False)
        nn.init.zeros_(self.prompt_stem.weight)
        self.refine = nn.Sequential(*[ResidualBlock(CHANNELS[0]) for _ in range(BLOCKS[0])])
        self.stages = nn.ModuleList(
            Stage(CHANNELS[i - 1], CHANNELS[i], BLOCKS[i]) for i in range(1, len(CHANNELS))
        )

    def forward(self, image: torch.Tensor, prompt: torch.Tensor = None) -> list:
        x = self.stem(image)  # (B, 24, H/2, W/2)
        if prompt is not None:
            x = x + self.prompt_stem(prompt)
        features = [self.refine(F.relu(x))]
        for stage in self.stages:
            features.append(stage(features[-1]))
        return features


class UpsampleTwice(nn.Module):
    """Bilinear enlargement by 2, half-pixel centres. A module so that the exporter can replace it."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


def halve_conv(channels: int) -> nn.Conv2d:
    """A 2x2 convolution with stride 2 that starts as the mean of 2x2 pixels, channel by channel."""
    conv = nn.Conv2d(channels, channels, 2, 2, bias=True)
    with torch.no_grad():
        conv.weight.zero_()
        conv.bias.zero_()
        for channel in range(channels):
            conv.weight[channel, channel] = 0.25
    return conv


def unshuffle_conv(channels: int) -> nn.Conv2d:
    """A 2x2 convolution with stride 2 that starts as pixel-unshuffle: C channels -> 4 C at half size.

    It hands the decoder every input pixel, so that thin cracks keep their edges although the
    decoder works at stride 2.
    """
    conv = nn.Conv2d(channels, 4 * channels, 2, 2, bias=True)
    with torch.no_grad():
        conv.weight.zero_()
        conv.bias.zero_()
        for channel in range(channels):
            for offset in range(4):
                conv.weight[channel * 4 + offset, channel, offset // 2, offset % 2] = 1.0
    return conv


class Decoder(nn.Module):
    """Top-down decoder: 48 channels from stride 32 to stride 2, then pixel shuffle to full size.

    The quality head predicts the IoU of the thresholded mask from two pooled vectors: the coarse
    context, and the finest features averaged with the mask's own probabilities as weights.
    """

    def __init__(self, prompt_channels: int = len(PROMPT_CHANNELS)):
        super().__init__()
        width = DECODER_CHANNELS
        self.laterals = nn.ModuleList(nn.Conv2d(c, width, 1) for c in CHANNELS)
        self.merges = nn.ModuleList(conv_bn(width, width) for _ in CHANNELS[1:-1])  # strides 4, 8, 16
        self.upsample = UpsampleTwice()
        self.context = ResidualBlock(width)  # at stride 4: shape of printed tracks, the run of an edge past a break
        self.pixels = unshuffle_conv(3)
        self.prompt_pixels = halve_conv(prompt_channels)
        self.fine = conv_bn(width + 12 + prompt_channels, width)
        self.finer = conv_bn(width, 32)
        self.to_logits = nn.Conv2d(32, 4, 3, 1, 1)
        self.shuffle = nn.PixelShuffle(2)
        self.quality_hidden = nn.Linear(width + 32, 48)
        self.quality_out = nn.Linear(48, 1)

    def forward(self, image: torch.Tensor, prompt: torch.Tensor, features: list) -> tuple:
        top = self.laterals[4](features[4])  # (B, 48, H/32, W/32)
        x = F.relu(top)
        for level in (3, 2, 1):
            x = self.upsample(x) + self.laterals[level](features[level])
            x = F.relu(self.merges[level - 1](F.relu(x)))
        x = self.context(x)
        x = F.relu(self.upsample(x) + self.laterals[0](features[0]))  # (B, 48, H/2, W/2)
        x = F.relu(self.fine(torch.cat([x, self.pixels(image), self.prompt_pixels(prompt)], 1)))
        x = F.relu(self.finer(x))  # (B, 32, H/2, W/2)
        logits4 = self.to_logits(x)  # (B, 4, H/2, W/2)
        weight = torch.sigmoid(logits4).mean(dim=1, keepdim=True)
        pooled = torch.cat([top.mean(dim=(2, 3)), (x * weight).mean(dim=(2, 3))], 1)  # (B, 80)
        quality = torch.sigmoid(self.quality_out(F.relu(self.quality_hidden(pooled))))
        return self.shuffle(logits4.contiguous()), quality


class Segmenter(nn.Module):
    """Encoder and decoder together: (image, prompt) -> (logits, quality)."""

    def __init__(self, prompt_channels: int = len(PROMPT_CHANNELS)):
        super().__init__()
        self.encoder = Encoder(prompt_channels)
        self.decoder = Decoder(prompt_channels)

    def forward(self, image: torch.Tensor, prompt: torch.Tensor) -> tuple:
        return self.decoder(image, prompt, self.encoder(image, prompt))

    def load_taught(self, state: dict) -> None:
        """The encoder of stage 1. Its prompt convolution is still zero there, and the decoder untrained: both stay as they are here."""
        taught = {name: value for name, value in state.items() if name.startswith("encoder.") and not name.startswith("encoder.prompt_stem.")}
        missing, unexpected = self.load_state_dict(taught, strict=False)
        left = [name for name in missing if not name.startswith(("decoder.", "encoder.prompt_stem."))]
        if left or unexpected:
            raise ValueError(f"the taught encoder does not fit: {left + unexpected}")


def count_parameters(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())
