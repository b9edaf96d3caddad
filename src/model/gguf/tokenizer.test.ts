import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodeOpened, loadTokenizer } from '../tokenizer/index.ts';
import { GgufError } from './errors.ts';
import { metadataOf } from './metadata.ts';
import { tokenizerConfig, tokenizerJson } from './tokenizer.ts';

interface Fixture {
  readonly tokens: readonly string[];
  readonly types: readonly number[];
  readonly merges: readonly string[];
  readonly texts: readonly string[];
  readonly ids: Readonly<Record<string, readonly (readonly number[])[]>>;
}
const fixture = JSON.parse(readFileSync('tests/fixtures/gguf/tokenizer.json', 'utf8')) as Fixture;
const { tokens, types, merges, texts, ids } = fixture;

const IDS = { padId: 0, endIds: [0] };
const BASE = { model: 'gpt2', pre: 'smollm', tokens, token_type: types, merges };
const metadata = (
  changes: Readonly<Record<string, unknown>> = {},
  others: Readonly<Record<string, unknown>> = {},
) => {
  const own = Object.entries({ ...BASE, ...changes }).map(
    ([key, value]) => [`tokenizer.ggml.${key}`, value] as const,
  );
  return metadataOf(
    Object.fromEntries(
      [...own, ...Object.entries(others)]
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => [key, { type: 0, value }]),
    ),
  );
};

describe('a vocabulary of the metadata', () => {
  it.each(Object.keys(ids))('gives the ids of the package tokenizers, cut as %s does', (pre) => {
    const tokenizer = loadTokenizer(tokenizerJson(metadata({ pre })), IDS);
    for (const [i, text] of texts.entries())
      expect([text, tokenizer.encode(text)]).toEqual([text, ids[pre]![i]]);
  });

  it('gives every text back', () => {
    const tokenizer = loadTokenizer(tokenizerJson(metadata()), IDS);
    for (const text of texts) expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  });

  it.each([
    [{ add_bos_token: true, bos_token_id: 0 }, '<|im_start|>'],
    [{ add_bos_token: false, bos_token_id: 0 }, ''],
    [{ bos_token_id: 0 }, ''],
    [{ pre: 'llama-bpe', bos_token_id: 0 }, '<|im_start|>'],
    [{ pre: 'llama-bpe', bos_token_id: 0, add_bos_token: false }, ''],
    [{ pre: 'llama-bpe' }, ''],
  ])('opens texts by what the file says, or as llama.cpp does by its kind (%#)', (changes, opening) => {
    const tokenizer = loadTokenizer(tokenizerJson(metadata(changes)), IDS);
    expect(tokenizer.opening).toBe(opening);
    expect(encodeOpened(tokenizer, 'for x')).toEqual([...(opening ? [0] : []), ...tokenizer.encode('for x')]);
  });

  it('leaves out tokens that are not used', () => {
    const padded = metadata({ tokens: [...tokens, '[PAD1]'], token_type: [...types, 5] });
    expect(loadTokenizer(tokenizerJson(padded), IDS).vocabSize).toBe(tokens.length);
  });

  it.each([
    [{ model: 'llama' }, /llama, which is SentencePiece/],
    [{ model: 't5' }, /Its tokenizer is t5; only gpt2/],
    [{ model: undefined }, /no tokenizer\.ggml\.model/],
    [{ pre: 'tekken' }, /cuts texts as tekken does, which is not known here; default, gpt-2, smollm/],
    [{ pre: undefined }, /no tokenizer\.ggml\.pre/],
    [{ pre: 'toString' }, /as toString does/],
    [{ tokens: [1] }, /tokens is no list of texts/],
    [{ token_type: [1] }, /601 tokens but 1 types/],
    [{ merges: ['abc'] }, /merge "abc" is not a pair/],
    [{ merges: undefined }, /no tokenizer\.ggml\.merges/],
    [{ add_bos_token: true }, /no tokenizer\.ggml\.bos_token_id/],
    [{ add_bos_token: true, bos_token_id: 601 }, /token 601, which each text begins with, is not there/],
    [{ add_bos_token: 1, bos_token_id: 0 }, /add_bos_token is no truth value/],
    [{ tokens: tokens.with(5, tokens[4]!) }, /tokens 4 and 5 are both/],
  ])('is refused where it cannot be read (%#)', (changes, message) => {
    expect(() => tokenizerJson(metadata(changes))).toThrow(GgufError);
    expect(() => tokenizerJson(metadata(changes))).toThrow(message);
  });
});

describe('the configuration of the tokenizer', () => {
  it('has the special tokens by name, and the chat template', () => {
    const chat = metadata({ eos_token_id: 0, bos_token_id: 5 }, { 'tokenizer.chat_template': '{{ x }}' });
    expect(tokenizerConfig(chat)).toEqual({
      bos_token: tokens[5],
      eos_token: tokens[0],
      chat_template: '{{ x }}',
    });
  });
});
