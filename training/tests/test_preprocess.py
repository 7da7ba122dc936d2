"""Claims about the crop and the standardisation that the app's own tests make too."""

import os
import sys
import unittest

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from preprocess import area_weights, box_channel, crop_square, prepare_prompted, sample_crop, standardisation


class CropTest(unittest.TestCase):
    def test_crop_is_centred_and_never_smaller_than_eight_pixels(self):
        # Box 2x2 at (10, 20): 1.6 * 2 = 3.2 < 8, centre (11, 21).
        self.assertEqual(crop_square((10, 20, 2, 2), 1.6), (7.0, 17.0, 8.0))

    def test_weights_of_every_output_pixel_sum_to_one(self):
        for start, step in ((-3.3, 0.7), (2.1, 1.0), (-5.0, 3.7)):
            self.assertTrue(np.allclose(area_weights(16, start, step, 20).sum(1), 1))

    def test_a_crop_of_the_size_of_the_picture_is_the_picture(self):
        picture = np.random.default_rng(0).integers(0, 256, (16, 16, 3)).astype(np.uint8)
        self.assertTrue(np.allclose(sample_crop(picture, (0, 0, 16), 16), picture))

    def test_halving_averages_two_by_two_pixels(self):
        picture = np.arange(16, dtype=np.uint8).reshape(4, 4, 1)
        # Upper left block 0, 1, 4, 5 -> 2.5; lower right 10, 11, 14, 15 -> 12.5.
        crop = sample_crop(picture, (0, 0, 4), 2)[..., 0]
        self.assertTrue(np.allclose(crop, [[2.5, 4.5], [10.5, 12.5]]))

    def test_outside_the_picture_the_edge_pixel_repeats(self):
        picture = np.array([[[10], [20]]], np.uint8)
        crop = sample_crop(picture, (-4, -4, 8), 8)[..., 0]
        self.assertTrue(np.all(crop[:, 0] == 10) and np.all(crop[:, 7] == 20))


class BoxChannelTest(unittest.TestCase):
    def test_a_pixel_counts_by_its_centre(self):
        # Centres 0.5, 1.5, 2.5, 3.5: inside [0.5, 2.5) are 0.5 and 1.5.
        self.assertEqual(box_channel((0.5, 0.0, 2.5, 1.0), 4)[0].tolist(), [1, 1, 0, 0])


class StandardisationTest(unittest.TestCase):
    def test_median_of_an_even_count_is_the_mean_of_the_middle_two(self):
        median, std = standardisation(np.array([1.0, 2.0, 4.0, 9.0]))
        # Mean 4; squared deviations 9, 4, 0, 25; population variance 9.5.
        self.assertEqual(median, 3.0)
        self.assertAlmostEqual(std, 9.5 ** 0.5)

    def test_too_small_a_ring_falls_back_to_the_whole_crop(self):
        luminance = np.arange(25.0).reshape(5, 5)
        ring = np.zeros((5, 5), bool)
        ring[0] = True
        self.assertEqual(standardisation(luminance, ring), standardisation(luminance))

    def test_a_flat_surface_is_divided_by_the_floor_and_clipped(self):
        picture = np.full((32, 32, 3), 128, np.uint8)
        picture[14:18, 14:18] = 255
        prepared = prepare_prompted(picture, (12, 12, 8, 8))
        # Ring std is 0 -> floor 0.02; (255 - 128) / 255 / 0.02 = 24.9 -> 6.
        self.assertEqual(float(prepared["image"].max()), 6.0)


if __name__ == "__main__":
    unittest.main()
