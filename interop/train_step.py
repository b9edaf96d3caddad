"""The training step of bench models in PyTorch with PEFT, told on stdin what to do, one line of JSON a line.

The first line is the setting: model (a folder), threads, batch, oldLogprobs, lora, learningRate, adamw, and factors to start from with
their layout. Each further one names a way, of which each trains an adapter of its own: "sequences" reads the prompt once for every
completion, as TRL does; "shared prompt" reads it once. Answers are lines, too: the versions, then the loss before each step, the norm of
its gradient, and its seconds.
"""

import base64
import json
import sys
import time

import peft
import torch
import transformers
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM


def answer(value):
    print(json.dumps(value), flush=True)


class Trainer:
    def __init__(self, setting, way):
        batch, lora = setting["batch"], setting["lora"]
        self.way, self.adamw = way, setting["adamw"]
        base = AutoModelForCausalLM.from_pretrained(setting["model"], dtype=torch.float32)
        config = LoraConfig(
            r=lora["rank"], lora_alpha=lora["alpha"], target_modules=list(lora["targets"]), use_rslora=lora["rankStabilized"],
            lora_dropout=0, task_type="CAUSAL_LM",
        )  # fmt: skip
        self.model = get_peft_model(base, config).train()
        self.load(setting)
        self.prompt = torch.tensor([batch["prompt"]])
        self.completions = torch.tensor(batch["completions"])
        self.advantages = torch.tensor(batch["advantages"])[:, None]
        self.old = torch.tensor(setting["oldLogprobs"])
        self.trained = [tensor for tensor in self.model.parameters() if tensor.requires_grad]
        self.optimizer = torch.optim.AdamW(
            self.trained, lr=setting["learningRate"], betas=(self.adamw["beta1"], self.adamw["beta2"]),
            eps=self.adamw["epsilon"], weight_decay=self.adamw["weightDecay"],
        )  # fmt: skip

    def load(self, setting):
        flat = torch.frombuffer(bytearray(base64.b64decode(setting["factors"])), dtype=torch.float32)
        own = dict(self.model.named_parameters())
        for slot in setting["layout"]:
            name = "base_model.model." + slot["name"].replace(".weight", ".default.weight")
            part = flat[slot["offset"] : slot["offset"] + own[name].numel()]
            with torch.no_grad():
                own.pop(name).copy_(part.reshape(slot["shape"]))
        left = [name for name, tensor in own.items() if tensor.requires_grad]
        assert not left, left

    def logits(self):
        """What predicts each token of each completion, [completions, time, vocabulary]."""
        count, time_ = self.completions.shape
        if self.way == "sequences":
            ids = torch.cat([self.prompt.expand(count, -1), self.completions], 1)
            return self.model(ids, logits_to_keep=time_ + 1, use_cache=False).logits[:, :-1]
        first = self.model(self.prompt, logits_to_keep=1, use_cache=True)
        first.past_key_values.batch_repeat_interleave(count)
        rest = self.model(self.completions[:, :-1], past_key_values=first.past_key_values, use_cache=True)
        return torch.cat([first.logits.expand(count, -1, -1), rest.logits], 1)

    def step(self):
        began = time.perf_counter()
        logprobs = torch.log_softmax(self.logits(), -1).gather(-1, self.completions[..., None])[..., 0]
        ratio = torch.exp(logprobs - self.old)
        gain = torch.minimum(ratio * self.advantages, ratio.clamp(0.8, 1.2) * self.advantages)
        loss = -gain.mean()
        self.optimizer.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.trained, self.adamw["maxGradNorm"])
        self.optimizer.step()
        seconds = time.perf_counter() - began
        return {"loss": loss.item(), "gradNorm": norm.item(), "seconds": seconds}


def main():
    setting = json.loads(sys.stdin.readline())
    torch.set_num_threads(setting["threads"])
    answer({each.__name__: each.__version__ for each in (torch, transformers, peft)})
    trainers = {}
    for line in sys.stdin:
        way = json.loads(line)
        if way not in trainers:
            trainers[way] = Trainer(setting, way)
        answer(trainers[way].step())


main()
