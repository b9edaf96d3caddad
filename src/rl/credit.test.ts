import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completionText } from '../domains/completion.ts';
import { loadTokenizer } from '../model/tokenizer/index.ts';
import { DEFAULT_CONFIG } from './config.ts';
import { reasoningTokens } from './credit.ts';
import { idleOptions } from './options.ts';

const starter = loadTokenizer(JSON.parse(readFileSync('public/starter/tokenizer.json', 'utf8')));

/** A tokenizer whose tokens are any runs of bytes. */
function ofBytes(chunks: readonly Uint8Array[]) {
  const decode = (ids: readonly number[]): string =>
    new TextDecoder().decode(Uint8Array.from(ids.flatMap((id) => [...chunks[id]!])));
  return { decode, ids: chunks.map((_, id) => id) };
}

const TAG = '</think>';
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('reasoningTokens', () => {
  it('ends with the tag’s own token', () => {
    const tokens = starter.encode(completionText('sum the squares of xs.\ngive 0 for none.', 'return 0'));
    const reasoning = tokens.slice(0, reasoningTokens(tokens, starter));
    expect(starter.decode(reasoning)).toBe(`<think>sum the squares of xs.\ngive 0 for none.${TAG}`);
  });

  it('ends with the token that completes a tag in letters, and takes a token on the border as a whole', () => {
    const spelled = [...'<think>r</think><answer>p'].flatMap((letter) => starter.encode(letter));
    expect(starter.decode(spelled.slice(0, reasoningTokens(spelled, starter)))).toBe(`<think>r${TAG}`);
    const across = ofBytes(['<think>', 'é</th', 'ink><ans', 'wer>p'].map(bytesOf));
    expect(reasoningTokens(across.ids, across)).toBe(3);
  });

  it('is 0 without a closing tag', () => {
    expect(reasoningTokens(starter.encode('<think>and so on </ think>'), starter)).toBe(0);
    expect(reasoningTokens([], starter)).toBe(0);
  });

  it('is exact wherever a text is cut into tokens, characters of several bytes too', () => {
    const part = fc.stringMatching(/^[a-z \n<>/é語👩]{0,12}$/u).filter((text) => !text.includes(TAG));
    const cuts = fc.array(fc.nat(80), { maxLength: 30 });
    fc.assert(
      fc.property(part, part, cuts, (reasoning, answer, drawn) => {
        const bytes = bytesOf(`<think>${reasoning}${TAG}<answer>${answer}</answer>`);
        const inner = new Set(drawn.filter((cut) => cut > 0 && cut < bytes.length));
        const bounds = [0, ...[...inner].sort((a, b) => a - b), bytes.length];
        const tokenizer = ofBytes(bounds.slice(1).map((end, i) => bytes.slice(bounds[i], end)));
        const border = bytesOf(`<think>${reasoning}${TAG}`).length;
        const expected = bounds.slice(1).findIndex((end) => end >= border) + 1;
        expect(reasoningTokens(tokenizer.ids, tokenizer)).toBe(expected);
      }),
    );
  });
});

describe('the setting', () => {
  it.each([
    [{ advantage: 'raft' as const }, 'raft keeps'],
    [{ gate: 'outcome' as const }, 'gate is outcome'],
    [{ rewardWeights: { thinking: 0 } }, 'weight of 0'],
  ])('says that it has no effect with %j', (more, why) => {
    const config = { ...DEFAULT_CONFIG, reasoningCredit: 'reasoning' as const, ...more };
    expect(idleOptions(config, ['reasoningCredit'])[0]?.why).toContain(why);
    expect(idleOptions({ ...DEFAULT_CONFIG, reasoningCredit: 'reasoning' }, ['reasoningCredit'])).toEqual([]);
  });
});
