/** The vocabulary in a GGUF file's metadata as the `tokenizer.json` and `tokenizer_config.json` of Hugging Face. */
import { byteLevelJson, type TokenizerJson } from '../tokenizer/byte-level.ts';
import { GgufError } from './errors.ts';
import { type Metadata, needed } from './metadata.ts';

/** ggml's types of tokens. */
const CONTROL = 3;
const USER_DEFINED = 4;
const UNUSED = 5;

interface Splitting {
  readonly normalizer?: object;
  /** Patterns that cut a text, one after the other, in the syntax of Oniguruma. */
  readonly patterns: readonly string[];
  /** Whether a piece that is a token as a whole is not merged. */
  readonly ignoreMerges?: boolean;
  /** Whether a text begins with the token for that where the file does not say. */
  readonly isOpened?: boolean;
}

const GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

/** Words and signs as in Llama 3 and Qwen2, which differ in how many digits stay together. */
const wordsAnd = (digits: string): string =>
  `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;

/** How each kind of tokenizer cuts a text before it merges, by `tokenizer.ggml.pre`. */
const SPLITTINGS: Readonly<Record<string, Splitting>> = {
  default: { patterns: [GPT2] },
  'gpt-2': { patterns: [GPT2] },
  smollm: { patterns: ['\\p{N}', GPT2] },
  'llama-bpe': { patterns: [wordsAnd('\\p{N}{1,3}')], ignoreMerges: true, isOpened: true },
  qwen2: { patterns: [wordsAnd('\\p{N}')], normalizer: { type: 'NFC' } },
};

/** @throws GgufError for a vocabulary that is not of byte-level pairs, or is cut in a way that is not known here */
export function tokenizerJson(metadata: Metadata): TokenizerJson<string> {
  const { normalizer = null, patterns, ignoreMerges = false, isOpened = false } = splittingOf(metadata);
  const { tokens, types } = vocabularyOf(metadata);
  const merges = needed('tokenizer.ggml.merges', metadata.texts('tokenizer.ggml.merges'));
  const wrong = merges.find((merge) => !/^[^ ]+ [^ ]+$/.test(merge));
  if (wrong !== undefined) throw new GgufError(`Its merge ${JSON.stringify(wrong)} is not a pair of tokens.`);
  const used = tokens.flatMap((content, id) => (types[id] === UNUSED ? [] : [{ content, id }]));
  const vocab = new Map(used.map(({ content, id }) => [content, id]));
  if (vocab.size < used.length) {
    const twice = used.find(({ content, id }) => vocab.get(content) !== id)!;
    throw new GgufError(
      `Its tokens ${twice.id} and ${vocab.get(twice.content)} are both ${JSON.stringify(twice.content)}.`,
    );
  }
  const isAdded = ({ id }: { readonly id: number }) => types[id] === CONTROL || types[id] === USER_DEFINED;
  return byteLevelJson({
    added: used.filter(isAdded).map(({ id, content }) => ({ id, content, special: types[id] === CONTROL })),
    normalizer,
    patterns,
    vocabulary: Object.fromEntries(vocab),
    merges,
    ignoreMerges,
    opening: openingOf(metadata, tokens, isOpened),
  });
}

/** @throws GgufError where a text begins with a token that is not there */
function openingOf(metadata: Metadata, tokens: readonly string[], isUsual: boolean) {
  const said = metadata.flag('tokenizer.ggml.add_bos_token');
  const key = 'tokenizer.ggml.bos_token_id';
  const found = metadata.number(key);
  if (!(said ?? (isUsual && found !== null))) return null;
  const id = needed(key, found);
  const content = tokens[id];
  if (content === undefined)
    throw new GgufError(`Its token ${id}, which each text begins with, is not there.`);
  return { id, content };
}

function splittingOf(metadata: Metadata): Splitting {
  const kind = needed('tokenizer.ggml.model', metadata.text('tokenizer.ggml.model'));
  if (kind !== 'gpt2')
    throw new GgufError(
      `Its tokenizer is ${kind === 'llama' ? 'llama, which is SentencePiece' : kind}; only gpt2, byte-level pairs, can be read.`,
    );
  const name = needed('tokenizer.ggml.pre', metadata.text('tokenizer.ggml.pre'));
  if (Object.hasOwn(SPLITTINGS, name)) return SPLITTINGS[name]!;
  throw new GgufError(
    `Its tokenizer cuts texts as ${name} does, which is not known here; ${Object.keys(SPLITTINGS).join(', ')} are.`,
  );
}

function vocabularyOf(metadata: Metadata) {
  const tokens = needed('tokenizer.ggml.tokens', metadata.texts('tokenizer.ggml.tokens'));
  const types = needed('tokenizer.ggml.token_type', metadata.numbers('tokenizer.ggml.token_type'));
  if (types.length !== tokens.length)
    throw new GgufError(`It has ${tokens.length} tokens but ${types.length} types of tokens.`);
  return { tokens, types };
}

const SPECIAL = { bos: 'bos_token', eos: 'eos_token', unknown: 'unk_token', padding: 'pad_token' } as const;

/** Special tokens and the chat template, as far as the file has them. @throws GgufError */
export function tokenizerConfig(metadata: Metadata): Record<string, unknown> {
  const { tokens } = vocabularyOf(metadata);
  const special = Object.entries(SPECIAL).flatMap(([name, field]) => {
    const id = metadata.number(`tokenizer.ggml.${name}_token_id`);
    return id === null ? [] : [[field, tokens[id] ?? null]];
  });
  const template = metadata.text('tokenizer.chat_template');
  return {
    ...(Object.fromEntries(special) as Record<string, string | null>),
    ...(template === null ? {} : { chat_template: template }),
  };
}
