"""Claims about the numbers of the feature probe."""

import os
import sys
import unittest

import numpy as np
import torch

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from probe import BINS, Student, average_precision, ious_of, student_loss


class ProbeTest(unittest.TestCase):
    def test_a_perfect_separation_has_precision_1_and_iou_1(self):
        hits, alarms = np.zeros(BINS), np.zeros(BINS)
        hits[900], alarms[100] = 50, 400
        self.assertAlmostEqual(average_precision(hits, alarms), 1)
        self.assertAlmostEqual(float(ious_of(hits, alarms)[500]), 1)
        self.assertAlmostEqual(float(ious_of(hits, alarms)[0]), 50 / 450)

    def test_average_precision_by_hand(self):
        # From the top: a hit, an alarm, a hit: precisions 1 and 2/3 at the two steps of recall.
        hits, alarms = np.zeros(BINS), np.zeros(BINS)
        hits[[900, 300]], alarms[600] = 1, 1
        self.assertAlmostEqual(average_precision(hits, alarms), (1 + 2 / 3) / 2)

    def test_the_student_answers_at_the_size_of_the_picture_and_its_loss_falls_with_the_truth(self):
        student = Student([4, 5, 6, 7], 3).eval()
        features = [torch.randn(2, c, 64 // s, 96 // s) for c, s in zip((4, 5, 6, 7), (4, 8, 16, 32))]
        binary, classes = student(features, torch.rand(2, 3, 64, 96))
        self.assertEqual((tuple(binary.shape), tuple(classes.shape)), ((2, 2, 64, 96), (2, 3, 64, 96)))
        labels = torch.zeros(2, 64, 96, dtype=torch.long)
        labels[:, 10:20, 10:20] = 2
        right = torch.stack([(labels == k).float() * 20 for k in range(3)], 1)
        sure = torch.stack([(labels == 0).float() * 20, (labels > 0).float() * 20], 1)
        self.assertLess(float(student_loss(sure, right, labels)), 1e-3)
        self.assertGreater(float(student_loss(sure.flip(1), right, labels)), 0.4)


if __name__ == "__main__":
    unittest.main()
