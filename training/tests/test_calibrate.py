"""Claims about Otsu-in-box and the choice of the threshold."""

import os
import sys
import unittest

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from calibrate import box_iou, choose_threshold, inside_box, otsu_in_box, otsu_threshold
from calibration_settings import CALIBRATION

TIGHT = {**CALIBRATION, "iouExponent": 0.0, "minimalThreshold": 0.05, "sparseFill": 0.0, "sparseThreshold": 0.5}


class OtsuTest(unittest.TestCase):
    def test_threshold_lies_between_two_greys(self):
        values = np.array([0.2] * 10 + [0.8] * 5)
        self.assertTrue(0.2 < otsu_threshold(values) <= 0.8)

    def test_the_class_unlike_the_ring_is_the_defect(self):
        for surface, defect in ((0.3, 0.7), (0.7, 0.3)):
            luminance = np.full((32, 32), surface)
            luminance[12:20, 12:18] = defect
            mask = otsu_in_box(luminance, inside_box((10, 10, 22, 22), (32, 32)))
            self.assertEqual(int(mask.sum()), 8 * 6)
            self.assertTrue(mask[12:20, 12:18].all())

    def test_a_flat_box_is_all_defect(self):
        inside = inside_box((4, 4, 8, 8), (16, 16))
        self.assertTrue(np.array_equal(otsu_in_box(np.full((16, 16), 0.5), inside), inside))


class ThresholdTest(unittest.TestCase):
    def test_takes_the_threshold_whose_mask_spans_the_box(self):
        # Cone: value 1 in the middle, falling by 0.1 per pixel of max-norm distance.
        y, x = np.mgrid[0:33, 0:33]
        cone = np.clip(1 - 0.1 * np.maximum(abs(x - 16), abs(y - 16)), 0, 1)
        threshold = choose_threshold(cone, (12, 12, 21, 21), TIGHT)
        mask = cone > threshold
        # Distance <= 4 has values >= 0.6, distance 5 has 0.5: the 9-pixel box needs 0.5 <= t < 0.6.
        self.assertEqual(int(mask.sum()), 81)
        self.assertEqual(threshold, 0.5)

    def test_a_sparse_mask_takes_its_own_threshold(self):
        line = np.zeros((32, 32))
        line[16, 4:28] = 0.9
        line[15, 4:28] = 0.3
        # 24 of about 24 * 16 pixels: sparse below a fill of 0.2, so 0.5 and not the lower, wider mask.
        settings = {**TIGHT, "sparseFill": 0.2}
        self.assertEqual(choose_threshold(line, (4, 8, 28, 24), settings), 0.5)
        self.assertLess(choose_threshold(line, (4, 8, 28, 24), TIGHT), 0.3)

    def test_an_empty_map_gives_no_error(self):
        self.assertIsInstance(choose_threshold(np.zeros((16, 16)), (2, 2, 9, 9), TIGHT), float)


class BoxIouTest(unittest.TestCase):
    def test_half_overlap(self):
        # Intersection 2, union 4 + 4 - 2 = 6.
        self.assertAlmostEqual(box_iou((0, 0, 2, 2), (1, 0, 3, 2)), 2 / 6)


if __name__ == "__main__":
    unittest.main()
