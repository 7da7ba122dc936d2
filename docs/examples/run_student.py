#!/usr/bin/env python3
"""Runs an exported student on one picture, as model.json says.

    python3 run_student.py model.onnx model.json image.png
    python3 run_student.py model.onnx model.json image.png --backbone embedded-encoder.onnx

Prints the image's score and its instances as JSON. A model of the form "head" needs the ONNX file of its backbone, which
model.json names; a model of the form "whole" needs nothing else. Needs numpy; ONNX Runtime and Pillow are used when they
are installed. Written from the text of model.json alone: nothing here is taken from the app.
"""

import argparse
import hashlib
import json

import numpy as np

from read_picture import read_picture


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("onnx")
    parser.add_argument("json")
    parser.add_argument("image")
    parser.add_argument("--backbone", help="ONNX file of the backbone, for a model of the form head")
    parser.add_argument("--threshold", type=float, help="instead of that of model.json")
    parser.add_argument("--numpy", action="store_true", help="run the networks in numpy even if ONNX Runtime is there")
    parser.add_argument("--defect", help="write the defect probabilities (h, w) to this .npy file")
    given = parser.parse_args()
    with open(given.json, encoding="utf-8") as file:
        model = json.load(file)
    if model["format"] != "maskwright-student" or model["version"] != 2:
        raise SystemExit(f"{given.json}: this program reads maskwright-student, version 2")
    threshold = model["threshold"] if given.threshold is None else given.threshold

    picture = read_picture(given.image)  # (h, w, 3) uint8
    pixels, content = place(picture, model["input"])
    feeds = {"pixels": pixels}
    if model["form"] == "head":
        names = [one["name"] for one in model["tensors"]["inputs"] if one["name"] != "pixels"]
        maps = features(model["backbone"], pixels, given.backbone, given.numpy)
        feeds.update(zip(names, maps))
    outputs = run_graph(given.onnx, ["classes", "defect"], feeds, given.numpy)

    height, width = picture.shape[:2]
    columns, rows = content
    defect = resize(outputs["defect"][0, 0, :rows, :columns], width, height, shrink_by_area=False)
    if given.defect:
        np.save(given.defect, defect)
    instances = find_instances(defect, outputs["classes"][0], content, threshold, model)
    for instance in instances:
        instance["class"] = model["classes"][instance["class_index"]]["name"]
    print(json.dumps({"score": image_score(defect, model.get("imageScoreShare", 0)), "instances": instances}))


def image_score(defect, share):
    highest = max(1, int(share * defect.size))
    return float(np.sort(defect, axis=None)[-highest:].mean(dtype=np.float64))


# --- Before the network ---------------------------------------------------------------------------------------------


def place(picture, canvas):
    """The picture on the network's canvas: (1, 3, H, W) float32 in 0..1, and the content's (columns, rows)."""
    h, w = picture.shape[:2]
    width, height = canvas["width"], canvas["height"]
    scale = min(width / w, height / h)
    columns = min(width, max(1, int(np.floor(w * scale + 0.5))))
    rows = min(height, max(1, int(np.floor(h * scale + 0.5))))
    planes = [resize(picture[..., c], columns, rows, shrink_by_area=True) for c in range(3)]
    scaled = np.clip(np.rint(np.stack(planes)), 0, 255)  # rint rounds ties to even
    placed = np.pad(scaled, ((0, 0), (0, height - rows), (0, width - columns)), mode="edge")
    return (placed[None] / 255).astype(np.float32), (columns, rows)


def resize(plane, width, height, shrink_by_area):
    """(h, w) -> (height, width), along x first; each axis by its own rule."""
    narrowed = resize_rows(plane.astype(np.float32), width, shrink_by_area)
    return resize_rows(narrowed.T, height, shrink_by_area).T


def resize_rows(plane, size, shrink_by_area):
    length = plane.shape[1]
    if shrink_by_area and size < length:
        taps, weights = area_taps(length, size)
    else:
        taps, weights = linear_taps(length, size)
    return sum(plane[:, taps[:, i]] * weights[:, i] for i in range(taps.shape[1])).astype(np.float32)


def linear_taps(length, size):
    source = np.maximum((np.arange(size) + 0.5) * length / size - 0.5, 0)
    low = np.minimum(np.floor(source).astype(int), length - 1)
    share = np.where(low == length - 1, 0, source - low)
    taps = np.stack([low, np.minimum(low + 1, length - 1)], axis=1)
    return taps, np.stack([1 - share, share], axis=1).astype(np.float32)


def area_taps(length, size):
    """Input i covers i .. i + 1, output o covers o * length / size .. (o + 1) * length / size."""
    begin = np.arange(size)[:, None] * length / size
    end = np.minimum((np.arange(size)[:, None] + 1) * length / size, length)
    taps = np.floor(begin).astype(int) + np.arange(int(np.ceil(length / size)) + 1)
    covered = np.maximum(0, np.minimum(end, taps + 1) - np.maximum(begin, taps))
    weights = covered / covered.sum(axis=1, keepdims=True)
    return np.minimum(taps, length - 1), weights.astype(np.float32)


def features(backbone, pixels, path, in_numpy):
    """The feature maps of a head, one for each level, rounded to half floats as in the app."""
    if path is None:
        raise SystemExit(f'--backbone FILE is needed: "{backbone["id"]}", {backbone["source"]}')
    with open(path, "rb") as file:
        found = hashlib.sha256(file.read()).hexdigest()
    if found != backbone["sha256"]:
        raise SystemExit(f"{path} is another backbone: SHA-256 {found}, needed is {backbone['sha256']}")
    tensors = backbone["tensors"]
    _, _, height, width = pixels.shape
    feeds = {tensors["image"]: prepare(pixels, tensors["preparation"])}
    for zero in tensors["zeros"]:
        feeds[zero["name"]] = np.zeros((1, zero["channels"], height, width), np.float32)
    levels = tensors["levels"]
    outputs = run_graph(path, [level["output"] for level in levels], feeds, in_numpy)
    maps = []
    for level in levels:
        grid = (height // level["stride"], width // level["stride"])
        values = outputs[level["output"]]
        if level["layout"] == "tokens":
            values = token_map(values, grid, tensors["tokenNorm"])
        maps.append(values.astype(np.float16).astype(np.float32))
    return maps


def prepare(pixels, preparation):
    if preparation["kind"] == "channels":
        mean, std = (np.array(preparation[key], np.float32)[:, None, None] for key in ("mean", "std"))
        return (pixels - mean) / std
    luminance = pixels.mean(axis=1)
    scale = max(luminance.std(dtype=np.float64), preparation["stdFloor"])
    scaled = (pixels - np.median(luminance)) / scale
    return np.clip(scaled, -preparation["clip"], preparation["clip"]).astype(np.float32)


def token_map(tokens, grid, norm):
    patches = tokens[:, tokens.shape[1] - grid[0] * grid[1] :]
    if norm is not None:
        mean = patches.mean(axis=2, keepdims=True)
        variance = patches.var(axis=2, keepdims=True)
        patches = (patches - mean) / np.sqrt(variance + norm["epsilon"])
        patches = patches * np.array(norm["scale"], np.float32) + np.array(norm["shift"], np.float32)
    return patches.transpose(0, 2, 1).reshape(1, -1, *grid)


def run_graph(path, wanted, feeds, in_numpy):
    """Outputs by name, through ONNX Runtime or numpy."""
    if not in_numpy:
        try:
            import onnxruntime
        except ImportError:
            pass
        else:
            session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
            return dict(zip(wanted, session.run(wanted, feeds)))
    from numpy_onnx import Graph

    return Graph(path).run(wanted, feeds)


# --- After the network ----------------------------------------------------------------------------------------------


def find_instances(defect, classes, content, threshold, model):
    """Instances in the order of their first pixel. `defect` (h, w); `classes` (K + 1, H, W) on the canvas."""
    height, width = defect.shape
    columns, rows = content
    instances = []
    for ys, xs in components(defect.astype(np.float64) >= threshold):
        if len(xs) < model["minimumAreaPx"] or defect[ys, xs].max() < model["minimumPeak"]:
            continue
        u = np.minimum(columns - 1, np.floor(xs / width * columns).astype(int))
        v = np.minimum(rows - 1, np.floor(ys / height * rows).astype(int))
        votes = classes[1:, v, u].sum(axis=1, dtype=np.float64)
        box = [int(xs.min()), int(ys.min()), int(np.ptp(xs)) + 1, int(np.ptp(ys)) + 1]
        instances.append(
            {
                "class_index": int(np.argmax(votes)),
                "score": float(defect[ys, xs].mean(dtype=np.float64)),
                "area": len(xs),
                "bbox": box,
                "segmentation": {"size": [height, width], "counts": run_lengths(ys, xs, height, width)},
            }
        )
    return instances


def components(mask):
    """(ys, xs) of each 8-connected piece."""
    height, width = mask.shape
    open_pixels = mask.copy()
    for y, x in zip(*np.nonzero(mask)):
        if not open_pixels[y, x]:
            continue
        open_pixels[y, x] = False
        found, waiting = [], [(y, x)]
        while waiting:
            py, px = waiting.pop()
            found.append((py, px))
            for qy in range(max(0, py - 1), min(height, py + 2)):
                for qx in range(max(0, px - 1), min(width, px + 2)):
                    if open_pixels[qy, qx]:
                        open_pixels[qy, qx] = False
                        waiting.append((qy, qx))
        ys, xs = np.array(found).T
        yield ys, xs


def run_lengths(ys, xs, height, width):
    """COCO: lengths of the runs of 0 and 1 in turn, down the columns, zeros first."""
    flat = np.zeros(height * width + 2, np.int8)
    flat[1 + xs * height + ys] = 1
    edges = np.flatnonzero(np.diff(flat))  # starts and ends of the runs of 1
    counts = np.diff(np.concatenate([[0], edges, [height * width]])).tolist()
    return counts if counts[-1] > 0 else counts[:-1]


if __name__ == "__main__":
    main()
