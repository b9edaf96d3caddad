import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { starterTasks } from '../../domains/code/starter/index.ts';
import { balancePairs, STYLE_MARKS, styleDifference } from './balance.ts';
import { buildPairs, splitKey, splitPairs, withoutDuplicates } from './build.ts';
import { exactWriter } from './exact.ts';
import type { PairColumns } from './types.ts';

const chars = (text: string): number => text.length;
const longer = ({ chosen, rejected }: PairColumns): number => chosen.length - rejected.length;
const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

const text = fc
  .tuple(fc.boolean(), fc.constantFrom('', 'take it in order', 'then add'), fc.integer({ min: 1, max: 40 }))
  .map(([bullets, mark, n]) => {
    const sentences = [...(mark === '' ? [] : [mark]), 'x'.repeat(n)];
    return bullets ? sentences.map((s) => `- ${s}`).join('\n') : `${sentences.join('; ')}.`;
  });
const pairList = fc.array(fc.record({ prompt: fc.constant('p'), chosen: text, rejected: text }), {
  maxLength: 80,
});

describe('balancePairs', () => {
  it('leaves neither length nor any mark of style to one side, whatever the pairs', () => {
    fc.assert(
      fc.property(pairList, fc.nat(9), (pairs, seed) => {
        const kept = balancePairs(pairs, { length: chars, tolerance: 2, style: true, seed });
        const total = kept.reduce((sum, pair) => sum + longer(pair), 0);
        expect(Math.abs(total)).toBeLessThanOrEqual(2 * kept.length);
        const sums = kept.map(styleDifference).reduce((a, b) => a.map((x, i) => x + b[i]!), [0, 0, 0]);
        expect(sums).toEqual(Object.keys(STYLE_MARKS).map(() => 0));
        expect(kept.every((pair) => pairs.includes(pair))).toBe(true);
      }),
    );
  });

  it('keeps everything when asked for nothing, and all of what is balanced already', () => {
    const pairs = [
      { prompt: 'p', chosen: 'aaaa', rejected: 'aa' },
      { prompt: 'p', chosen: 'bb', rejected: 'bbbb' },
      { prompt: 'p', chosen: 'cc', rejected: 'dd' },
    ];
    expect(balancePairs(pairs, { length: null, tolerance: 0, style: false, seed: 1 })).toEqual(pairs);
    expect(balancePairs(pairs, { length: chars, tolerance: 0, style: true, seed: 1 })).toEqual(pairs);
    expect(balancePairs(pairs.slice(0, 1), { length: chars, tolerance: 0, style: false, seed: 1 })).toEqual(
      [],
    );
  });
});

describe('buildPairs', () => {
  const tasks = starterTasks().slice(0, 400);
  const writer = exactWriter();

  it('balances the pairs of the starter world and makes up for what that costs', async () => {
    const options = { seed: 5, perTask: 3, lengthBalanced: true, styleBalanced: true };
    const once = await buildPairs(writer, tasks, options);
    const { pairs, dropped } = await buildPairs(writer, tasks, { ...options, rounds: 4 });
    expect(pairs.length).toBeGreaterThan(once.pairs.length);
    expect(pairs.length).toBe(3 * tasks.length);
    expect(dropped.unbalanced).toBeGreaterThan(0);
    expect(once.written).toBe(once.pairs.length + once.dropped.duplicate + once.dropped.unbalanced);
    expect(Math.abs(meanOf(once.pairs.map(longer)))).toBeLessThan(0.05);
    const up = once.pairs.filter((pair) => longer(pair) > 2).length;
    const down = once.pairs.filter((pair) => longer(pair) < -2).length;
    expect(Math.abs(up - down)).toBeLessThan(0.02 * once.pairs.length);
    const padded = (side: 'chosen' | 'rejected') =>
      once.pairs.filter((pair) => STYLE_MARKS['padding']!(pair[side])).length;
    expect(padded('chosen')).toBe(padded('rejected'));
  });

  it('has every dimension left after balancing', async () => {
    const { pairs } = await buildPairs(writer, tasks, {
      seed: 5,
      perTask: 3,
      lengthBalanced: true,
      styleBalanced: true,
    });
    for (const dimension of ['factual accuracy', 'logical rigor', 'logical coherence'])
      expect(pairs.filter((pair) => pair.dimension === dimension).length).toBeGreaterThan(pairs.length / 8);
  });
});

describe('withoutDuplicates', () => {
  it('keeps the first of equal pairs and neither of contradicting ones', () => {
    const a = { prompt: 'p', chosen: 'x', rejected: 'y' };
    const b = { prompt: 'p', chosen: 'x', rejected: 'z' };
    const turned = { prompt: 'p', chosen: 'z', rejected: 'x' };
    expect(withoutDuplicates([a, a, b])).toEqual({ pairs: [a, b], duplicates: 1 });
    expect(withoutDuplicates([a, b, turned])).toEqual({ pairs: [a], duplicates: 2 });
  });
});

describe('splitPairs', () => {
  it('keeps all of a composition on one side', () => {
    const pairs = Array.from({ length: 60 }, (_, i) => ({
      prompt: `${i}`,
      chosen: 'a',
      rejected: 'b',
      taskId: `lists/op-${i % 12}/${i}`,
    }));
    const { train, heldOut } = splitPairs(pairs, splitKey, 0.25, 3);
    expect([train.length, heldOut.length]).toEqual([45, 15]);
    const keys = new Set(heldOut.map(splitKey));
    expect(train.some((pair) => keys.has(splitKey(pair)))).toBe(false);
  });
});
