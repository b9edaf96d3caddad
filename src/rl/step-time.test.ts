import { describe, expect, it } from 'vitest';
import { LARGE } from '../../tests/support/large-model.ts';
import { isLarge, parameterLayout } from '../model/parameters.ts';
import { DEFAULT_CONFIG, loraOf } from './config.ts';
import { stepParts, stepSeconds } from './step-time.ts';

const config = LARGE;
const run = {
  ...DEFAULT_CONFIG,
  loraRank: 16,
  promptsPerStep: 6,
  groupSize: 4,
  microBatch: 8,
  maxPromptTokens: 64,
  maxCompletionTokens: 128,
};
const policy = { config, trained: loraOf(run)! };

describe('the parts of a step', () => {
  const [read, written, scored, updated] = stepParts(policy, run);
  const size = parameterLayout(config).size;

  it('are as many calls as the trainer makes', () => {
    expect(isLarge(config)).toBe(true);
    expect([read, written, scored, updated]).toMatchObject([
      { phase: 'sample', calls: 3, rows: 2 * 64 },
      { phase: 'sample', calls: 3, rows: 8 },
      { phase: 'score', calls: 1, rows: 2 * 64 + 8 * 128 },
      { phase: 'update', calls: 3, rows: 2 * 64 + 8 * 128 },
    ]);
    expect(stepParts(policy, { ...run, beta: 0.1, innerIterations: 2 })).toMatchObject([
      { calls: 3 },
      { calls: 3 },
      { calls: 6 },
      { calls: 6 },
    ]);
  });

  it('are about two operations for each weight and token', () => {
    const forward = 2 * size * updated!.rows;
    expect(scored!.flops / forward).toBeGreaterThan(0.9);
    expect(scored!.flops / forward).toBeLessThan(1.3);
    // For its gradient each layer is computed once more, and the gradient of what goes into it, but of no frozen weight.
    const head = (config.vocabulary * config.width) / size;
    const update = 3 * (1 - head) + 2 * head;
    expect(updated!.flops / scored!.flops / update).toBeGreaterThan(0.9);
    expect(updated!.flops / scored!.flops / update).toBeLessThan(1.1);
    // A prompt needs no head but at its end, and of its last layer keys and values alone.
    const layers = 2 * (size - config.vocabulary * config.width) * 2 * 64;
    expect(read!.flops / layers).toBeGreaterThan(0.5);
    expect(read!.flops / layers).toBeLessThan(1.1);
    expect(written!.flops / (2 * size * 8 * 128)).toBeGreaterThan(0.9);
    expect(written!.flops / (2 * size * 8 * 128)).toBeLessThan(1.3);
  });

  it('take their turns on the engines', () => {
    const parts = [
      { phase: 'sample', calls: 3, flops: 10e9, rows: 8 },
      { phase: 'sample', calls: 3, flops: 20e9, rows: 256 },
      { phase: 'score', calls: 1, flops: 20e9, rows: 256 },
      { phase: 'update', calls: 4, flops: 40e9, rows: 256 },
    ] as const;
    const speed = (rows: number): number => (rows === 8 ? 5e9 : 20e9);
    expect(stepSeconds(parts, 2, speed)).toEqual({ sample: 6, score: 1, update: 4 });
    expect(stepSeconds(parts, 1, speed)).toEqual({ sample: 9, score: 1, update: 8 });
  });
});
