import { describe, expect, it } from 'vitest';
import { initialTokens, sameText } from './agreement.ts';
import { toRow } from './measure.ts';
import { PROMPT_TOKENS, promptsOf, trainingBatch } from './workload.ts';

describe('completions of two engines', () => {
  const decode = (ids: readonly number[]): string => ids.map((id) => 'abc'[id]).join('');

  it('are the same up to the first token that differs', () => {
    expect(initialTokens([1, 2, 3], [1, 2, 3])).toBe(3);
    expect(initialTokens([1, 2, 3], [1, 9, 3])).toBe(1);
    expect(initialTokens([1, 2, 3], [1, 2])).toBe(2);
    expect(initialTokens([1, 2], [])).toBe(0);
  });

  it('are compared by their text where one of them has no ids', () => {
    expect(sameText([0, 1, 2], 'abc and more', decode)).toBe(3);
    expect(sameText([0, 1, 2], 'abb', decode)).toBe(2);
    expect(sameText([0, 1, 2], '', decode)).toBe(0);
  });
});

describe('prompts', () => {
  const characters = {
    encode: (text: string) => Array.from(text, (character) => character.codePointAt(0)!),
    decode: (ids: readonly number[]) => String.fromCodePoint(...ids),
  };

  it('are of one length and all different', () => {
    const prompts = promptsOf(characters, 16);
    expect(new Set(prompts.map(({ text }) => text)).size).toBe(16);
    for (const { ids, text } of prompts) {
      expect(ids).toHaveLength(PROMPT_TOKENS);
      expect(characters.encode(text)).toEqual(ids);
    }
  });

  it('are left out where their text has other ids', () => {
    const tokenizer = {
      ...characters,
      // As where a window begins within a word.
      encode: (text: string) => characters.encode(text.startsWith('A') ? text : text.replace(/^ /, '')),
    };
    const prompts = promptsOf(tokenizer, 16);
    expect(prompts).toHaveLength(16);
    expect(prompts.every(({ text }) => !text.startsWith(' '))).toBe(true);
  });

  it('are refused where the text is too short for them', () => {
    expect(() => promptsOf(characters, 10_000)).toThrow(/too few for 10000 prompts/);
  });
});

describe('the batch to learn from', () => {
  it('has ids of the vocabulary, and advantages that come to nothing', () => {
    const { prompt, completions, advantages } = trainingBatch(1000);
    expect(prompt).toHaveLength(256);
    expect(completions.map((ids) => ids.length)).toEqual([128, 128, 128, 128]);
    expect([prompt, ...completions].flat().every((id) => id >= 0 && id < 1000)).toBe(true);
    expect(advantages.reduce((a, b) => a + b, 0)).toBe(0);
  });
});

describe('a row', () => {
  it('has medians, and how many times faster ours is', () => {
    const times = [
      [1000, 2000, 4000],
      [4000, 4000, 1000],
      [500, 500, 500],
    ];
    const row = toRow('generation', 'tokens/s', ['ours', 'slow', 'fast'], times, (ms) => 64_000 / ms);
    expect(row).toEqual({
      name: 'generation',
      unit: 'tokens/s',
      ours: 32,
      samples: [64, 32, 16],
      peers: [
        { name: 'slow', value: 16, ratio: 2, samples: [16, 16, 64] },
        { name: 'fast', value: 128, ratio: 0.25, samples: [128, 128, 128] },
      ],
    });
  });
});
