"""Stage export: newest weights -> public/models (two graphs, manifest, golden vector)."""

import json
import os

from calibration_settings import CALIBRATION
from deploy import load_average, load_deployed
from export import export_models, write_manifest
from golden import write_golden

PUBLIC_FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../public/models")


def publish(work_folder: str, seed: int) -> None:
    files = export_models(load_average(work_folder), PUBLIC_FOLDER)
    durations_path = os.path.join(work_folder, "durations.json")
    durations = json.load(open(durations_path)) if os.path.exists(durations_path) else {}
    minutes = sum(durations.get(stage, 0) for stage in ("generate", "teach", "prompt")) / 60
    training = {"seed": seed, "minutes": round(minutes), "recipe": "training/README.md"}
    write_manifest(PUBLIC_FOLDER, files, training, CALIBRATION)
    write_golden(load_deployed(work_folder), PUBLIC_FOLDER)
    print({name: entry["bytes"] for name, entry in files.items()})
