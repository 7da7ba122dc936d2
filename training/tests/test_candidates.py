"""Claims about the candidate maps, their features and the scorer that ranks them."""

import os
import sys
import unittest

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from calibrate import inside_box
from calibration_settings import CALIBRATION
from candidates import (
    FEATURES, KINDS, adapted_map, box_mean, box_ramp, candidate_features, candidate_mask, collect_evidence, grown, guided_map, outline_of, pairwise_iou,
)
from scorer import choose, drawn_box, fit, predicted_ious

BOX = (10, 8, 30, 28)


def disc(side=40, radius=7.0):
    y, x = np.mgrid[0:side, 0:side] + 0.5
    return np.hypot(x - 20, y - 18) < radius


def evidence_of(probability, luminance, box=BOX):
    return collect_evidence(probability.astype(np.float32), luminance.astype(np.float32), box, 64.0, 0.6, CALIBRATION)


class MapsTest(unittest.TestCase):
    def test_grey_values_decide_where_the_network_does_not(self):
        # Sure about the middle of a dark disc and about the far surface, undecided (0.5) between.
        dark = disc()
        luminance = np.where(dark, 0.2, 0.6).astype(np.float32)
        probability = np.full((40, 40), 0.5, np.float32)
        probability[disc(radius=3)], probability[~disc(radius=10)] = 0.95, 0.05
        adapted = adapted_map(probability, luminance, np.ones((40, 40), bool), 1.0)
        self.assertTrue((adapted[dark] > 0.5).all())
        self.assertTrue((adapted[~dark] < 0.5).all())

    def test_a_flat_picture_leaves_the_network_alone(self):
        probability = np.random.default_rng(0).random((8, 8)).astype(np.float32)
        adapted = adapted_map(probability, np.full((8, 8), 0.4, np.float32), np.ones((8, 8), bool), 1.0)
        self.assertTrue(np.array_equal(adapted, probability))

    def test_the_guided_map_moves_a_soft_edge_to_the_edge_of_the_picture(self):
        columns = np.arange(40) + 0.5
        luminance = np.tile(np.where(columns < 20, 0.3, 0.7), (40, 1))
        soft = np.tile(1 / (1 + np.exp((columns - 21) / 3)), (40, 1))
        step = lambda map_: map_[20, 19] - map_[20, 20]
        guided = guided_map(soft, luminance, 0.1, 4, 0.011)
        self.assertGreater(step(guided), 4 * step(soft))

    def test_box_mean_repeats_the_edges(self):
        values = np.arange(12.0).reshape(3, 4)
        padded = np.pad(values, 1, "edge")
        direct = sum(padded[i:i + 3, j:j + 4] for i in range(3) for j in range(3)) / 9
        np.testing.assert_allclose(box_mean(values, 1), direct)

    def test_the_ramp_cut_anywhere_is_the_box(self):
        ramp = box_ramp(BOX, (40, 40))
        for threshold in (0.05, 0.5, 0.95):
            np.testing.assert_array_equal(ramp > threshold, inside_box(BOX, (40, 40)))


class FeaturesTest(unittest.TestCase):
    def setUp(self):
        dark = disc()
        self.evidence = evidence_of(np.where(dark, 0.9, 0.1), np.where(dark, 0.2, 0.6))
        self.rows = candidate_features(self.evidence)
        self.of = lambda kind, name: self.rows[KINDS.index(kind), FEATURES.index(name)]

    def test_one_row_per_kind_and_every_number_is_finite(self):
        self.assertEqual(self.rows.shape, (len(KINDS), len(FEATURES)))
        self.assertTrue(np.isfinite(self.rows).all())
        empty = candidate_features(evidence_of(np.zeros((40, 40)), np.full((40, 40), 0.5)))
        self.assertTrue(np.isfinite(empty).all())

    def test_no_candidate_leaves_the_grown_box(self):
        for candidate in self.evidence.candidates:
            mask = candidate_mask(candidate, self.evidence.allowed)
            self.assertFalse((mask & ~inside_box((9, 7, 31, 29), (40, 40))).any())

    def test_values_that_can_be_told_by_hand(self):
        # The disc is 14 pixels wide in a box of 20: agreement (14 * 14) / (20 * 20).
        self.assertAlmostEqual(self.of("network", "agreement"), 0.49)
        self.assertEqual(self.of("network", "iouNetwork"), 1)
        self.assertEqual(self.of("network", "iouOtsu"), 1)
        self.assertEqual(self.of("network", "stability"), 1)
        self.assertAlmostEqual(self.of("network", "meanInside"), 0.9, 6)
        self.assertAlmostEqual(self.of("network", "meanOutside"), 0.1, 6)
        self.assertAlmostEqual(self.of("box", "boxFill"), 1)
        self.assertEqual(self.of("box", "is-box"), 1)
        self.assertEqual(self.of("otsu", "quality"), 0.6)
        self.assertEqual(self.of("otsu", "boxSize"), 6)

    def test_the_outline_of_the_defect_lies_on_the_edges_of_the_picture(self):
        self.assertGreater(self.of("network", "edge"), 3 * self.of("box", "edge"))


class MeasuresTest(unittest.TestCase):
    def test_outline_and_growth(self):
        mask = np.zeros((7, 7), bool)
        mask[2:5, 2:5] = True
        self.assertEqual(int(outline_of(mask).sum()), 8)
        self.assertEqual(int(grown(mask, 1).sum()), 25)
        self.assertTrue(outline_of(np.ones((3, 3), bool))[0].all())

    def test_pairwise_iou_counts_two_empty_masks_as_nothing_shared(self):
        a, empty = np.array([[1, 1, 0]], bool), np.zeros((1, 3), bool)
        b = np.array([[0, 1, 1]], bool)
        np.testing.assert_allclose(pairwise_iou([a, b, empty]), [[1, 1 / 3, 0], [1 / 3, 1, 0], [0, 0, 0]])


class ScorerTest(unittest.TestCase):
    def test_learns_what_tells_the_iou(self):
        rng = np.random.default_rng(0)
        features = rng.random((600, len(KINDS), len(FEATURES)))
        ious = 0.2 + 0.6 * features[..., FEATURES.index("agreement")]
        scorer = fit(features, ious, 0)
        predicted = predicted_ious(scorer, features)
        self.assertLess(float(np.abs(predicted - ious).mean()), 0.03)
        self.assertGreater(float(np.corrcoef(predicted.ravel(), ious.ravel())[0, 1]), 0.97)

    def test_the_preferred_kind_wins_within_the_margin(self):
        predicted = np.full(len(KINDS), 0.5)
        predicted[3] = 0.52
        preferred = {"preferredKind": KINDS[0]}
        self.assertEqual(choose(predicted, {**preferred, "preferredMargin": 0.03}), 0)
        self.assertEqual(choose(predicted, {**preferred, "preferredMargin": 0.01}), 3)

    def test_drawn_boxes_stay_in_the_picture_and_range_from_tight_to_very_loose(self):
        rng = np.random.default_rng(0)
        boxes = [drawn_box(rng, (40, 30, 60, 50), (100, 120)) for _ in range(400)]
        areas = np.array([w * h for _, _, w, h in boxes]) / 400
        self.assertTrue(all(x >= 0 and y >= 0 and x + w <= 120 and y + h <= 100 for x, y, w, h in boxes))
        self.assertGreater((areas == 1).mean(), 0.3)
        self.assertGreater((areas > 3).mean(), 0.03)


if __name__ == "__main__":
    unittest.main()
