import { describe, expect, it } from 'vitest';
import { completionsOf } from './completions.ts';
import type { CompletionRow } from './results.ts';

const row = (
  step: number,
  task: string,
  passes: boolean,
  more: Partial<CompletionRow> = {},
): CompletionRow => ({
  step,
  group: 0,
  task,
  passes,
  passed: Number(passes),
  rewards: { format: 1, outcome: Number(passes), thinking: 0.5 },
  reward: 1,
  advantage: 0,
  agreement: true,
  sound: false,
  reasoning: 10,
  tokens: 20,
  ...more,
});

describe('what completions say', () => {
  it('has the length of the reasoning by thirds of the steps, over seeds', () => {
    const seed = (lengths: readonly (number | null)[]) =>
      lengths.map((reasoning, i) => row(i + 1, 'a', true, { reasoning }));
    const { reasoning, completions } = completionsOf(
      'arm',
      [seed([10, 20, null, 40, 50, 60]), seed([30, 40, null, 60, 70, 80])],
      1,
    );
    expect(reasoning).toEqual([25, 50, 65]);
    expect(completions).toBe(12);
  });

  it('counts right reasoning against passes, task by task', () => {
    const rows = ['a', 'b', 'c', 'd'].flatMap((task) => [
      row(1, task, true, { sound: true }),
      row(1, task, true, { sound: true }),
      row(1, task, false, { sound: false }),
      row(1, task, true, { sound: false }),
    ]);
    const { sound, rated } = completionsOf('arm', [rows], 1);
    expect(sound?.table).toEqual([
      [8, 0],
      [4, 4],
    ]);
    expect(sound?.oddsRatio).toBeCloseTo((8.5 * 4.5) / (0.5 * 4.5), 12);
    // All tasks are alike, so that resampling them changes nothing.
    expect(sound?.interval?.low).toBeCloseTo(sound!.oddsRatio, 12);
    expect(rated).toBeNull();
  });

  it('says nothing of what cannot be checked or does not vary', () => {
    const { sound } = completionsOf('arm', [[row(1, 'a', true, { sound: null }), row(1, 'b', false)]], 1);
    expect(sound).toBeNull();
    expect(completionsOf('arm', [[row(1, 'a', true), row(1, 'b', true)]], 1).rated).toBeNull();
    expect(completionsOf('arm', [], 1)).toMatchObject({ completions: 0, reasoning: [null, null, null] });
  });
});
