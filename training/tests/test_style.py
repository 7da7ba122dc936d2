"""Claims about the drawing style learned from accepted masks."""

import os
import sys
import unittest

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from style import DEFAULT, SETTINGS, draws, estimate


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


if __name__ == "__main__":
    unittest.main()
