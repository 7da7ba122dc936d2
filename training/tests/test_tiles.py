"""Claims about reading a large box by tiles."""

import os
import sys
import unittest

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from tiles import grid_side, merge, needs_tiles, resample, tile_prompts, tiles_of


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


if __name__ == "__main__":
    unittest.main()
