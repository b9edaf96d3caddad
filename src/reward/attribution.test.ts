import { describe, expect, it } from 'vitest';
import { attribute, leaveOneOut, splitSentences } from './attribution.ts';

describe('splitting into sentences', () => {
  it.each([
    ['- keep even\n- square\n- sum', ['- keep even', '- square', '- sum']],
    ['keep even; square; sum.', ['keep even', 'square', 'sum']],
    ['First look. Then add! Done', ['First look.', 'Then add!', 'Done']],
    ['one', ['one']],
    ['', []],
    ['  \n ', []],
  ])('%j', (text, sentences) => {
    const split = splitSentences(text);
    expect(split.texts).toEqual(sentences);
    expect(split.join(split.texts)).toBe(text.trim());
  });

  it('keeps the layout of what is left', () => {
    expect(leaveOneOut(splitSentences('a; b; c.'))).toEqual(['b; c.', 'a; c.', 'a; b.']);
    expect(leaveOneOut(splitSentences('- a\n- b'))).toEqual(['- b', '- a']);
    expect(leaveOneOut(splitSentences('only this.'))).toEqual(['']);
  });
});

describe('attribution', () => {
  it('asks for everything in one batch and subtracts', async () => {
    const batches: (readonly string[])[] = [];
    // Worth of a text: 2 for naming `even`, −1 for `odd`, 5 for both at once.
    const worth = (text: string) => {
      const [even, odd] = [text.includes('even'), text.includes('odd')];
      return even && odd ? 5 : even ? 2 : odd ? -1 : 0;
    };
    const result = await attribute('keep even; drop odd; add.', async (texts) => {
      batches.push(texts);
      return texts.map(worth);
    });
    expect(batches).toHaveLength(1);
    expect(result.score).toBe(5);
    expect(result.sentences.map(({ contribution }) => contribution)).toEqual([6, 3, 0]);
    expect(result.sentences.map(({ without }) => without)).toEqual([-1, 2, 5]);
  });

  it('scores an empty reasoning, which has no sentences', async () => {
    expect(await attribute('', async () => [-3])).toEqual({ score: -3, sentences: [] });
  });
});
