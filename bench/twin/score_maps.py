"""Scores the maps that the product's own student wrote (bench/students/trainWithProduct.ts), exactly as the twin is scored.

    /usr/bin/python3 bench/twin/score_maps.py --maps OUT --id ID --out results.jsonl

OUT.json holds the run, OUT.f32 for each image of val, then test, (K + 2, H, W): class probabilities, defect probability.
"""

import argparse
import json
import os

import numpy as np
import torch

from data import PreparedSet
from scores import SplitScores, best_threshold, resize_to_image, summary


def main():
    parser = argparse.ArgumentParser()
    for name in ("maps", "id", "out"):
        parser.add_argument(f"--{name}", required=True)
    args = parser.parse_args()
    with open(f"{args.maps}.json", encoding="utf8") as file:
        facts = json.load(file)
    run = facts["run"]
    data = PreparedSet(run["folder"], run["flips"], None)
    maps = np.memmap(f"{args.maps}.f32", np.float32, "r").reshape(-1, data.classes + 2, data.h, data.w)
    start, splits = 0, {}
    for split in ("val", "test"):
        rows = data.rows_of(split, upright_only=True)
        part = maps[start : start + len(rows)]
        start += len(rows)
        vote_at = {"half": 0.5}
        if split == "test":
            vote_at["tuned"] = best_threshold(np.sum(splits["val"].histograms["binary"], 0))
        scores = SplitScores(data.classes, has_binary_head=True)
        for row, one in zip(rows, part):
            image = data.rows[row]["image"]
            at_size = resize_to_image(torch.from_numpy(np.array(one)), data.images[image]).numpy()
            scores.add(image, data.truth_of(image), at_size[:-1], at_size[-1], vote_at)
        splits[split] = scores
    folder = args.out.replace(".jsonl", "") + "-histograms"
    os.makedirs(folder, exist_ok=True)
    for name in ("binary", "both"):
        counts = [np.stack(scores.histograms[name]) for scores in splits.values()]
        np.concatenate(counts).astype("<u4").tofile(os.path.join(folder, f"{args.id}-{name}.u32"))
    result = {
        "run": {**run, **run["params"], "id": args.id, "engine": "product"},
        "scores": summary(splits["val"], splits["test"]),
        "steps": facts["steps"], "examples": facts["examples"], "seconds": facts["seconds"], "log": [],
    }
    with open(args.out, "a", encoding="utf8") as file:
        file.write(json.dumps(result) + "\n")
    t = result["scores"]["test"]
    print(args.id, "ap", round(t["binary"]["ap"], 3), "tuned", round(t["binary"]["tuned"]["iou"], 3), "half", round(t["binary"]["half"]["iou"], 3))


if __name__ == "__main__":
    main()
