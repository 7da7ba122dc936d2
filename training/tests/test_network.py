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
from procedural.breaks import place_break
from procedural.pavement import pavement_picture
from procedural.printed import copper_map, printed_picture
from samples import _noisy_box, prompted_sample
from verify import check_files, largest_difference


class NetworkTest(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(0)
        self.network = deployed_copy(Segmenter())

    def test_zero_prompt_is_exactly_no_prompt(self):
        torch.nn.init.normal_(self.network.encoder.prompt_stem.weight)
        image = torch.randn(1, 3, 32, 64)
        with torch.no_grad():
            without = self.network.encoder(image)
            zeros = self.network.encoder(image, torch.zeros(1, 4, 32, 64))
        self.assertTrue(all(torch.equal(a, b) for a, b in zip(without, zeros)))

    def test_feature_sizes_and_full_resolution_logits(self):
        image = torch.randn(2, 3, 64, 96)
        with torch.no_grad():
            features = self.network.encoder(image)
            logits, quality = self.network.decoder(image, torch.zeros(2, 4, 64, 96), features)
        shapes = [tuple(f.shape) for f in features]
        self.assertEqual(shapes, [(2, c, 64 // s, 96 // s) for c, s in zip(CHANNELS, STRIDES)])
        self.assertEqual(tuple(logits.shape), (2, 1, 64, 96))
        self.assertTrue(((quality >= 0) & (quality <= 1)).all())

    def test_a_taught_encoder_of_fewer_prompt_maps_is_taken_over_without_its_prompt(self):
        taught = Segmenter(prompt_channels=1)
        torch.nn.init.normal_(taught.encoder.prompt_stem.weight)
        network = Segmenter()
        network.load_taught(taught.state_dict())
        self.assertTrue(torch.equal(network.encoder.stages[3].down[0].weight, taught.encoder.stages[3].down[0].weight))
        self.assertEqual(float(network.encoder.prompt_stem.weight.abs().sum()), 0)

    def test_a_state_that_is_no_encoder_is_refused(self):
        with self.assertRaises(ValueError):
            Segmenter().load_taught({"encoder.refine.0.first.0.weight": Segmenter().encoder.refine[0].first[0].weight})

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

    def test_the_files_on_disk_say_what_torch_says_and_a_spoiled_one_is_noticed(self):
        import tempfile
        segmenter = Segmenter()
        torch.nn.init.normal_(segmenter.encoder.prompt_stem.weight, std=0.1)
        with tempfile.TemporaryDirectory() as folder:
            export_models(segmenter, folder)
            found = largest_difference(deployed_copy(segmenter), folder, side=64)
            self.assertLess(max(found.values()), 1e-3)
            torch.nn.init.normal_(segmenter.decoder.to_logits.weight)
            with self.assertRaises(ValueError):
                check_files(deployed_copy(segmenter), folder)


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
        # Boxes may cut a little of the extent on a side, never most of the defect.
        self.assertGreater(np.mean(shares), 0.9)

    def test_small_defects_get_very_loose_boxes_in_a_good_share(self):
        rng, box = np.random.default_rng(0), (100, 100, 120, 112)
        drawn = np.array([_noisy_box(rng, box) for _ in range(2000)])
        sides = (drawn[:, 2] - drawn[:, 0]) / 20
        self.assertTrue(0.12 < (sides > 2).mean() < 0.4)
        self.assertLess(sides.max(), 5)
        tight = np.abs(drawn - np.array(box)).max(1) <= 0.5
        self.assertTrue(0.15 < tight.mean() < 0.4)

    def test_a_loose_box_means_every_defect_inside_it(self):
        picture, labels = np.full((128, 128), 128, np.uint8), np.zeros((128, 128), np.uint8)
        labels[50:60, 50:60], labels[64:70, 64:70] = 1, 2
        picture[labels > 0] = 200
        rng, both = np.random.default_rng(1), 0
        for _ in range(300):
            sample = prompted_sample(rng, picture, labels, 64)
            if sample is None or sample[2].mean() < 0.05:
                continue
            crop, mask, box, weight = sample
            bright = (crop > 180) & (box > 0) & (weight > 0.9)
            # Either the other defect is asked for too, or the box hardly touches it.
            both += bool(mask[bright].min() > 0.5) if bright.any() else 0
        self.assertGreater(both, 100)

    def test_printed_defects_change_the_map_they_are_labelled_on(self):
        picture, labels = printed_picture(np.random.default_rng(4), 256)
        self.assertGreater(labels.max(), 1)
        self.assertTrue(np.isfinite(picture).all())
        self.assertTrue(0.05 < copper_map(np.random.default_rng(4), 256).mean() < 0.95)

    def test_a_break_starts_at_the_edge_and_lies_in_the_part(self):
        y, x = np.mgrid[0:256, 0:256].astype(np.float32)
        edge = (y - 100, x)  # the part lies below row 100
        picture, ground = np.where(y > 100, 0.7, 0.1).astype(np.float32), np.full((256, 256), 0.1, np.float32)
        found = [f for f in (place_break(np.random.default_rng(s), picture, ground, edge) for s in range(20)) if f is not None]
        self.assertGreater(len(found), 10)
        for changed, mask, gap in found:
            rows = np.flatnonzero(mask.any(1))
            self.assertTrue(rows[0] <= 101 < rows[-1] + 1)
            self.assertEqual(float(gap[:99].sum()), 0)
            self.assertGreater(float(np.abs(changed - picture)[gap > 0.9].mean()), 0)

    def test_pavement_cracks_are_thin_and_long(self):
        fills = []
        for seed in range(12):
            _, labels = pavement_picture(np.random.default_rng(seed), 256)
            for number in range(1, labels.max() + 1):
                rows, columns = np.nonzero(labels == number)
                if rows.size:
                    fills.append(rows.size / max(np.ptp(rows), np.ptp(columns)))
        self.assertLess(np.median(fills), 8)  # pixels per pixel of length


if __name__ == "__main__":
    unittest.main()
