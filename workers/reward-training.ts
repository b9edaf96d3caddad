/** Shell of a reward model in training: engines of its own, so that scoring goes on beside it. */
import * as Comlink from 'comlink';
import {
  trainRewardModel,
  type RewardTraining,
  type TrainedReward,
  type TrainingMaterial,
} from '../src/recipes/reward-training.ts';
import type { ModelConfig } from '../src/model/config.ts';
import { Scorer } from '../src/reward/scorer.ts';
import { checkVocabulary, type RewardProgress, type RewardTrainingPort } from '../src/reward/train.ts';
import { loadTokenizer } from '../src/model/tokenizer/index.ts';
import { openHost } from './host.ts';

/** Texts per run. */
const SCORE_BATCH = 16;

export interface TrainingStart extends TrainingMaterial {
  readonly config: ModelConfig;
  readonly tokenizerJson: unknown;
}

const api = {
  async train(
    { config, tokenizerJson, ...material }: TrainingStart,
    training: RewardTraining,
    report: (progress: RewardProgress) => void,
  ): Promise<TrainedReward> {
    const tokenizer = loadTokenizer(tokenizerJson, config);
    checkVocabulary(tokenizer, config);
    const scorer = new Scorer((await openHost('wasm')).host, { config });
    const port: RewardTrainingPort = {
      load: (state) => scorer.load(state),
      snapshot: () => scorer.snapshot(),
      train: (...step) => scorer.train(...step),
      rate: (...step) => scorer.rate(...step),
      scoreTokens: (texts) => scorer.score(texts, SCORE_BATCH),
    };
    return trainRewardModel(port, tokenizer, material, training, report);
  },
};

export type RewardTrainingApi = typeof api;

Comlink.expose(api);
