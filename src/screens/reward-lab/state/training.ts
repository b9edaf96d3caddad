import { signal, type ReadonlySignal } from '@preact/signals';
import * as Comlink from 'comlink';
import * as v from 'valibot';
import {
  DEFAULT_TRAINING,
  type RewardTraining,
  type TrainedReward,
} from '../../../recipes/reward-training.ts';
import { unlessAborted } from '../../../abort.ts';
import { isAbort } from '../../../errors.ts';
import type { ImportedPair } from '../../../reward/pairs/types.ts';
import type { RewardProgress } from '../../../reward/train.ts';
import type { Metrics } from '../../../rl/types.ts';
import { DEFAULT_SCALING } from '../../../rl/scaling.ts';
import { text } from '../text.ts';
import type { WorkerHandle } from '../../../workspace/workers.ts';
import type { RewardTrainingApi } from '../../../../workers/reward-training.ts';
import type { Desk } from './desk.ts';
import { presetOf } from './training-presets.ts';

/** A step of the training, in the shape in which charts read their columns. */
export interface TrainingStep {
  readonly step: number;
  readonly metrics: Metrics;
}

export type TrainingResult = Omit<TrainedReward, 'weights'> & { readonly name: string; readonly ms: number };

/** Pairs to train on in place of exact rewritings, and who wrote them or where they stood. */
export interface GivenPairs {
  readonly name: string;
  readonly pairs: readonly ImportedPair[];
}

export interface TrainingState {
  readonly settings: RewardTraining;
  readonly given: GivenPairs | null;
  readonly running: {
    readonly steps: number;
    /** Something else trains; it begins when that has ended. */
    readonly waits: boolean;
    /** `performance.now()` at the end of the first step: what was prepared before tells nothing of the rest. */
    readonly first: number | null;
  } | null;
  /** Of the training that runs, or of the last one. */
  readonly curve: readonly TrainingStep[];
  readonly result: TrainingResult | null;
}

export interface TrainingDesk {
  readonly state: ReadonlySignal<TrainingState>;
  configure(change: Partial<RewardTraining>): void;
  /** Chooses these pairs to train on. */
  give(given: GivenPairs): void;
  start(): Promise<void>;
  /** Ends the training; nothing of it is kept. */
  stop(): void;
}

const whole = (low: number, high: number) =>
  v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number), v.integer(), v.minValue(low), v.maxValue(high));

/** The limits of what is typed. */
export const trainingSchema = {
  seed: whole(0, 4294967295),
  perTask: whole(1, 20),
  steps: whole(10, 5000),
  learningRate: v.pipe(
    v.string(),
    v.regex(/^[\d.]+(e-?\d+)?$/i),
    v.transform(Number),
    v.minValue(1e-6),
    v.maxValue(1e-1),
  ),
} as const;

/** How a model was made, in words; what is as usual is left out. */
export function recipeOf(settings: RewardTraining, given: GivenPairs | null = null): string {
  const { objective, start, perTask, steps, learningRate, length, styleBalanced, dimensions, seed } =
    settings;
  const fixed = settings.pairs === 'fixed';
  const named = text.train.recipe;
  return [
    named.objective[objective],
    named.start[start],
    {
      fixed: named.pairs(perTask),
      fresh: named.fresh,
      given: named.given(given?.pairs.length ?? 0, given?.name ?? ''),
    }[settings.pairs],
    named.steps(steps, learningRate),
    ...(fixed && length !== 'balanced' ? [named.length[length]] : []),
    ...(fixed && styleBalanced ? [named.style] : []),
    ...(settings.family === null ? [] : [named.family(settings.family)]),
    ...(dimensions.length === DEFAULT_TRAINING.dimensions.length ? [] : [named.only(dimensions)]),
    named.seed(seed),
  ].join(', ');
}

/** Does the work when its turn has come. @throws AbortError when the signal fires before */
export type Turn = <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/** Trains reward models in a worker of their own, one after the other thing that trains; a finished one is put on the desk. */
export function createTrainingDesk(
  desk: Desk,
  startWorker: () => WorkerHandle<RewardTrainingApi>,
  turn: Turn,
): TrainingDesk {
  const state = signal<TrainingState>({
    settings: DEFAULT_TRAINING,
    given: null,
    running: null,
    curve: [],
    result: null,
  });
  let abort: AbortController | null = null;
  const set = (change: Partial<TrainingState>): void => {
    state.value = { ...state.value, ...change };
  };

  return {
    state,
    configure: (change) => set({ settings: { ...state.value.settings, ...change } }),
    give: (given) => set({ given, settings: { ...state.value.settings, pairs: 'given' } }),
    stop: () => abort?.abort(),
    async start() {
      const { settings, given, running } = state.value;
      if (running) return;
      const { signal: stopped } = (abort = new AbortController());
      let since = performance.now();
      const steps = { steps: settings.steps, waits: false };
      set({ running: { ...steps, waits: true, first: null }, curve: [], result: null });
      try {
        const { weights, ...result } = await turn(async () => {
          since = performance.now();
          set({ running: { ...steps, first: null } });
          const { site, config } = await desk.ready();
          stopped.throwIfAborted();
          const worker = startWorker();
          stopped.addEventListener('abort', worker.stop, { once: true });
          const report = Comlink.proxy(({ step, metrics }: RewardProgress) => {
            const first = state.value.running?.first ?? performance.now();
            set({ running: { ...steps, first }, curve: [...state.value.curve, { step, metrics }] });
          });
          const start = {
            config,
            tokenizerJson: site.tokenizerJson,
            policyWeights: site.policy.weights,
            pairs: settings.pairs === 'given' ? (given?.pairs ?? []) : [],
          };
          try {
            return await unlessAborted(worker.api.train(start, settings, report), stopped);
          } finally {
            worker.stop();
          }
        }, stopped);
        const name = text.train.modelName(presetOf(settings), settings.seed);
        set({ result: { ...result, name, ms: performance.now() - since } });
        await desk.add({
          name,
          weights,
          scaling: { scaling: DEFAULT_SCALING, calibration: result.calibration },
          accuracy: result.accuracy.accuracy,
          lengthCorrelation: result.accuracy.lengthCorrelation,
          recipe: recipeOf(settings, given),
        });
      } catch (error) {
        if (!isAbort(error)) desk.fail(error, text.error.train);
      } finally {
        abort = null;
        set({ running: null });
      }
    },
  };
}
