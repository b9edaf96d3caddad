"""The reward of Posterior-GRPO (arXiv 2508.05170) for other trainers: R = R_f + R_o + gate · R_t.

`posterior_reward` is a reward function for TRL's GRPOTrainer, `compute_score` one for verl. Both read `posterior.json`
beside this file: the gate, the weights, how the reward model's score becomes R_t in [0, 1], and a program's time.

Programs are run by `posterior_programs.py`, which is NO SANDBOX: see its warning.
"""

import json
import math
import os
import re
import sys
import threading
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
if str(FOLDER) not in sys.path:
    # Trainers load this file by its path.
    sys.path.insert(0, str(FOLDER))

import posterior_answers  # noqa: E402
import posterior_programs  # noqa: E402

THINK_OPEN, THINK_CLOSE = "<think>", "</think>"
ANSWER_OPEN, ANSWER_CLOSE = "<answer>", "</answer>"
TAGS = (THINK_OPEN, THINK_CLOSE, ANSWER_OPEN, ANSWER_CLOSE)
END = "<|end|>"
WHITE = posterior_answers.WHITE
BATCH = 16


@lru_cache
def settings():
    return json.loads((FOLDER / "posterior.json").read_text(encoding="utf-8"))


# R_f: the form.

FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")


def unfenced(text):
    """The content of the first fenced code block; the text itself where it has none."""
    lines = text.split("\n")
    fences = [FENCE.fullmatch(line.rstrip(WHITE)) for line in lines]
    opening = [i for i, fence in enumerate(fences) if fence and not (fence[1][0] == "`" and "`" in fence[2])]
    if not opening:
        return text
    first, mark = opening[0], fences[opening[0]][1]
    closing = [i for i, fence in enumerate(fences) if i > first and fence and not fence[2] and fence[1].startswith(mark)]
    return "\n".join(lines[first + 1 : closing[0] if closing else None])


def chat_form(text):
    """A chat model's text in the strict form, where it has one: see `chatForm` in Posterior's `format-profiles.ts`."""
    think = text.find(THINK_OPEN)
    close = -1 if think < 0 else text.find(THINK_CLOSE, think)
    opening = -1 if close < 0 else text.find(ANSWER_OPEN, close)
    if opening < 0:
        return text
    reasoning = text[think + len(THINK_OPEN) : close]
    answer = text[opening + len(ANSWER_OPEN) :].split(ANSWER_CLOSE, 1)[0]
    return f"{THINK_OPEN}{reasoning}{THINK_CLOSE}{ANSWER_OPEN}{unfenced(answer)}{ANSWER_CLOSE}"


PROFILES = {
    "strict": lambda text: text,
    "prefilled": lambda text: THINK_OPEN + text,
    "chat": chat_form,
}


def read_completion(text):
    """(reasoning, answer) by the profile of `posterior.json`, or (None, None)."""
    return parse_completion(PROFILES[settings().get("formatProfile", "strict")](text.removesuffix(END)))


def parse_completion(text):
    """(reasoning, answer) of `<think>…</think><answer>…</answer>`, or (None, None) for any other text.

    Each tag once and in this order, nothing before or after, only white space between the blocks, neither blank. The
    indentation of an answer's lines is kept.
    """
    text = text.removesuffix(END)
    close, opening = text.find(THINK_CLOSE), text.find(ANSWER_OPEN)
    if any(text.count(tag) > 1 for tag in TAGS) or close < 0 or opening < close:
        return None, None
    if not text.startswith(THINK_OPEN) or not text.endswith(ANSWER_CLOSE):
        return None, None
    between = text[close + len(THINK_CLOSE) : opening]
    reasoning = text[len(THINK_OPEN) : close].strip(WHITE)
    answer = text[opening + len(ANSWER_OPEN) : -len(ANSWER_CLOSE)]
    if between.strip(WHITE) or not reasoning or not answer.strip(WHITE):
        return None, None
    # Without blank lines around it.
    line = answer.rfind("\n", 0, len(answer) - len(answer.lstrip(WHITE))) + 1
    return reasoning, answer[line:].rstrip(WHITE)


# R_o: the outcome.


def verify(items):
    """(passed, total) of each (data_source, ground_truth, extra, answer); an answer of None passes nothing.

    Tasks to train on are checked by their visible tests, those of the split `test` by the strict suite: the visible tests
    and the held-out ones.
    """
    found, jobs, places = [(0, 0)] * len(items), [], []
    for i, (data_source, ground_truth, extra, answer) in enumerate(items):
        domain = data_source.partition("/")[2]
        if domain == "maths":
            right = answer is not None and posterior_answers.same_answer(
                answer, ground_truth, units_of(extra), extra.get("tolerance")
            )
            found[i] = (int(right), 1)
        elif domain == "code":
            task = json.loads(ground_truth, parse_int=posterior_programs.number)
            program = None if answer is None else with_preamble(task.get("preamble", ""), answer)
            for suite in suites_of(task, extra.get("split") == "test"):
                jobs.append((program, task["entry"], suite, settings()["timeoutSeconds"]))
                places.append(i)
        else:
            raise ValueError(f"No tasks of the data source {data_source!r} are known; they begin with posterior/.")
    for i, (passed, total) in zip(places, posterior_programs.grade_all(jobs)):
        found[i] = (found[i][0] + passed, found[i][1] + total)
    return found


FUTURE = re.compile(r"^from\s+__future__\s+import\s.*\n?", re.MULTILINE)


def with_preamble(preamble, program):
    """A program with what it may rely on before it; `from __future__` stays first."""
    if not preamble.strip():
        return program
    end = max((match.end() for match in FUTURE.finditer(program)), default=0)
    return f"{program[:end]}{preamble.rstrip()}\n{program[end:]}"


def suites_of(task, strict):
    """The runs that a suite takes: one, but for tests in code, of which a run takes those of one suite."""
    if not strict:
        return [task["visible"]]
    if any(isinstance(item, str) for item in task["visible"] + task["heldOut"]):
        return [task["visible"], task["heldOut"]]
    return [task["visible"] + task["heldOut"]]


def units_of(extra):
    # A table may have them as an array.
    return () if extra.get("units") is None else tuple(extra["units"])


# R_t: the reasoning.


class RewardModel:
    """The exported reward model: a sequence classifier with one label, read by transformers."""

    def __init__(self, folder):
        import torch
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        self.torch = torch
        self.device = os.environ.get("POSTERIOR_REWARD_DEVICE", "cpu")
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        model = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32)
        self.model = model.to(self.device).eval()

    def __call__(self, texts):
        """Raw, unbounded scores."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        scores = [0.0] * len(texts)
        for start in range(0, len(order), BATCH):
            part = order[start : start + BATCH]
            batch = self.tokenizer(
                [texts[i] for i in part],
                add_special_tokens=False,
                padding=True,
                padding_side="right",
                return_tensors="pt",
                return_token_type_ids=False,
            )
            with self.torch.no_grad():
                logits = self.model(**batch.to(self.device)).logits[:, 0]
            for i, score in zip(part, logits.tolist()):
                scores[i] = score
        return scores


loading = threading.Lock()


@lru_cache
def loaded_model():
    return RewardModel(str(FOLDER / "reward"))


def reward_model():
    # verl calls from several threads.
    with loading:
        return loaded_model()


def sigmoid(x):
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


def rank(score, group):
    """Share of the others in the group that score lower, ties counting half."""
    if len(group) < 2:
        return 0.5
    below = sum(other < score for other in group)
    equal = sum(other == score for other in group) - 1
    return (below + equal / 2) / (len(group) - 1)


def scale(score, reference, group):
    """R_t in [0, 1] of a raw score; `reference` is the score of the task's reference reasoning, where there is one."""
    if not math.isfinite(score):
        raise ValueError(f"The reward model scored a reasoning with {score}; nothing may be learned from it.")
    scaling = settings()["scaling"]
    kind = scaling["kind"]
    if kind == "sigmoid":
        return sigmoid(score - scaling["center"])
    if kind == "reference":
        return sigmoid(score - (scaling["anchor"] if reference is None else reference))
    if kind == "rank":
        return rank(score, group)
    if kind == "min-max":
        return min(1.0, max(0.0, (score - scaling["low"]) / (scaling["high"] - scaling["low"])))
    raise ValueError(f"posterior.json: there is no scaling {kind!r}.")


def think(items, scorer):
    """R_t of each (group, prompt, reasoning, reference reasoning); 0 where there is no reasoning."""

    def text(prompt, reasoning):
        return f"{prompt}{THINK_OPEN}{reasoning}{THINK_CLOSE}"

    anchored = settings()["scaling"]["kind"] == "reference"
    texts = [None if reasoning is None else text(prompt, reasoning) for _, prompt, reasoning, _ in items]
    anchors = [text(prompt, known) if anchored and known else None for _, prompt, _, known in items]
    unique = list(dict.fromkeys(each for each in (*texts, *anchors) if each is not None))
    scores = dict(zip(unique, scorer(unique))) if unique else {}
    groups = {}
    for (group, *_), each in zip(items, texts):
        if each is not None:
            groups.setdefault(group, []).append(scores[each])
    return [
        0.0 if each is None else scale(scores[each], scores.get(anchor), groups[item[0]])
        for item, each, anchor in zip(items, texts, anchors)
    ]


# The gate: how much of R_t counts, by the outcome, the share of the tests that passed, and the threshold.

GATES = {
    "posterior": lambda outcome, share, threshold: outcome,
    "ungated": lambda outcome, share, threshold: 1,
    "outcome": lambda outcome, share, threshold: 0,
    "soft": lambda outcome, share, threshold: share,
    "threshold": lambda outcome, share, threshold: int(share >= threshold),
    # What it compares among the passing completions is an advantage, which is the trainer's.
    "correct-only": lambda outcome, share, threshold: outcome,
}


def total_reward(form, outcome, thinking, share):
    """R_f + R_o + gate · R_t, each with its weight; `share` is the share of tests that passed."""
    gate, weights = settings()["gate"], settings()["rewardWeights"]
    if gate not in GATES:
        raise ValueError(f"posterior.json: there is no gate {gate!r}; it is one of {', '.join(GATES)}.")
    opening = GATES[gate](outcome, share, settings()["gateThreshold"])
    return weights["format"] * form + weights["outcome"] * outcome + weights["thinking"] * (opening * thinking)


def score_all(tasks, completions, scorer=None):
    """The rewards of each completion, as a dict of its parts; `tasks` are (data_source, ground_truth, extra, group)."""
    parsed = [read_completion(text) for text in completions]
    verified = verify([(*task[:3], answer) for task, (_, answer) in zip(tasks, parsed)])
    items = [
        (group, extra["prompt"], reasoning, extra.get("reference"))
        for (_, _, extra, group), (reasoning, _) in zip(tasks, parsed)
    ]
    thinking = think(items, scorer or reward_model())
    rewards = []
    for (reasoning, _), (passed, total), score in zip(parsed, verified, thinking):
        form, outcome = int(reasoning is not None), int(passed == total and total > 0)
        share = passed / total if total else 0
        parts = {"format": form, "outcome": outcome, "thinking": score, "passed_tests": share}
        rewards.append({"score": total_reward(form, outcome, score, share), **parts})
    return rewards


# What trainers call.


def plain_text(message):
    """A completion or prompt as text, whether a trainer has it so or as messages."""
    return message if isinstance(message, str) else "".join(part["content"] for part in message)


def posterior_reward(completions, prompts=None, data_source=None, ground_truth=None, log_metric=None, **columns):
    """TRL's reward function: a reward for each completion. The columns are those of the exported tasks."""
    if prompts is None or data_source is None or ground_truth is None:
        raise ValueError("posterior_reward needs the columns prompt, data_source and ground_truth of the exported tasks.")
    tasks = []
    for i, prompt in enumerate(prompts):
        problem = columns.get("problem")
        names = ("id", "split", "reference", "units", "tolerance")
        extra = {name: columns[name][i] for name in names if columns.get(name) is not None}
        # The reward model reads the task alone, whatever stands around it in the prompt.
        extra["prompt"] = plain_text(prompt) if problem is None else problem[i]
        tasks.append((data_source[i], ground_truth[i], extra, extra.get("id", extra["prompt"])))
    rewards = score_all(tasks, [plain_text(completion) for completion in completions])
    if log_metric is not None and rewards:
        for name in ("format", "outcome", "thinking"):
            log_metric(f"rewards/{name}/mean", sum(each[name] for each in rewards) / len(rewards))
    return [float(each["score"]) for each in rewards]


def compute_score(data_source, solution_str, ground_truth, extra_info=None, **_):
    """verl's reward function: the reward of one completion under `score`, and its parts."""
    if not extra_info or "prompt" not in extra_info:
        raise ValueError("compute_score needs extra_info with the prompt, as the exported tasks have it.")
    [rewards] = score_all([(data_source, ground_truth, extra_info, None)], [solution_str])
    return rewards
