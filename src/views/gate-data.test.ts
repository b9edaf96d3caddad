import { describe, expect, it } from 'vitest';
import type { Gate, Rollout } from '../rl/types.ts';
import { throughGate } from './gate-data.ts';

function rollout(group: number, index: number, outcome: number, thinking: number): Rollout {
  return {
    step: 1,
    group,
    index,
    taskId: `task ${group}`,
    tokens: [],
    logprobs: [],
    text: '',
    reasoning: '',
    program: '',
    truncated: false,
    verdict: {
      id: '',
      status: 'pass',
      passed: 0,
      total: 0,
      tests: [],
      output: '',
      timeMs: 0,
      memoryMb: null,
      weak: false,
      engine: '',
    },
    rewards: { format: 1, outcome, thinking },
    reward: 0,
    advantage: 0,
    entropy: 0,
    kl: null,
    agreement: null,
  };
}

// The failing completion of the first group sounds best; the second group passes throughout.
const step = [rollout(0, 0, 1, 0.4), rollout(0, 1, 0, 0.9), rollout(1, 0, 1, 0.5), rollout(1, 1, 1, 0.5)];

const totals = (gate: Gate): number[] | undefined =>
  throughGate(step, gate, 2, 'none').groups[0]?.completions.map((c) => c.total);

describe('a step through a gate', () => {
  it('counts R_t only after a pass, always, or never', () => {
    expect(totals('posterior')).toEqual([2.4, 1]);
    expect(totals('ungated')).toEqual([2.4, 1.9]);
    expect(totals('outcome')).toEqual([2, 1]);
  });

  it('centres within the group and keeps the ungated advantage beside it', () => {
    const [good, bad] = throughGate(step, 'posterior', 2, 'none').groups[0]?.completions ?? [];
    expect(good?.advantage).toBeCloseTo(0.7, 12);
    expect(bad?.advantage).toBeCloseTo(-0.7, 12);
    expect(good?.ungated).toBeCloseTo(0.25, 12);
    expect([good?.counted, bad?.counted]).toEqual([true, false]);
  });

  it('ranks best first, equal sums together, and marks a group without spread', () => {
    const [mixed, flat] = throughGate(step, 'posterior', 2, 'none').groups;
    expect(mixed?.order).toEqual([0, 1]);
    expect(mixed?.flat).toBe(false);
    expect(flat?.flat).toBe(true);
    expect(flat?.completions.map((c) => c.rank)).toEqual([1, 1]);
  });

  it('tells the share of R_t withheld and the pairs that R_t ranks the wrong way round', () => {
    const { withheldShare, inversions, passing } = throughGate(step, 'posterior', 2, 'none');
    expect(withheldShare).toBeCloseTo(0.9 / 2.3, 12);
    expect(inversions).toBe(1);
    expect(passing).toBe(3);
    expect(throughGate(step, 'ungated', 2, 'none').withheldShare).toBe(0);
  });

  it('counts failing completions that the gate would make more likely', () => {
    const failing = [rollout(0, 0, 0, 0.9), rollout(0, 1, 0, 0.1)];
    expect(throughGate(failing, 'ungated', 2, 'group').lifted).toBe(1);
    expect(throughGate(failing, 'posterior', 2, 'group').lifted).toBe(0);
  });
});
