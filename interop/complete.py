"""Greedy completions of HumanEval's and MBPP's prompts by transformers, for `npm run posterior -- grade --problems`.

    python interop/complete.py MODEL PROBLEMS.jsonl OUT.jsonl [MAX_TOKENS]

MODEL is a folder with safetensors, such as the policy/ that `sft` and `train` write. The model gets plain text, without
a chat template and without our form: so the same question goes to a model before and after training. HumanEval's prompt
is given as it is; MBPP's is a docstring of the text and the tests, and texts end where the BigCode evaluation harness
(v0.1.0) ends them.

`grade --solution by_form` reads the same texts as a model means them that was trained to write our form: the program
between the answer tags where there are any, and what stands before the first tag where there are none.
"""

import json
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

HUMANEVAL_ENDS = ["\nclass ", "\ndef ", "\n#", "\n@", "\nprint", "\nif ", "\n```", "<|"]
MBPP_ENDS = ["\nclass ", "\nassert", '\n"""', "\nprint", "\nif ", "\n```", "<|"]
BATCH = 10


def question(problem):
    """The text that the model continues, and where its continuation ends."""
    if "prompt" in problem:
        return problem["prompt"].strip(), HUMANEVAL_ENDS
    tests = "\n".join(problem["test_list"])
    return f'"""\n{problem["text"]}\n{tests}\n"""\n', MBPP_ENDS


def cut(text, ends):
    return text[: min((at for at in map(text.find, ends) if at >= 0), default=len(text))]


def by_form(completion):
    before, opened, after = completion.partition("<answer>")
    return "\n" + after.partition("</answer>")[0] if opened else before.partition("<think>")[0]


def main(folder, problems, out, most="256"):
    tokenizer = AutoTokenizer.from_pretrained(folder, padding_side="left")
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    with open(problems, encoding="utf-8") as file:
        tasks = [json.loads(line) for line in file]
    with open(out, "w", encoding="utf-8") as file:
        for start in range(0, len(tasks), BATCH):
            batch = tasks[start : start + BATCH]
            asked = [question(task) for task in batch]
            ids = tokenizer([text for text, _ in asked], return_tensors="pt", padding=True)
            with torch.no_grad():
                made = model.generate(**ids, do_sample=False, max_new_tokens=int(most))
            for task, (_, ends), row in zip(batch, asked, made[:, ids.input_ids.shape[1] :]):
                completion = cut(tokenizer.decode(row, skip_special_tokens=True), ends)
                line = {"task_id": task["task_id"], "completion": completion, "by_form": by_form(completion)}
                print(json.dumps(line), file=file)
            print(f"{start + len(batch)} of {len(tasks)}", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
