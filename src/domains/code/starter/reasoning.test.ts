import { describe, expect, it } from 'vitest';
import { Random } from '../../../random.ts';
import { FAMILIES } from './families/index.ts';
import { lists } from './families/lists.ts';
import { fromPython, toPython } from './literal.ts';
import type { Plan, Step } from './plan.ts';
import { readProgram, writeProgram } from './program.ts';
import { layOut, readReasoning, writeReasoning } from './reasoning.ts';

const step = (op: string): Step =>
  [...lists.filters, ...lists.maps, ...lists.finishes].find((candidate) => candidate.op === op)!;
const plan: Plan = { family: lists, steps: [step('even'), step('square'), step('max')], edge: { value: 0 } };

describe('writing plans', () => {
  it('writes one sentence per step and puts the edge rule where the program has it', () => {
    const reasoning = writeReasoning(plan, new Random(3, 0, 'layout'));
    expect([
      '- keep even numbers\n- square each\n- if empty, return 0\n- take the largest',
      ...['keep', 'take only'].flatMap((keep) =>
        ['each', 'them'].flatMap((square) =>
          ['empty', 'none left'].flatMap((empty) =>
            ['take', 'return'].flatMap((take) => {
              const parts = [
                `${keep} even numbers`,
                `square ${square}`,
                `if ${empty}, return 0`,
                `${take} the largest`,
              ];
              return [layOut(parts, 'bullets'), layOut(parts, 'prose')];
            }),
          ),
        ),
      ),
    ]).toContain(reasoning);
  });

  it('writes a comprehension, a guard and a return', () => {
    expect(writeProgram(plan)).toBe(
      [
        'def solve(xs):',
        '    ys = [x * x for x in xs if x % 2 == 0]',
        '    if not ys:',
        '        return 0',
        '    return max(ys)',
      ].join('\n'),
    );
  });
});

describe('reading plans', () => {
  it('keeps the order in which the steps are stated', () => {
    const stated = readReasoning(lists, 'square each; keep even numbers; take the largest.');
    expect(stated?.steps.map((s) => s.op)).toEqual(['square', 'even', 'max']);
  });

  it.each([
    ['', 'empty text'],
    ['keep even numbers; think hard; take the largest.', 'an unknown sentence'],
    ['keep even numbers; if empty, return zero; take the largest.', 'a value that is no literal'],
    ['if empty, return 0; if empty, return 1; take the largest.', 'two edge rules that contradict'],
  ])('gives up on %j: %s', (reasoning) => {
    expect(readReasoning(lists, reasoning)).toBeNull();
  });

  it.each([
    ['def solve(xs):\n    return max(xs)', 'no comprehension'],
    ['def solve(xs):\n    ys = [x for x in zs]\n    return max(ys)', 'another source'],
    ['def solve(xs):\n    ys = [x ** 7 for x in xs]\n    return max(ys)', 'an unknown expression'],
    ['def solve(xs):\n    ys = [x for x in xs]\n    return max(ys)\n    print(1)', 'a line too many'],
    ['def solve(n):\n    ys = [x for x in xs]\n    return max(ys)', 'another signature'],
  ])('gives up on the program %j: %s', (program) => {
    expect(readProgram(lists, program)).toBeNull();
  });

  it('can tell all steps of a family apart, in words and in code', () => {
    for (const family of FAMILIES) {
      const steps = [...family.filters, ...family.maps, ...family.finishes];
      const words = steps.flatMap((s) => s.says);
      expect(new Set(words).size).toBe(words.length);
      for (const slot of [family.filters, family.maps, family.finishes]) {
        expect(new Set(slot.map((s) => s.code)).size).toBe(slot.length);
      }
    }
  });
});

describe('Python literals', () => {
  it.each([null, true, false, 0, -12, '', 'none', [], [0], ['a', ['b']]])('round-trip: %j', (value) => {
    expect(fromPython(toPython(value))).toEqual(value);
  });

  it.each(['none', '1.5', 'x', '"a', '[1', "'a'", ''])('refuse %j', (text) => {
    expect(fromPython(text)).toBeUndefined();
  });
});
