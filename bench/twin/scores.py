"""Scores of a student at original image size: histograms first, so that every threshold can be asked afterwards."""

import cv2
import numpy as np
import torch
import torch.nn.functional as F

BINS = 1024
ALARM_PIXELS = 20
MIN_COMPONENT = 4
SCORES = ("binary", "fine", "both")


def resize_to_image(maps, facts):
    """maps (C, H, W) on the canvas -> (C, height, width) of the image; bilinear, half-pixel centres, as resizeScores."""
    content = maps[None, :, : facts["content"]["height"], : facts["content"]["width"]]
    return F.interpolate(content, size=(facts["height"], facts["width"]), mode="bilinear", align_corners=False)[0]


class SplitScores:
    def __init__(self, classes, has_binary_head):
        self.classes, self.has_binary = classes, has_binary_head
        self.images, self.histograms = [], {s: [] for s in SCORES}
        self.joint = np.zeros((classes + 1, classes, BINS), np.int64)  # [truth][which][bin of the head that says where]
        self.confusion = np.zeros((classes + 1, classes + 1), np.int64)
        self.argmax_pixels = []
        self.voted = {}
        self.components = []  # image, px, truly defective px, highest score, mean score, highest and mean of `both`

    def add(self, image, truth, probabilities, binary, vote_at):
        """probabilities (K + 1, h, w), binary (h, w) at image size, numpy; vote_at: name -> threshold."""
        fine = 1 - probabilities[0]
        where = binary if self.has_binary else fine
        positive = truth > 0
        for name, score in (("binary", where), ("fine", fine), ("both", np.sqrt(np.maximum(where * fine, 0)))):
            bins = np.minimum((score * BINS).astype(np.int32), BINS - 1)
            if name == "binary":
                which = probabilities[1:].argmax(0)
                index = (truth.astype(np.int32) * self.classes + which) * BINS + bins
                self.joint += np.bincount(index.ravel(), minlength=self.joint.size).reshape(self.joint.shape)
            counts = np.stack([np.bincount(bins[positive], minlength=BINS), np.bincount(bins[~positive], minlength=BINS)])
            self.histograms[name].append(counts.astype(np.uint32))
        self.components += [(image, *row) for row in component_facts(where, fine, positive)]
        argmax = probabilities.argmax(0)
        self.confusion += confusion_of(truth, argmax, self.classes)
        self.argmax_pixels.append(int((argmax > 0).sum()))
        self.images.append(image)
        for name, threshold in vote_at.items():
            labels = vote(where >= threshold, probabilities)
            entry = self.voted.setdefault(name, {"confusion": np.zeros_like(self.confusion), "pixels": []})
            entry["confusion"] += confusion_of(truth, labels, self.classes)
            entry["pixels"].append(int((labels > 0).sum()))


def component_facts(where, fine, positive):
    """The pieces that .5 cuts out: what a rule on whole pieces could know about them."""
    count, components = cv2.connectedComponents((where >= 0.5).astype(np.uint8), connectivity=8)
    inside = components > 0
    flat, score = components[inside], where[inside]
    both = np.sqrt(np.maximum(score * fine[inside], 0))
    areas = np.bincount(flat, minlength=count)
    columns = [areas, np.bincount(flat, positive[inside], minlength=count)]
    for values in (score, both):
        highest = np.zeros(count, np.float32)
        np.maximum.at(highest, flat, values)
        columns += [highest, np.bincount(flat, values, minlength=count) / np.maximum(areas, 1)]
    return np.stack(columns, 1)[1:].tolist()


def vote(mask, probabilities):
    """The product's instances: 8-connected components of at least 4 px, one class each by the sum of the class head."""
    count, components = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    flat = components.ravel()
    areas = np.bincount(flat, minlength=count)
    votes = np.stack([np.bincount(flat, p.ravel(), minlength=count) for p in probabilities[1:]])
    label = np.where(areas >= MIN_COMPONENT, votes.argmax(0) + 1, 0)
    label[0] = 0
    return label[components]


def confusion_of(truth, predicted, classes):
    size = classes + 1
    return np.bincount((truth.astype(np.int64) * size + predicted).ravel(), minlength=size * size).reshape(size, size)


def class_ious(confusion):
    confusion = confusion.astype(np.float64)
    tp = np.diag(confusion)
    union = confusion.sum(0) + confusion.sum(1) - tp
    return np.where(union > 0, tp / np.maximum(union, 1), 0.0)


def binary_of(confusion):
    tp, fp, fn = confusion[1:, 1:].sum(), confusion[0, 1:].sum(), confusion[1:, 0].sum()
    return ratio(tp, tp + fp + fn), ratio(tp, tp + fn), ratio(tp, tp + fp)


def ratio(a, b):
    return float(a) / float(b) if b else 0.0


def pixel_ap(h):
    tp = h[0][::-1].cumsum().astype(np.float64)
    fp = h[1][::-1].cumsum().astype(np.float64)
    found = h[0][::-1]
    if tp[-1] == 0:
        return None
    return float((found / tp[-1] * tp / np.maximum(tp + fp, 1)).sum())


def at(h, threshold):
    b = int(np.floor(threshold * BINS))
    tp, fp = h[0][b:].sum(), h[1][b:].sum()
    positives = h[0].sum()
    return {"iou": ratio(tp, positives + fp), "recall": ratio(tp, positives), "precision": ratio(tp, tp + fp)}


def best_threshold(h):
    tp = h[0][::-1].cumsum()[::-1].astype(np.float64)
    fp = h[1][::-1].cumsum()[::-1].astype(np.float64)
    iou = tp / np.maximum(h[0].sum() + fp, 1)
    return int(np.flatnonzero(iou == iou.max())[0]) / BINS


def false_alarms(per_image, threshold):
    good = [h for h in per_image if h[0].sum() == 0]
    if not good:
        return None
    b = int(np.floor(threshold * BINS))
    return sum(1 for h in good if h[1][b:].sum() >= ALARM_PIXELS) / len(good)


def where_which_miou(joint, threshold):
    b = int(np.floor(threshold * BINS))
    classes = joint.shape[1]
    confusion = np.zeros((classes + 1, classes + 1), np.int64)
    confusion[:, 1:] = joint[:, :, b:].sum(2)
    confusion[:, 0] = joint[:, :, :b].sum((1, 2))
    return float(class_ious(confusion)[1:].mean())


def summary(val, test):
    """Thresholds from val, numbers on both."""
    out = {}
    for split, scores in (("val", val), ("test", test)):
        s = {}
        for name in SCORES:
            pooled = np.sum(scores.histograms[name], 0)
            tuned = best_threshold(np.sum(val.histograms[name], 0))
            s[name] = {
                "ap": pixel_ap(pooled),
                "threshold": tuned,
                "tuned": at(pooled, tuned),
                "half": at(pooled, 0.5),
                "alarmsTuned": false_alarms(scores.histograms[name], tuned),
                "alarmsHalf": false_alarms(scores.histograms[name], 0.5),
            }
        iou, recall, precision = binary_of(scores.confusion)
        good = [i for i, h in enumerate(scores.histograms["fine"]) if h[0].sum() == 0]
        alarms = lambda pixels: sum(1 for i in good if pixels[i] >= ALARM_PIXELS) / len(good) if good else None
        s["argmax"] = {
            "iou": iou, "recall": recall, "precision": precision, "alarms": alarms(scores.argmax_pixels),
            "anomalyMiou": float(class_ious(scores.confusion)[1:].mean()), "classIous": class_ious(scores.confusion)[1:].tolist(),
        }
        s["whereWhich"] = {"half": where_which_miou(scores.joint, 0.5), "tuned": where_which_miou(scores.joint, s["binary"]["threshold"])}
        for name, entry in scores.voted.items():
            iou, recall, precision = binary_of(entry["confusion"])
            ious = class_ious(entry["confusion"])[1:]
            s["voted " + name] = {"iou": iou, "recall": recall, "precision": precision, "anomalyMiou": float(ious.mean()), "classIous": ious.tolist(), "alarms": alarms(entry["pixels"])}
        out[split] = s
    return out
