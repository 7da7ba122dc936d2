"""Milliseconds of the embedded network in PyTorch: the yardstick of `npm run bench -- speed`.

The same layers as the ONNX files (batch normalisation folded, float32), random weights: speed does not depend on them.

    /usr/bin/python3 bench/oracles/network_speed.py --threads 2 --rounds 30
"""

import argparse
import json
import os
import sys
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
sys.path.insert(0, os.path.join(ROOT, "training"))

import torch  # noqa: E402

from export import fold_batch_norm  # noqa: E402
from network import PROMPT_CHANNELS, Segmenter  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--side", type=int, default=128)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    network = fold_batch_norm(Segmenter()).eval().to(memory_format=torch.channels_last)
    image = torch.randn(1, 3, options.side, options.side).contiguous(memory_format=torch.channels_last)
    prompt = torch.randn(1, len(PROMPT_CHANNELS), options.side, options.side)
    encode, decode = [], []
    with torch.no_grad():
        for round_number in range(options.rounds + 3):
            began = time.perf_counter()
            features = network.encoder(image, prompt)
            encoded = time.perf_counter()
            network.decoder(image, prompt, features)
            decoded = time.perf_counter()
            if round_number >= 3:  # the first rounds choose algorithms
                encode.append(1000 * (encoded - began))
                decode.append(1000 * (decoded - encoded))
    print(json.dumps({"threads": options.threads, "version": torch.__version__, "encode": encode, "decode": decode}))


if __name__ == "__main__":
    main()
