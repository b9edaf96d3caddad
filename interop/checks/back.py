"""The policy that TRL trained is opened by Posterior, and computes what transformers computes with it."""

import os
import subprocess

from common import Failed, need, run, versions


def check(paths):
    import torch
    from transformers import AutoModelForCausalLM

    folder = paths.work / "trained-by-trl"
    if not folder.exists():
        raise Failed("there is no policy that TRL trained; the check trl makes it")
    root = os.environ["POSTERIOR_ROOT"]
    command = [os.environ["POSTERIOR_NODE"], "--import", "tsx", f"{root}/interop/back.ts", str(folder), str(paths.record)]
    process = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if process.returncode != 0:
        error = [line for line in process.stderr.splitlines() if "Error" in line]
        raise Failed(f"Posterior does not open it: {error[-1:] or process.stderr[-300:]}")
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    largest, recorded = 0.0, paths.recorded("back")
    for sequence, before in zip(recorded, paths.recorded("logits")):
        need(sequence["ids"] == before["ids"], "its tokenizer gives other ids")
        with torch.no_grad():
            theirs = model(torch.tensor([sequence["ids"]])).logits[0]
        largest = max(largest, (theirs - torch.tensor(sequence["logits"]).reshape(theirs.shape)).abs().max().item())
    need(largest <= 1e-4, f"the largest difference of logits is {largest:.2e}, more than 1e-4")
    return f"{len(recorded)} sequences, logits within {largest:.1e} ({versions('transformers')})"


run(check)
