"""Stage card: docs/models/embedded.md and its pictures, from results.json, probe.json and the training log files."""

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
BASELINES = ("box filled", "Otsu in box", "GrabCut in box")
CHOSEN = "chosen"
SET_METHODS = ("chosen", "chosen, one crop", "fitted", "rule of version 1", "P > 0.5", *BASELINES, "best candidate")


def _table(header: list, rows: list) -> str:
    return "\n".join(["| " + " | ".join(header) + " |", "|---" * len(header) + "|"] + ["| " + " | ".join(map(str, row)) + " |" for row in rows])


def _number(value) -> str:
    return "-" if value is None else f"{value:.3f}"


def _set_table(measured: dict) -> str:
    """One row per set, one column per method; the best of a row, the oracle aside, in bold."""
    first = next(iter(measured.values()))["methods"]
    methods = [m for m in SET_METHODS if m in first]
    rows = []
    for name, entry in measured.items():
        values = {m: entry["methods"][m]["macro"] for m in methods}
        best = max(v for m, v in values.items() if m != "best candidate")
        cells = [f"**{v:.3f}**" if v == best and m != "best candidate" else f"{v:.3f}" for m, v in values.items()]
        rows.append([name, entry["n"], *cells])
    return _table(["set", "n", *methods], rows)


def _class_table(measured: dict) -> str:
    methods = [CHOSEN, "P > 0.5", *BASELINES, "best candidate"]
    rows = [
        [name, label, count, *(f"{entry['methods'][m]['perClass'][label]:.3f}" for m in methods)]
        for name, entry in measured.items() for label, count in entry["counts"].items()
    ]
    return _table(["set", "class", "n", *methods], rows)


def _spread_table(measured: dict) -> str:
    rows = []
    for name, entry in measured.items():
        m = entry["methods"][CHOSEN]
        rows.append([name, f"{m['macro']:.3f}", f"{m['interval'][0]:.3f} .. {m['interval'][1]:.3f}", f"{m['median']:.3f}", f"{m['shareAboveHalf']:.2f}"])
    return _table(["set", "macro", "95 % interval", "median", "IoU >= 0.5"], rows)


def _verdict(measured: dict) -> str:
    """Every set against the best baseline of its row; said plainly."""
    lines = []
    for name, entry in measured.items():
        methods = entry["methods"]
        best = max((m for m in BASELINES if m in methods), key=lambda m: methods[m]["macro"])
        ours, rival = methods[CHOSEN]["macro"], methods[best]["macro"]
        lines.append(f"- {name}: {ours:.3f}, {'above' if ours > rival else 'BELOW'} the best baseline ({best}, {rival:.3f}; {100 * (ours - rival):+.1f} points).")
    return "\n".join(lines)


def _below_baseline(measured: dict) -> str:
    """Classes in which a baseline is better."""
    found = []
    for name, entry in measured.items():
        for label, count in entry["counts"].items():
            values = {m: entry["methods"][m]["perClass"][label] for m in (CHOSEN, *BASELINES)}
            best = max(BASELINES, key=values.get)
            if values[best] > values[CHOSEN]:
                found.append(f"{name} {label} ({values[CHOSEN]:.3f}; {best} {values[best]:.3f}; n {count})")
    return "Classes in which a baseline is better: " + ("; ".join(found) if found else "none") + "."


def _outline_table(outlines: dict) -> str:
    methods = [CHOSEN, "P > 0.5", "rule of version 1", *BASELINES]
    rows = [[name, label, *(f"{values[m]:.3f}" for m in methods)] for name, classes in outlines.items() for label, values in classes.items()]
    return _table(["set", "class", *methods], rows)


def _quality_table(quality: dict) -> str:
    rows = [
        [name, g["n"], f"{g['spearman']:.2f}", f"{g['spearmanNetwork']:.2f}", f"{g['meanError']:.3f}", f"{g['bias']:+.3f}", f"{100 * g['coverage']:.0f} %", _number(g["acceptedIou"])]
        for name, g in quality["groups"].items()
    ]
    return _table(["set", "n", "Spearman", "of the network's own number", "mean error", "bias", "accepted", "their mean IoU"], rows)


def _clicks_table(clicks: dict) -> str:
    rows = []
    for name, entry in clicks.items():
        if entry["n"] == 0:
            continue
        after = entry["chosen"]
        rows.append([name, entry["n"], f"{entry['before']:.3f}", f"{after['first']:.3f}", f"{after['second']:.3f}", f"{100 * (after['second'] - entry['before']):+.1f}", f"{entry['chosen, one crop']['second']:.3f}", f"{entry['P > 0.5']['second']:.3f}"])
    return _table(["set", "failures", "box alone", "one click", "two clicks", "gain, points", "two clicks without tiles", "two clicks, read as P > 0.5"], rows)


def _style_table(style: dict) -> str:
    rows = []
    for name, by_count in style.items():
        for label in by_count["3"]:
            cells = []
            for count in ("3", "5", "10"):
                entry = by_count[count].get(label)
                cells.append("-" if entry is None else f"{entry['after']:.3f} ({100 * (entry['after'] - entry['before']):+.1f})")
            rows.append([name, label, by_count["3"][label]["n"], f"{by_count['3'][label]['before']:.3f}", *cells])
        means = []
        for count in ("3", "5", "10"):
            gains = [e["after"] - e["before"] for e in by_count[count].values()]
            means.append(f"**{100 * sum(gains) / len(gains):+.1f}**" if gains else "-")
        rows.append([name, "mean of the classes", "", "", *means])
    return _table(["set", "class", "n", "without", "3 masks", "5 masks", "10 masks"], rows)


def _probe_table(probe: dict) -> str:
    if not probe:
        return "Not measured in this run."
    rows = []
    for set_name, features in probe.items():
        for name, seeds in features.items():
            mean = lambda key: sum(r[key] for r in seeds.values()) / len(seeds)
            rows.append([set_name, next(iter(seeds.values()))["n"], name, f"{mean('iou'):.3f}", f"{mean('pixelAp'):.3f}", len(seeds)])
    return _table(["set", "n", "frozen features", "IoU, threshold from val", "pixel AP", "seeds"], rows)


def _storage(storage: dict) -> str:
    return ", ".join(f"{name} {100 * entry['gain']:+.2f} (n {entry['n']})" for name, entry in storage.items())


def _load(path: str) -> dict:
    return json.load(open(path)) if os.path.exists(path) else {}


def write_card(work_folder: str, seed: int) -> None:
    results = _load(os.path.join(work_folder, "results.json"))
    durations = _load(os.path.join(work_folder, "durations.json"))
    manifest = _load(os.path.join(PUBLIC_FOLDER, "manifest.json"))["models"][0]
    prompted, taught = (load_checkpoint(os.path.join(work_folder, f"{stage}.pt")) for stage in ("prompt", "teach"))
    gallery = write_gallery(load_deployed(work_folder), work_folder, CARD_FOLDER)
    segmenter = Segmenter()
    template = open(os.path.join(FOLDER, "card_template.md")).read()
    everything = results["quality"]["groups"]["all"]
    text = template.format(
        date=results["date"], seed=seed, version=manifest["modelVersion"], calibration=json.dumps(results["calibration"]),
        encoder_parameters=f"{count_parameters(segmenter.encoder) / 1e6:.2f}",
        decoder_parameters=f"{count_parameters(segmenter.decoder) / 1e6:.2f}",
        bytes=sum(f["bytes"] for f in manifest["files"].values()),
        encoder_hash=manifest["files"]["encoder"]["sha256"], decoder_hash=manifest["files"]["decoder"]["sha256"],
        generate_minutes=f"{durations.get('generate', 0) / 60:.0f}", score_minutes=f"{durations.get('score', 0) / 60:.0f}",
        teach_minutes=f"{taught['spent_s'] / 60:.0f}", teach_pictures=f"{taught['pictures']:,}",
        prompt_minutes=f"{prompted['spent_s'] / 60:.0f}", prompt_samples=f"{prompted['samples']:,}",
        teacher=TEACHER, tight=_set_table(results["tight"]), classes=_class_table(results["tight"]), below=_below_baseline(results["tight"]),
        spread=_spread_table(results["tight"]), jittered=_set_table(results["jittered"]), human=_set_table(results["human"]),
        verdict=_verdict(results["tight"]), human_verdict=_verdict(results["human"]), jittered_verdict=_verdict(results["jittered"]),
        outlines=_outline_table(results["outlines"]), quality=_quality_table(results["quality"]), cut=f"{results['quality']['cut']:.3f}",
        coverage=f"{100 * everything['coverage']:.0f}", accepted=_number(everything["acceptedIou"]),
        clicks=_clicks_table(results["clicks"]), style=_style_table(results["style"]), storage=_storage(results["storage"]),
        probe=_probe_table(_load(os.path.join(work_folder, "probe.json"))),
        failures=open(os.path.join(FOLDER, "card_failures.md")).read().strip(), gallery_n=gallery["n"], gallery_iou=f"{gallery['meanIou']:.3f}",
    )
    with open(os.path.join(CARD_FOLDER, "embedded.md"), "w") as out:
        out.write(text)
