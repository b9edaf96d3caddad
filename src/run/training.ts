/** A whole run: evaluate, step, store, checkpoint, and go on from where an earlier one stopped. */
import type { OptimizerState } from '../host/host.ts';
import {
  type Scaling,
  ScalingError,
  scalingOf,
  type ScoreCalibration,
  storedScaling,
} from '../rl/scaling.ts';
import { freshState } from '../host/host.ts';
import { configAt, fullConfig } from '../rl/config.ts';
import type { PassCounts } from '../rl/curriculum.ts';
import { gateMetrics } from '../rl/metrics.ts';
import { Trainer, type TrainerPorts } from '../rl/trainer.ts';
import type { EvalRecord, LiveSettings, StepRecord, TrainConfig } from '../rl/types.ts';
import type { Checkpoint, RunStore, Store } from '../store/index.ts';
import { changesUntil, newSettings, withChange } from './changes.ts';
import { type RewardSwap, type RewardTurn, storedTurns } from './reward-turns.ts';

export interface WeightsPort {
  load(state: OptimizerState): Promise<void>;
  snapshot(): Promise<OptimizerState>;
  /** Replaces the reference policy, once weights are loaded. */
  loadReference(parameters: Float32Array): Promise<void>;
}

export interface RewardWeightsPort {
  load(state: OptimizerState): Promise<void>;
}

export interface StartWeights {
  /** What is trained: the weights of the policy, or with LoRA the factors beside them. */
  readonly policy: Float32Array;
  /** With LoRA, the hash of the weights that the factors stand beside. */
  readonly base?: string;
  readonly reward: Float32Array;
  /** What the reward model's scores mean, for the scalings that need to know; null where nobody measured it. */
  readonly calibration?: ScoreCalibration | null;
  /** Which reward model it is; the shipped one where nothing is said. */
  readonly rewardModel?: Pick<RewardTurn, 'id' | 'name'>;
}

export interface RunOptions {
  readonly runId: string;
  readonly config: TrainConfig;
  /** Weights that a new run starts from. */
  readonly start: StartWeights;
  readonly ports: TrainerPorts;
  readonly weights: WeightsPort;
  readonly rewardWeights: RewardWeightsPort;
  readonly store: RunStore;
  readonly signal: AbortSignal;
  /** Asked after every step: whether to stop here, with a checkpoint. */
  readonly pauseAfter: (step: number) => boolean;
  /** Asked before every step: another reward model to score with from there on. */
  readonly swapReward?: () => RewardSwap | null;
  /** Asked before every step: settings to go on with from there. */
  readonly changeSettings?: () => Partial<LiveSettings> | null;
}

export interface RunOutcome {
  readonly finished: boolean;
  /** Steps done. */
  readonly step: number;
}

/** What the updates of the policy leave as it is: kept with each checkpoint so that it stands alone. */
export interface Frozen {
  readonly reference: Float32Array;
  readonly base?: string | undefined;
  readonly reward: Float32Array;
  readonly scaling: Scaling;
  readonly turns: readonly RewardTurn[];
}

/** What a new run keeps as it is. @throws ScalingError */
export const frozenOf = (start: StartWeights, config: TrainConfig): Frozen => ({
  reference: start.policy,
  base: start.base,
  reward: start.reward,
  scaling: scalingOf(config.rewardScaling ?? 'sigmoid', start.calibration ?? null),
  turns: start.rewardModel ? [{ step: 0, ...start.rewardModel }] : [],
});

/** The checkpoint that a new run begins with. */
export const firstCheckpoint = (config: TrainConfig, frozen: Frozen): Checkpoint =>
  checkpointOf(0, config, freshState(frozen.reference), frozen, {});

/** What the reward model of a checkpoint was, and how its scores were read. @throws ScalingError */
export const storedReward = ({ parts, meta }: Checkpoint): Omit<Frozen, 'reference' | 'base'> => ({
  reward: parts['reward'] as Float32Array,
  scaling: storedScaling(meta['scaling']),
  turns: storedTurns(meta['turns']),
});

/** What a run that stops anywhere needs to go on with the same numbers. */
function checkpointOf(
  step: number,
  config: TrainConfig,
  state: OptimizerState,
  frozen: Frozen,
  passCounts: PassCounts,
): Checkpoint {
  const { parameters, momentum, variance, updates } = state;
  const { scaling, turns, base, ...weights } = frozen;
  const parts = { parameters, momentum, variance, ...weights };
  const meta = { updates, config, scaling, turns, passCounts, ...(base !== undefined && { base }) };
  return { step, parts, meta };
}

/** The hash of the weights that a checkpoint's factors stand beside; undefined where it has the weights themselves. */
export const storedBase = ({ meta }: Checkpoint): string | undefined => meta['base'] as string | undefined;

/** The model that a run with LoRA is given is not the one that its factors were trained beside. */
export class OtherBaseError extends Error {
  override readonly name = 'OtherBaseError';
  constructor() {
    super(
      'This run trains factors beside the weights of another model than the one that it is given now. Nothing was changed; give it the model that it began with.',
    );
  }
}

/** π_ref ← α·π + (1 − α)·π_ref (TR-DPO, arXiv 2404.09656), as new weights. */
const mixed = (reference: Float32Array, policy: Float32Array, alpha: number): Float32Array =>
  reference.map((weight, i) => (1 - alpha) * weight + alpha * policy[i]!);

/** Brings weights, moments and reference policy to where the run stopped, or to its start. */
async function restore(
  options: RunOptions,
): Promise<{ step: number; frozen: Frozen; passCounts: PassCounts }> {
  const { runId, config, start, ports, weights, rewardWeights, store } = options;
  const checkpoint = await store.loadCheckpoint(runId);
  const part = (name: string) => checkpoint?.parts[name] as Float32Array;
  if (checkpoint && storedBase(checkpoint) !== start.base) throw new OtherBaseError();
  const frozen: Frozen = checkpoint
    ? { reference: part('reference'), base: start.base, ...storedReward(checkpoint) }
    : frozenOf(start, config);
  ports.emit({ type: 'reward-model', turns: frozen.turns });
  await rewardWeights.load(freshState(frozen.reward));
  if (!checkpoint) {
    await weights.load(freshState(frozen.reference));
    await weights.loadReference(frozen.reference);
    await store.truncateAfter(runId, -1);
    await store.saveCheckpoint(runId, firstCheckpoint(config, frozen));
    return { step: 0, frozen, passCounts: {} };
  }
  if (checkpoint.notice) ports.emit({ type: 'notice', message: checkpoint.notice });
  await weights.load({
    parameters: part('parameters'),
    momentum: part('momentum'),
    variance: part('variance'),
    updates: Number(checkpoint.meta['updates']),
  });
  await weights.loadReference(frozen.reference);
  await store.truncateAfter(runId, checkpoint.step);
  const passCounts = (checkpoint.meta['passCounts'] ?? {}) as PassCounts;
  return { step: checkpoint.step, frozen, passCounts };
}

/**
 * Lets another reward model score from the next step on. A checkpoint is saved first, so that a run resumed from it
 * scores the same steps with the same model.
 */
async function swapIn(
  swap: RewardSwap,
  step: number,
  frozen: Frozen,
  passCounts: PassCounts,
  { runId, config, ports, weights, rewardWeights, store }: RunOptions,
): Promise<Frozen> {
  const { id, name, calibration } = swap;
  const scaling = scalingOf(config.rewardScaling ?? 'sigmoid', calibration);
  const swapped = { ...frozen, reward: swap.weights, scaling, turns: [...frozen.turns, { step, id, name }] };
  await rewardWeights.load(freshState(swap.weights));
  await store.saveCheckpoint(
    runId,
    checkpointOf(step, config, await weights.snapshot(), swapped, passCounts),
  );
  ports.emit({ type: 'checkpoint', step });
  ports.emit({ type: 'reward-model', turns: swapped.turns });
  return swapped;
}

/**
 * Records of a run so far, as a view needs them before it goes on. Steps from before the metrics of the gate knew which
 * gate was in force have them from their rollouts.
 */
export async function recordsOf(
  store: Store,
  runId: string,
): Promise<{ steps: StepRecord[]; evals: EvalRecord[] }> {
  const [runs, stored, evals] = await Promise.all([store.listRuns(), store.steps(runId), store.evals(runId)]);
  const config = runs.find(({ id }) => id === runId)?.config;
  const renewed = async (record: StepRecord): Promise<StepRecord> => {
    if (config === undefined || 'gate/ungated_inversions' in record.metrics) return record;
    const rollouts = await store.rollouts(runId, record.step);
    if (rollouts.length === 0) return record;
    const held = configAt(config, record.step);
    return { ...record, metrics: { ...record.metrics, ...gateMetrics(rollouts, held.gate, held) } };
  };
  return { steps: await Promise.all(stored.map(renewed)), evals };
}

/**
 * Runs from the last checkpoint (or the start) until the configured number of steps, a pause or an abort. An abort
 * loses at most the steps since the last checkpoint, which the next call repeats with the same numbers.
 */
export async function runTraining(options: RunOptions): Promise<RunOutcome> {
  const { runId, ports, weights, store, signal, pauseAfter } = options;
  const restored = await restore(options);
  let { config } = options;
  let { frozen } = restored;
  let trainer = new Trainer(config, ports, frozen.scaling, restored.passCounts);
  const renewTrainer = () => void (trainer = new Trainer(config, ports, frozen.scaling, trainer.passCounts));
  const evaluate = async (step: number) => {
    const record = await trainer.evaluate(step, signal);
    await store.appendEval(runId, record);
    ports.emit({ type: 'eval', record });
  };
  await store.setStatus(runId, 'running');
  const known = await store.evals(runId);
  if (restored.step === 0 && known.length === 0) await evaluate(0);
  let step = restored.step;
  while (step < config.steps) {
    signal.throwIfAborted();
    const swap = options.swapReward?.() ?? null;
    if (swap) {
      try {
        frozen = await swapIn(swap, step, frozen, trainer.passCounts, { ...options, config });
        renewTrainer();
      } catch (error) {
        if (!(error instanceof ScalingError)) throw error;
        ports.emit({ type: 'notice', message: error.message });
      }
    }
    const changed = newSettings(config, step, options.changeSettings?.() ?? {});
    if (changed) {
      config = withChange(config, { step, settings: changed });
      // Before anything is computed with it: a run resumed from an earlier checkpoint makes the change where it was made.
      await store.setConfig(runId, config);
      renewTrainer();
    }
    for (const change of changesUntil(config, step))
      if (change.step === step) ports.emit({ type: 'change', change, config });
    step++;
    const { record, rollouts } = await trainer.step(step, signal);
    await store.appendStep(runId, record, rollouts);
    ports.emit({ type: 'step', record, rollouts });
    frozen = await moveReference(step, frozen, { ...options, config });
    const last = step === config.steps;
    if (last || (config.evalEvery > 0 && step % config.evalEvery === 0)) await evaluate(step);
    const pausing = !last && pauseAfter(step);
    if (last || pausing || (config.checkpointEvery > 0 && step % config.checkpointEvery === 0)) {
      const state = await weights.snapshot();
      await store.saveCheckpoint(runId, checkpointOf(step, config, state, frozen, trainer.passCounts));
      ports.emit({ type: 'checkpoint', step });
    }
    if (pausing) {
      await store.setStatus(runId, 'paused');
      return { finished: false, step };
    }
  }
  await store.setStatus(runId, 'finished');
  return { finished: true, step };
}

/** The reference policy follows, where it is to after this step. */
async function moveReference(step: number, frozen: Frozen, { config, weights }: RunOptions): Promise<Frozen> {
  const { syncRefModel, refModelSyncSteps, refModelMixupAlpha } = fullConfig(config);
  if (!syncRefModel || step % refModelSyncSteps !== 0) return frozen;
  const { parameters } = await weights.snapshot();
  const reference = mixed(frozen.reference, parameters, refModelMixupAlpha);
  await weights.loadReference(reference);
  return { ...frozen, reference };
}
