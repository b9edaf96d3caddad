import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Value } from '../../sandbox/types.ts';
import { answersOf } from './answers.ts';

/** A run answers numbers, raises on text, and ends at a `true`. */
function asking(): { ask: (calls: readonly Value[][]) => Promise<Value[]>; runs: () => number } {
  let runs = 0;
  return {
    ask: async (calls) => {
      runs++;
      const end = calls.findIndex(([value]) => value === true);
      return calls.map(([value], i) => (typeof value === 'number' && (end < 0 || i < end) ? value : null));
    },
    runs: () => runs,
  };
}

describe('answersOf', () => {
  it('takes one run where nothing ends it', async () => {
    const { ask, runs } = asking();
    expect(await answersOf([[1], ['raises'], [2]], ask)).toEqual([1, null, 2]);
    expect(runs()).toBe(1);
  });

  it('goes on behind an input that ends the run', async () => {
    const { ask } = asking();
    expect(await answersOf([[1], [true], [2], [3]], ask)).toEqual([1, null, 2, 3]);
  });

  it('gives up on a program that never answers', async () => {
    const { ask, runs } = asking();
    await answersOf(
      Array.from({ length: 100 }, () => [true]),
      ask,
    );
    expect(runs()).toBe(3);
  });

  it('never gives an answer to another call, and finds all where few calls end a run', async () => {
    const call = fc.oneof(fc.integer(), fc.constant('raises'), fc.constant(true));
    await fc.assert(
      fc.asyncProperty(fc.array(call), async (values) => {
        const told = await answersOf(
          values.map((value) => [value]),
          asking().ask,
        );
        told.forEach((answer, i) => expect([values[i], null]).toContain(answer));
        if (values.filter((value) => typeof value !== 'number').length > 2) return;
        values.forEach((value, i) => expect(told[i] ?? null).toBe(typeof value === 'number' ? value : null));
      }),
    );
  });
});
