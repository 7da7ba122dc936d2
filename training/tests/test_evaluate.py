"""Claims about simulated clicks and the numbers of the evaluation."""

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


def case_of(truth, box, ignored=None):
    prompt = Prompt("set", "class", "picture", box, truth, np.zeros_like(truth) if ignored is None else ignored)
    blank = np.zeros((8, 8), np.float32)
    return Case(prompt, (0.0, 0.0, 8.0), (0, 0, 8, 8), blank, blank, 0.5)


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
