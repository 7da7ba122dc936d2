"""Stage export: newest weights -> public/models (two graphs, manifest, golden vector)."""

import os

from calibration_settings import load_calibration
from deploy import load_average, load_deployed
from export import export_models, write_manifest
from golden import write_golden
from schedule import load_checkpoint
from verify import check_files

PUBLIC_FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../public/models")


def training_minutes(work_folder: str) -> float:
    """Wall-clock minutes of both training stages, interruptions not counted."""
    checkpoints = (load_checkpoint(os.path.join(work_folder, f"{stage}.pt")) for stage in ("teach", "prompt"))
    return sum(c["spent_s"] for c in checkpoints if c is not None) / 60


def publish(work_folder: str, seed: int) -> None:
    files = export_models(load_average(work_folder), PUBLIC_FOLDER)
    training = {"seed": seed, "minutes": round(training_minutes(work_folder)), "recipe": "training/README.md"}
    write_manifest(PUBLIC_FOLDER, files, training, load_calibration(work_folder))
    deployed = load_deployed(work_folder)
    check_files(deployed, PUBLIC_FOLDER)
    write_golden(deployed, PUBLIC_FOLDER)
    print({name: entry["bytes"] for name, entry in files.items()})
