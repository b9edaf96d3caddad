/** Trains the models of the site for one world, all three, and writes them as files. */
import {
  calibrateStarter,
  rewardAccuracy,
  starterConfig,
  type StarterProgress,
  settingsOf,
  trainStarterPolicy,
  trainStarterReward,
} from './starter.ts';
import { jsonFile, modelFiles, type NamedFile } from '../model/hugging-face.ts';
import { DEFAULT_SCALING, type ScoreCalibration } from '../rl/scaling.ts';
import type { Metrics } from '../rl/types.ts';
import type { DeviceChoice } from '../runtime/device.ts';
import { starterCorpus } from './corpus.ts';
import { loadTokenizer } from '../model/tokenizer/index.ts';
import { trainTokenizer } from '../model/tokenizer/train.ts';
import type { RewardTrainingPort } from '../reward/train.ts';
import type { Policy } from '../rl/policy.ts';
import { type PolicyShape, whole } from '../model/policy-shape.ts';
import type { World } from './worlds.ts';

export interface TrainedStarter {
  /** Path within the folder of the world's models → content. */
  readonly files: readonly NamedFile[];
  readonly policy: Float32Array;
  readonly reward: Float32Array;
  /** What the reward model's scores mean. */
  readonly calibration: ScoreCalibration;
  readonly metrics: Metrics;
}

/** What the two models are trained in. */
export interface StarterTrainees {
  readonly policy: Pick<Policy, 'load' | 'supervise' | 'snapshot'> & {
    start(device: DeviceChoice, shape: PolicyShape): Promise<unknown>;
  };
  readonly reward: RewardTrainingPort & { start(shape: PolicyShape, tokenizerJson: unknown): Promise<void> };
}

/** All three trainings, one after the other. */
export async function trainStarter(
  { policy, reward }: StarterTrainees,
  world: World,
  seed: number,
  device: DeviceChoice,
  report: (progress: StarterProgress) => void,
): Promise<TrainedStarter> {
  const tokenizerJson = trainTokenizer(starterCorpus(world));
  const tokenizer = loadTokenizer(tokenizerJson);
  const settings = settingsOf(world, seed);
  const policyConfig = starterConfig(tokenizer, 'causal');
  await policy.start(device, whole(policyConfig));
  const policyLoss = await trainStarterPolicy(policy, tokenizer, settings, report, world);
  const { parameters } = await policy.snapshot();
  const rewardConfig = starterConfig(tokenizer, 'score');
  await reward.start(whole(rewardConfig), tokenizerJson);
  const trained = await trainStarterReward(
    reward,
    tokenizer,
    parameters,
    settings.reward,
    seed,
    report,
    world,
  );
  const accuracy = await rewardAccuracy(reward.scoreTokens, tokenizer, seed + 1, undefined, world);
  const calibration = await calibrateStarter(reward.scoreTokens, tokenizer, seed + 2, world);
  const recipe = { recipe: JSON.stringify(settings) };
  const files = [
    jsonFile('tokenizer.json', tokenizerJson),
    ...modelFiles('policy', policyConfig, parameters, recipe),
    ...modelFiles('reward', rewardConfig, trained.weights, { ...recipe, score_to_reward: 'sigmoid' }),
    jsonFile('reward/scaling.json', { scaling: DEFAULT_SCALING, calibration }, 2),
  ];
  const metrics = {
    'policy/loss': policyLoss,
    'reward/loss': trained.metrics['loss'] ?? NaN,
    accuracy: accuracy.accuracy,
    ...Object.fromEntries(
      Object.entries(accuracy.byDimension).map(([name, part]) => [`accuracy/${name}`, part.accuracy]),
    ),
    ...(accuracy.lengthCorrelation === null ? {} : { length_correlation: accuracy.lengthCorrelation }),
  };
  return { files, policy: parameters, reward: trained.weights, calibration, metrics };
}
