"""transformers' logits equal Posterior's, and its greedy text is the same."""

from common import need, run, versions


def check(paths):
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = paths.trl / "policy"
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    largest, count = 0.0, 0
    for sequence in paths.recorded("logits"):
        with torch.no_grad():
            theirs = model(torch.tensor([sequence["ids"]])).logits[0]
        ours = torch.tensor(sequence["logits"]).reshape(theirs.shape)
        largest, count = max(largest, (theirs - ours).abs().max().item()), count + ours.numel()
    need(largest <= 1e-4, f"the largest difference of {count:,} logits is {largest:.2e}, more than 1e-4")

    tokenizer = AutoTokenizer.from_pretrained(folder)
    greedy = paths.recorded("greedy")
    for recorded in greedy:
        prompt = tokenizer(recorded["prompt"], return_tensors="pt", add_special_tokens=False, return_token_type_ids=False)
        with torch.no_grad():
            ids = model.generate(**prompt, do_sample=False, temperature=1.0)[0, prompt["input_ids"].shape[1] :]
        text = tokenizer.decode(ids, skip_special_tokens=True)
        need(text == recorded["text"], f"greedy text {text!r} is {recorded['text']!r} in Posterior")
    return f"{count:,} logits within {largest:.1e}; {len(greedy)} greedy texts the same ({versions('transformers', 'torch')})"


run(check)
