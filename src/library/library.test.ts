import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ownReward } from '../../examples/own-reward.ts';
import { ownTasks } from '../../examples/own-tasks.ts';
import { sweep } from '../../examples/sweep.ts';
import type { Task } from '../domains/domain.ts';
import { initialWeights } from '../model/parameters.ts';
import type { RewardRule } from '../rl/rewards/index.ts';
import { ConfigError } from '../rl/config.ts';
import { type CheckResult, defineDomain, NO_MEANS } from './domain.ts';
import { Model, type ModelFile, ModelKindError, readModelFiles } from './models.ts';
import { train } from './train.ts';

interface Sum extends Task {
  readonly sum: number;
}
const task = (id: string, sum: number): Sum => ({
  id,
  family: 'sums',
  split: 'train',
  prompt: `${id} =`,
  sum,
});
const two = task('1 + 1', 2);

describe('a domain of one’s own', () => {
  const of = (check: (task: Sum, answer: string) => CheckResult | Promise<CheckResult>) =>
    defineDomain<Sum>({ name: 'sums', check }).domain;
  const verify = async (
    check: Parameters<typeof of>[0],
    suite: 'visible' | 'strict',
    answer: string | null,
  ) =>
    (
      await of(check)
        .verifier(NO_MEANS)
        .verify([{ task: two, answer }], suite)
    )[0]!;

  it('checks answers by a function, which may take its time', async () => {
    const check = ({ sum }: Sum, answer: string) => Number(answer) === sum;
    expect(await verify(check, 'visible', '2')).toMatchObject({ passes: true, passed: 1, total: 1 });
    expect(await verify(async (...of) => check(...of), 'strict', '3')).toMatchObject({ passes: false });
    expect(await verify(() => true, 'strict', null)).toMatchObject({ passes: false, passesVisible: false });
  });

  it('keeps what is held out for evaluations', async () => {
    const check = () => ({ visible: true, heldOut: false });
    expect(await verify(check, 'visible', 'x')).toMatchObject({ passes: true, total: 1 });
    expect(await verify(check, 'strict', 'x')).toMatchObject({
      passes: false,
      passesVisible: true,
      passed: 1,
      total: 2,
    });
    // Held-out checks alone pass nothing.
    const odd = () => ({ visible: false, heldOut: true });
    expect(await verify(odd, 'strict', 'x')).toMatchObject({ passes: false, passesVisible: false });
  });

  it('reads the usual form, ends prompts in a newline, and measures what it is told to', () => {
    const domain = defineDomain<Sum>({
      name: 'sums',
      check: () => true,
      measures: () => ({ digits: 1 }),
    }).domain;
    expect(domain.promptOf(two)).toBe('1 + 1 =\n');
    expect(domain.parse('<think>r</think><answer>2</answer>')).toMatchObject({ reasoning: 'r', answer: '2' });
    expect(domain.agreement(two, 'r', '2')).toBeNull();
    const verification = {
      passes: true,
      passesVisible: true,
      passed: 1,
      total: 1,
      weak: false,
      detail: null,
    };
    expect(domain.measures?.(two, 'r', '2', verification)).toEqual({ digits: 1 });
    expect(domain.show(verification).outcome).toEqual({ tone: 'pass', word: 'right', count: '1/1' });
  });
});

const fileOf = async (model: string, file: string): Promise<Uint8Array<ArrayBuffer> | null> => {
  const path = `public/starter/${file === 'tokenizer.json' ? file : `${model}/${file}`}`;
  return existsSync(path) ? new Uint8Array(readFileSync(path)) : null;
};
const starter = (name: 'policy' | 'reward') => readModelFiles((file) => fileOf(name, file));

describe('a model', () => {
  it('is read from files and written to the same', async () => {
    const policy = await starter('policy');
    expect([policy.kind, policy.maxTokens]).toEqual(['policy', 256]);
    const files = new Map<string, ModelFile[1]>(policy.files('p'));
    const again = await readModelFiles(async (name) => files.get(`p/${name}`) ?? null);
    expect(again.parameters).toBe(policy.parameters);
    expect(again.loaded.config).toEqual(policy.loaded.config);
    expect(
      Buffer.compare(Buffer.from(again.loaded.weights.buffer), Buffer.from(policy.loaded.weights.buffer)),
    ).toBe(0);
    expect((await starter('reward')).kind).toBe('reward');
  });

  it('needs a tokenizer', async () => {
    const without = readModelFiles(async (name) =>
      /^(config|model)/.test(name) ? fileOf('policy', name) : null,
    );
    await expect(without).rejects.toThrow('no tokenizer.json');
  });
});

/** Half of a point for the form. */
const half: RewardRule = {
  name: 'half',
  symbol: 'R_h',
  meaning: 'Half of R_f.',
  values: 'continuous',
  range: [0, 0.5],
  of: ({ parsed, task, text }) => (task.family === 'sums' && text !== '' ? parsed.format / 2 : 0),
};

describe('training', () => {
  const domain = defineDomain<Sum>({ name: 'sums', check: () => true });
  const tasks = { train: [two], heldOut: [] };

  it('refuses a model in the wrong place, and settings that cannot be used', async () => {
    const [policy, reward] = [await starter('policy'), await starter('reward')];
    await expect(train({ domain, tasks, policy: reward })).rejects.toThrow(ModelKindError);
    await expect(train({ domain, tasks, policy, reasoning: policy })).rejects.toThrow(/not a reward model/);
    const ungated = train({ domain, tasks, policy, settings: { gate: 'ungated' } });
    await expect(ungated).rejects.toThrow(ConfigError);
    await expect(ungated).rejects.toThrow('The gate “ungated” needs something that scores the reasoning');
    await expect(train({ domain, tasks, policy, settings: { groupSize: 1 } })).rejects.toThrow(/groupSize/);
    const rewards = [{ ...half, name: 'outcome' }];
    await expect(train({ domain, tasks, policy, rewards })).rejects.toThrow('two rewards called “outcome”');
  });

  it('goes on from where it stopped with the same numbers', async () => {
    const { loaded, tokenizerJson } = await starter('policy');
    const small = { ...loaded.config, width: 32, layers: 1, heads: 1, kvHeads: 1, hidden: 64 };
    const policy = new Model({ config: small, weights: initialWeights(small, 1) }, tokenizerJson);
    const options = {
      // Whatever is written is an answer, so that completions differ in their rewards.
      domain: defineDomain<Sum>({
        name: 'sums',
        check: () => true,
        parse: (text) => ({ format: 1, reasoning: text, answer: text }),
      }),
      tasks: { train: [two, task('2 + 2', 4)], heldOut: [two] },
      policy,
      rewards: [half],
      reasoning: (text: string) => (text.length % 7) - 3,
      settings: {
        steps: 2,
        promptsPerStep: 2,
        groupSize: 2,
        maxPromptTokens: 16,
        maxCompletionTokens: 16,
        evalTasks: 1,
      },
    };
    const whole = await train(options);
    const first = await train({ ...options, stopAfter: () => true });
    const second = await train({ ...options, from: first.checkpoint });
    expect([first.steps.length, second.steps.length, whole.rollouts.length]).toEqual([1, 1, 8]);
    expect([...first.rollouts, ...second.rollouts]).toEqual(whole.rollouts);
    const weights = ({ loaded }: Model) => Buffer.from(loaded.weights.buffer);
    expect(weights(second.policy).equals(weights(whole.policy))).toBe(true);
    expect(weights(whole.policy).equals(weights(policy))).toBe(false);
    for (const { rewards, reward } of whole.rollouts) {
      expect(rewards['half']).toBe(rewards.format / 2);
      expect(reward).toBeCloseTo(rewards.format + rewards.outcome * (1 + rewards.thinking) + 0.5, 12);
    }
    expect(whole.steps[0]!.metrics['rewards/half/mean']).toBe(0.5);
    expect(whole.config).toMatchObject({ domain: 'sums', gate: 'posterior' });
  });
});

// Here, where ONNX Runtime has been started already.
describe('the examples', () => {
  it('train on tasks of their own', async () => {
    const { before, after, last } = await ownTasks({
      steps: 1,
      imitation: { steps: 2, batch: 8, width: 32, layers: 1 },
    });
    expect([before.tasks, before.samples]).toEqual([32, 128]);
    expect(after.strict[1]!.value).toBeGreaterThanOrEqual(0);
    expect(last.step).toBe(1);
  });

  it('train with a reward of their own', async () => {
    const { steps, rollouts } = await ownReward({ steps: 1, promptsPerStep: 2 });
    expect(steps).toHaveLength(1);
    expect(rollouts).toHaveLength(8);
    expect(steps[0]!.metrics['rewards/brevity/mean']).toBeGreaterThanOrEqual(0);
    for (const { reasoning, rewards } of rollouts) if (reasoning === null) expect(rewards['brevity']).toBe(0);
  });

  it('sweep over gates and seeds', async () => {
    const rows = await sweep({ gates: ['posterior'], seeds: [1], steps: 1 });
    expect(rows.map(([gate]) => gate)).toEqual(['gate', 'posterior']);
  });
});
