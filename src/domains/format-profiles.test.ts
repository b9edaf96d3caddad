import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formText, parseCompletion } from './completion.ts';
import { FORMAT_PROFILES, parserOf } from './format-profiles.ts';

const strict = parserOf('strict', parseCompletion);
const prefilled = parserOf('prefilled', parseCompletion);
const chat = parserOf('chat', parseCompletion);
const read = (reasoning: string, answer: string) => ({ format: 1, reasoning, answer });
const MALFORMED = { format: 0, reasoning: null, answer: null };

describe('the profile strict', () => {
  it('is the parser itself', () => {
    expect(strict).toBe(parseCompletion);
  });
});

describe('the profile prefilled', () => {
  it('reads on from the opening tag of the prompt', () => {
    expect(prefilled('r</think><answer>a</answer>')).toEqual(read('r', 'a'));
    expect(prefilled('\nr\n</think>\n<answer>a</answer>')).toEqual(read('r', 'a'));
  });

  it.each([
    ['<think>r</think><answer>a</answer>'],
    ['r</think><answer>a</answer>.'],
    ['r<answer>a</answer>'],
    [''],
  ])('is as strict otherwise: %j', (text) => {
    expect(prefilled(text)).toEqual(MALFORMED);
  });
});

describe('the profile chat', () => {
  it.each([
    ['white space before', '\n <think>r</think><answer>a</answer>', 'a'],
    ['text before', 'Sure! Here it is.\n<think>r</think><answer>a</answer>', 'a'],
    ['text between the blocks', '<think>r</think>\nSo the answer is:\n<answer>a</answer>', 'a'],
    ['text behind', '<think>r</think><answer>a</answer>\nLet me know!', 'a'],
    ['a second answer', '<think>r</think><answer>a</answer><answer>b</answer>', 'a'],
    [
      'another task behind',
      '<think>r</think><answer>a</answer>\n\nq\n<think>s</think><answer>b</answer>',
      'a',
    ],
    ['no closing tag', '<think>r</think><answer>a\n', 'a'],
    ['a fence', '<think>r</think><answer>\n```python\n  x = 1\n\ny\n```\n</answer>', '  x = 1\n\ny'],
    [
      'a fence with words',
      '<think>r</think><answer>Code:\n```\na\n```\nIt works.\n```\nb\n```</answer>',
      'a',
    ],
    ['a fence of tildes', '<think>r</think><answer>~~~js\n```\n~~~~\nz</answer>', '```'],
    ['a longer fence', '<think>r</think><answer>````\n```\na\n```\n````</answer>', '```\na\n```'],
    ['a fence without an end', '<think>r</think><answer>```py\na\nb', 'a\nb'],
    [
      'a fence that is not closed by one with a word',
      '<think>r</think><answer>```\na\n```py\nb\n```</answer>',
      'a\n```py\nb',
    ],
  ])('takes %s', (_, text, answer) => {
    expect(chat(text)).toEqual(read('r', answer));
    expect(strict(text).answer).not.toBe(answer);
  });

  it.each([
    ['no reasoning', '<answer>a</answer>'],
    ['an open reasoning', '<think>r<answer>a</answer>'],
    ['a blank reasoning', '<think> </think><answer>a</answer>'],
    ['a blank answer', '<think>r</think><answer>\n'],
    ['an empty fence', '<think>r</think><answer>```\n```</answer>'],
    ['the wrong order', '<answer>a</answer><think>r</think>'],
    ['a tag twice in the reasoning', '<think>r<think>s</think><answer>a</answer>'],
    ['an answer tag in the reasoning', '<think>r<answer>b</think><answer>a</answer>'],
    ['nothing', ''],
  ])('still refuses %s', (_, text) => {
    expect(chat(text)).toEqual(MALFORMED);
  });

  it('takes backticks in a line for no fence', () => {
    expect(chat(formText('r', '```a``` and `b`'))).toEqual(read('r', '```a``` and `b`'));
  });

  it('reads what is strictly right as ever, unless the answer is fenced', () => {
    const part = fc.stringMatching(/^[^<`~]+$/);
    fc.assert(
      fc.property(part, part, (reasoning, answer) => {
        const text = formText(reasoning, answer);
        expect(chat(text)).toEqual(strict(text));
      }),
    );
  });

  it('never throws, and finds at least what the strict form finds', () => {
    const tags = fc.constantFrom('<think>', '</think>', '<answer>', '</answer>', '```', '\n', ' ', 'a');
    fc.assert(
      fc.property(fc.array(tags, { maxLength: 14 }), (parts) => {
        const text = parts.join('');
        for (const profile of FORMAT_PROFILES) parserOf(profile, parseCompletion)(text);
        if (!text.includes('```')) expect(chat(text).format).toBeGreaterThanOrEqual(strict(text).format);
      }),
    );
  });
});
