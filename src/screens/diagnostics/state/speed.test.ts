import { describe, expect, it } from 'vitest';
import { initialWeights } from '../../../model/parameters.ts';
import { DEFAULT_CONFIG, fullConfig } from '../../../rl/config.ts';
import { rewardShape } from '../../../../tests/support/reward-model.ts';
import { measureSpeed, speedBatch, type Stage } from './speed.ts';

const config = fullConfig({
  ...DEFAULT_CONFIG,
  promptsPerStep: 3,
  groupSize: 2,
  maxPromptTokens: 5,
  maxCompletionTokens: 4,
});

describe('the batch', () => {
  it('has the shapes of a step, each row as long as can be, and is the same every time', () => {
    const batch = speedBatch(config, 19);
    expect(batch).toEqual(speedBatch(config, 19));
    expect(
      batch.groups.map(({ prompt, completions }) => [prompt.length, completions.map((ids) => ids.length)]),
    ).toEqual(Array.from({ length: 3 }, () => [5, [4, 4]]));
    const ids = batch.groups.flatMap(({ prompt, completions }) => [...prompt, ...completions.flat()]);
    expect(ids.every((id) => Number.isInteger(id) && id >= 0 && id < 19)).toBe(true);
    expect(batch.advantages).toHaveLength(6);
    expect(batch.advantages.reduce<number>((total, each) => total + Number(each), 0)).toBe(0);
  });
});

describe('the measurement', () => {
  it('tells the first time, with compiling, from the second, and asks for no reference policy', async () => {
    let clock = 0;
    const lasts = [900, 100, 2000, 300];
    const calls: string[] = [];
    const took = async <T>(name: string, value: T): Promise<T> => {
      calls.push(name);
      clock += lasts.shift() ?? 0;
      return value;
    };
    const api = {
      load: async () => void calls.push('load'),
      logprobs: () => took('logprobs', []),
      update: (batch: { refLogprobs: unknown }) => {
        expect(batch.refLogprobs).toBeNull();
        return took('update', {});
      },
    };
    const stages: Stage[] = [];
    const report = await measureSpeed(
      { api: api as never, device: { kind: 'wasm', threads: 2 } as never },
      { config: rewardShape, weights: initialWeights(rewardShape, 1) },
      { ...config, beta: 0.1 },
      (stage) => stages.push(stage),
      () => clock,
    );
    expect(report).toEqual({
      device: 'wasm',
      threads: 2,
      completions: 6,
      tokens: 54,
      score: { firstMs: 900, ms: 100 },
      update: { firstMs: 2000, ms: 300 },
    });
    expect(stages).toEqual(['start', 'score', 'update']);
    expect(calls).toEqual(['load', 'logprobs', 'logprobs', 'update', 'update']);
  });
});
