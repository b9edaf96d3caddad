"""Trains the policy of this folder with TRL's GRPOTrainer on the tasks and the reward of this folder.

    accelerate launch --config_file accelerate.yaml train_trl.py

The settings are those of the run that was exported (`trl.json`: arguments of GRPOConfig). A step has as many completions
as there, however many processes share it.
"""

import argparse
import json
import os
from pathlib import Path

from datasets import load_dataset
from transformers import AutoTokenizer
from trl import GRPOConfig, GRPOTrainer

from posterior_reward import posterior_reward

FOLDER = Path(__file__).resolve().parent


def sizes(settings, processes):
    """Completions a process and turn, turns an update, and turns a step, so that a step has all of its prompts."""
    total, parts = settings["promptsPerStep"] * settings["grpo"]["num_generations"], settings["miniBatches"]
    if total % (processes * parts):
        raise SystemExit(f"A step has {total} completions, which {processes} processes cannot share in {parts} updates.")
    share = total // (processes * parts)
    each = max(n for n in range(1, min(settings["microBatch"], share) + 1) if share % n == 0)
    turns = share // each
    return {
        "per_device_train_batch_size": each,
        "gradient_accumulation_steps": turns,
        "steps_per_generation": turns * parts,
    }


def adapter(settings):
    """What PEFT trains beside the weights; None where they are trained themselves."""
    if "lora" not in settings:
        return None
    from peft import LoraConfig

    return LoraConfig(task_type="CAUSAL_LM", **settings["lora"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, help="steps to train for (default: as the run that was exported)")
    parser.add_argument("--output", default=str(FOLDER / "trained"), help="folder for the trained policy")
    options = parser.parse_args()
    settings = json.loads((FOLDER / "trl.json").read_text(encoding="utf-8"))
    grpo = settings["grpo"] | sizes(settings, int(os.environ.get("WORLD_SIZE", "1")))
    if options.steps is not None:
        grpo["max_steps"] = options.steps
    policy = str(FOLDER / "policy")
    trainer = GRPOTrainer(
        model=policy,
        processing_class=AutoTokenizer.from_pretrained(policy),
        reward_funcs=posterior_reward,
        train_dataset=load_dataset("json", data_files=str(FOLDER / "tasks" / "train.jsonl"), split="train"),
        args=GRPOConfig(output_dir=options.output, **grpo),
        peft_config=adapter(settings),
    )
    trainer.train()
    trainer.save_model(options.output)
    print(f"The trained policy is in {options.output}.")


if __name__ == "__main__":
    main()
