/** What the Reward lab computes with, opened at its first use: a reward worker of its own, and the starter world. */
import type { ModelConfig } from '../../../model/config.ts';
import { freshState } from '../../../host/host.ts';
import { fetchStarter, type Starter } from '../../../app/starter.ts';
import { startRewardWorker, startStudyWorker, type Remote } from '../../../app/workers.ts';
import type { StudyApi, TaskSummary } from '../../../../workers/study.ts';

export interface Engine {
  readonly starter: Starter;
  readonly config: ModelConfig;
  readonly tasks: readonly TaskSummary[];
  readonly study: Remote<StudyApi>;
  /** Raw scores of texts of prompt and reasoning. */
  score(texts: readonly string[]): Promise<number[]>;
  /** Tokens of each text. */
  lengths(texts: readonly string[]): Promise<number[]>;
  load(weights: Float32Array): Promise<void>;
  stop(): void;
}

/** @throws AssetError when a file of the site is missing; WorkerStoppedError when a worker could not start */
export async function openEngine(): Promise<Engine> {
  const starter = await fetchStarter();
  const reward = startRewardWorker();
  const study = startStudyWorker();
  const stop = (): void => {
    reward.stop();
    study.stop();
  };
  try {
    const { config, weights } = starter.reward;
    const [tasks] = await Promise.all([
      study.api.tasks(),
      reward.api.start(config, starter.tokenizerJson).then(() => reward.api.load(freshState(weights))),
    ]);
    return {
      starter,
      config,
      tasks,
      study: study.api,
      score: reward.api.scoreRaw,
      lengths: reward.api.lengths,
      load: (weights) => reward.api.load(freshState(weights)),
      stop,
    };
  } catch (error) {
    stop();
    throw error;
  }
}
