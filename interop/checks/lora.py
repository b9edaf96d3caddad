"""PEFT reads the adapter that a run of Posterior trained: with it the starter is the policy that Posterior merged."""

import os
from pathlib import Path

from common import need, run, versions


def check(paths):
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    base = Path(os.environ["POSTERIOR_ROOT"]) / "public" / "starter" / "policy"
    trained = paths.work / "lora-run"

    def load(folder):
        return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()

    torch.manual_seed(0)
    ids = torch.randint(0, load(base).config.vocab_size, (16, 48))
    with torch.no_grad():
        merged = load(trained / "policy")
        wanted = merged(input_ids=ids).logits
        before = load(base)(input_ids=ids).logits
        model = PeftModel.from_pretrained(load(base), trained / "adapter").eval()
        found = model(input_ids=ids).logits
        weights = model.merge_and_unload().state_dict()
    moved = (wanted - before).abs().max().item()
    largest = (wanted - found).abs().max().item()
    apart = max((weights[name] - value).abs().max().item() for name, value in merged.state_dict().items())
    need(moved > 0.05, f"the adapter moves the logits by {moved:.2e} alone, so that the comparison says nothing")
    need(largest <= 1e-4, f"the largest difference of logits is {largest:.2e}, more than 1e-4")
    need(apart <= 1e-6, f"the largest difference of merged weights is {apart:.2e}, more than 1e-6")
    return (
        f"{wanted.numel() // wanted.shape[-1]} rows of logits within {largest:.1e}, which moved by {moved:.2f}; merged weights within {apart:.1e} "
        f"({versions('peft', 'transformers', 'torch')})"
    )


run(check)
