"""Pictures as raw pixels, and OpenCV's GrabCut in every box: the yardstick of `npm run bench -- segmenter`.

Reads from standard input {"out": folder, "pictures": [{"id", "file", "boxes": [{"id", "bbox": [x, y, w, h]}]}]} and writes
into the folder `<picture id>.rgba` (8 bits a channel, row by row) and `<box id>.mask` (a byte 0 or 1 for each pixel of a
window). Prints {"version", "pictures": {id: [width, height]}, "windows": {box id: [x, y, width, height]}}.

    python3 bench/oracles/pictures.py < request.json     (needs OpenCV: Debian's python3-opencv)
"""

import json
import os
import sys

import cv2
import numpy as np

ITERATIONS = 4
MINIMAL_SIDE_PX = 128  # smaller windows are enlarged: a defect of ten pixels gives colour models nothing to learn from
RING_SHARE = 0.3  # the surface around the box that GrabCut learns the background from, as far as the segmenter sees


def main() -> None:
    request = json.load(sys.stdin)
    out = request["out"]
    os.makedirs(out, exist_ok=True)
    cv2.setNumThreads(1)
    sizes, windows = {}, {}
    for picture in request["pictures"]:
        bgr = cv2.imread(picture["file"], cv2.IMREAD_COLOR)
        if bgr is None:
            sys.exit(f"cannot read {picture['file']}")
        height, width = bgr.shape[:2]
        sizes[picture["id"]] = [width, height]
        cv2.cvtColor(bgr, cv2.COLOR_BGR2RGBA).tofile(os.path.join(out, f"{picture['id']}.rgba"))
        for box in picture["boxes"]:
            window, mask = grab_cut(bgr, box["bbox"])
            windows[box["id"]] = window
            mask.tofile(os.path.join(out, f"{box['id']}.mask"))
    json.dump({"version": cv2.__version__, "pictures": sizes, "windows": windows}, sys.stdout)


def grab_cut(bgr: np.ndarray, bbox: list) -> tuple:
    """Window [x, y, width, height] in image pixels, and the mask in it, uint8 0 or 1. The box itself when it fails."""
    height, width = bgr.shape[:2]
    x, y, w, h = bbox
    ring = max(2.0, RING_SHARE * max(w, h))
    left, top = int(max(0, np.floor(x - ring))), int(max(0, np.floor(y - ring)))
    right, bottom = int(min(width, np.ceil(x + w + ring))), int(min(height, np.ceil(y + h + ring)))
    crop = bgr[top:bottom, left:right]
    scale = max(1.0, MINIMAL_SIDE_PX / max(crop.shape[:2]))
    inside = np.zeros(crop.shape[:2], np.uint8)
    inside[int(np.floor(y)) - top:int(np.ceil(y + h)) - top, int(np.floor(x)) - left:int(np.ceil(x + w)) - left] = 1
    large = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    labels = np.where(cv2.resize(inside, large.shape[1::-1], interpolation=cv2.INTER_NEAREST) == 1, cv2.GC_PR_FGD, cv2.GC_BGD).astype(np.uint8)
    try:
        cv2.setRNGSeed(0)
        cv2.grabCut(large, labels, None, np.zeros((1, 65)), np.zeros((1, 65)), ITERATIONS, cv2.GC_INIT_WITH_MASK)
        found = ((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)).astype(np.float32)
        mask = (cv2.resize(found, crop.shape[1::-1], interpolation=cv2.INTER_AREA) > 0.5).astype(np.uint8)
    except cv2.error:  # a flat crop, or no background at all, has no colour model
        mask = inside
    return [left, top, right - left, bottom - top], mask


if __name__ == "__main__":
    main()
