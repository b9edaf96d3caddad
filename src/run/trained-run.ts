/** A run that is trained here, or was: new, stored, or going on. */
import { batch, computed } from '@preact/signals';
import { isAbort } from '../errors.ts';
import type { Task } from '../domains/domain.ts';
import type { TrainerPorts } from '../rl/trainer.ts';
import type { LiveSettings, TrainConfig, TrainEvent } from '../rl/types.ts';
import type { Device } from '../runtime/device.ts';
import type { RunRecord, RunStatus, Store } from '../store/index.ts';
import {
  type Capabilities,
  type HandleStatus,
  type Loading,
  type RunHandle,
  RunSignals,
  type RunView,
} from './handle.ts';
import type { RunQueue } from './queue.ts';
import { changesUntil, withChange } from './changes.ts';
import { PhasePace } from './pace.ts';
import { recoveryFrom } from './recovery.ts';
import { type RewardSwap, storedTurns } from './reward-turns.ts';
import {
  recordsOf,
  type RewardWeightsPort,
  runTraining,
  type StartWeights,
  type WeightsPort,
} from './training.ts';

/** What a run computes with. */
export interface RunParts {
  readonly device: Device & { readonly threads: number };
  /** What a new run starts from. */
  readonly start: StartWeights;
  readonly weights: WeightsPort;
  readonly rewardWeights: RewardWeightsPort;
  ports(emit: (event: TrainEvent) => void): TrainerPorts;
}

export interface PartsRequest {
  readonly config: TrainConfig;
  readonly report: (loading: Loading) => void;
  readonly signal: AbortSignal;
}

/** What a person should hear of. */
export type RunNews =
  | { readonly kind: 'opened'; readonly device: RunParts['device'] }
  | { readonly kind: 'notice'; readonly message: string }
  | { readonly kind: 'swapped'; readonly name: string; readonly step: number }
  /** The device was lost; it goes on from the last checkpoint, from now on without a GPU where `onWasm`. */
  | { readonly kind: 'recovering'; readonly error: unknown; readonly onWasm: boolean }
  /** `kept`: whether there is a run that can go on. */
  | { readonly kind: 'failed'; readonly error: unknown; readonly kept: boolean }
  | { readonly kind: 'held elsewhere' };

export interface TrainedRunOptions {
  readonly store: Store;
  readonly queue: RunQueue;
  /** Lends `work` what the run computes with. */
  readonly lend: <R>(request: PartsRequest, work: (parts: RunParts) => Promise<R>) => Promise<R>;
  /** Has what the run computes with opened anew, because something of it failed. */
  readonly renew: () => void;
  /** The tasks that its completions may answer, for looking at a run that does not train. */
  readonly tasks: (config: TrainConfig) => Promise<readonly Task[]>;
  readonly tell: (news: RunNews) => void;
}

const statusOf = ({ status }: RunRecord): HandleStatus => (status === 'finished' ? 'done' : 'paused');

export class TrainedRun implements RunHandle, RunView {
  readonly id: string;
  readonly status;
  readonly loading;
  readonly phase;
  readonly steps;
  readonly evals;
  readonly rollouts;
  readonly tasks;
  readonly turns;
  readonly nextReward;
  readonly changes;
  readonly nextSettings;
  readonly timeLeftMs;
  readonly capabilities = computed((): Capabilities => {
    const open = this.status.value !== 'done';
    return { train: open, swapReward: open, changeSettings: open };
  });
  readonly #options: TrainedRunOptions;
  readonly #view: RunSignals;
  /** Whether it is in the store. */
  #stored: boolean;
  #abort: AbortController | null = null;
  #pauseRequested = false;
  /** Steps before it pauses by itself. */
  #stepsLeft = Infinity;
  readonly #pace = new PhasePace();
  #swap: RewardSwap | null = null;
  #config: TrainConfig;
  /** Devices lost since the last checkpoint. */
  #losses = 0;

  /** A new run of this configuration, or one of the store. */
  constructor(run: TrainConfig | RunRecord, options: TrainedRunOptions) {
    const record = 'id' in run ? run : null;
    this.id = record?.id ?? crypto.randomUUID();
    this.#config = 'id' in run ? run.config : run;
    this.#stored = record !== null;
    this.#options = options;
    this.#view = new RunSignals(this.config, record ? statusOf(record) : 'idle');
    ({
      status: this.status,
      loading: this.loading,
      phase: this.phase,
      steps: this.steps,
      evals: this.evals,
      rollouts: this.rollouts,
      tasks: this.tasks,
      turns: this.turns,
      nextReward: this.nextReward,
      changes: this.changes,
      nextSettings: this.nextSettings,
      timeLeftMs: this.timeLeftMs,
    } = this.#view);
  }

  get config(): TrainConfig {
    return this.#config;
  }

  resume(): void {
    this.#train(Infinity, Infinity);
  }

  step(): void {
    this.#train(1, Infinity);
  }

  phaseByPhase(): void {
    if (this.#view.status.peek() === 'running') this.#pace.allow(0);
    else this.#train(1, 1);
  }

  pause(): void {
    const status = this.#view.status.peek();
    if (status === 'queued') this.cancel();
    if (status !== 'running' && status !== 'holding') return;
    this.#pauseRequested = true;
    this.#view.status.value = 'pausing';
    this.#pace.allow(Infinity);
  }

  cancel(): void {
    if (this.#options.queue.remove(this.id)) this.#view.status.value = this.#resting;
    this.#abort?.abort();
  }

  swapReward(swap: RewardSwap): void {
    if (!this.capabilities.peek().swapReward) return;
    this.#swap = swap;
    this.#view.nextReward.value = swap.name;
  }

  changeSettings(settings: Partial<LiveSettings>): void {
    if (!this.capabilities.peek().changeSettings) return;
    const next = { ...this.#view.nextSettings.peek(), ...settings };
    withChange(this.config, { step: this.#view.steps.peek().length, settings: next });
    this.#view.nextSettings.value = next;
  }

  /** Reads what the store has of it, to be looked at. */
  async load(): Promise<void> {
    const { store } = this.#options;
    const { steps, evals } = await recordsOf(store, this.id);
    const last = steps.at(-1);
    const rollouts = last ? await store.rollouts(this.id, last.step) : [];
    // A checkpoint that cannot be read is for the training to complain of.
    const checkpoint = await store.loadCheckpoint(this.id).catch(() => null);
    // It may have begun to train meanwhile, and shows what it does.
    if (this.#abort) return;
    batch(() => {
      this.#view.steps.value = steps;
      this.#view.evals.value = evals;
      this.#view.turns.value = storedTurns(checkpoint?.meta['turns']);
      this.#view.changes.value = changesUntil(this.config, (last?.step ?? 0) - 1);
      this.#view.show(rollouts);
    });
    this.#view.know(await this.#options.tasks(this.config));
  }

  get #resting(): HandleStatus {
    return this.#stored ? 'paused' : 'idle';
  }

  /** Goes on for this many steps, and for this many phases before it holds, when its turn comes. */
  #train(steps: number, phases: number): void {
    const status = this.#view.status.peek();
    if (status !== 'idle' && status !== 'paused' && status !== 'holding') return;
    this.#stepsLeft = steps;
    if (status === 'holding') this.#view.status.value = 'running';
    else {
      this.#view.status.value = 'queued';
      this.#options.queue.add(this.id, () => this.#takeTurn());
    }
    this.#pace.allow(phases);
  }

  async #takeTurn(): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    this.#pauseRequested = false;
    this.#view.status.value = 'running';
    const pauseAfter = (): boolean => --this.#stepsLeft <= 0 || this.#pauseRequested;
    let next: HandleStatus | null = null;
    while (next === null) next = await this.#attempt(abort.signal, pauseAfter);
    this.#abort = null;
    batch(() => {
      this.#view.loading.value = null;
      this.#view.timeLeftMs.value = null;
      this.#view.betweenPhases();
      this.#view.status.value = next;
    });
  }

  /** The status to end with, or `null` to try again from the last checkpoint. Never throws. */
  async #attempt(signal: AbortSignal, pauseAfter: () => boolean): Promise<HandleStatus | null> {
    const { store, renew, tell } = this.#options;
    let release: (() => void) | null = null;
    try {
      release = await store.holdRun(this.id);
      if (!release) {
        tell({ kind: 'held elsewhere' });
        return this.#resting;
      }
      return (await this.#compute(signal, pauseAfter)) ? 'done' : 'paused';
    } catch (error) {
      if (signal.aborted || isAbort(error)) {
        await this.#mark('paused');
        return this.#resting;
      }
      renew();
      const recovery = recoveryFrom(error, this.#losses);
      if (recovery.kind === 'give up') {
        await this.#mark('failed');
        tell({ kind: 'failed', error, kept: this.#stored });
        return this.#resting;
      }
      this.#losses = recovery.losses;
      this.#view.betweenPhases();
      tell({ kind: 'recovering', error, onWasm: recovery.onWasm });
      return null;
    } finally {
      release?.();
    }
  }

  /** Whether the run has ended. */
  #compute(signal: AbortSignal, pauseAfter: () => boolean): Promise<boolean> {
    const { store, lend, tell } = this.#options;
    const report = (loading: Loading): void => void (this.#view.loading.value = loading);
    return lend({ config: this.config, report, signal }, async (parts) => {
      const { device, start, weights, rewardWeights } = parts;
      this.#view.loading.value = null;
      tell({ kind: 'opened', device });
      if (!this.#stored)
        await store.createRun(this.config, `${device.kind}, ${device.threads} threads`, this.id);
      this.#stored = true;
      const ports: TrainerPorts = {
        ...parts.ports((event) => this.#hear(event)),
        before: () => this.#holdIfAsked(signal),
      };
      this.#view.know([...ports.tasks.train, ...ports.tasks.heldOut]);
      await this.#showCheckpoint();
      const { finished } = await runTraining({
        runId: this.id,
        config: this.config,
        start,
        ports,
        weights,
        rewardWeights,
        store,
        signal,
        pauseAfter,
        swapReward: () => this.#takeSwap(),
        changeSettings: () => this.#takeSettings(),
      });
      return finished;
    });
  }

  /** Shows what it goes on from: everything up to the last checkpoint. */
  async #showCheckpoint(): Promise<void> {
    const { store } = this.#options;
    const last = (await store.loadCheckpoint(this.id))?.step ?? -1;
    const { steps, evals } = await recordsOf(store, this.id);
    const rollouts = last > 0 ? await store.rollouts(this.id, last) : [];
    batch(() => {
      this.#view.steps.value = steps.filter(({ step }) => step <= last);
      this.#view.evals.value = evals.filter(({ step }) => step <= last);
      this.#view.changes.value = changesUntil(this.config, last - 1);
      this.#view.show(rollouts);
    });
  }

  async #holdIfAsked(signal: AbortSignal): Promise<void> {
    const { status } = this.#view;
    if (this.#pace.holds && status.peek() === 'running') status.value = 'holding';
    await this.#pace.before(signal);
  }

  #takeSwap(): RewardSwap | null {
    const swap = this.#swap;
    this.#swap = null;
    this.#view.nextReward.value = null;
    return swap;
  }

  #takeSettings(): Partial<LiveSettings> | null {
    const settings = this.#view.nextSettings.peek();
    this.#view.nextSettings.value = null;
    return settings;
  }

  #hear(event: TrainEvent): void {
    const { tell } = this.#options;
    const before = this.#view.turns.peek().length;
    if (event.type === 'change') this.#config = event.config;
    this.#view.apply(event);
    if (event.type === 'checkpoint') this.#losses = 0;
    if (event.type === 'notice') tell({ kind: 'notice', message: event.message });
    if (event.type !== 'reward-model') return;
    const last = event.turns.at(-1);
    if (last && last.step > 0 && event.turns.length > before)
      tell({ kind: 'swapped', name: last.name, step: last.step + 1 });
  }

  /** Only a run that nobody ended stays marked as running: that is the one to go on with on return. */
  async #mark(status: RunStatus): Promise<void> {
    if (!this.#stored) return;
    // What stopped the run may be the store itself, and that has its own message.
    await this.#options.store.setStatus(this.id, status).catch(() => {});
  }
}
