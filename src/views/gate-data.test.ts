import * as fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { renderReport } from '../report/report.ts';
import { DEFAULT_CONFIG } from '../rl/config.ts';
import { GATE_NAMES, GATES, totalReward, type Gate } from '../rl/gate.ts';
import { stepMetrics } from '../rl/metrics.ts';
import type { Rollout } from '../rl/types.ts';
import { throughGate } from './gate-data.ts';
import { rewardsOf } from '../rl/rewards/index.ts';
import { rolloutOf } from '../../tests/support/rollout.ts';

const { document } = parseHTML('<!doctype html><html></html>');

const rollout = (group: number, index: number, outcome: number, thinking: number): Rollout =>
  rolloutOf({
    group,
    index,
    taskId: `task ${group}`,
    rewards: rewardsOf({ format: 1, outcome, thinking }),
  });

// The failing completion of the first group sounds best; the second group passes throughout.
const step = [rollout(0, 0, 1, 0.4), rollout(0, 1, 0, 0.9), rollout(1, 0, 1, 0.5), rollout(1, 1, 1, 0.5)];

const totals = (gate: Gate): number[] | undefined =>
  throughGate(step, gate, { groupSize: 2, advantage: 'none' }).groups[0]?.completions.map((c) => c.total);

describe('a step through a gate', () => {
  it('counts R_t only after a pass, always, or never', () => {
    expect(totals('posterior')).toEqual([2.4, 1]);
    expect(totals('ungated')).toEqual([2.4, 1.9]);
    expect(totals('outcome')).toEqual([2, 1]);
  });

  it('centres within the group and keeps the ungated advantage beside it', () => {
    const [good, bad] =
      throughGate(step, 'posterior', { groupSize: 2, advantage: 'none' }).groups[0]?.completions ?? [];
    expect(good?.advantage).toBeCloseTo(0.7, 12);
    expect(bad?.advantage).toBeCloseTo(-0.7, 12);
    expect(good?.ungated).toBeCloseTo(0.25, 12);
    expect([good?.opening, bad?.opening]).toEqual([1, 0]);
  });

  it('ranks best first, equal sums together, and marks a group without spread', () => {
    const [mixed, flat] = throughGate(step, 'posterior', { groupSize: 2, advantage: 'none' }).groups;
    expect(mixed?.order).toEqual([0, 1]);
    expect(mixed?.flat).toBe(false);
    expect(flat?.flat).toBe(true);
    expect(flat?.completions.map((c) => c.rank)).toEqual([1, 1]);
  });

  it('tells the share of R_t withheld and the pairs that R_t ranks the wrong way round', () => {
    const { withheldShare, inversions, passing } = throughGate(step, 'posterior', {
      groupSize: 2,
      advantage: 'none',
    });
    expect(withheldShare).toBeCloseTo(0.9 / 2.3, 12);
    expect(inversions).toBe(1);
    expect(passing).toBe(3);
    expect(throughGate(step, 'ungated', { groupSize: 2, advantage: 'none' }).withheldShare).toBe(0);
  });

  it('counts failing completions that the gate would make more likely', () => {
    const failing = [rollout(0, 0, 0, 0.9), rollout(0, 1, 0, 0.1)];
    expect(throughGate(failing, 'ungated', { groupSize: 2, advantage: 'group' }).lifted).toBe(1);
    expect(throughGate(failing, 'posterior', { groupSize: 2, advantage: 'group' }).lifted).toBe(0);
  });
});

/** Where a curve of the report ends, as its text for screen readers has it. */
function endOf(html: string, curve: string): number {
  const value = new RegExp(`${curve} from \\S+ at step 1 to (\\S+) at step 2`).exec(html)?.[1];
  return Number(value);
}

describe('metric, tile and report', () => {
  const completion = fc.record({
    passed: fc.integer({ min: 0, max: 4 }),
    thinking: fc.integer({ min: 0, max: 100 }).map((n) => n / 100),
  });

  it('tell the same of every gate', () => {
    fc.assert(
      fc.property(
        fc.array(completion, { minLength: 4, maxLength: 16 }).map((all) => all.slice(0, all.length & ~1)),
        fc.constantFrom(...GATE_NAMES),
        (drawn, gate) => {
          const rollouts = drawn.map(({ passed, thinking }, i) => {
            const plain = rollout(Math.floor(i / 2), i % 2, Number(passed === 4), thinking);
            const trained = totalReward(plain.rewards, gate, passed / 4);
            return { ...plain, verification: { ...plain.verification, passed, total: 4 }, reward: trained };
          });
          const metrics = stepMetrics(rollouts, gate);
          const tile = throughGate(rollouts, gate, { groupSize: 2, advantage: 'group' });
          const all = rollouts.reduce((sum, { rewards }) => sum + rewards.thinking, 0);
          // What was paid of R_t is what the totals have beyond the other rewards.
          const paid = rollouts.reduce(
            (sum, { reward, rewards }) => sum + reward - rewards.format - rewards.outcome,
            0,
          );
          expect(tile.withheldShare).toBe(metrics['gate/withheld_share'] ?? 0);
          expect(tile.withheldShare).toBeCloseTo(all === 0 ? 0 : 1 - paid / all, 9);
          expect(tile.inversions).toBe(metrics['gate/thinking_inversions']);
          const config = { ...DEFAULT_CONFIG, gate };
          const records = [1, 2].map((step) => ({ step, metrics }));
          const html = renderReport({
            config, device: { kind: 'wasm', reason: '' }, seconds: 1, start: {}, end: {}, steps: records, evals: [], rollouts,
          }, document); // prettier-ignore
          expect(html).toContain(GATES[gate].label);
          if (all > 0) expect(endOf(html, 'withheld')).toBeCloseTo(tile.withheldShare, 2);
          expect(endOf(html, 'inversions')).toBe(tile.inversions);
        },
      ),
      { numRuns: 20 },
    );
  });
});
