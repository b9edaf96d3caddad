"""PEFT gives the scores of a reward model that Posterior trained as an adapter beside the starter."""

import os
from pathlib import Path

from common import need, run, versions


def check(paths):
    import torch
    from peft import PeftModel
    from transformers import AutoModelForSequenceClassification

    base = Path(os.environ["POSTERIOR_ROOT"]) / "public" / "starter" / "policy"
    model = AutoModelForSequenceClassification.from_pretrained(base, num_labels=1, dtype=torch.float32)
    model = PeftModel.from_pretrained(model, paths.work / "reward-model" / "reward").eval()
    recorded, largest, spread = paths.recorded("adapter"), 0.0, []
    with torch.no_grad():
        for each in recorded:
            score = model(input_ids=torch.tensor([each["ids"]])).logits[0, 0].item()
            largest = max(largest, abs(score - each["score"]))
            spread.append(score)
        model.disable_adapter_layers()
        without = model(input_ids=torch.tensor([recorded[0]["ids"]])).logits[0, 0].item()
    need(max(spread) - min(spread) > 0.05, f"all scores are within {max(spread) - min(spread):.2e}: nothing was learned to compare")
    need(abs(without - spread[0]) > 1e-3, "without its adapter the model scores the same, so that the comparison says nothing")
    need(largest <= 1e-4, f"the largest difference of scores is {largest:.2e}, more than 1e-4")
    return f"{len(recorded)} scores within {largest:.1e} ({versions('peft', 'transformers', 'torch')})"


run(check)
