import { describe, expect, it } from 'vitest';
import { experimentOf, cellOf } from '../../tests/support/experiment.ts';
import { rolloutOf } from '../../tests/support/rollout.ts';
import { domainOf } from '../domains/index.ts';
import { DEFAULT_CONFIG } from '../rl/config.ts';
import { chooseExamples, chooseGroups, evenly, exampleGroup, GROUP_STEPS } from './examples.ts';
import type { ExampleGroup } from './results.ts';
import { groupAt, sideBySide, thinned } from './side-by-side.ts';

const rollouts = Array.from({ length: 100 }, (_, s) =>
  [0, 1].flatMap((group) =>
    [0, 1, 2, 3].map((index) => rolloutOf({ step: s + 1, group, index, reward: index, text: `${s + 1}` })),
  ),
).flat();

describe('completions to keep', () => {
  it('are the first group of some steps, the first and the last among them', () => {
    const groups = chooseGroups(rollouts);
    expect(groups).toHaveLength(GROUP_STEPS);
    expect(groups.every((own) => own.length === 4 && own.every(({ group }) => group === 0))).toBe(true);
    expect([groups[0]![0]!.step, groups.at(-1)![0]!.step]).toEqual([1, 100]);
    expect(chooseGroups([])).toEqual([]);
    expect(evenly([1, 2, 3], 5)).toEqual([1, 2, 3]);
  });

  it('are the most, the least and one between of the last step', () => {
    expect(chooseExamples(rollouts).map(({ step, reward }) => [step, reward])).toEqual([[100, 3], [100, 1], [100, 0]]); // prettier-ignore
  });

  it('are cut where they are long, and stand without their task where that is gone', () => {
    const long = rolloutOf({ text: 'x'.repeat(5000), taskId: 'lost' });
    const group = exampleGroup([long], undefined, domainOf(DEFAULT_CONFIG));
    expect([group.prompt, group.completions[0]!.text.length < 2100]).toEqual(['lost', true]);
  });
});

describe('arms side by side', () => {
  const groups = (last: number): ExampleGroup[] =>
    Array.from({ length: last }, (_, i) => ({ step: 2 * i + 1, task: 't', prompt: 'p', completions: [] }));
  const design = experimentOf({ arms: [{ name: 'a' }, { name: 'b' }] });

  it('are of the first seed of which most have completions', () => {
    const cells = [
      cellOf({ arm: 'a', seed: 1, groups: groups(3) }),
      cellOf({ arm: 'a', seed: 2, groups: groups(3) }),
      cellOf({ arm: 'b', seed: 2, groups: groups(2) }),
      cellOf({ arm: 'b', seed: 1 }),
    ];
    expect(sideBySide(design, cells)).toMatchObject({ seed: 2, arms: [{ arm: 'a' }, { arm: 'b' }] });
    expect(sideBySide(design, [cells[3]!])).toBeNull();
  });

  it('show the group of the last step up to the cursor', () => {
    const arm = { arm: 'a', label: 'A', groups: groups(3) };
    expect([0, 3, 4, Infinity].map((step) => groupAt(arm, step).step)).toEqual([1, 3, 3, 5]);
  });

  it('are of fewer steps where they are too much, with both ends', () => {
    const arm = { arm: 'a', label: 'A', groups: groups(24) };
    expect(thinned([arm], 1e6)).toEqual([arm]);
    const [few] = thinned([arm], JSON.stringify([arm]).length / 4);
    expect(few!.groups.length).toBe(6);
    expect([few!.groups[0]!.step, few!.groups.at(-1)!.step]).toEqual([1, 47]);
  });
});
