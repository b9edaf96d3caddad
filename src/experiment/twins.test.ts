import { describe, expect, it } from 'vitest';
import { rolloutOf } from '../../tests/support/rollout.ts';
import { rewardsOf } from '../rl/rewards/index.ts';
import { alignSteps, NO_TWINS, pairStep, twinsAmong, withStep } from './twins.ts';

const passing = rewardsOf({ format: 1, outcome: 1, thinking: 0.5 });
const failing = rewardsOf({ format: 1, thinking: 0.9 });
const step = [
  rolloutOf({ index: 0, tokens: [1, 2, 3], rewards: passing, reward: 2.5, advantage: 1 }),
  rolloutOf({ index: 1, tokens: [1, 4], rewards: failing, reward: 1, advantage: -1 }),
];
/** The same completions, with R_t of a failure counted. */
const ungated = step.map((rollout, i) => (i === 1 ? { ...rollout, reward: 1.9, advantage: -0.5 } : rollout));

describe('the same step of two runs', () => {
  it('is the same where nothing differs, and by rounding alone', () => {
    const rounded = step.map((rollout) => ({ ...rollout, reward: rollout.reward + 1e-9 }));
    const [group] = pairStep(step, rounded);
    expect(group).toMatchObject({ group: 0, tasks: ['task', 'task'] });
    expect(group!.pairs.map(({ differs, common }) => [differs, common])).toEqual([[[], 3], [[], 2]]); // prettier-ignore
  });

  it('tells what gates change from what policies write', () => {
    expect(pairStep(step, ungated)[0]!.pairs.map(({ differs }) => differs)).toEqual([[], ['reward', 'advantage']]); // prettier-ignore
    const other = [{ ...step[0]!, tokens: [1, 2, 9, 9], text: 'other' }, step[1]!];
    expect(pairStep(step, other)[0]!.pairs[0]).toMatchObject({ differs: ['completion'], common: 2 });
    // A completion that the other only goes on from is another one.
    const longer = [{ ...step[0]!, tokens: [1, 2, 3, 4] }, step[1]!];
    expect(pairStep(step, longer)[0]!.pairs[0]).toMatchObject({ differs: ['completion'], common: 3 });
  });

  it('names what one of them does not have', () => {
    const groups = pairStep(step, [...step.slice(0, 1), rolloutOf({ group: 1, taskId: 'other' })]);
    expect(groups.map(({ tasks }) => tasks)).toEqual([['task', 'task'], [null, 'other']]); // prettier-ignore
    expect(groups[0]!.pairs[1]).toMatchObject({ right: null, common: 0 });
    expect(groups[0]!.pairs[1]!.differs).toContain('completion');
    expect(pairStep([], [])).toEqual([]);
  });
});

describe('twins', () => {
  it('part where each thing differs first', () => {
    const third = ungated.map((rollout) => ({ ...rollout, tokens: [...rollout.tokens, 7] }));
    const report = [step, ungated, third].reduce(
      (before, other, i) => withStep(before, i + 1, pairStep(step, other)),
      NO_TWINS,
    );
    expect(report.partings).toEqual({
      reward: { step: 2, group: 0, index: 1, common: 2 },
      advantage: { step: 2, group: 0, index: 1, common: 2 },
      completion: { step: 3, group: 0, index: 0, common: 3 },
    });
    expect(report.steps.map(({ prompts, completions }) => [prompts, completions])).toEqual([[1, 1], [1, 1], [1, 0]]); // prettier-ignore
    expect(report.steps[2]!.tokens).toBeCloseTo((3 / 4 + 2 / 3) / 2, 12);
  });

  it('have the steps that both have', () => {
    expect(alignSteps([1, 2, 3], [2, 3, 5])).toEqual({ both: [2, 3], left: [1], right: [5] });
    expect(alignSteps([], [1])).toEqual({ both: [], left: [], right: [1] });
  });

  it('share a seed', () => {
    const runs = [{ id: 'a', seed: 1 }, { id: 'b', seed: 2 }, { id: 'c', seed: 1 }, { id: 'd', seed: 1 }]; // prettier-ignore
    expect(twinsAmong(runs).map((pair) => pair.map(({ id }) => id).join(''))).toEqual(['ac', 'ad', 'cd']);
  });
});
