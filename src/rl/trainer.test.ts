import * as ort from 'onnxruntime-web/wasm';
import { describe, expect, it } from 'vitest';
import { code } from '../domains/code/index.ts';
import type { CodeTask } from '../domains/code/task.ts';
import { verificationOf } from '../domains/code/verifier.ts';
import type { Attempt, Task } from '../domains/domain.ts';
import { verdictOf } from '../../tests/support/rollout.ts';
import { freshState } from '../host/host.ts';
import { LocalHost } from '../host/local-host.ts';
import type { ModelConfig } from '../model/config.ts';
import { initialWeights, parameterLayout } from '../model/parameters.ts';
import { buildProgram } from '../programs/index.ts';
import { createRuntime } from '../runtime/ort/runtime.ts';
import type { PromptGroup } from './batches.ts';
import { parseConfig } from './config.ts';
import { Policy, type PolicyBatch, type SampleRequest, type UpdateSettings } from './policy.ts';
import { Trainer } from './trainer.ts';
import { letters } from '../../tests/support/letters.ts';

const tasks = Array.from({ length: 6 }, (_, i): Task => ({
  id: `t${i}`,
  family: 'other',
  split: 'train',
  prompt: `${i}`,
}));

/** Groups of two: a short completion and a longer one that was cut off, or two others. Tasks with an even number pass, others fail. */
function world(others: readonly string[] = []) {
  const asked: string[] = [];
  const rated: string[] = [];
  const updates: { batch: PolicyBatch; settings: UpdateSettings }[] = [];
  const scored: (readonly PromptGroup[])[] = [];
  const short = [...letters.encode('<think>r</think><answer>p</answer>'), 1];
  const more = others.map((text) => [...letters.encode(text), 1]);
  const long = [...letters.encode('<think>rrr</think><answer>p</answer>'), 32, 32, 32];
  const ports = {
    policy: {
      sample: async ({ prompts, purpose }: SampleRequest) => {
        asked.push(`${purpose}: ${prompts.length}`);
        return prompts.flatMap(() =>
          (more.length > 0 ? more : [short, long]).map((tokens) => ({
            tokens,
            logprobs: tokens.map(() => -1),
            entropies: tokens.map(() => 1),
            truncated: tokens === long,
          })),
        );
      },
      logprobs: async (groups: readonly PromptGroup[]) => {
        scored.push(groups);
        return groups.flatMap(({ completions }) => completions.map((ids) => ids.map(() => -1.5)));
      },
      update: async (batch: PolicyBatch, settings: UpdateSettings) => {
        updates.push({ batch, settings });
        return {
          loss: 0,
          gradNorm: 0,
          clipped: { low: 0, high: 0, dual: 0.25 },
          samplingDifference: { mean: 0, max: 0 },
          ...(settings.innerIterations > 1 && {
            logRatios: batch.oldLogprobs.map((row, i) => row.map((_, t) => (t - i) / 1e7)),
          }),
        };
      },
    },
    reward: {
      scoreRaw: async (texts: readonly string[]) => {
        rated.push(...texts);
        return texts.map((text) => text.length / 100);
      },
    },
    prompting: code,
    domain: { ...code, soundness: (_: Task, reasoning: string) => reasoning === 'rrr' },
    verifier: {
      verify: async (attempts: readonly Attempt[]) =>
        attempts.map(({ task }) =>
          verificationOf(verdictOf(Number(task.id.slice(1)) % 2 === 0 ? 'pass' : 'wrong', 1, 2), 0),
        ),
    },
    tokenizer: letters,
    tasks: { train: tasks, heldOut: [] },
    emit: () => {},
  };
  const step = async (settings: object, n = 1) => {
    const config = parseConfig({
      promptsPerStep: 2,
      groupSize: 2,
      steps: 10,
      maxCompletionTokens: 48,
      ...settings,
    });
    const { record, rollouts } = await new Trainer(config, ports).step(n);
    return { metrics: record.metrics, rollouts, ...updates.at(-1)! };
  };
  return { ports, step, asked, rated, scored, lengths: [short.length, long.length] as const };
}

describe('a step', () => {
  it('has none of the metrics of options that are off', async () => {
    const { metrics, rollouts, batch } = await world().step({});
    for (const name of ['reward_extra', 'clip_ratio/dual_mean', 'dynamic_sampling/resamples'])
      expect(metrics).not.toHaveProperty(name);
    expect(rollouts[0]).not.toHaveProperty('extra');
    expect([batch.learned, batch.refLogprobs]).toEqual([[true, true, true, true], null]);
  });

  it('keeps what the policy read where that was more than the task', async () => {
    const { ports, step } = world();
    expect((await step({})).rollouts[0]).not.toHaveProperty('prompt');
    const promptOf = (task: Task): string => `An example.\n\n${code.promptOf(task as CodeTask)}`;
    const config = parseConfig({ promptsPerStep: 1, groupSize: 2, steps: 1, maxCompletionTokens: 48 });
    const prompting = { ...ports.prompting, promptOf };
    const { rollouts } = await new Trainer(config, { ...ports, prompting }).step(1);
    const task = ports.tasks.train.find(({ id }) => id === rollouts[0]!.taskId)!;
    expect(rollouts.map(({ prompt }) => prompt)).toEqual([promptOf(task), promptOf(task)]);
  });

  it('leaves out what was cut off where it is to', async () => {
    const { batch } = await world().step({ maskTruncatedCompletions: true });
    expect(batch.learned).toEqual([true, false, true, false]);
  });

  it('takes the punishment for length off the reward, and keeps it with the completion', async () => {
    const { step, lengths } = world();
    const { rollouts, metrics } = await step({ overlongBuffer: 16 });
    const extras = lengths.map((n) => -Math.max(0, n - 32) / 16);
    expect(extras[1]).toBeLessThan(extras[0]!);
    expect(rollouts.map(({ extra }) => extra)).toEqual([...extras, ...extras]);
    for (const { reward, rewards, extra } of rollouts)
      expect(reward).toBeCloseTo(rewards.format + rewards.outcome * (1 + rewards.thinking) + extra!, 12);
    expect(metrics['reward_extra']).toBeCloseTo((extras[0]! + extras[1]!) / 2, 12);
  });

  it('has the KL term in the loss or in the reward, and not in both', async () => {
    const { step, scored, lengths } = world();
    const inLoss = await step({ beta: 0.1 });
    expect(inLoss.batch.refLogprobs).toHaveLength(4);
    expect(inLoss.rollouts[0]).not.toHaveProperty('extra');
    const inReward = await step({ beta: 0.1, klIn: 'reward', klEstimator: 'k1' });
    expect(inReward.batch.refLogprobs).toBeNull();
    // d = −½ for each token, so that k1 is ½.
    lengths.forEach((n, i) => expect(inReward.rollouts[i]!.extra).toBeCloseTo(-0.1 * 0.5 * n, 12));
    expect(inReward.metrics['kl']).toBeCloseTo(Math.exp(-0.5) + 0.5 - 1, 12);
    // The reference policy was asked once in each step.
    expect(scored).toHaveLength(2);
  });

  it('samples again for groups that teach nothing, with random numbers of their own', async () => {
    const { step, asked } = world();
    // Every group passes as a whole, or fails.
    const { metrics, rollouts } = await step({ dynamicSampling: 'accuracy', maxResamples: 1 });
    expect(asked).toEqual(['sample: 2', 'sample 1: 4']);
    expect(metrics).toMatchObject({ 'dynamic_sampling/resamples': 1, 'dynamic_sampling/dropped_groups': 4 });
    expect(rollouts).toHaveLength(4);
    // Completions of all rounds were sampled.
    expect(metrics['num_tokens']).toBeGreaterThan(6 * 2 * 30);
  });

  it('follows its schedule and what changed before it', async () => {
    const { step } = world();
    const settings = {
      learningRate: 1e-3,
      lrSchedulerType: 'linear',
      warmupSteps: 2,
      changes: [{ step: 4, settings: { learningRate: 1e-4, gate: 'ungated' } }],
    };
    const rate = async (n: number) => (await step(settings, n)).settings.learningRate;
    expect(await rate(1)).toBeCloseTo(5e-4, 12);
    expect(await rate(3)).toBeCloseTo(1e-3, 12);
    expect(await rate(4)).toBeCloseTo(1e-3 * (7 / 8), 12);
    const { settings: used, metrics, rollouts } = await step(settings, 5);
    expect(used.learningRate).toBeCloseTo(1e-4 * (6 / 8), 12);
    expect(metrics['learning_rate']).toBe(used.learningRate);
    for (const { reward, rewards } of rollouts)
      expect(reward).toBeCloseTo(rewards.format + rewards.outcome + rewards.thinking, 12);
  });

  it('asks the reward model for R_t, or takes it from a control', async () => {
    const thinking = async (reasoningReward: string, n = 1) => {
      const { step, rated } = world(['r', 'rrr'].map((r) => `<think>${r}</think><answer>p</answer>`));
      const { rollouts, batch } = await step({ reasoningReward }, n);
      return { R_t: rollouts.map(({ rewards }) => rewards.thinking), rated, batch };
    };
    const model = await thinking('model');
    expect(model.rated).toHaveLength(4);
    expect(model.R_t[1]).toBeGreaterThan(model.R_t[0]!);
    const oracle = await thinking('oracle');
    expect(oracle).toMatchObject({ R_t: [0, 1, 0, 1], rated: [] });
    const random = await thinking('random');
    expect(random.rated).toEqual([]);
    expect(new Set(random.R_t).size).toBe(4);
    expect(await thinking('random')).toEqual(random);
    expect((await thinking('random', 2)).R_t).not.toEqual(random.R_t);
    // Of the two tasks of a step, those with an even number pass as a whole.
    const steps = await Promise.all(Array.from({ length: 20 }, (_, i) => thinking('shuffled', i + 1)));
    const swapped = steps.map(({ R_t }) => [R_t[0]! > R_t[1]!, R_t[2]! > R_t[3]!]);
    expect(swapped.flat()).toContain(true);
    expect(swapped.flat()).toContain(false);
    for (const { R_t } of steps)
      expect([...R_t].sort((a, b) => a - b)).toEqual([...model.R_t].sort((a, b) => a - b));
  });

  it('is not begun with an oracle that cannot check the tasks', () => {
    const { ports } = world();
    const config = parseConfig({ reasoningReward: 'oracle' });
    expect(() => new Trainer(config, { ...ports, domain: code })).toThrow('“t0” cannot be checked');
  });

  it('credits R_t to all tokens, or to those of the reasoning', async () => {
    const texts = ['<think>r</think><answer>p</answer>', '<think>rrr</think><answer>p</answer>', 'rrr'];
    const run = async (more: object) => {
      const { batch, rollouts } = await world(texts).step({ groupSize: 3, advantage: 'none', ...more });
      return { advantages: batch.advantages, rollouts };
    };
    const whole = await run({});
    expect(whole.advantages).toEqual(whole.rollouts.map(({ advantage }) => advantage));
    const split = await run({ reasoningCredit: 'reasoning' });
    expect(split.rollouts).toEqual(whole.rollouts);
    const thinking = split.rollouts.map(({ rewards }) => rewards.outcome * rewards.thinking);
    expect(thinking[0]).not.toBe(thinking[1]);
    split.advantages.forEach((own, i) => {
      const { advantage, text, tokens } = split.rollouts[i]!;
      const first = Math.floor(i / 3) * 3;
      const centre = thinking.slice(first, first + 3).reduce((a, b) => a + b, 0) / 3;
      const rest = advantage - (thinking[i]! - centre);
      const reasoning = text.includes('</think>') ? text.indexOf('</think>') + '</think>'.length : 0;
      expect(own).toHaveLength(tokens.length);
      expect(own).toEqual(tokens.map((_, t) => expect.closeTo(t < reasoning ? advantage : rest, 12)));
    });
    for (const more of [{ gate: 'outcome' }, { advantage: 'raft' }, { rewardWeights: { thinking: 0 } }])
      expect(await run({ ...more, reasoningCredit: 'reasoning' })).toEqual(await run(more));
  });

  it('keeps the ratio of each token where a step makes several updates', async () => {
    const { step } = world();
    const [one, two] = [await step({}), await step({ innerIterations: 2 })];
    for (const { perToken } of one.rollouts) expect(perToken).not.toHaveProperty('logRatio');
    two.rollouts.forEach(({ perToken, tokens }, i) => {
      // Of seven ten-millionths one millionth is kept, and never a zero below zero.
      expect(perToken?.logRatio).toEqual(tokens.map((_, t) => Math.round((t - i) / 10) + 0));
    });
  });

  it('says what the dual clip held', async () => {
    const { metrics } = await world().step({ dualClip: 3, innerIterations: 2 });
    expect(metrics['clip_ratio/dual_mean']).toBe(0.25);
  });
});

describe('a step that samples from some of the tokens', () => {
  const restricted = { topK: 40, topP: 0.9 };

  it('has the policy scored for the ratios and the KL term, and keeps what sampling told', async () => {
    const { step, scored } = world();
    const inLoss = await step({ ...restricted, beta: 0.1 });
    expect(inLoss.batch.oldLogprobs.flat()).toEqual(inLoss.rollouts.flatMap(({ tokens }) => tokens.map(() => -1.5))); // prettier-ignore
    expect(inLoss.rollouts[0]!.logprobs[0]).toBe(-1);
    // The reference policy is the same, so that nothing diverges.
    expect(inLoss.rollouts.map(({ kl }) => kl)).toEqual([0, 0, 0, 0]);
    expect(scored).toHaveLength(2);
    const inReward = await step({ ...restricted, beta: 0.1, klIn: 'reward' });
    expect(inReward.rollouts.map(({ extra }) => extra)).toEqual([0, 0, 0, 0]);
    expect(inReward.batch.oldLogprobs).toEqual(inLoss.batch.oldLogprobs);
    // Once under each policy, and not again for the update.
    expect(scored).toHaveLength(4);
  });

  it('begins its first update with ratios of 1', async () => {
    ort.env.wasm.numThreads = 1;
    const config: ModelConfig = {
      family: 'llama', vocabulary: 128, width: 8, layers: 1, heads: 1, kvHeads: 1, headWidth: 8, hidden: 8,
      maxPositions: 128, ropeTheta: 10_000, normEpsilon: 1e-5, tied: true, head: 'causal', padId: 0, endIds: [1],
    }; // prettier-ignore
    const host = new LocalHost(createRuntime(ort, 'wasm', 1), buildProgram);
    const weights = initialWeights(config, 1).map((x) => 4 * x);
    const policy = new Policy(host, { config });
    const run = async (settings: object) => {
      await host.load(parameterLayout(config), freshState(weights));
      await host.loadReference(weights);
      const { ports } = world();
      const parsed = parseConfig({ promptsPerStep: 2, groupSize: 2, maxPromptTokens: 80, maxCompletionTokens: 16, clipLow: 1e-4, clipHigh: 1e-4, ...settings }); // prettier-ignore
      const batches: PolicyBatch[] = [];
      const update = (batch: PolicyBatch, own: UpdateSettings) => {
        batches.push(batch);
        return policy.update(batch, own);
      };
      const own = { sample: policy.sample.bind(policy), logprobs: policy.logprobs.bind(policy), update };
      const { record, rollouts } = await new Trainer(parsed, { ...ports, policy: own }).step(1);
      return { ...record, rollouts, oldLogprobs: batches[0]!.oldLogprobs };
    };
    const { metrics, rollouts, oldLogprobs } = await run({ topP: 0.9 });
    expect(metrics['sampling/sampling_logp_difference/max']).toBeLessThan(1e-5);
    expect(metrics['clip_ratio/region_mean']).toBe(0);
    expect(metrics['kl']).toBeLessThan(1e-9);
    // What was drawn was likelier than among all tokens, by up to −ln 0.9 and what the last of them is above it.
    const gained = rollouts.flatMap(({ logprobs }, i) => logprobs.map((value, t) => value - oldLogprobs[i]![t]!)); // prettier-ignore
    expect(Math.min(...gained)).toBeGreaterThan(0);
    expect(Math.max(...gained)).toBeLessThan(-Math.log(0.9) + 1e-5);
    expect(Math.max(...gained)).toBeGreaterThan(0.05);
    const whole = await run({});
    expect(whole.rollouts.map(({ logprobs }) => logprobs)).toEqual(whole.oldLogprobs);
    await policy.dispose();
  });
});
