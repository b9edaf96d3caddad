import type { WorkerHandle } from '../../../workspace/workers.ts';
import type { RunsSource } from '../../rollouts/state/sources.ts';
import type { RewardTrainingApi } from '../../../../workers/reward-training.ts';
import { createBenchDesk, type BenchDesk } from './bench.ts';
import { createDesk, type Desk, type DeskOptions } from './desk.ts';
import { createFoolDesk, type FoolDesk } from './fool.ts';
import { createOwnRolloutsDesk, type OwnRolloutsDesk } from './own-rollouts.ts';
import { createPairsDesk, type PairsDesk } from './pairs.ts';
import { createScoreDesk, type ScoreDesk } from './score.ts';
import { createTrainingDesk, type TrainingDesk, type Turn } from './training.ts';
import { createWritingDesk, type WritingDesk, type WritingOptions } from './writing.ts';

/** The state behind the Reward lab. It lives as long as the page, so going to another screen loses nothing. */
export interface RewardLab {
  readonly desk: Desk;
  readonly score: ScoreDesk;
  readonly pairs: PairsDesk;
  readonly writing: WritingDesk;
  readonly training: TrainingDesk;
  readonly bench: BenchDesk;
  readonly fool: FoolDesk;
  readonly own: OwnRolloutsDesk;
}

export interface RewardLabOptions extends DeskOptions {
  readonly startTraining: () => WorkerHandle<RewardTrainingApi>;
  readonly trainingTurn: Turn;
  /** Where the policy's completions are. */
  readonly runs: RunsSource;
  readonly writing: WritingOptions;
}

export function createRewardLab({
  startTraining,
  trainingTurn,
  runs,
  writing,
  ...options
}: RewardLabOptions): RewardLab {
  const desk = createDesk(options);
  const pairs = createPairsDesk(desk);
  return {
    desk,
    score: createScoreDesk(desk),
    pairs,
    writing: createWritingDesk(desk, pairs, writing),
    training: createTrainingDesk(desk, startTraining, trainingTurn),
    bench: createBenchDesk(desk),
    fool: createFoolDesk(desk),
    own: createOwnRolloutsDesk(desk, runs),
  };
}
