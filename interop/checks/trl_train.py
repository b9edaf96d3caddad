"""TRL's GRPOTrainer runs three steps on the exported policy, tasks and reward function, by the exported commands."""

import re
import subprocess
import sys
from pathlib import Path

from common import Failed, need, run, versions

STEPS = 3


def check(paths):
    import torch
    import trl  # noqa: F401
    from safetensors.torch import load_file

    out = paths.work / "trained-by-trl"
    command = [str(Path(sys.executable).parent / "accelerate"), "launch", "--config_file", "accelerate.yaml"]
    process = subprocess.run(
        [*command, "train_trl.py", "--steps", str(STEPS), "--output", str(out)],
        cwd=paths.trl,
        capture_output=True,
        text=True,
    )
    (paths.work / "trl.log").write_text(process.stdout + process.stderr, encoding="utf-8")
    if process.returncode != 0:
        raise Failed(f"it ended with {process.returncode}: {process.stderr.strip().splitlines()[-1:]} (see {paths.work}/trl.log)")
    rewards = [float(found) for found in re.findall(r"'reward': '?([-\d.e]+)", process.stdout)]
    need(len(rewards) == STEPS, f"{len(rewards)} steps were logged, not {STEPS} (see {paths.work}/trl.log)")
    before, after = load_file(paths.trl / "policy" / "model.safetensors"), load_file(out / "model.safetensors")
    moved = max((after[name] - before[name]).abs().max().item() for name in before)
    need(0 < moved < 1 and all(torch.isfinite(each).all() for each in after.values()), f"the weights moved by {moved}")
    told = ", ".join(f"{reward:.2f}" for reward in rewards)
    return f"{STEPS} steps, rewards {told}; the weights moved by up to {moved:.1e} ({versions('trl', 'accelerate')})"


run(check)
