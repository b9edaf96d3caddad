"""`tokenizers` gives the ids that Posterior gives, and decoding gives the text back."""

from common import need, run, versions


def check(paths):
    from tokenizers import Tokenizer
    from transformers import AutoTokenizer

    folder = paths.trl / "policy"
    tokenizer, automatic = Tokenizer.from_file(str(folder / "tokenizer.json")), AutoTokenizer.from_pretrained(folder)
    recorded = paths.recorded("unicode")
    texts = [each["text"] for each in recorded]
    library = [encoding.ids for encoding in tokenizer.encode_batch(texts, add_special_tokens=False)]
    transformed = automatic(texts, add_special_tokens=False)["input_ids"]
    for each, ids, others in zip(recorded, library, transformed):
        need(ids == each["ids"], f"tokenizers gives {ids} for {each['text']!r}, Posterior {each['ids']}")
        need(list(others) == each["ids"], f"transformers gives {others} for {each['text']!r}, Posterior {each['ids']}")
        back = tokenizer.decode(ids, skip_special_tokens=False)
        need(back == each["text"], f"{each['text']!r} comes back as {back!r}")
    messages = [{"role": "user", "content": texts[0] + "def solve(xs):\n"}]
    chat = automatic.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
    need(chat == messages[0]["content"], "the chat template changes a prompt")
    kept = automatic.decode(automatic.encode("<think>a</think><answer>b</answer><|end|>"), skip_special_tokens=True)
    need(kept == "<think>a</think><answer>b</answer>", f"without special tokens a completion is {kept!r}")
    return f"{len(texts):,} texts, the same ids and back ({versions('tokenizers', 'transformers')})"


run(check)
