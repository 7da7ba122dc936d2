"""Claims about the drawing style, the tiles, the clicks and the numbers of the evaluation."""

import os
import sys
import unittest

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from clicks import deepest_point, next_click
from datasets import Prompt
from evaluate import accepting_cut, macro, spearman
from measures import boundary_f
from predict import Case
from style import DEFAULT, SETTINGS, draws, estimate
from tiles import grid_side, merge, needs_tiles, resample, tile_prompts, tiles_of


def case_of(truth, box, ignored=None):
    prompt = Prompt("set", "class", "picture", box, truth, np.zeros_like(truth) if ignored is None else ignored)
    blank = np.zeros((8, 8), np.float32)
    return Case(prompt, (0.0, 0.0, 8.0), (0, 0, 8, 8), blank, blank, 0.5)


class StyleTest(unittest.TestCase):
    def masks(self, gains):
        """One setting (a lower threshold) gains these IoUs over a default of 0.6, every other setting loses."""
        ious = np.full((len(gains), len(SETTINGS)), 0.5)
        ious[:, DEFAULT] = 0.6
        ious[:, SETTINGS.index(("shift", -0.2, 0.0))] = 0.6 + np.array(gains)
        return ious, np.full(len(gains), 0.6)

    def test_takes_what_fits_the_masks_better(self):
        self.assertEqual(estimate(*self.masks([0.2] * 5)), SETTINGS.index(("shift", -0.2, 0.0)))

    def test_needs_three_masks(self):
        self.assertIsNone(estimate(*self.masks([0.2] * 2)))

    def test_one_lucky_mask_is_not_a_style(self):
        self.assertIsNone(estimate(*self.masks([0.3, 0.3, -0.01, -0.01, -0.01])))

    def test_a_small_gain_does_not_pay_for_an_unusual_setting(self):
        self.assertIsNone(estimate(*self.masks([0.01] * 5)))

    def test_draws_measure_the_rest_only(self):
        ious, default = self.masks([0.2] * 20)
        measured = draws(ious, default, np.array(["scratch"] * 20), 5)
        self.assertAlmostEqual(measured["scratch"]["before"], 0.6)
        self.assertAlmostEqual(measured["scratch"]["after"], 0.8)
        self.assertEqual(draws(ious, default, np.array(["scratch"] * 20), 17), {})


class TilesTest(unittest.TestCase):
    BOX = (20.0, 30.0, 480.0, 200.0)

    def test_tiles_cover_the_box_and_overlap(self):
        tiles = tiles_of(self.BOX)
        across = sorted({(x, w) for x, _, w, _ in tiles})
        self.assertEqual(across[0][0], 20)
        self.assertAlmostEqual(across[-1][0] + across[-1][1], 500)
        for (a, length), (b, _) in zip(across, across[1:]):
            self.assertGreaterEqual(a + length - b, 0.25 * length - 1e-9)

    def test_small_boxes_need_none_and_huge_ones_not_many(self):
        self.assertFalse(needs_tiles((0, 0, 128, 90)))
        self.assertTrue(needs_tiles((0, 0, 129, 9)))
        self.assertLessEqual(len(tiles_of((0, 0, 9000, 9000))), 49)

    def test_a_tile_is_asked_only_where_something_is(self):
        square = (0.0, 0.0, 512.0)
        seen = np.zeros((256, 256), np.float32)
        seen[20:30, 40:60] = 0.9  # image pixels 80..120 x 40..60
        found = tile_prompts((0, 0, 480, 480), square, seen)
        self.assertGreater(len(found), 0)
        for tile, (x, y, w, h) in found:
            self.assertTrue(tile[0] - 1e-9 <= x and x + w <= tile[0] + tile[2] + 3)
            self.assertTrue(76 - 1e-9 <= x and x + w <= 124 + 1e-9 and 36 - 1e-9 <= y and y + h <= 64 + 1e-9)

    def test_merging_mixes_the_tiles_with_the_coarse_map(self):
        square, coarse = (0.0, 0.0, 64.0), np.full((32, 32), 0.2)
        tile = (0.0, 0.0, 64.0, 64.0)
        merged = merge(square, 32, coarse, [(tile, (0.0, 0.0, 32.0, 64.0), np.full((16, 16), 0.8), square)])
        self.assertAlmostEqual(float(merged[16, 5]), 0.65 * 0.8 + 0.35 * 0.2, 5)
        self.assertAlmostEqual(float(merged[16, 28]), 0.35 * 0.2, 5)

    def test_resampling_to_the_same_grid_changes_nothing(self):
        map_ = np.random.default_rng(0).random((16, 16)).astype(np.float32)
        np.testing.assert_allclose(resample(map_, (3.0, 4.0, 40.0), (3.0, 4.0, 40.0), 16), map_, atol=1e-5)

    def test_the_finer_grid_sees_what_a_tile_sees(self):
        # A tile of 128 px is seen in a crop of 1.6 * 128 px on 128 pixels: 1.6 px a pixel.
        self.assertEqual(grid_side((0, 0, 1.6 * 320), (0, 0, 320, 100)), 320)


class ClicksTest(unittest.TestCase):
    def test_the_click_lies_deepest_inside_the_largest_mistake(self):
        wrong = np.zeros((20, 20), bool)
        wrong[2:5, 2:5] = True
        wrong[10:17, 8:15] = True
        self.assertEqual(deepest_point(wrong), (11.5, 13.5))
        self.assertIsNone(deepest_point(np.zeros((4, 4), bool)))

    def test_positive_clicks_go_to_what_is_missing_and_ignored_pixels_are_no_mistake(self):
        truth = np.zeros((8, 8), bool)
        truth[2:5, 2:5] = True
        ignored = np.zeros((8, 8), bool)
        ignored[6:8, 6:8] = True
        case = case_of(truth, (0, 0, 8, 8), ignored)
        self.assertEqual(next_click(case, np.zeros((8, 8), bool), (0, 0, 8, 8), True), (3.5, 3.5, True))
        self.assertIsNone(next_click(case, truth | ignored, (0, 0, 8, 8), False))


class NumbersTest(unittest.TestCase):
    def test_spearman_with_ties(self):
        self.assertAlmostEqual(spearman([1, 2, 3, 4], [10, 20, 30, 40]), 1)
        self.assertAlmostEqual(spearman([1, 2, 3], [3, 2, 1]), -1)
        # Ranks 1.5 1.5 3 against 1 2 3: covariance 1.5, deviations sqrt(1.5) and sqrt(2).
        self.assertAlmostEqual(spearman([1, 1, 2], [1, 2, 3]), 1.5 / np.sqrt(1.5 * 2))

    def test_the_cut_is_the_lowest_that_keeps_the_mean(self):
        self.assertAlmostEqual(accepting_cut([0.9, 0.8, 0.7, 0.6], [0.95, 0.85, 0.77, 0.1]), 0.7)
        self.assertEqual(accepting_cut([0.9], [0.1]), 1)

    def test_macro_is_the_mean_of_classes(self):
        rows = [{"class": "a"}, {"class": "a"}, {"class": "b"}]
        self.assertAlmostEqual(macro(rows, [0.2, 0.4, 0.9]), 0.6)

    def test_outlines_within_two_pixels_agree(self):
        truth = np.zeros((40, 40), bool)
        truth[10:20, 10:20] = True
        case, window = case_of(truth, (0, 0, 40, 40)), (0, 0, 40, 40)
        self.assertAlmostEqual(boundary_f(case, truth, window), 1)
        self.assertAlmostEqual(boundary_f(case, np.roll(truth, 2, 1), window), 1)
        self.assertAlmostEqual(boundary_f(case, np.roll(truth, 15, 1), window), 0)
        self.assertEqual(boundary_f(case, np.zeros_like(truth), window), 0)


if __name__ == "__main__":
    unittest.main()
