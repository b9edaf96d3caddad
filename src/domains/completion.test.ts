import { describe, expect, it } from 'vitest';
import { parseCompletion } from './completion.ts';

const GOOD = '<think>sum the squares</think><answer>def f(x):\n    return x</answer>';

describe('parseCompletion', () => {
  it('takes the form apart', () => {
    expect(parseCompletion(GOOD)).toEqual({
      format: 1,
      reasoning: 'sum the squares',
      answer: 'def f(x):\n    return x',
    });
  });

  it('takes reasoning and program over several lines, with white space between the blocks', () => {
    const parsed = parseCompletion(
      '<think>\nfirst\n\nthen\n</think>\n \n<answer>\ndef f(x):\n\n    return x\n</answer>',
    );
    expect(parsed).toEqual({ format: 1, reasoning: 'first\n\nthen', answer: 'def f(x):\n\n    return x' });
  });

  it('keeps the indentation of the first line, wrong as it may be', () => {
    expect(parseCompletion('<think>r</think><answer>\n  \n    return x\n</answer>').answer).toBe(
      '    return x',
    );
    expect(parseCompletion('<think>r</think><answer>  x = 1\n  y = 2</answer>').answer).toBe(
      '  x = 1\n  y = 2',
    );
  });

  it('keeps lookalikes, comparisons and other markup in the parts', () => {
    const parsed = parseCompletion(
      '<think>a < b, <b>bold</b>, <Think></think><answer>f = lambda a, b: a <b> b</answer>',
    );
    expect(parsed).toMatchObject({ format: 1, reasoning: 'a < b, <b>bold</b>, <Think>' });
  });

  const malformed: [string, string][] = [
    ['nothing', ''],
    ['plain text', 'def f(x): return x'],
    ['text after </answer>', `${GOOD} and more`],
    ['white space after </answer>', `${GOOD}\n`],
    ['text before <think>', `Sure! ${GOOD}`],
    ['white space before <think>', `\n${GOOD}`],
    ['text between the blocks', '<think>r</think> so <answer>p</answer>'],
    ['two <think> blocks', '<think>a</think><think>b</think><answer>p</answer>'],
    ['a nested <think>', '<think>a<think>b</think><answer>p</answer>'],
    ['two </think>', '<think>a</think>b</think><answer>p</answer>'],
    ['two answers', '<think>r</think><answer>p</answer><answer>q</answer>'],
    ['an answer inside the reasoning', '<think>r<answer>p</answer></think>'],
    ['a think block inside the answer', '<answer><think>r</think>p</answer>'],
    ['</answer> inside the reasoning', '<think>r</answer></think><answer>p'],
    ['<answer> before </think>', '<think>r<answer></think>p</answer>'],
    ['the blocks in the wrong order', '<answer>p</answer><think>r</think>'],
    ['empty reasoning', '<think></think><answer>p</answer>'],
    ['blank reasoning', '<think> \n\t</think><answer>p</answer>'],
    ['an empty program', '<think>r</think><answer></answer>'],
    ['a blank program', '<think>r</think><answer>\n  \n</answer>'],
    ['no </think>', '<think>r<answer>p</answer>'],
    ['no <answer>', '<think>r</think>p</answer>'],
    ['no </answer>', '<think>r</think><answer>p'],
    ['no <think>', 'r</think><answer>p</answer>'],
    ['overlapping tags', '<think></answer>'],
    ['tags with attributes', '<think class="x">r</think><answer>p</answer>'],
    ['capital tags', '<THINK>r</THINK><ANSWER>p</ANSWER>'],
  ];
  it.each(malformed)('gives neither reward nor program for %s', (_, text) => {
    expect(parseCompletion(text)).toEqual({ format: 0, reasoning: null, answer: null });
  });
});
