import { describe, expect, it } from 'vitest';
import type { Task } from '../domains/domain.ts';
import { verificationOf } from '../domains/code/verifier.ts';
import { verdictOf } from '../../tests/support/rollout.ts';
import { collectGroups, type SampledGroup } from './groups.ts';
import type { SamplingFilter } from './types.ts';

const tasks = Array.from({ length: 20 }, (_, i): Task => ({
  id: `t${i}`,
  family: 'other',
  split: 'train',
  prompt: `${i}`,
}));

/** Outcome and R_t of each completion of a task's group. */
type Outcomes = readonly (readonly [outcome: number, thinking: number])[];

function group(task: Task, outcomes: Outcomes): SampledGroup {
  const members = outcomes.map(([outcome, thinking]) => ({
    completion: { tokens: [1], logprobs: [-1], entropies: [0], truncated: false },
    text: '',
    parsed: { format: 1, reasoning: '', answer: '' } as const,
    verification: verificationOf(verdictOf('pass', 1, 1), 0),
    rewards: { format: 1, outcome, thinking },
    refLogprobs: null,
    fullLogprobs: null,
    passedTests: outcome,
    extra: 0,
    reward: 1 + outcome + outcome * thinking,
  }));
  return { task, prompt: [1], members };
}

const MIXED: Outcomes = [[1, 0.5], [0, 0.5]]; // prettier-ignore
const GOOD: Outcomes = [[1, 0.5], [1, 0.7]]; // prettier-ignore
const FLAT: Outcomes = [[0, 0.5], [0, 0.7]]; // prettier-ignore

async function collect(outcomes: readonly Outcomes[], dynamicSampling: SamplingFilter, maxResamples = 3) {
  const rounds: number[] = [];
  const collected = await collectGroups(
    tasks.slice(0, outcomes.length),
    async (some, round) => {
      rounds.push(some.length);
      expect(round).toBe(rounds.length - 1);
      return some.map((task) => group(task, outcomes[tasks.indexOf(task)]!));
    },
    { promptsPerStep: 3, dynamicSampling, maxResamples },
    2,
  );
  return { ...collected, ids: collected.groups.map(({ task }) => task.id).join(' '), asked: rounds };
}

describe('collectGroups', () => {
  it('samples once where nothing is filtered', async () => {
    const { ids, asked, dropped } = await collect([FLAT, GOOD, MIXED, MIXED], 'none');
    expect([ids, asked, dropped]).toEqual(['t0 t1 t2', [3], 0]);
  });

  it('keeps groups whose final rewards differ, all-pass groups among them', async () => {
    const { ids, asked, dropped } = await collect([FLAT, GOOD, MIXED, FLAT, MIXED, MIXED], 'reward');
    expect([ids, asked, dropped]).toEqual(['t1 t2 t4', [3, 2], 2]);
  });

  it('drops all-pass groups where accuracy decides', async () => {
    const { ids, asked } = await collect([FLAT, GOOD, MIXED, FLAT, MIXED, MIXED, MIXED], 'accuracy');
    expect([ids, asked]).toEqual(['t2 t4 t5', [3, 2, 2]]);
  });

  it('fills up with what it dropped once it may not sample again, or has no tasks left', async () => {
    const flat = Array.from({ length: 20 }, () => FLAT);
    expect(await collect(flat, 'reward', 2)).toMatchObject({
      ids: 't0 t1 t2',
      asked: [3, 4, 4],
      rounds: 3,
      dropped: 8,
    });
    expect(await collect([FLAT, MIXED], 'reward')).toMatchObject({ ids: 't1 t0', asked: [2], dropped: 0 });
  });
});
