/** Trains the starter checkpoints in the workers and writes them as files. */
import {
  calibrateStarter,
  rewardAccuracy,
  starterConfig,
  type StarterProgress,
  STARTER_SETTINGS,
  trainStarterPolicy,
  trainStarterReward,
} from '../experiment/starter.ts';
import { jsonFile, modelFiles, type NamedFile } from '../model/hugging-face.ts';
import { DEFAULT_SCALING, type ScoreCalibration } from '../rl/scaling.ts';
import type { Metrics } from '../rl/types.ts';
import type { DeviceChoice } from '../runtime/device.ts';
import { starterCorpus } from '../tokenizer/corpus.ts';
import { loadTokenizer } from '../tokenizer/index.ts';
import { trainTokenizer } from '../tokenizer/train.ts';
import { startPolicyWorker, startRewardWorker } from '../workspace/workers.ts';

export interface TrainedStarter {
  /** Path under `public/starter/` → content. */
  readonly files: readonly NamedFile[];
  readonly policy: Float32Array;
  readonly reward: Float32Array;
  /** What the reward model's scores mean. */
  readonly calibration: ScoreCalibration;
  readonly metrics: Metrics;
}

/** All three trainings, one after the other. */
export async function trainStarter(
  seed: number,
  device: DeviceChoice,
  report: (progress: StarterProgress) => void,
): Promise<TrainedStarter> {
  const tokenizerJson = trainTokenizer(starterCorpus());
  const tokenizer = loadTokenizer(tokenizerJson);
  const settings = { ...STARTER_SETTINGS, seed };
  const policy = startPolicyWorker();
  const reward = startRewardWorker();
  try {
    const policyConfig = starterConfig(tokenizer, 'causal');
    await policy.api.start(device, policyConfig);
    const policyLoss = await trainStarterPolicy(policy.api, tokenizer, settings, report);
    const { parameters } = await policy.api.snapshot();
    const rewardConfig = starterConfig(tokenizer, 'score');
    await reward.api.start(rewardConfig, tokenizerJson);
    const trained = await trainStarterReward(
      reward.api,
      tokenizer,
      parameters,
      settings.reward,
      seed,
      report,
    );
    const accuracy = await rewardAccuracy(reward.api.scoreTokens, tokenizer, settings.seed + 1);
    const calibration = await calibrateStarter(reward.api.scoreTokens, tokenizer, settings.seed + 2);
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
  } finally {
    policy.stop();
    reward.stop();
  }
}
