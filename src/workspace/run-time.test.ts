import { describe, expect, it } from 'vitest';
import { LARGE } from '../../tests/support/large-model.ts';
import { DEFAULT_CONFIG, loraOf } from '../rl/config.ts';
import { predictStep, timeSentence } from './run-time.ts';

describe('the time of a step', () => {
  it('is told in seconds, part by part', () => {
    expect(timeSentence({ sample: 34.2, score: 1.5, update: 72.4 })).toBe(
      'A step will take about 108 s on this machine where completions are as long as they may be: 34 s to sample them and 74 s to learn from them.',
    );
    expect(timeSentence({ sample: 0.51, score: 0.1, update: 9.35 })).toMatch(
      /about 10 s .*: 0\.5 s .* 9\.4 s/,
    );
  });

  it('follows from speeds of all engines, each measured once', async () => {
    const run = {
      ...DEFAULT_CONFIG,
      loraRank: 16,
      promptsPerStep: 4,
      groupSize: 4,
      microBatch: 4,
      maxPromptTokens: 512,
    };
    const asked: [rows: number, engines: number][] = [];
    const speed = async (rows: number, engines: number): Promise<number> => {
      asked.push([rows, engines]);
      return 1e9;
    };
    const policy = { api: { speed }, device: { threads: 2 } } as unknown as Parameters<typeof predictStep>[0];
    const seconds = await predictStep(policy, { config: LARGE, trained: loraOf(run)! }, run);
    expect(asked).toEqual([
      [256, 2],
      [8, 2],
    ]);
    expect(seconds.update).toBeGreaterThan(seconds.score);
  });
});
