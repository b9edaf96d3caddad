import { describe, expect, it } from 'vitest';
import { byteSymbols } from './bytes.ts';
import { loadTokenizer } from './index.ts';

/** Pieces that show where a text was split: two spaces, ², ²² and 11 are tokens within a piece alone. */
const MERGES = [
  ['Ġ', 'Ġ'],
  ['Â', '²'],
  ['Â²', 'Â²'],
  ['1', '1'],
] as const;
const WORDS = [...byteSymbols(), ...MERGES.map((pair) => pair.join('')), '<|endoftext|>'];

const piecesBy = (pre_tokenizer: object) => {
  const tokenizer = loadTokenizer({
    added_tokens: [{ id: WORDS.length - 1, content: '<|endoftext|>', special: true, normalized: false }],
    normalizer: null,
    pre_tokenizer,
    post_processor: null,
    decoder: { type: 'ByteLevel' },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(WORDS.map((word, id) => [word, id])),
      merges: MERGES,
    },
  });
  return (text: string): string =>
    tokenizer
      .encode(text)
      .map((id) => WORDS[id])
      .join(' ');
};

const bytes = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
const digits = (individual_digits: boolean) => ({
  type: 'Sequence',
  pretokenizers: [{ type: 'Digits', individual_digits }, bytes],
});

describe('pre-tokenizers', () => {
  // Tokens as the Python package `tokenizers` 0.22.2 gives them.
  it.each([
    ['  \u0085', 'ĠĠ Â ħ', 'ĠĠ Â ħ'],
    ['a  \ufeff', 'a Ġ Ġ ï » ¿', 'a Ġ Ġ ï » ¿'],
    ['²²', 'Â²Â²', 'Â² Â²'],
    ['11²²', '11 Â²Â²', '1 1 Â² Â²'],
    ['a11  x', 'a 11 Ġ Ġ x', 'a 1 1 Ġ Ġ x'],
    ["it's ²² 11", "i t ' s Ġ Â²Â² Ġ 11", "i t ' s Ġ Â² Â² Ġ 1 1"],
  ])('split %j as tokenizers does', (text, whole, single) => {
    expect(piecesBy(bytes)(text)).toBe(whole);
    expect(piecesBy(digits(false))(text)).toBe(whole);
    expect(piecesBy(digits(true))(text)).toBe(single);
  });
});
