"""Records the ids that transformers gives 2,000 texts and some chats, into tokenizer-ids.json of a model's folder:
tokenizer_ids.py FOLDER, which has tokenizer.json, tokenizer_config.json and, where the template is not in there,
chat_template.jinja.
"""

import json
import sys
from pathlib import Path

from transformers import PreTrainedTokenizerFast

from texts import texts

CHATS = [
    [{"role": "user", "content": "What is 1 + 1?"}],
    [{"role": "system", "content": "Answer in one word."}, {"role": "user", "content": "Größe?  \n\n\tdef f(x): return 12345"}],
    [
        {"role": "user", "content": "日本語 👩‍👩‍👧"},
        {"role": "assistant", "content": "<think>a</think><answer>b</answer>"},
        {"role": "user", "content": "And then?\n"},
    ],
]


def main(folder):
    # The file as it stands: a class of transformers may put its own pieces in place of those of tokenizer.json.
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    specials = sorted(
        {str(token) for token in tokenizer.added_tokens_decoder.values()} | {"<|im_start|>", "<|im_end|>", "</s>", "<think>"}
    )
    rows = []
    for each in texts(2000, 15, specials):
        ids = tokenizer(each, add_special_tokens=False)["input_ids"]
        # A vocabulary may lack bytes, which are then lost.
        decoded = tokenizer.decode(ids, clean_up_tokenization_spaces=False)
        rows.append({"text": each, "ids": ids, **({} if decoded == each else {"decoded": decoded})})
    chats = [
        {
            "messages": chat,
            "text": tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True),
            "ids": tokenizer.apply_chat_template(chat, add_generation_prompt=True, return_dict=False),
        }
        for chat in CHATS
    ]
    path = Path(folder) / "tokenizer-ids.json"
    path.write_text(json.dumps({"texts": rows, "chats": chats}), encoding="utf-8")
    print(f"{path}: {len(rows)} texts, {sum(len(row['ids']) for row in rows)} tokens, {len(chats)} chats")


main(sys.argv[1])
