/** What TRL's and verl's own code makes of the same rewards: written by `interop/loss_check.py --record`. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { batchAdvantages } from './advantages.ts';
import { REWARDS } from './rewards/index.ts';
import type { RewardParts } from './rewards/index.ts';
import type { AdvantageKind } from './types.ts';

interface Fixture {
  readonly groupSize: number;
  readonly advantages: readonly {
    readonly tool: string;
    readonly gate: string;
    readonly advantage: AdvantageKind;
    /** By reward, in their order. */
    readonly weights: readonly number[];
    /** What the gate leaves of each completion's rewards. */
    readonly parts: readonly (readonly number[])[];
    readonly totals: readonly number[];
    readonly theirs: readonly number[];
  }[];
}

const fixture = JSON.parse(readFileSync('tests/fixtures/others.json', 'utf8')) as Fixture;
const named = (values: readonly number[]): RewardParts =>
  Object.fromEntries(REWARDS.map(({ name }, i) => [name, values[i]!])) as RewardParts;

describe.each(['TRL', 'verl'])('the advantages of %s', (tool) => {
  const cases = fixture.advantages.filter((each) => each.tool === tool);

  it('are ours', () => {
    for (const { gate, advantage, weights, parts, totals, theirs } of cases) {
      const batch = parts.map((values, i) => ({
        rewards: named(values),
        passedTests: 0,
        extra: 0,
        reward: totals[i]!,
      }));
      // The gate has done its part already.
      const settings = { gate: 'ungated', groupSize: fixture.groupSize, advantage } as const;
      const ours = batchAdvantages(batch, { ...settings, rewardWeights: named(weights) });
      ours.forEach((A, i) => expect(Math.abs(A - theirs[i]!), `${gate} ${advantage}`).toBeLessThan(1e-6));
    }
  });

  it('are there of every kind that it has', () => {
    const kinds = [...new Set(cases.map(({ advantage }) => advantage))].sort();
    expect(kinds).toEqual(tool === 'TRL' ? ['batch', 'gdpo', 'group', 'none'] : ['group', 'none', 'rloo']);
  });
});
