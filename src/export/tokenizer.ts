/** A tokenizer as the libraries `tokenizers` and `transformers` load it, giving the ids that it gives here. */
import type { ChatFormat } from '../model/chat-template.ts';
import type { ModelConfig } from '../model/config.ts';
import { jsonFile, type NamedFile } from '../model/hugging-face.ts';
import { loadTokenizer } from '../model/tokenizer/index.ts';
import { ANSWER_CLOSE, ANSWER_OPEN, THINK_CLOSE, THINK_OPEN } from '../model/tokenizer/special-tokens.ts';

/**
 * Messages as the policy was trained on them: their texts one after the other, and no words for who speaks. So a task's
 * prompt has the same ids whether a trainer takes it for a text or for a message.
 */
export const CHAT_TEMPLATE =
  "{% for message in messages %}{{ message['content'] }}" +
  "{% if message['role'] == 'assistant' %}{{ eos_token }}{% endif %}{% endfor %}";

const TAGS: readonly unknown[] = [THINK_OPEN, THINK_CLOSE, ANSWER_OPEN, ANSWER_CLOSE];

/**
 * Trainers decode completions without special tokens, and the tags must not be lost with them: a reward function looks for
 * them. As plain added tokens they keep their ids.
 */
function withPlainTags(json: unknown): unknown {
  const { added_tokens: tokens = [], ...rest } = json as { readonly added_tokens?: readonly object[] };
  const plain = tokens.map((token) =>
    'content' in token && TAGS.includes(token.content) ? { ...token, special: false } : token,
  );
  return { ...rest, added_tokens: plain };
}

/**
 * tokenizer.json, tokenizer_config.json and special_tokens_map.json.
 * @param chat the template that the model brought; null for {@link CHAT_TEMPLATE}
 * @throws TokenizerError
 */
export function tokenizerFiles(
  folder: string,
  json: unknown,
  config: ModelConfig,
  chat: ChatFormat | null = null,
): NamedFile[] {
  const tokenizer = loadTokenizer(json, config);
  const end = tokenizer.tokenAt(tokenizer.endId);
  const tokens = {
    ...chat?.specialTokens,
    eos_token: end,
    // A model may pad with a row of its embedding that no token belongs to.
    pad_token: tokenizer.decode([tokenizer.padId]) || end,
  };
  return [
    jsonFile(`${folder}/tokenizer.json`, withPlainTags(json)),
    jsonFile(
      `${folder}/tokenizer_config.json`,
      {
        tokenizer_class: 'PreTrainedTokenizerFast',
        model_max_length: config.maxPositions,
        clean_up_tokenization_spaces: false,
        // Prompts of one batch end together, where generation begins.
        padding_side: config.head === 'causal' ? 'left' : 'right',
        ...tokens,
        ...(config.head === 'causal' ? { chat_template: chat?.template ?? CHAT_TEMPLATE } : {}),
      },
      2,
    ),
    jsonFile(`${folder}/special_tokens_map.json`, tokens, 2),
  ];
}
