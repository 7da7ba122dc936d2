"""The whole recipe in one command: python3 training/make.py --seed 0

Stages: generate, teach, prompt, score, export, evaluate, card. Each may be named alone (--stages teach prompt).
Long stages are bounded by wall-clock minutes, save a checkpoint every two minutes and resume from it.
"""

import argparse
import json
import os
import sys
import time

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "0")
os.environ["OMP_NUM_THREADS"] = "1"  # the workers of parallel.py are the threads
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

STAGES = ("generate", "teach", "prompt", "score", "export", "evaluate", "card")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=list(STAGES))
    parser.add_argument("--work", default="/tmp/maskwright-training", help="folder for the bank and checkpoints")
    parser.add_argument("--pictures", type=int, default=14000, help="size of the picture bank")
    parser.add_argument("--teach-minutes", type=float, default=75)
    parser.add_argument("--prompt-minutes", type=float, default=63)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def record_duration(work: str, stage: str, seconds: float) -> None:
    path = os.path.join(work, "durations.json")
    durations = json.load(open(path)) if os.path.exists(path) else {}
    durations[stage] = durations.get(stage, 0) + seconds
    with open(path, "w") as out:
        json.dump(durations, out, indent=2)


def run_stage(stage: str, options) -> None:
    from procedural.bank import GENERATOR_VERSION
    work = os.path.join(options.work, f"seed{options.seed}")
    bank = os.path.join(options.work, f"bank-seed{options.seed}-v{GENERATOR_VERSION}")
    os.makedirs(work, exist_ok=True)
    if stage == "generate":
        from procedural.bank import generate_bank
        generate_bank(bank, options.seed, options.pictures, options.threads)
    elif stage == "teach":
        from teach import teach
        teach(work, bank, options.seed, options.teach_minutes, options.threads)
    elif stage == "prompt":
        from prompt import train_prompted
        train_prompted(work, bank, options.seed, options.prompt_minutes, options.threads)
    elif stage == "score":
        from deploy import load_deployed
        from scorer import train_scorer
        train_scorer(work, load_deployed(work), options.seed, options.threads)
    elif stage == "export":
        from publish import publish
        publish(work, options.seed)
    elif stage == "evaluate":
        from evaluate import evaluate
        evaluate(work, options.threads)
    elif stage == "card":
        from card import write_card
        write_card(work, options.seed)


def main() -> None:
    options = parse_arguments()
    import cv2
    import torch
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    for stage in options.stages:
        started = time.monotonic()
        run_stage(stage, options)
        seconds = time.monotonic() - started
        record_duration(os.path.join(options.work, f"seed{options.seed}"), stage, seconds)
        print(f"{stage}: {seconds / 60:.1f} minutes", flush=True)


if __name__ == "__main__":
    main()
