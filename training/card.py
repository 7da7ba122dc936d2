"""Stage card: docs/models/embedded.md and its pictures, from results.json and the training log files."""

import json
import os

from deploy import load_deployed
from export import TEACHER
from gallery import write_gallery
from network import Segmenter, count_parameters
from publish import PUBLIC_FOLDER
from schedule import load_checkpoint

FOLDER = os.path.dirname(os.path.abspath(__file__))
CARD_FOLDER = os.path.join(FOLDER, "../docs/models")
BASELINES = ("box filled", "Otsu in box")
CHOSEN = "chosen calibration"


def _set_table(measured: dict) -> str:
    """One row per set, one column per method; the best of a row in bold."""
    methods = list(next(iter(measured.values()))["methods"])
    lines = ["| set | n | " + " | ".join(methods) + " |", "|---" * (len(methods) + 2) + "|"]
    for name, entry in measured.items():
        values = [entry["methods"][m]["macro"] for m in methods]
        cells = [f"**{v:.3f}**" if v == max(values) else f"{v:.3f}" for v in values]
        lines.append(f"| {name} | {entry['n']} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _class_table(measured: dict) -> str:
    methods = ("P > 0.5", CHOSEN, "box filled", "Otsu in box", "GrabCut in box")
    lines = ["| set | class | n | " + " | ".join(methods) + " |", "|---" * (len(methods) + 3) + "|"]
    for name, entry in measured.items():
        for label, count in entry["counts"].items():
            cells = " | ".join(f"{entry['methods'][m]['perClass'][label]:.3f}" for m in methods)
            lines.append(f"| {name} | {label} | {count} | {cells} |")
    return "\n".join(lines)


def _spread_table(measured: dict) -> str:
    lines = ["| set | macro | 95 % interval | median | IoU >= 0.5 |", "|---|---|---|---|---|"]
    for name, entry in measured.items():
        m = entry["methods"][CHOSEN]
        lines.append(f"| {name} | {m['macro']:.3f} | {m['interval'][0]:.3f} .. {m['interval'][1]:.3f} | {m['median']:.3f} | {m['shareAboveHalf']:.2f} |")
    return "\n".join(lines)


def _verdict(measured: dict) -> str:
    """Which sets fall short of the better of the two cheap baselines; said plainly."""
    lines = []
    for name, entry in measured.items():
        ours = entry["methods"][CHOSEN]["macro"]
        best = max(BASELINES, key=lambda m: entry["methods"][m]["macro"])
        rival = entry["methods"][best]["macro"]
        word = "above" if ours > rival else "BELOW"
        lines.append(f"- {name}: {ours:.3f}, {word} the better baseline ({best}, {rival:.3f}).")
    return "\n".join(lines)


def write_card(work_folder: str, seed: int) -> None:
    results = json.load(open(os.path.join(work_folder, "results.json")))
    durations = json.load(open(os.path.join(work_folder, "durations.json")))
    manifest = json.load(open(os.path.join(PUBLIC_FOLDER, "manifest.json")))["models"][0]
    prompted = load_checkpoint(os.path.join(work_folder, "prompt.pt"))
    taught = load_checkpoint(os.path.join(work_folder, "teach.pt"))
    gallery = write_gallery(load_deployed(work_folder), CARD_FOLDER)
    segmenter = Segmenter()
    template = open(os.path.join(FOLDER, "card_template.md")).read()
    text = template.format(
        date=results["date"], seed=seed, calibration=json.dumps(results["calibration"]),
        encoder_parameters=f"{count_parameters(segmenter.encoder) / 1e6:.2f}",
        decoder_parameters=f"{count_parameters(segmenter.decoder) / 1e6:.2f}",
        bytes=sum(f["bytes"] for f in manifest["files"].values()),
        encoder_hash=manifest["files"]["encoder"]["sha256"], decoder_hash=manifest["files"]["decoder"]["sha256"],
        generate_minutes=f"{durations.get('generate', 0) / 60:.0f}",
        teach_minutes=f"{taught['spent_s'] / 60:.0f}", teach_pictures=f"{taught['pictures']:,}",
        prompt_minutes=f"{prompted['spent_s'] / 60:.0f}", prompt_samples=f"{prompted['samples']:,}",
        teacher=TEACHER, tight=_set_table(results["tight"]), classes=_class_table(results["tight"]),
        spread=_spread_table(results["tight"]), jittered=_set_table(results["jittered"]), human=_set_table(results["human"]),
        failures=open(os.path.join(FOLDER, "card_failures.md")).read().strip(), verdict=_verdict(results["tight"]), gallery_n=gallery["n"], gallery_iou=f"{gallery['meanIou']:.3f}",
    )
    with open(os.path.join(CARD_FOLDER, "embedded.md"), "w") as out:
        out.write(text)
