import { expect, it } from 'vitest';
import { completionText } from '../domains/completion.ts';
import { type Half, halfOf } from '../domains/halves.ts';
import { halved } from './replicates.ts';
import { DOMAIN_NAMES } from '../domains/index.ts';
import { freshState } from '../host/host.ts';
import { parameterLayout } from '../model/parameters.ts';
import { loadTokenizer } from '../model/tokenizer/index.ts';
import { trainTokenizer } from '../model/tokenizer/train.ts';
import type { RewardTrainingPort } from '../reward/train.ts';
import type { SupervisedExample } from '../rl/policy.ts';
import { starterCorpus } from './corpus.ts';
import {
  calibrateStarter,
  rewardAccuracy,
  settingsOf,
  starterConfig,
  trainStarterPolicy,
  trainStarterReward,
} from './starter.ts';
import { MATHS_WORLD, WORLDS } from './worlds.ts';

const tokenizer = loadTokenizer(trainTokenizer(starterCorpus(MATHS_WORLD)));

it('there is one for each domain', () => {
  expect(WORLDS.map(({ name }) => name)).toEqual(DOMAIN_NAMES);
});

it('the world of mathematics fits short prompts and completions', () => {
  const lengths = MATHS_WORLD.tasks().map((task) => {
    const { reasoning, answer } = MATHS_WORLD.solve(task);
    return [task.prompt, completionText(reasoning, answer)].map((text) => tokenizer.encode(text).length);
  });
  expect(Math.max(...lengths.map(([prompt]) => prompt!))).toBeLessThanOrEqual(48);
  expect(Math.max(...lengths.map(([, completion]) => completion!))).toBeLessThanOrEqual(64);
});

it('a policy is trained on demonstrations of the world that is named', async () => {
  const learned: SupervisedExample[] = [];
  const policy = {
    load: async () => {},
    supervise: async (examples: readonly SupervisedExample[]) => {
      learned.push(...examples);
      return 1;
    },
  };
  const settings = { ...settingsOf(MATHS_WORLD), policySteps: 3 };
  await trainStarterPolicy(policy, tokenizer, settings, () => {}, MATHS_WORLD);
  const train = new Set(
    MATHS_WORLD.tasks()
      .filter(({ split }) => split === 'train')
      .map(({ prompt }) => prompt),
  );
  expect(learned).toHaveLength(3 * settings.policyBatch);
  for (const { prompt, completion } of learned) {
    expect(train.has(tokenizer.decode(prompt))).toBe(true);
    expect(tokenizer.decode(completion)).toMatch(/^<think>[^]+<\/think><answer>-?[\d/]+<\/answer>/);
  }
});

it('a policy and a reward model learn from the tasks of their own half where they are to', async () => {
  const learned: Record<Half, string[]> = { policy: [], reward: [] };
  const policy = {
    load: async () => {},
    supervise: async (examples: readonly SupervisedExample[]) => {
      learned.policy.push(...examples.map(({ prompt }) => tokenizer.decode(prompt)));
      return 1;
    },
  };
  const settings = { ...settingsOf(MATHS_WORLD), policySteps: 3 };
  await trainStarterPolicy(policy, tokenizer, settings, () => {}, halved(MATHS_WORLD, 'policy'));
  const body = new Float32Array(parameterLayout(starterConfig(tokenizer, 'causal')).size);
  const state = freshState(body);
  const reward: RewardTrainingPort = {
    load: async () => {},
    snapshot: async () => state,
    train: async (pairs) => {
      learned.reward.push(...pairs.map(({ chosen }) => tokenizer.decode(chosen)));
      return { loss: 1, chosen: pairs.map(() => 1), rejected: pairs.map(() => 0) };
    },
    rate: async () => ({ loss: 1, scores: [] }),
    scoreTokens: async () => [],
  };
  const recipe = { ...MATHS_WORLD.reward, settings: { ...MATHS_WORLD.reward.settings, steps: 3 } };
  await trainStarterReward(reward, tokenizer, body, recipe, 1, () => {}, halved(MATHS_WORLD, 'reward'));
  const scored: string[] = [];
  const score = async (texts: readonly (readonly number[])[]) => {
    scored.push(...texts.map((text) => tokenizer.decode(text)));
    return texts.map((_, i) => i);
  };
  await calibrateStarter(score, tokenizer, 1, halved(MATHS_WORLD, 'reward'));

  const prompts = MATHS_WORLD.tasks().filter(({ split }) => split === 'train');
  const halfOfText = (text: string) => {
    const task = prompts.find(({ prompt }) => text.startsWith(prompt));
    return task && halfOf(task.composition);
  };
  expect(learned.policy).toHaveLength(3 * settings.policyBatch);
  expect(learned.reward).toHaveLength(3 * recipe.settings.batch);
  expect(scored.length).toBeGreaterThan(400);
  expect(new Set(learned.policy.map(halfOfText))).toEqual(new Set(['policy']));
  expect(new Set([...learned.reward, ...scored].map(halfOfText))).toEqual(new Set(['reward']));
});

it('a reward model is measured on pairs of the held-out split of its world', async () => {
  const heldOut = MATHS_WORLD.tasks().filter(({ split }) => split === 'held-out');
  const families = new Set(heldOut.map(({ family }) => family));
  const score = async (texts: readonly (readonly number[])[]) => texts.map(({ length }) => length);
  const accuracy = await rewardAccuracy(score, tokenizer, 1, 1, MATHS_WORLD);
  expect(accuracy.pairs).toBeGreaterThan(heldOut.length / 2);
  expect(new Set(Object.keys(accuracy.byFamily))).toEqual(families);
  // Length alone tells nothing.
  expect(Math.abs(accuracy.accuracy - 0.5)).toBeLessThan(0.15);
});
