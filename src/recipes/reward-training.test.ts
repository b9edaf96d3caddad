import { describe, expect, it } from 'vitest';
import type { RewardTrainingPort } from '../reward/train.ts';
import type { TokenPair } from '../reward/scorer.ts';
import { freshState, type OptimizerState } from '../host/host.ts';
import { parameterLayout } from '../model/parameters.ts';
import { readFileSync } from 'node:fs';
import { loadTokenizer } from '../model/tokenizer/index.ts';
import { starterTasks } from '../domains/code/starter/index.ts';
import type { ImportedPair } from '../reward/pairs/types.ts';
import { DEFAULT_TRAINING, trainRewardModel, type RewardTraining } from './reward-training.ts';
import { starterConfig } from './starter.ts';

const tokenizer = loadTokenizer(
  JSON.parse(readFileSync(new URL('../../public/starter/tokenizer.json', import.meta.url), 'utf8')),
);
const config = starterConfig(tokenizer, 'causal');
const policy = new Float32Array(parameterLayout(config).size).fill(1);

/** Everything but the arithmetic: keeps what it is given to learn from, and likes long texts. */
async function train(change: Partial<RewardTraining>, pairs: readonly ImportedPair[] = []) {
  const learned: TokenPair[] = [];
  const rated: number[] = [];
  let state: OptimizerState = freshState(new Float32Array(1));
  const port: RewardTrainingPort = {
    load: async (next) => void (state = next),
    snapshot: async () => state,
    train: async (pairs) => {
      learned.push(...pairs);
      return { loss: 1, chosen: pairs.map(() => 1), rejected: pairs.map(() => 0) };
    },
    rate: async (texts) => {
      rated.push(...texts.map(({ quality }) => quality));
      return { loss: 1, scores: texts.map(() => 0) };
    },
    scoreTokens: async (texts) => texts.map((text) => text.length),
  };
  const training = { ...DEFAULT_TRAINING, steps: 12, perTask: 1, earlyStopping: false, ...change };
  const result = await trainRewardModel(
    port,
    tokenizer,
    { policyWeights: policy, pairs },
    training,
    () => {},
  );
  const said = learned.map(({ chosen, rejected }) => ({
    chosen: tokenizer.decode(chosen),
    rejected: tokenizer.decode(rejected),
  }));
  return { result, learned, said, rated };
}

describe('a training of the Reward lab', () => {
  it('shows balanced pairs of both lengths', async () => {
    const { learned, result } = await train({});
    const longer = learned.filter(({ chosen, rejected }) => chosen.length > rejected.length).length;
    expect(longer / learned.length).toBeGreaterThan(0.25);
    expect(longer / learned.length).toBeLessThan(0.7);
    expect(result.dropped.unbalanced).toBeGreaterThan(0);
    expect(result.accuracy.pairs).toBeGreaterThan(500);
    expect(result.calibration.texts).toBeGreaterThan(100);
  });

  it('can show only pairs that the longer text wins', async () => {
    const { said } = await train({ length: 'longer-wins' });
    expect(said.every(({ chosen, rejected }) => chosen.length > rejected.length)).toBe(true);
  });

  it('leaves out a dimension, of written and of fresh pairs', async () => {
    for (const pairs of ['fixed', 'fresh'] as const) {
      const { said } = await train({ pairs, dimensions: ['logical coherence'] });
      expect(said).toHaveLength(12 * 32);
      // Nothing of the plan is missing or wrong: only order, repetition, contradiction and what is off the topic.
      expect(said.some(({ rejected }) => /0 is odd|is clear|k is not 0/.test(rejected))).toBe(false);
    }
  });

  it('can keep to one family', async () => {
    const { said } = await train({ family: 'words' });
    expect(said.every(({ chosen }) => chosen.includes('solve(s)'))).toBe(true);
  });

  it('learns from given pairs alone, and from none about tasks that it is measured on', async () => {
    const written = starterTasks().map(({ id, family, prompt, split }, i): ImportedPair => ({
      prompt,
      chosen: `keep even numbers; ${split}.`,
      rejected: i % 50 === 0 ? 'keep odd numbers; '.repeat(200) : 'keep odd numbers.',
      taskId: id,
      family,
      dimension: i % 2 === 0 ? 'logical rigor' : 'factual accuracy',
    }));
    const { said, result } = await train({ pairs: 'given', dimensions: ['logical rigor'] }, written);
    expect(said).toHaveLength(12 * 32);
    expect(said.every(({ chosen }) => chosen.includes('train.'))).toBe(true);
    expect(result.dropped['too-long']).toBeGreaterThan(10);
    const rigorous = starterTasks().filter(({ split }, i) => split === 'train' && i % 2 === 0).length;
    // Compositions are set aside to choose weights with.
    expect(result.pairs! + result.dropped['too-long']).toBeLessThan(rigorous);
    expect(result.pairs).toBeGreaterThan(0.8 * rigorous);
    const held = written.filter((_, i) => starterTasks()[i]!.split === 'held-out');
    await expect(train({ pairs: 'given' }, held)).rejects.toThrow(/None of the \d+ pairs .* training tasks/);
  });

  it('begins with the policy’s body or with fresh weights, and learns from single scores', async () => {
    const fromPolicy = await train({});
    expect(fromPolicy.result.weights[0]).toBe(1);
    const { result, learned, rated } = await train({ start: 'scratch', objective: 'scores' });
    expect(result.weights[0]).not.toBe(1);
    expect(learned).toEqual([]);
    expect(new Set(rated)).toEqual(new Set([0, 0.5, 1]));
  });
});
