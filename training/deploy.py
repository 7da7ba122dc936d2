"""Loads the newest averaged weights as the network the app will run."""

import os

from export import deployed_copy
from network import Segmenter
from schedule import load_checkpoint


def load_average(work_folder: str) -> Segmenter:
    """Averaged weights of the last stage reached: prompt.pt, else the encoder of teach.pt with an untrained decoder."""
    prompted, taught = (load_checkpoint(os.path.join(work_folder, f"{stage}.pt")) for stage in ("prompt", "teach"))
    if prompted is None and taught is None:
        raise FileNotFoundError(f"no checkpoint in {work_folder}; run the stages teach and prompt first")
    segmenter = Segmenter()
    if prompted is not None:
        segmenter.load_state_dict(prompted["average"])
    else:
        segmenter.load_taught(taught["average"])
    return segmenter.eval()


def load_deployed(work_folder: str):
    """Batch normalisation folded, weights rounded to what the files hold."""
    return deployed_copy(load_average(work_folder))
