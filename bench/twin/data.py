"""The flat files of bench/students/prepareSet.mjs."""

import json
import os

import numpy as np
import torch

PIXEL_MEAN, PIXEL_STD = 0.5, 0.25
STD_FLOOR = 1e-4


class PreparedSet:
    def __init__(self, folder, flips, backbone):
        with open(os.path.join(folder, f"index-{flips}.json"), encoding="utf8") as file:
            self.index = json.load(file)
        self.folder = folder
        self.images, self.rows = self.index["images"], self.index["rows"]
        self.classes = self.index["classCount"]
        self.w, self.h = self.index["canvas"]["width"], self.index["canvas"]["height"]
        self.pixels = np.memmap(os.path.join(folder, "pixels.u8"), np.uint8, "r").reshape(len(self.images), self.h, self.w, 3)
        self.truth_on_canvas = self.labels("truth")
        self.offsets = np.cumsum([0] + [image["width"] * image["height"] for image in self.images])
        self.truth = np.memmap(os.path.join(folder, "..", "truth.u8"), np.uint8, "r")
        self.levels, self.features = [], []
        for level in self.index["levels"].get(backbone, []) if backbone else []:
            shape = (len(self.rows), self.h // level["stride"], self.w // level["stride"], level["channels"])
            self.levels.append((level["stride"], level["channels"]))
            self.features.append(np.memmap(os.path.join(folder, level["name"]), np.float16, "r").reshape(shape))

    def labels(self, arm):
        data = np.memmap(os.path.join(self.folder, f"labels-{arm}.u8"), np.uint8, "r")
        return data.reshape(len(self.images), self.h, self.w)

    def rows_of(self, split, upright_only=False):
        return [
            r
            for r, row in enumerate(self.rows)
            if self.images[row["image"]]["split"] == split and not (upright_only and (row["horizontal"] or row["vertical"]))
        ]

    def standardise_over(self, rows):
        """Mean and deviation of every channel over the training examples, as the product's standards."""
        self.standards = []
        for features in self.features:
            total, squares, count = 0, 0, 0
            for r in rows:
                x = features[r].reshape(-1, features.shape[-1]).astype(np.float64)
                total, squares, count = total + x.sum(0), squares + (x * x).sum(0), count + len(x)
            mean = total / count
            std = np.maximum(STD_FLOOR, np.sqrt(np.maximum(0, squares / count - mean * mean)))
            shape = (1, -1, 1, 1)
            self.standards.append((torch.tensor(mean, dtype=torch.float32).reshape(shape), torch.tensor(1 / std, dtype=torch.float32).reshape(shape)))

    def batch_features(self, rows):
        out = []
        for features, (mean, scale) in zip(self.features, self.standards):
            x = torch.from_numpy(features[rows]).permute(0, 3, 1, 2).float()
            out.append(((x - mean) * scale).contiguous())
        return out

    def flipped(self, array, row):
        x = array[self.rows[row]["image"]]
        if self.rows[row]["horizontal"]:
            x = x[:, ::-1]
        if self.rows[row]["vertical"]:
            x = x[::-1]
        return x

    def batch_pixels(self, rows, photometric=0.0, generator=None):
        x = torch.from_numpy(np.stack([self.flipped(self.pixels, r) for r in rows])).permute(0, 3, 1, 2).float() / 255
        if photometric > 0:
            u = 2 * torch.rand(2, len(rows), 1, 1, 1, generator=generator) - 1
            x = (x - 0.5) * (1 + photometric * u[0]) + 0.5 + photometric * u[1]
        return ((x - PIXEL_MEAN) / PIXEL_STD).contiguous()

    def batch_labels(self, labels, rows):
        return torch.from_numpy(np.stack([self.flipped(labels, r) for r in rows])).long()

    def truth_of(self, image):
        facts = self.images[image]
        return self.truth[self.offsets[image] : self.offsets[image + 1]].reshape(facts["height"], facts["width"])
