/** What an experiment asks of the workspace: the replicates’ own models, how hard tasks are for a start, and cells. */
import { whole } from '../model/policy-shape.ts';
import { computeCell, type ComputedCell } from '../experiment/cell.ts';
import type { OwnPolicy, OwnReward } from '../experiment/models.ts';
import type { Cell } from '../experiment/plan.ts';
import { type PassRate, passRates } from '../experiment/pool.ts';
import { freshState } from '../host/host.ts';
import { trainOwnPolicy, trainOwnReward } from '../recipes/replicates.ts';
import { starterConfig } from '../recipes/starter.ts';
import type { PairAccuracy } from '../reward/accuracy.ts';
import { hashWeights } from '../model/hash-weights.ts';
import type { ScoreCalibration } from '../rl/scaling.ts';
import type { FullConfig, TrainEvent } from '../rl/types.ts';
import type { DeviceChoice } from '../runtime/device.ts';
import type { ModelWithVocabulary } from './run-models.ts';
import { type RunPartsOptions, withRunParts } from './run-parts.ts';
import { startPolicyWorker, startRewardWorker } from './workers.ts';
import type { Workspace } from './workspace.ts';

/** Hears of what is done, and how much of it. */
export type Progress = (done: number, total: number) => void;

/** A replicate’s reward model, with what its scores mean and how often it is right. */
export interface OwnRewardModel extends ModelWithVocabulary {
  readonly calibration: ScoreCalibration;
  readonly accuracy: PairAccuracy;
}

/** Fine-tunes a replicate’s policy, in a worker of its own. @throws AbortError when the signal fires */
export async function makeOwnPolicy(
  workspace: Workspace,
  model: OwnPolicy,
  device: DeviceChoice,
  progress: Progress,
  signal: AbortSignal,
): Promise<ModelWithVocabulary> {
  const { tokenizer, tokenizerJson } = await workspace.bundled({ domain: model.world });
  const config = starterConfig(tokenizer, 'causal');
  const worker = startPolicyWorker();
  signal.addEventListener('abort', worker.stop, { once: true });
  try {
    signal.throwIfAborted();
    await worker.api.start(device, whole(config), workspace.cores);
    await trainOwnPolicy(worker.api, tokenizer, model, ({ step, steps }) => progress(step, steps));
    const { parameters } = await worker.api.snapshot();
    return { config, weights: parameters, tokenizer, tokenizerJson, chat: null };
  } finally {
    worker.stop();
  }
}

/**
 * Trains a replicate’s reward model from the body of a policy, in a worker of its own.
 * @throws RecipeError; AbortError when the signal fires
 */
export async function makeOwnReward(
  workspace: Workspace,
  model: OwnReward,
  { tokenizer, tokenizerJson, weights }: ModelWithVocabulary,
  progress: Progress,
  signal: AbortSignal,
): Promise<OwnRewardModel> {
  const config = starterConfig(tokenizer, 'score');
  const worker = startRewardWorker();
  signal.addEventListener('abort', worker.stop, { once: true });
  try {
    signal.throwIfAborted();
    await worker.api.start(whole(config), tokenizerJson, workspace.cores);
    const report = ({ step, steps }: { step: number; steps: number }): void => progress(step, steps);
    const trained = await trainOwnReward(worker.api, tokenizer, weights, model, report);
    return { config, tokenizer, tokenizerJson, chat: null, ...trained };
  } finally {
    worker.stop();
  }
}

/** What a cell, or the measuring of its start, computes with; it stays open for the next one. */
export type CellParts = Omit<RunPartsOptions, 'config'>;

/** How often a start passes each of the train tasks of a configuration. @throws AbortError when the signal fires */
export const measurePassRates = (
  workspace: Workspace,
  config: FullConfig,
  samples: number,
  parts: CellParts,
  progress: Progress,
): Promise<PassRate[]> =>
  withRunParts(workspace, { ...parts, config, hasSteps: false }, async ({ weights, start, ports }) => {
    await weights.load(freshState(start.policy));
    return passRates(
      ports(() => {}),
      config,
      samples,
      progress,
      parts.signal,
    );
  });

export interface CellRequest {
  readonly cell: Cell;
  /** Ids of the tasks that are trained on; `null` for all. */
  readonly pool: readonly string[] | null;
  /** What the models are called in the result. */
  readonly names: { readonly policy: string; readonly reward: string };
  /** Version of the project. */
  readonly version: string;
  readonly emit: (event: TrainEvent) => void;
  /** Tasks evaluated at the end. */
  readonly evaluated: Progress;
}

/** @throws CellError where no task is left to train on; AbortError when the signal fires */
export const computeCellHere = (
  workspace: Workspace,
  { cell, names, ...request }: CellRequest,
  given: CellParts,
): Promise<ComputedCell> =>
  withRunParts(workspace, { ...given, config: cell.config }, async (parts) => {
    const [policy, reward] = await Promise.all([
      hashWeights(parts.start.policy),
      hashWeights(parts.start.reward),
    ]);
    return computeCell({
      ...request,
      cell,
      parts,
      models: {
        policy: { name: names.policy, hash: policy },
        reward: { name: names.reward, hash: reward },
      },
      signal: given.signal,
    });
  });
