import { describe, expect, it, vi } from 'vitest';
import { LARGE } from '../../tests/support/large-model.ts';
import { isLarge } from '../model/parameters.ts';
import { DEFAULT_CONFIG, loraOf } from '../rl/config.ts';
import { predictGpu } from '../rl/gpu-memory.ts';
import { predictMemory, predictSampling } from '../rl/memory.ts';
import {
  checkGpu,
  enginesForScoring,
  gpuSentence,
  memorySentence,
  planMemory,
  planPairs,
  planSampling,
} from './run-memory.ts';
import type { RewardModel } from './run-models.ts';

const config = LARGE;
const run = {
  ...DEFAULT_CONFIG,
  loraRank: 16,
  promptsPerStep: 4,
  groupSize: 8,
  microBatch: 32,
  maxPromptTokens: 64,
  maxCompletionTokens: 128,
};
const policy = { config, trained: loraOf(run)! };
const GIB = 2 ** 30;

describe('the memory of a run with a large model', () => {
  it('decides how many engines compute', () => {
    expect(isLarge(config)).toBe(true);
    const { total, engine } = predictMemory(policy, run, 1);
    const room = (engines: number): number => (total + (engines - 1) * engine + 1) / 0.6;
    expect(planMemory(policy, run, 8, null).engines).toBe(8);
    expect(planMemory(policy, run, 2, 64 * GIB).engines).toBe(2);
    expect(planMemory(policy, run, 8, room(3)).engines).toBe(3);
    expect(planMemory(policy, run, 8, room(3)).total).toBeCloseTo(total + 2 * engine, -3);
    expect(planMemory(policy, run, 8, room(1)).engines).toBe(1);
  });

  it('is refused where it does not fit, with the nearest setting that does', () => {
    const less = predictMemory(policy, { ...run, microBatch: 8 }, 1).total;
    expect(less).toBeLessThan(predictMemory(policy, run, 1).total);
    expect(() => planMemory(policy, run, 2, (less + 1e6) / 0.6)).toThrow(
      /This would take about [\d.]+ GB, and the browser says that this machine has [\d.]+ GB. Nothing was started: set microBatch=8, or/,
    );
    expect(() => planMemory(policy, run, 2, GIB / 4)).toThrow(
      /Nothing was started: choose a smaller model\./,
    );
    const wide = { ...config, width: 8192, hidden: 32_768, heads: 128 };
    expect(() => planMemory({ config: wide, trained: policy.trained }, run, 2, null)).toThrow(
      /An engine would take [\d.]+ GB for this, and has room for 4\.3 GB/,
    );
  });

  it('is told part by part', () => {
    expect(memorySentence(planMemory(policy, run, 2, null))).toMatch(
      /^This takes about [\d.]+ GB of memory: 0\.3 GB for the model’s weights, .* 2 × [\d.]+ GB for engines, 0\.9 GB for the page\.$/,
    );
  });
});

describe('the memory of a large reward model beside the same weights', () => {
  const reward = { config: { ...config, head: 'score' as const }, trained: policy.trained };

  it('is added for each engine, and told', () => {
    const [without, beside] = [null, reward].map((each) => planMemory(policy, run, 2, null, each));
    expect(beside!.reward).toBeGreaterThan(0);
    expect(beside!.total).toBeCloseTo(without!.total + 2 * beside!.reward, -3);
    expect(memorySentence(beside!)).toMatch(/engines, 2 × [\d.]+ GB for those of the reward model, 0\.9 GB/);
    const room = (total: number): number => (total + 1) / 0.6;
    expect(planMemory(policy, run, 2, room(without!.total), reward).engines).toBe(1);
  });

  it('is foreseen for its training, and refused where it does not fit', () => {
    const trained = { pairs: 16, time: 256, settings: { margin: 0, centering: 0.01, dense: 1 } };
    const whole = planPairs(reward, trained, 2, null);
    expect(whole.engines).toBe(2);
    const few = planPairs(reward, { ...trained, pairs: 1 }, 1, null);
    expect(few.engine).toBeLessThan(whole.engine);
    expect(() => planPairs(reward, trained, 1, (few.total + 1e6) / 0.6)).toThrow(/set --micro-batch 1, or/);
  });
});

describe('the memory of a large reward model that scores apart from the policy', () => {
  const told: string[] = [];
  const workspace = { cores: 2, notices: new Set([(sentence: string) => void told.push(sentence)]) };
  const model = {
    config: { ...config, head: 'score' },
    beside: { lora: policy.trained, base: { config, weights: new Float32Array() } },
  } as Partial<RewardModel> as RewardModel;

  it('decides how many engines compute, is told, and is refused where it does not fit', () => {
    const machine = (deviceMemory: number) =>
      vi.stubGlobal('navigator', { hardwareConcurrency: 4, deviceMemory });
    machine(64);
    expect(enginesForScoring(workspace, { ...model, config: { ...config, layers: 1, width: 64 } }, 256)).toBe(
      undefined,
    );
    expect(told).toEqual([]);
    expect(enginesForScoring(workspace, model, 256)).toBe(2);
    expect(told).toEqual([expect.stringMatching(/ 2 × [\d.]+ GB for engines/)]);
    machine(0.25);
    expect(() => enginesForScoring(workspace, model, 256)).toThrow(
      /Nothing was started: choose a smaller model/,
    );
    vi.unstubAllGlobals();
  });
});

describe('the memory of a GPU', () => {
  const [packed, whole] = [true, false].map((isPacked) => predictGpu(policy, run, isPacked));

  it('is told, and half of the weights’ where they are bfloat16', () => {
    expect(packed!.weights).toBe(whole!.weights / 2);
    expect(packed!.buffer).toBe(4 * 49_152 * 1024);
    expect(packed!.total).toBeGreaterThan(packed!.weights + packed!.trained + packed!.largest);
    expect(gpuSentence(packed!)).toMatch(
      /^This takes up to [\d.]+ GB of the GPU’s memory: 0\.2 GB for the model’s weights, .* for the largest program/,
    );
  });

  it('is refused where the GPU allows no buffer of the size', () => {
    expect(checkGpu(packed!, null)).toBe(packed);
    expect(checkGpu(packed!, packed!.buffer)).toBe(packed);
    expect(() => checkGpu(packed!, 2 ** 27)).toThrow(
      /largest matrix of this model takes 0\.2 GB, and this GPU allows buffers of 0\.1 GB\. Nothing was started: choose/,
    );
  });
});

describe('the memory of a large model that is sampled alone', () => {
  const sampled = { prompts: 64, group: 8, maxPromptTokens: 64, maxCompletionTokens: 128 };
  const frozen = { config, trained: 'nothing' } as const;

  it('is less than that of a run, and told without what is trained', () => {
    const plan = planSampling(frozen, sampled, 2, null);
    expect(plan.engines).toBe(2);
    expect(plan.engine).toBeLessThan(predictMemory(policy, run, 1).engine);
    expect(memorySentence(plan)).toMatch(/0\.3 GB for the model’s weights, 2 × [\d.]+ GB for engines,/);
  });

  it('is refused where it does not fit, with fewer tokens that do', () => {
    const less = predictSampling(frozen, { ...sampled, maxCompletionTokens: 64 }, 1).total;
    const whole = predictSampling(frozen, sampled, 1).total;
    expect(less).toBeLessThan(whole);
    expect(() => planSampling(frozen, sampled, 2, (less + 1e6) / 0.6)).toThrow(
      /Nothing was started: set maxCompletionTokens=64, or/,
    );
  });
});
