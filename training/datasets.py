"""Reads the evaluation sets (never used for training) and yields boxes with their pixel truth."""

import functools
import json
import os
from dataclasses import dataclass

import cv2
import numpy as np

DATA_FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../shared/data")
SETS = ("mtd", "neu_seg", "ksdd", "crackforest", "deeppcb")


@dataclass(frozen=True)
class Prompt:
    """One box of one picture. `truth` is what belongs in the mask, `ignored` what counts neither way."""

    set_name: str
    class_name: str
    image_path: str
    box_px: tuple  # (x, y, w, h) image pixels
    truth: np.ndarray  # (H, W) bool
    ignored: np.ndarray  # (H, W) bool


@functools.lru_cache(maxsize=64)
def read_rgb(path: str) -> np.ndarray:
    """(H, W, 3) uint8."""
    return cv2.cvtColor(cv2.imread(path, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def decode_rle(segmentation: dict) -> np.ndarray:
    """Uncompressed COCO run lengths, down the columns, zeros first -> (H, W) bool."""
    height, width = segmentation["size"]
    flat = np.repeat(np.arange(len(segmentation["counts"])) % 2 == 1, segmentation["counts"])
    return flat.reshape(width, height).T


def _load(set_name, file):
    with open(os.path.join(DATA_FOLDER, set_name, file)) as source:
        return json.load(source)


def _split_images(set_name, split, images):
    names = set(_load(set_name, "split.json")[split])
    return {image["id"]: image for image in images if image["file_name"] in names}


def _class_mask(set_name, image, category):
    mask_file = image.get("mask_file") or os.path.splitext(image["file_name"])[0] + ".png"
    return cv2.imread(os.path.join(DATA_FOLDER, set_name, "masks", mask_file), cv2.IMREAD_UNCHANGED) == category


def tight_prompts(set_name: str, split: str) -> list:
    """One prompt per annotated component; other components of its class inside the box are ignored."""
    annotations = _load(set_name, "annotations.json")
    images = _split_images(set_name, split, annotations["images"])
    names = {c["id"]: c["name"] for c in annotations["categories"]}
    prompts = []
    for annotation in annotations["annotations"]:
        image = images.get(annotation["image_id"])
        if image is None:
            continue
        truth = decode_rle(annotation["segmentation"])
        same_class = _class_mask(set_name, image, annotation["category_id"])
        path = os.path.join(DATA_FOLDER, set_name, "images", image["file_name"])
        prompts.append(Prompt(set_name, names[annotation["category_id"]], path, tuple(annotation["bbox"]), truth, same_class & ~truth))
    return prompts


def human_prompts(set_name: str, split: str) -> list:
    """Boxes as drawn by the authors of the data; truth = all pixels of the class inside the box."""
    if not os.path.exists(os.path.join(DATA_FOLDER, set_name, "boxes_human.json")):
        return []
    boxes = _load(set_name, "boxes_human.json")
    images = _split_images(set_name, split, boxes["images"])
    names = {c["id"]: c["name"] for c in boxes["categories"]}
    prompts = []
    for annotation in boxes["annotations"]:
        image = images.get(annotation["image_id"])
        if image is None or annotation["own_mask_px"] <= 0:
            continue
        same_class = _class_mask(set_name, image, annotation["category_id"])
        x, y, w, h = annotation["bbox"]
        inside = np.zeros_like(same_class)
        inside[max(0, int(np.floor(y))):int(np.ceil(y + h)), max(0, int(np.floor(x))):int(np.ceil(x + w))] = True
        path = os.path.join(DATA_FOLDER, set_name, "images", image["file_name"])
        prompts.append(Prompt(set_name, names[annotation["category_id"]], path, (x, y, w, h), same_class & inside, same_class & ~inside))
    return prompts


def jittered_prompts(prompts: list, seed: int) -> list:
    """Every side moved by -3 to +7 % of the box (outwards positive), clipped to the picture."""
    rng = np.random.default_rng(seed)
    moved = []
    for prompt in prompts:
        x, y, w, h = prompt.box_px
        left, top, right, bottom = rng.uniform(-0.03, 0.07, 4)
        height, width = prompt.truth.shape
        x0, y0 = max(0.0, x - left * w), max(0.0, y - top * h)
        x1, y1 = min(float(width), x + w + right * w), min(float(height), y + h + bottom * h)
        moved.append(Prompt(prompt.set_name, prompt.class_name, prompt.image_path, (x0, y0, x1 - x0, y1 - y0), prompt.truth, prompt.ignored))
    return moved
