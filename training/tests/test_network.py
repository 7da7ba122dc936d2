"""Claims the app relies on: prompts, sizes, and that export changes nothing but the storage."""

import os
import sys
import unittest

import numpy as np
import onnx
import torch

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from export import ALLOWED_OPS, deployed_copy, export_models
from network import CHANNELS, STRIDES, Segmenter
from procedural.picture import compose_picture
from samples import prompted_sample


class NetworkTest(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(0)
        self.network = deployed_copy(Segmenter())

    def test_zero_prompt_is_exactly_no_prompt(self):
        torch.nn.init.normal_(self.network.encoder.prompt_stem.weight)
        image = torch.randn(1, 3, 32, 64)
        with torch.no_grad():
            without = self.network.encoder(image)
            zeros = self.network.encoder(image, torch.zeros(1, 1, 32, 64))
        self.assertTrue(all(torch.equal(a, b) for a, b in zip(without, zeros)))

    def test_feature_sizes_and_full_resolution_logits(self):
        image = torch.randn(2, 3, 64, 96)
        with torch.no_grad():
            features = self.network.encoder(image)
            logits, quality = self.network.decoder(image, features)
        shapes = [tuple(f.shape) for f in features]
        self.assertEqual(shapes, [(2, c, 64 // s, 96 // s) for c, s in zip(CHANNELS, STRIDES)])
        self.assertEqual(tuple(logits.shape), (2, 1, 64, 96))
        self.assertTrue(((quality >= 0) & (quality <= 1)).all())

    def test_files_hold_allowed_operations_and_half_weights(self):
        import tempfile
        with tempfile.TemporaryDirectory() as folder:
            files = export_models(Segmenter(), folder)
            self.assertLess(sum(f["bytes"] for f in files.values()), 8_000_000)
            for entry in files.values():
                graph = onnx.load(os.path.join(folder, entry["file"])).graph
                self.assertLessEqual({n.op_type for n in graph.node}, ALLOWED_OPS)
                wide = [t.name for t in graph.initializer if t.data_type != onnx.TensorProto.FLOAT16]
                self.assertLessEqual(set(wide), {"resize_scales"})


class GeneratorTest(unittest.TestCase):
    def test_same_seed_same_picture(self):
        first, second = (compose_picture(np.random.default_rng(7)) for _ in range(2))
        self.assertTrue(all(np.array_equal(a, b) for a, b in zip(first, second)))

    def test_prompted_sample_has_its_mask_mostly_inside_the_box(self):
        rng = np.random.default_rng(3)
        shares = []
        for _ in range(20):
            sample = prompted_sample(rng, *compose_picture(rng), 128)
            if sample is not None:
                _, mask, box, weight = sample
                shares.append((mask * box * weight).sum() / (mask * weight).sum())
        # Boxes may cut up to 5 % of the extent on a side, never most of the defect.
        self.assertGreater(np.mean(shares), 0.9)


if __name__ == "__main__":
    unittest.main()
