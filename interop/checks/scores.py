"""AutoModelForSequenceClassification gives the scores of Posterior's reward model."""

import math

from common import need, run, versions


def check(paths):
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    folder = paths.trl / "reward"
    model = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    recorded, largest = paths.recorded("scores"), 0.0
    for start in range(0, len(recorded), 32):
        part = recorded[start : start + 32]
        batch = tokenizer(
            [each["text"] for each in part],
            add_special_tokens=False,
            padding=True,
            return_tensors="pt",
            return_token_type_ids=False,
        )
        with torch.no_grad():
            theirs = model(**batch).logits
        need(theirs.shape == (len(part), 1), f"the classifier gives {tuple(theirs.shape)} for {len(part)} texts")
        for each, score in zip(part, theirs[:, 0].tolist()):
            largest = max(largest, abs(score - each["score"]))
    need(math.isfinite(largest) and largest <= 1e-4, f"the largest difference of scores is {largest:.2e}, more than 1e-4")
    return f"{len(recorded)} scores within {largest:.1e} ({versions('transformers', 'torch')})"


run(check)
