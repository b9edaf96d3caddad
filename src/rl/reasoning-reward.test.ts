import { describe, expect, it } from 'vitest';
import type { Task } from '../domains/domain.ts';
import { Random } from '../random.ts';
import {
  asksModel,
  REASONING_REWARDS,
  type ReasonedGroup,
  type ReasoningReward,
  ReasoningRewardError,
  reasoningRewards,
  refuseUncheckable,
} from './reasoning-reward.ts';

const taskOf = (id: string): Task => ({ id, family: 'f', split: 'train', prompt: `${id}\n` });
const domain = { name: 'd', soundness: (_: Task, reasoning: string) => reasoning.startsWith('right') };

/** A group of a task, with the reward model's R_t; some completions have no reasoning. */
function groupOf(id: string, size: number, draw = new Random(3, 0, id)) {
  const reasonings = Array.from({ length: size }, () =>
    draw.uniform() < 0.2 ? null : `${draw.pick(['right', 'wrong'])} ${draw.uniform()}`,
  );
  const group: ReasonedGroup = {
    task: taskOf(id),
    reasonings,
    passes: reasonings.map((reasoning) => reasoning !== null && draw.uniform() < 0.6),
  };
  const modelled = reasonings.map((reasoning) => (reasoning === null ? 0 : draw.uniform()));
  return { group, modelled };
}

const rewards = (
  reasoningReward: ReasoningReward,
  { group, modelled }: ReturnType<typeof groupOf>,
  { seed = 1, step = 1 } = {},
) => reasoningRewards(group, modelled, { reasoningReward, seed, step }, domain);

const groups = Array.from({ length: 200 }, (_, i) => groupOf(`t${i}`, 2 + (i % 9)));
const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);
const passing = ({ passes }: ReasonedGroup, values: readonly number[]) => values.filter((_, i) => passes[i]);
const failing = ({ passes }: ReasonedGroup, values: readonly number[]) => values.filter((_, i) => !passes[i]);

describe.each(REASONING_REWARDS)('R_t from %s', (kind) => {
  it('is the same for the same seed and step, in [0, 1], and 0 without reasoning', () => {
    for (const each of groups) {
      const own = rewards(kind, each, { seed: 7, step: 3 });
      expect(rewards(kind, each, { seed: 7, step: 3 })).toEqual(own);
      expect(own).toHaveLength(each.group.reasonings.length);
      each.group.reasonings.forEach((reasoning, i) => {
        expect(own[i]).toBeGreaterThanOrEqual(0);
        expect(own[i]).toBeLessThanOrEqual(1);
        if (reasoning === null) expect(own[i]).toBe(0);
      });
    }
  });
});

it('the reward model’s R_t is handed on as it is', () => {
  for (const each of groups) expect(rewards('model', each)).toBe(each.modelled);
});

describe('random R_t', () => {
  const texts = (group: ReasonedGroup, say: string): ReasonedGroup => ({
    ...group,
    reasonings: group.reasonings.map(() => say),
  });
  const drawn = (say: string, key: { seed?: number; step?: number } = {}) =>
    groups.flatMap(({ group }) => rewards('random', { group: texts(group, say), modelled: [] }, key));

  it('has nothing to do with the text, and is new for each seed, step and task', () => {
    const values = drawn('right');
    expect(drawn('wrong')).toEqual(values);
    expect(drawn('right', { step: 2 })).not.toEqual(values);
    expect(drawn('right', { seed: 2 })).not.toEqual(values);
    expect(new Set(values).size).toBeGreaterThan(0.99 * values.length);
  });

  it('is uniform', () => {
    const values = [1, 2, 3, 4, 5].flatMap((step) => drawn('right', { step }));
    const bins = Array.from({ length: 10 }, () => 0);
    for (const value of values) bins[Math.floor(10 * value)]!++;
    const expected = values.length / 10;
    const chi = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // The 99.9 % quantile of χ² with nine degrees of freedom.
    expect(chi).toBeLessThan(27.9);
  });
});

describe('shuffled R_t', () => {
  it('keeps each group’s values among the passing completions, and those of the others in place', () => {
    for (const each of groups) {
      const own = rewards('shuffled', each);
      expect(sorted(passing(each.group, own))).toEqual(sorted(passing(each.group, each.modelled)));
      expect(failing(each.group, own)).toEqual(failing(each.group, each.modelled));
    }
  });

  it('is another permutation at another step or seed, and reaches every place', () => {
    const size = 4;
    const modelled = [0.1, 0.2, 0.3, 0.4];
    const group = {
      task: taskOf('t'),
      reasonings: modelled.map(String),
      passes: modelled.map(() => true),
    };
    const at = Array.from({ length: 400 }, (_, i) =>
      rewards('shuffled', { group, modelled }, { seed: i % 2, step: Math.floor(i / 2) }),
    );
    expect(new Set(at.map((own) => own.join())).size).toBe(24);
    for (let place = 0; place < size; place++)
      for (const value of modelled) {
        const count = at.filter((own) => own[place] === value).length;
        expect(count).toBeGreaterThan(60);
        expect(count).toBeLessThan(140);
      }
  });
});

describe('an oracle’s R_t', () => {
  it('is 1 where the reasoning is right', () => {
    for (const each of groups)
      expect(rewards('oracle', each)).toEqual(
        each.group.reasonings.map((reasoning) => Number(reasoning?.startsWith('right') ?? false)),
      );
  });

  it('is refused before the first step where the domain or a task cannot be checked', () => {
    const unknown = { name: 'riddles' };
    const partly = { name: 'd', soundness: ({ id }: Task) => (id === 't1' ? null : false) };
    const tasks = [taskOf('t0'), taskOf('t1')];
    expect(() => refuseUncheckable('oracle', unknown, tasks)).toThrow(ReasoningRewardError);
    expect(() => refuseUncheckable('oracle', unknown, tasks)).toThrow('the domain “riddles”');
    expect(() => refuseUncheckable('oracle', partly, tasks)).toThrow('the task “t1” cannot be checked');
    expect(() => refuseUncheckable('oracle', partly, tasks.slice(0, 1))).not.toThrow();
    for (const kind of ['model', 'random', 'shuffled'] as const)
      expect(() => refuseUncheckable(kind, unknown, tasks)).not.toThrow();
  });
});

it('asks the reward model only where its scores count', () => {
  expect(REASONING_REWARDS.filter(asksModel)).toEqual(['model', 'shuffled']);
});
