import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupsOf, mean, sampleStd } from '../statistics/samples.ts';
import {
  advantageParts,
  advantages,
  batchAdvantages,
  type Rewarded,
  SIMPLE_KINDS,
  STD_EPSILON,
} from './advantages.ts';
import { GATE_NAMES, gatedParts, totalReward, type Gate } from './gate.ts';
import { ADVANTAGE_KINDS } from './types.ts';

describe('advantages', () => {
  it('is the z-score with the sample deviation', () => {
    // mean 1, deviations −1, 1; std √2
    expect(advantages([0, 2], 2, 'group')[1]).toBeCloseTo(1 / (Math.SQRT2 + 1e-4), 12);
  });

  it('centres by group and scales by batch', () => {
    // mean of the batch 1.5, squares 2.25 + .25 + .25 + 2.25 = 5, std √(5/3)
    const expected = 0.5 / (Math.sqrt(5 / 3) + 1e-4);
    expect(advantages([0, 1, 2, 3], 2, 'batch')).toEqual([-expected, expected, -expected, expected]);
  });

  it('is the distance from the mean of the others for rloo', () => {
    expect(advantages([1, 2, 6], 3, 'rloo')).toEqual([1 - 4, 2 - 3.5, 6 - 1.5]);
  });

  it.each(SIMPLE_KINDS)(
    '%s: is exactly zero where a group’s rewards are equal, 0.1 and its rounding included',
    (kind) => {
      expect(advantages([0.1, 0.1, 0.1, 1, 1, 1], 3, kind).map(Math.abs)).toEqual([0, 0, 0, 0, 0, 0]);
    },
  );

  it.each(SIMPLE_KINDS)(
    '%s: sums to zero in each group and does not change when a group’s rewards shift',
    (kind) => {
      const rewards = [0.3, 1.7, 2.2, 0, 1, 0.25];
      const plain = advantages(rewards, 3, kind);
      expect(plain[0]! + plain[1]! + plain[2]!).toBeCloseTo(0, 12);
      if (kind === 'batch') return;
      const shifted = advantages(
        rewards.map((r, i) => (i < 3 ? r + 5 : r)),
        3,
        kind,
      );
      shifted.forEach((a, i) => expect(a).toBeCloseTo(plain[i]!, 10));
    },
  );

  it('refuses groups of one, ragged batches and rewards that are not finite', () => {
    expect(() => advantages([1], 1, 'group')).toThrow(/nothing to be compared/);
    expect(() => advantages([1, 2, 3], 2, 'group')).toThrow(/do not divide/);
    expect(() => advantages([1, NaN], 2, 'group')).toThrow(/finite/);
  });
});

const rewarded = (gate: Gate, rows: readonly (readonly [number, number, number])[]): Rewarded[] =>
  rows.map(([format, outcome, thinking]) => {
    const rewards = { format, outcome, thinking };
    return { rewards, passedTests: outcome, extra: 0, reward: totalReward(rewards, gate) };
  });

describe('batchAdvantages', () => {
  const rows = [
    [1, 1, 0.9],
    [1, 1, 0.5],
    [1, 0, 1],
    [0, 0, 0],
  ] as const;

  it('compares reasoning among passing completions alone, beside the other rewards (PAPO)', () => {
    const A = batchAdvantages(rewarded('correct-only', rows), {
      gate: 'correct-only',
      groupSize: 4,
      advantage: 'group',
    });
    const rest = advantages([2, 2, 1, 0], 4, 'group');
    const process = 0.2 / (Math.sqrt(0.08) + STD_EPSILON);
    const expected = [rest[0]! + process, rest[1]! - process, rest[2]!, rest[3]!];
    expect(A).toEqual(expected.map((a) => expect.closeTo(a, 12)));
    // However pleasing, the reasoning of failures changes nothing.
    const other = rows.map(([f, o, t]) => [f, o, o === 1 ? t : 1 - t] as const);
    expect(
      batchAdvantages(rewarded('correct-only', other), {
        gate: 'correct-only',
        groupSize: 4,
        advantage: 'group',
      }),
    ).toEqual(A);
  });

  it('gives one passing completion no advantage for its reasoning, and weighs what others have', () => {
    const one = rewarded('correct-only', [
      [1, 1, 0.9],
      [1, 0, 0.1],
    ]);
    const settings = { gate: 'correct-only', groupSize: 2, advantage: 'none' } as const;
    expect(batchAdvantages(one, settings)).toEqual([0.5, -0.5]);
    const two = rewarded('correct-only', [
      [1, 1, 0.75],
      [1, 1, 0.25],
    ]);
    expect(batchAdvantages(two, { ...settings, rewardWeights: { thinking: 2 } })).toEqual([0.5, -0.5]);
  });

  it('normalises each reward by itself, sums, and normalises over the batch (GDPO)', () => {
    const settings = { gate: 'posterior', groupSize: 2, advantage: 'gdpo' } as const;
    const batch = rewarded('posterior', [
      [1, 1, 0.9],
      [1, 0, 0.4],
      [1, 0, 0.4],
      [0, 0, 0.4],
    ]);
    const z = (x: number) => x / (x * Math.SQRT2 + STD_EPSILON);
    // Of R_f, R_o and what the gate leaves of R_t: half a difference each, with a deviation of √2 times that.
    const sums = [z(0.5) + z(0.45), -z(0.5) - z(0.45), z(0.5), -z(0.5)];
    const expected = sums.map((s) => (s - mean(sums)) / (sampleStd(sums) + STD_EPSILON));
    batchAdvantages(batch, settings).forEach((A, i) => expect(A).toBeCloseTo(expected[i]!, 12));
  });

  it('tells rewards apart whose sums are equal, as GDPO is meant to', () => {
    const rows = [
      [1, 1, 1],
      [1, 1, 1],
      [0, 1, 0],
      [1, 0, 0],
    ] as const;
    const settings = { gate: 'posterior', groupSize: 4 } as const;
    const of = (advantage: 'group' | 'gdpo') =>
      batchAdvantages(rewarded('posterior', rows), { ...settings, advantage });
    expect(of('group')[2]).toBe(of('group')[3]);
    const unequal = rewarded('posterior', [
      ...rows.slice(0, 3),
      [1, 0, 0],
      ...rows.slice(0, 2),
      [0, 1, 0],
      [0, 1, 0],
    ]);
    const gdpo = batchAdvantages(unequal, { ...settings, advantage: 'gdpo' });
    const group = batchAdvantages(unequal, { ...settings, advantage: 'group' });
    expect(group[2]).toBeCloseTo(group[6]!, 12);
    expect(Math.abs(gdpo[2]! - gdpo[6]!)).toBeGreaterThan(0.01);
  });

  it('raft: keeps the first of the best passing completions of a group, and none where none passes', () => {
    const batch = rewarded('posterior', [
      [1, 0, 1],
      [1, 1, 0.5],
      [1, 1, 0.9],
      [1, 1, 0.9],
      [1, 0, 1],
      [0, 0, 0],
      [1, 0, 0.2],
      [1, 0, 0.4],
    ]);
    expect(batchAdvantages(batch, { gate: 'posterior', groupSize: 4, advantage: 'raft' })).toEqual([
      0, 0, 1, 0, 0, 0, 0, 0,
    ]);
  });

  it('is finite and sums to zero, whatever the gate and the kind that compares', () => {
    const row = fc.tuple(fc.constantFrom(0, 1), fc.constantFrom(0, 1), fc.integer({ min: 0, max: 20 }));
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 8, maxLength: 8 }),
        fc.constantFrom(...GATE_NAMES),
        fc.constantFrom(...ADVANTAGE_KINDS.filter((kind) => kind !== 'raft')),
        (drawn, gate, advantage) => {
          const batch = rewarded(
            gate,
            drawn.map(([f, o, t]) => [f, o, t / 20] as const),
          );
          const A = batchAdvantages(batch, { gate, groupSize: 4, advantage });
          expect(A.every(Number.isFinite)).toBe(true);
          expect(A.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 9);
        },
      ),
    );
  });
});

describe('advantageParts', () => {
  const drawn = fc.array(
    fc.tuple(fc.constantFrom(0, 1), fc.constantFrom(0, 1), fc.integer({ min: 0, max: 20 })),
    { minLength: 8, maxLength: 8 },
  );
  const rewardWeights = { thinking: 2 };
  /** With something beside the rewards, and R_t of a weight of its own. */
  const batchOf = (gate: Gate, rows: readonly (readonly [number, number, number])[]): Rewarded[] =>
    rows.map(([format, outcome, t], i) => {
      const rewards = { format, outcome, thinking: t / 20 };
      const extra = -0.1 * i;
      const reward = totalReward(rewards, gate, outcome, { rewardWeights }) + extra;
      return { rewards, passedTests: outcome, extra, reward };
    });

  it('are the advantages, which the parts of R_t and of the rest add up to', () => {
    const gates = GATE_NAMES.filter((gate) => gate !== 'correct-only');
    fc.assert(
      fc.property(drawn, fc.constantFrom(...gates), fc.constantFrom(...SIMPLE_KINDS), (rows, gate, kind) => {
        const batch = batchOf(gate, rows);
        const settings = { gate, groupSize: 4, advantage: kind, rewardWeights };
        const { all, rest } = advantageParts(batch, settings);
        const rewards = batch.map(({ reward }) => reward);
        expect(all).toEqual(advantages(rewards, 4, kind));
        // Of R_t as the gate leaves it, by the deviation of the totals.
        const thinking = batch.map((each) => 2 * gatedParts(each.rewards, gate, each.passedTests).thinking);
        const parts = groupsOf(thinking, 4).flatMap((own, g) => {
          const totals = kind === 'batch' ? rewards : groupsOf(rewards, 4)[g]!;
          const divided = 1 / (sampleStd(totals) + STD_EPSILON);
          const scale = { none: 1, rloo: 4 / 3, group: divided, batch: divided }[kind];
          return own.map((R_t) => (R_t - mean(own)) * scale);
        });
        rest.forEach((A, i) => expect(A + parts[i]!).toBeCloseTo(all[i]!, 9));
      }),
    );
  });

  it('are exactly nothing without R_t where the other rewards are equal', () => {
    const batch = rewarded(
      'posterior',
      [0.1, 0.3, 0.7, 1].map((t) => [1, 1, t]),
    );
    for (const advantage of SIMPLE_KINDS) {
      const { all, rest } = advantageParts(batch, { gate: 'posterior', groupSize: 4, advantage });
      expect(rest.map(Math.abs)).toEqual([0, 0, 0, 0]);
      expect(all[3]).toBeGreaterThan(0);
    }
  });

  it('take away the advantage among passing completions as a whole', () => {
    const batch = rewarded('correct-only', [
      [1, 1, 0.9],
      [1, 1, 0.5],
      [1, 0, 1],
      [0, 0, 0],
    ]);
    const settings = { gate: 'correct-only', groupSize: 4, advantage: 'group' } as const;
    expect(advantageParts(batch, settings).rest).toEqual(advantages([2, 2, 1, 0], 4, 'group'));
  });

  it.each(['posterior', 'correct-only'] as const)('take away the column of R_t from GDPO: %s', (gate) => {
    fc.assert(
      fc.property(drawn, (rows) => {
        const batch = batchOf(gate, rows);
        const settings = { gate, groupSize: 4, advantage: 'gdpo', rewardWeights } as const;
        const { all, rest } = advantageParts(batch, settings);
        const without = advantageParts(batch, { ...settings, rewardWeights: { thinking: 0 } });
        // The same but for the deviation that the sums are divided by.
        const ratios = rest.flatMap((A, i) =>
          Math.abs(without.all[i]!) > 1e-6 ? [A / without.all[i]!] : [],
        );
        for (const ratio of ratios) expect(ratio).toBeCloseTo(ratios[0]!, 6);
        expect(without.rest).toEqual(without.all.map((A) => expect.closeTo(A, 12)));
        const part = all.map((A, i) => A - rest[i]!);
        expect(part.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 9);
      }),
    );
  });

  it('raft: R_t has none', () => {
    const { all, rest } = advantageParts(
      batchOf('posterior', [
        [1, 1, 3],
        [1, 1, 9],
      ]),
      { gate: 'posterior', groupSize: 2, advantage: 'raft' },
    );
    expect([all, rest]).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });
});
