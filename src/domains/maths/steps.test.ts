import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Random } from '../../random.ts';
import { readAnswer } from './answer.ts';
import { isSound, lastResult, stepsOf } from './steps.ts';
import type { Plan } from './task.ts';

const plan: Plan = {
  steps: [
    { operation: 'add', operands: ['14', '7'], result: '21' },
    { operation: 'multiply', operands: ['21', '2'], result: '42' },
  ],
};
const task = { prompt: 'Start with 14, add 7, times 2.\n', plan };
const faults = (reasoning: string, of: Parameters<typeof stepsOf>[1] = task) =>
  stepsOf(reasoning, of).map(({ status, fault }) => fault ?? status);

describe('steps', () => {
  it.each<[string, readonly string[]]>([
    ['14 + 7 = 21; 21 * 2 = 42.', ['valid', 'valid']],
    ['- so 7 plus 14 is 21\n- 2 times 21 is 42', ['valid', 'valid']],
    ['(14 + 7) * 2 = 42', ['valid']],
    ['14 + 7 = 21 = 20 + 1', ['unsupported']],
    ['14 + 7 = 21; so it is 21; 21 * 2 = 42', ['valid', 'valid', 'valid']],
    ['14 + 7 = 22', ['false']],
    ['14 + 7 = 22; 22 * 2 = 44', ['false', 'unsupported']],
    ['14 - 7 = 7; 7 * 2 = 14', ['astray', 'astray']],
    ['21 * 2 = 42', ['unsupported']],
    ['21 * 2 = 42; 14 + 7 = 21', ['unsupported', 'valid']],
    ['so it is 42', ['unsupported']],
    ['14 + 7 = 21; the rest is clear', ['valid', 'unreadable']],
    ['2 + 2 = 4', ['astray']],
    ['3 + 3 = 6', ['unsupported']],
    ['', []],
  ])('of %j are %j', (reasoning, expected) => {
    expect(faults(reasoning)).toEqual(expected);
  });

  it('about an unknown hold for its value, and name how they come about', () => {
    const solved = {
      prompt: 'Find x if 3x + 4 = 25.\n',
      plan: {
        unknown: { name: 'x', value: '7' },
        steps: [
          { operation: 'subtract', operands: ['25', '4'], result: '21', of: '3x' },
          { operation: 'divide', operands: ['21', '3'], result: '7', of: 'x' },
        ],
      } satisfies Plan,
    };
    expect(faults('3x = 25 - 4 = 21; x = 21 / 3 = 7', solved)).toEqual(['valid', 'valid']);
    expect(faults('3x = 25 - 4 = 21; x = 7', solved)).toEqual(['valid', 'unsupported']);
    expect(faults('25 - 4 = 21; 21 / 3 = 7; x = 7', solved)).toEqual(['valid', 'valid', 'valid']);
    expect(faults('4x = 25 - 4 = 21', solved)).toEqual(['false']);
    expect(faults('3x = 25 + 4 = 29', solved)).toEqual(['false']);
    // Without a plan, the unknown is what the prompt's equation says.
    const { prompt } = solved;
    expect(faults('3x = 21; x = 7', { prompt })).toEqual(['valid', 'valid']);
    expect(faults('3x = 29', { prompt })).toEqual(['false']);
    expect(faults('x = 1', { prompt: 'x - 9 * 10^399 = 9 * 10^399. 2x = 2' })).toEqual(['valid']);
    expect(faults('2π = 6', { prompt: '2π = 6' })).toEqual(['false']);
  });

  it('of a task without a plan are checked for what they say alone', () => {
    expect(faults('14 - 7 = 7; 5 * 5 = 26; and so on', { prompt: '' })).toEqual([
      'valid',
      'false',
      'unreadable',
    ]);
  });

  it('of GSM8K’s own solutions are true, sentence by sentence', () => {
    const lines = readFileSync(
      new URL('../../../tests/fixtures/gsm8k/sample.jsonl', import.meta.url),
      'utf8',
    );
    for (const line of lines.trim().split('\n')) {
      const { question, answer } = JSON.parse(line) as { question: string; answer: string };
      const steps = stepsOf(answer.split('####')[0]!, { prompt: question });
      expect(steps.filter(({ status }) => status === 'invalid')).toEqual([]);
      expect(steps.filter(({ status }) => status === 'valid').length).toBeGreaterThan(0);
    }
  });

  it('are sound where all are right and lead to the answer', () => {
    const sound = (reasoning: string, answer: string) =>
      isSound(stepsOf(reasoning, task), readAnswer(answer));
    expect(sound('14 + 7 = 21; 21 * 2 = 42', '42')).toBe(true);
    expect(sound('14 + 7 = 21; 21 * 2 = 42', '84/2')).toBe(true);
    expect(sound('14 + 7 = 21; 21 * 2 = 42', '43')).toBe(false);
    expect(sound('14 + 7 = 21', '42')).toBe(false);
    expect(sound('21 * 2 = 42', '42')).toBe(false);
    expect(sound('', '42')).toBe(false);
    expect(lastResult(stepsOf('14 + 7 = 21; the rest is clear', task))).toBe('21');
  });

  it('are read from any text without throwing', () => {
    const random = new Random(6, 0, 'steps');
    const pieces = [
      '14',
      '+',
      '7',
      '=',
      'is',
      '21',
      ';',
      '.',
      '\n',
      '<<',
      '>>',
      '-',
      'x',
      '^',
      '9999',
      '(',
      '/',
      '0',
      ' ',
    ];
    for (let i = 0; i < 5000; i++) {
      const text = Array.from({ length: random.int(30) }, () => random.pick(pieces)).join(
        random.pick(['', ' ']),
      );
      for (const step of stepsOf(text, task)) expect(step.text).not.toBe('');
    }
    for (const piece of ['= ', '1=', 'x^12=', '(', '<<', '<<1=1>>', '$', '.', ' ', '- '])
      expect(() => stepsOf(piece.repeat(8000), { prompt: 'x^2 = 4' })).not.toThrow();
  });
});
