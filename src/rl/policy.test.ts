import * as ort from 'onnxruntime-web/wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Feeds, freshState, type ModelHost, type Values } from '../host/host.ts';
import { LocalHost } from '../host/local-host.ts';
import type { ModelConfig } from '../model/config.ts';
import { initialWeights, parameterLayout } from '../model/parameters.ts';
import { buildProgram, type UpdateSpec } from '../programs/index.ts';
import { type Advantage, type ImportanceLevel, policyLoss } from '../programs/loss.ts';
import type { ProgramSpec } from '../programs/spec.ts';
import { createRuntime } from '../runtime/ort/runtime.ts';
import { DEFAULT_CONFIG } from './config.ts';
import { Policy, type PolicyBatch, type UpdateSettings } from './policy.ts';

const CONFIG: ModelConfig = {
  family: 'llama',
  head: 'causal',
  vocabulary: 16,
  width: 4,
  layers: 1,
  heads: 1,
  kvHeads: 1,
  headWidth: 4,
  hidden: 4,
  maxPositions: 64,
  ropeTheta: 10_000,
  normEpsilon: 1e-5,
  tied: true,
  padId: 0,
  endIds: [1],
};

/** What each update was fed with; every log-probability while training is −2. */
function recording() {
  const updates: { spec: UpdateSpec; feeds: readonly Feeds[]; rate: number }[] = [];
  const host = {
    update: async (spec: ProgramSpec, feeds: readonly Feeds[], rate: number) => {
      updates.push({ spec: spec as UpdateSpec, feeds, rate });
      const values = feeds.map((feed): Values => ({
        loss: Float32Array.of(1),
        logprobs: new Float32Array((feed['mask'] as Float32Array).length).fill(-2),
      }));
      return { values, gradNorm: updates.length };
    },
  } as unknown as ModelHost;
  return { policy: new Policy(host, { config: CONFIG }), updates };
}

/** A policy under which every log-probability is −n in its n-th update. */
function drifting() {
  const rates: number[] = [];
  const host = {
    update: async (_: ProgramSpec, feeds: readonly Feeds[], rate: number) => {
      rates.push(rate);
      const values = feeds.map((feed): Values => ({
        loss: Float32Array.of(1),
        logprobs: new Float32Array((feed['mask'] as Float32Array).length).fill(-rates.length),
      }));
      return { values, gradNorm: 1 };
    },
  } as unknown as ModelHost;
  return { policy: new Policy(host, { config: CONFIG }), rates };
}

/** Groups of two completions of 3 and 5 tokens. */
function batchOf(groups: number, learned = Array(groups * 2).fill(true) as boolean[]): PolicyBatch {
  const lengths = Array.from({ length: groups * 2 }, (_, i) => (i % 2 === 0 ? 3 : 5));
  return {
    groups: Array.from({ length: groups }, () => ({ prompt: [2], completions: [[3, 3, 1], [3, 3, 3, 3, 1]] })),
    advantages: lengths.map((_, i) => i + 1),
    oldLogprobs: lengths.map((n) => Array<number>(n).fill(-2)),
    refLogprobs: null,
    learned,
  }; // prettier-ignore
}

const settings: UpdateSettings = {
  ...DEFAULT_CONFIG,
  microBatch: 4,
  maxPromptTokens: 4,
  maxCompletionTokens: 32,
};
const total = (feeds: readonly Feeds[], name: string): number =>
  feeds.flatMap((feed) => [...(feed[name] as Float32Array)]).reduce((a, b) => a + b, 0);

describe('Policy.update', () => {
  it('goes over the batch as often as asked, in as many parts as asked, each weighed by itself', async () => {
    const { policy, updates } = recording();
    const result = await policy.update(batchOf(5), { ...settings, innerIterations: 2, miniBatches: 2 });
    expect(updates).toHaveLength(4);
    expect(new Set(updates.map(({ spec }) => JSON.stringify(spec))).size).toBe(1);
    // 3 groups and 2 groups; micro-batches of 2 groups, the last filled up with copies that weigh nothing.
    expect(updates.map(({ feeds }) => feeds.length)).toEqual([2, 1, 2, 1]);
    expect(updates.map(({ feeds }) => total(feeds, 'mask'))).toEqual([24, 16, 24, 16]);
    for (const { feeds } of updates)
      expect(total(feeds, 'weights')).toBeCloseTo(total(feeds, 'mask') * (1 / total(feeds, 'mask')), 6);
    expect([...(updates[1]!.feeds[0]!['advantages'] as Float32Array)]).toEqual([7, 8, 9, 10]);
    // 1 from each micro-batch; norms 1 to 4.
    expect(result).toMatchObject({ loss: 1.5, gradNorm: 2.5, samplingDifference: { mean: 0, max: 0 } });
  });

  it('feeds an advantage for each sequence, or for each token', async () => {
    const { policy, updates } = recording();
    const batch = batchOf(3);
    await policy.update(batch, settings);
    const advantages = batch.oldLogprobs.map((row, i) => row.map((_, t) => i + t / 10));
    await policy.update({ ...batch, advantages }, settings);
    const [plain, byToken] = updates as [(typeof updates)[0], (typeof updates)[0]];
    expect(plain.spec).not.toHaveProperty('advantagesOf');
    expect(byToken.spec).toEqual({ ...plain.spec, advantagesOf: 'token' });
    const fed = byToken.feeds.map((feed) => [...(feed['advantages'] as Float32Array)]);
    expect(fed.map((values) => values.length)).toEqual([4 * 16, 4 * 16]);
    const rows = [...advantages, [], []].flatMap((row) => Array.from({ length: 16 }, (_, t) => row[t] ?? 0));
    expect(fed.flat()).toEqual(rows.map((A) => Math.fround(A)));
  });

  it('counts what the clip held by each token’s own advantage', async () => {
    const { policy } = recording();
    // Of 8 tokens in each group the first of each completion has a ratio of e, too high where A > 0.
    const oldLogprobs = batchOf(1).oldLogprobs.map((row) =>
      row.map((value, t) => (t === 0 ? value - 1 : value)),
    );
    const clipped = async (advantages: PolicyBatch['advantages']) =>
      (await policy.update({ ...batchOf(1), oldLogprobs, advantages }, settings)).clipped.high;
    expect(await clipped([1, 1])).toBe(2 / 8);
    expect(
      await clipped([
        [1, -1, -1],
        [-1, 1, 1, 1, 1],
      ]),
    ).toBe(1 / 8);
  });

  it('learns nothing from completions that are left out, and weighs the others as if they were alone', async () => {
    const { policy, updates } = recording();
    await policy.update(batchOf(2, [true, false, true, true]), settings);
    const [{ feeds }] = updates as [(typeof updates)[0]];
    expect(total(feeds, 'mask')).toBe(3 + 3 + 5);
    expect(total(feeds, 'weights')).toBeCloseTo(1, 6);
    const weights = [...(feeds[0]!['weights'] as Float32Array)];
    expect(weights.slice(16, 32)).toEqual(Array(16).fill(0));
    expect(weights[0]).toBeCloseTo(1 / 11, 6);
  });

  it('keeps the ratios that the last update of each completion began from, after several updates alone', async () => {
    const { policy, rates } = drifting();
    const { oldLogprobs } = batchOf(3);
    const one = await policy.update(batchOf(3), settings);
    expect(one).not.toHaveProperty('logRatios');
    // One group cannot be divided.
    expect(await policy.update(batchOf(1), { ...settings, miniBatches: 2 })).not.toHaveProperty('logRatios');
    expect(rates).toHaveLength(2);
    const { logRatios } = await policy.update(batchOf(3, [true, false, true, true, true, true]), {
      ...settings,
      innerIterations: 2,
      miniBatches: 2,
    });
    // Updates 3 to 6: two groups at 3 and 5, the last at 4 and 6.
    const expected = [5, 5, 5, 5, 6, 6];
    expect(logRatios).toEqual(oldLogprobs.map((row, i) => row.map(() => -expected[i]! + 2)));
  });

  it('asks for the reference policy where the KL term is in the loss, and only there', async () => {
    const { policy, updates } = recording();
    const batch = { ...batchOf(2), refLogprobs: batchOf(2).oldLogprobs };
    await policy.update(batch, { ...settings, beta: 0.1 });
    await policy.update(batch, { ...settings, beta: 0.1, klIn: 'reward' });
    expect(updates.map(({ spec }) => spec.settings.beta)).toEqual([0.1, 0]);
    expect(updates.map(({ feeds }) => 'refLogprobs' in feeds[0]!)).toEqual([true, false]);
  });
});

describe('Policy.update on WASM', () => {
  beforeAll(() => {
    ort.env.wasm.numThreads = 1;
  });
  const host = new LocalHost(createRuntime(ort, 'wasm', 1), buildProgram);
  afterAll(() => host.dispose());

  /** One update off-policy: its loss, that of the reference in float64, and the weights after it. */
  async function updated(advantages: readonly Advantage[], importance: ImportanceLevel) {
    await host.load(parameterLayout(CONFIG), freshState(initialWeights(CONFIG, 1)));
    const policy = new Policy(host, { config: CONFIG });
    const { groups, learned, refLogprobs } = batchOf(1);
    const options = { ...settings, importance, learningRate: 0.01, aggregation: 'token' } as const;
    const logp = await policy.logprobs(groups, options, 'current');
    // Some tokens lie beyond either side of the clip.
    const oldLogprobs = logp.map((row, i) =>
      row.map((value, t) => value + [0.4, -0.1, -0.5, 0.2][(i + t) % 4]!),
    );
    const { loss } = await policy.update({ groups, advantages, oldLogprobs, refLogprobs, learned }, options);
    const { parameters } = await host.snapshot();
    const pad = (row: readonly number[]) => Array.from({ length: 5 }, (_, t) => row[t] ?? 0);
    const expected = policyLoss(
      {
        logp: logp.map(pad),
        oldLogp: oldLogprobs.map(pad),
        refLogp: null,
        mask: logp.map((row) => pad(row.map(() => 1))),
        advantages: advantages.map((own) => (typeof own === 'number' ? own : pad(own))),
      },
      { ...options, constantLength: 1 },
    );
    return { loss, expected: expected.loss, parameters };
  }

  it('keeps ratios to the policy that the second of two updates began from', async () => {
    const { groups, learned, refLogprobs, advantages } = batchOf(1);
    const options = { ...settings, learningRate: 0.01 };
    const begin = async () => {
      await host.load(parameterLayout(CONFIG), freshState(initialWeights(CONFIG, 1)));
      const policy = new Policy(host, { config: CONFIG });
      const oldLogprobs = await policy.logprobs(groups, options, 'current');
      return { policy, batch: { groups, advantages, oldLogprobs, refLogprobs, learned } };
    };
    const { policy, batch } = await begin();
    await policy.update(batch, options);
    const between = await policy.logprobs(groups, options, 'current');
    const again = await begin();
    const { logRatios } = await again.policy.update(again.batch, { ...options, innerIterations: 2 });
    const expected = between.map((row, i) => row.map((value, t) => value - batch.oldLogprobs[i]![t]!));
    expect(logRatios).toEqual(expected.map((row) => row.map((value) => expect.closeTo(value, 5))));
    expect(Math.max(...expected.flat().map(Math.abs))).toBeGreaterThan(1e-3);
  });

  it('has the loss of the reference, with advantages of sequences or of tokens', async () => {
    for (const importance of ['token', 'sequence'] as const) {
      const own = await updated([1.5, -0.75], importance);
      const same = await updated([[1.5, 1.5, 1.5], Array<number>(5).fill(-0.75)], importance);
      const split = await updated([[1.5, -1, 0.5], [-0.75, 2, -0.75, 0, 1]], importance); // prettier-ignore
      for (const { loss, expected } of [own, same, split]) expect(loss).toBeCloseTo(expected, 5);
      const differences = ({ parameters }: typeof own) =>
        own.parameters.map((value, i) => Math.abs(value - parameters[i]!));
      expect(Math.max(...differences(same))).toBeLessThan(1e-5);
      expect(Math.max(...differences(split))).toBeGreaterThan(1e-3);
    }
  });
});
