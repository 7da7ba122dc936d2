"""Claims about clicks: where they fall, what they are called, and what arrives in the prompt's maps."""

import os
import sys
import unittest

import numpy as np
import torch

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from preprocess import click_channel, click_in_crop, prepare_prompted
from refine import BOX, NEGATIVE, POSITIVE, PREVIOUS, corrective_clicks, corrupted, draw_clicks, draw_prompts, largest_region, point_inside

SIDE = 32


def rectangle(x0, y0, x1, y1):
    map_ = np.zeros((SIDE, SIDE), bool)
    map_[y0:y1, x0:x1] = True
    return map_


EVERYWHERE = rectangle(0, 0, SIDE, SIDE)


class ClickMapTest(unittest.TestCase):
    def test_a_disc_holds_the_pixels_whose_centres_lie_within_the_radius(self):
        disc = click_channel([(10.5, 8.5)], SIDE, 2)
        # Centre pixel (10, 8); 13 lattice points satisfy dx^2 + dy^2 <= 4, the border included.
        self.assertEqual(int(disc.sum()), 13)
        self.assertEqual((disc[8, 12], disc[8, 13], disc[6, 10], disc[9, 12]), (1, 0, 1, 0))

    def test_a_click_outside_the_crop_marks_what_its_disc_reaches(self):
        # Centre half a pixel left of the crop, radius 2: columns 0 and 1 lie 1.0 and 2.0 away in the click's row.
        disc = click_channel([(-0.5, 5.5)], SIDE, 2)
        self.assertEqual(disc[5].tolist()[:3], [1, 1, 0])

    def test_image_pixels_are_scaled_into_the_crop(self):
        self.assertEqual(click_in_crop((15, 30), (10, 20, 64), 128), (10, 20))

    def test_clicks_and_previous_answer_arrive_in_the_channels_of_the_contract(self):
        picture = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
        previous = np.linspace(0, 1, 128 * 128, dtype=np.float32).reshape(128, 128)
        prompt = prepare_prompted(picture, (12, 12, 40, 40), clicks=[(32, 32, True), (20, 40, False)], previous=previous)["prompt"]
        # Crop square: centre (32, 32), side 64, so image x -> crop (x - 0) * 2.
        self.assertEqual(prompt.shape, (4, 128, 128))
        self.assertEqual((prompt[POSITIVE, 64, 64], prompt[NEGATIVE, 64, 64]), (1, 0))
        self.assertEqual((prompt[POSITIVE, 80, 40], prompt[NEGATIVE, 80, 40]), (0, 1))
        self.assertTrue(np.array_equal(prompt[PREVIOUS], previous))
        self.assertEqual(int(prompt[BOX].sum()), 80 * 80)

    def test_without_clicks_all_maps_but_the_box_are_zero(self):
        prompt = prepare_prompted(np.zeros((64, 64, 3), np.uint8), (12, 12, 40, 40))["prompt"]
        self.assertEqual(float(np.abs(prompt[1:]).sum()), 0)


class CorrectiveClickTest(unittest.TestCase):
    def setUp(self):
        self.rng = np.random.default_rng(0)

    def test_the_larger_error_is_clicked_first_with_its_sign(self):
        truth, predicted = rectangle(2, 2, 12, 12), rectangle(20, 20, 25, 25)
        clicks = corrective_clicks(self.rng, predicted, truth, EVERYWHERE, 2)
        self.assertEqual([c[2] for c in clicks], [True, False])
        self.assertTrue(truth[int(clicks[0][1]), int(clicks[0][0])])
        self.assertTrue(predicted[int(clicks[1][1]), int(clicks[1][0])])

    def test_errors_outside_the_allowed_area_ask_for_nothing(self):
        truth, predicted = rectangle(2, 2, 12, 12), rectangle(2, 2, 12, 12) | rectangle(20, 20, 30, 30)
        self.assertEqual(corrective_clicks(self.rng, predicted, truth, rectangle(0, 0, 16, 16), 3), [])

    def test_small_errors_are_left_alone(self):
        truth = rectangle(2, 2, 12, 12)
        self.assertEqual(corrective_clicks(self.rng, truth | rectangle(20, 20, 25, 21), truth, EVERYWHERE, 3), [])

    def test_the_centred_point_is_the_innermost_one(self):
        # 9 x 5 pixels: depth 3 along the middle row from column 6 to 10.
        x, y = point_inside(self.rng, rectangle(4, 10, 13, 15), True)
        self.assertEqual(y, 12.5)
        self.assertTrue(6 <= x - 0.5 <= 10)

    def test_at_the_border_of_the_crop_the_point_keeps_away_from_it(self):
        # 9 x 9 pixels in the corner: the innermost pixel is (4, 4), not the corner.
        self.assertEqual(point_inside(self.rng, rectangle(0, 0, 9, 9), True), (4.5, 4.5))

    def test_random_points_stay_inside_the_region(self):
        region = rectangle(3, 3, 5, 29)
        points = [point_inside(self.rng, region, False) for _ in range(40)]
        self.assertTrue(all(region[int(y), int(x)] for x, y in points))
        self.assertGreater(len(set(points)), 5)

    def test_largest_region_joins_over_corners_and_forgets_the_rest(self):
        diagonal = np.eye(SIDE, dtype=bool)
        self.assertTrue(np.array_equal(largest_region(diagonal | rectangle(20, 2, 25, 4)), diagonal))

    def test_drawing_keeps_earlier_clicks(self):
        prompt = np.zeros((4, SIDE, SIDE), np.float32)
        draw_clicks(prompt, [(8.5, 8.5, True)])
        draw_clicks(prompt, [(24.5, 24.5, True), (8.5, 24.5, False)])
        self.assertEqual((prompt[POSITIVE, 8, 8], prompt[POSITIVE, 24, 24], prompt[NEGATIVE, 24, 8]), (1, 1, 1))


class DrawPromptsTest(unittest.TestCase):
    COUNT = 400

    def draw(self, seed):
        truth = torch.zeros(self.COUNT, 1, SIDE, SIDE)
        truth[:, :, 8:24, 8:24] = 1
        box = torch.zeros_like(truth)
        box[:, :, 6:26, 6:26] = 1
        answer = lambda image, prompt: truth[:len(image)].roll(6, 3) * 0.8 + 0.1
        image = torch.zeros(self.COUNT, 3, SIDE, SIDE)
        return draw_prompts(np.random.default_rng(seed), answer, image, truth, box, torch.ones_like(truth))

    def test_about_a_third_is_corrected_and_most_prompts_are_boxes_alone(self):
        prompt, corrected, before = self.draw(1)
        alone = (prompt[:, 1:].abs().amax((1, 2, 3)) == 0).numpy()
        self.assertTrue(0.22 < corrected.mean() < 0.34)
        self.assertTrue(0.52 < alone.mean() < 0.72)
        self.assertEqual(len(before), int(corrected.sum()))
        # The answer is shifted by 6 of 16 columns; 2 of the 6 beyond the truth lie in the box: 10 / (16 + 2).
        self.assertAlmostEqual(before[0], 10 / 18)

    def test_clicks_point_at_the_errors_of_the_answer(self):
        prompt, corrected, _ = self.draw(2)
        chosen = prompt[torch.from_numpy(corrected)]
        # Missing are columns 8 to 13, the larger error; every first click falls there.
        self.assertGreater(float(chosen[:, POSITIVE, 8:24, 8:14].amax((1, 2)).mean()), 0.8)
        self.assertEqual(float(chosen[:, POSITIVE, 15, 28:].max()), 0)

    def test_answers_come_back_with_and_without_clicks_and_clicks_without_answers(self):
        prompt, corrected, _ = self.draw(3)
        clicked = prompt[:, 1:3].amax((1, 2, 3)).numpy() > 0
        answered = prompt[:, PREVIOUS].amax((1, 2)).numpy() > 0
        for wanted in (clicked & answered, ~clicked & answered, clicked & ~answered):
            self.assertGreater(int((wanted & corrected).sum()), 0)

    def test_corrupted_truth_stays_a_probability(self):
        rng, truth = np.random.default_rng(0), rectangle(8, 8, 24, 24)
        maps = [corrupted(rng, truth) for _ in range(40)]
        self.assertTrue(all(m.shape == truth.shape and m.min() >= 0 and m.max() <= 1 for m in maps))
        self.assertTrue(any((np.abs(m - truth) > 0.5).sum() > 30 for m in maps))


if __name__ == "__main__":
    unittest.main()
