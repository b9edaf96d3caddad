/** The Lab's live controller: opens what a run needs, drives it, and keeps the state that the page shows. */
import { signal } from '@preact/signals';
import { findPreset } from '../run/presets.ts';
import type { RewardTurn } from '../run/reward-turns.ts';
import { recordsOf, runTraining } from '../run/training.ts';
import type { TrainEvent } from '../rl/types.ts';
import { isAbort, messageOf } from '../errors.ts';
import { isDeviceChoice, type DeviceChoice } from '../runtime/device.ts';
import type { RunRecord, RunStatus, Store } from '../store/index.ts';
import type { Task } from '../domains/domain.ts';
import type { LabController, LabMessage, LabSettings, LabState, RewardChoice } from './controller-types.ts';
import { afterEvent, differences, recordsUpTo, shownRollouts, storedRuns } from './lab-changes.ts';
import { configOf, initialState, SHIPPED_REWARD } from './lab-state.ts';
import { text } from './messages.ts';
import { trainOwnStarter, type OwnStarter } from './own-starter.ts';
import { recoveryFrom } from './recovery.ts';
import { readHash } from './url.ts';
import type { BundledModels } from '../workspace/bundled.ts';
import { bundledRunModels, type RunModels } from '../workspace/run-models.ts';
import { type RunParts, withRunParts } from '../workspace/run-parts.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** A run that this tab holds. */
interface ActiveRun {
  readonly record: RunRecord;
  readonly release: () => void;
}

class LiveController implements LabController {
  readonly state;
  readonly #workspace: Workspace;
  readonly #opened: Promise<void>;
  #store: Store | null = null;
  /** Starter checkpoints trained in this page, in place of the shipped ones. */
  #own: OwnStarter['start'] | null = null;
  /** The reward model to start runs with where it is not the starter's. */
  #reward: RewardChoice | null = null;
  /** One that takes over before the next step of the run. */
  #swap: RewardChoice | null = null;
  #active: ActiveRun | null = null;
  #abort: AbortController | null = null;
  #pauseRequested = false;
  #losses = 0;
  #messages = 0;
  #taskById = new Map<string, Task>();
  /** What the address said when the page was opened. */
  readonly #asked: Partial<LabSettings>;

  constructor(workspace: Workspace, device: DeviceChoice) {
    this.#workspace = workspace;
    const state = initialState(device);
    const address = readHash(
      location.hash,
      state.presets.map(({ name }) => name),
    );
    this.#asked = address.kind === 'settings' ? address.change : {};
    this.state = signal(state);
    workspace.notices.add((message) => this.#say('notice', message));
    this.#opened = this.#open();
    void this.#opened.then(() => this.#resumeInterrupted());
  }

  run(): void {
    void this.#train(Infinity);
  }

  step(): void {
    void this.#train(1);
  }

  pause(): void {
    if (this.state.value.status !== 'running') return;
    this.#pauseRequested = true;
    this.#set({ status: 'pausing' });
  }

  cancel(): void {
    this.#abort?.abort();
  }

  reset(): void {
    this.cancel();
    this.#active?.release();
    this.#active = null;
    this.#swap = null;
    const { status } = this.state.value;
    this.#set({
      status: status === 'loading' ? 'loading' : 'idle',
      needsRestart: [],
      config: null,
      steps: [],
      evals: [],
      rollouts: [],
      tasks: {},
      timeLeftMs: null,
      reward: this.#rewardOf([]),
      phase: { step: 0, phase: null, state: 'end', lastMs: {} },
    });
    void this.#listStored();
  }

  configure(change: Partial<LabSettings>): void {
    const defaults =
      change.preset && change.preset !== this.state.value.settings.preset
        ? findPreset(change.preset).config
        : null;
    const settings = {
      ...this.state.value.settings,
      ...(defaults ? { steps: defaults.steps, learningRate: defaults.learningRate } : {}),
      ...change,
    };
    this.#set({ settings, needsRestart: differences(settings, this.state.value.config) });
    if (change.device) void this.#reportDevice();
  }

  resume(runId: string): void {
    void this.#resume(runId);
  }

  dismiss(messageId: string): void {
    this.#set({ messages: this.state.value.messages.filter(({ id }) => id !== messageId) });
  }

  useReward(choice: RewardChoice): void {
    this.#reward = choice.id === this.#starterReward.id ? null : choice;
    const { reward } = this.state.value;
    if (this.#active && this.state.value.status !== 'done') {
      this.#swap = choice;
      this.#set({ reward: { ...reward, next: choice.name } });
    } else this.#set({ reward: { ...reward, id: choice.id, name: choice.name, next: null, swaps: [] } });
  }

  trainStarter(): void {
    void this.#trainStarter();
  }

  #set(change: Partial<LabState>): void {
    this.state.value = { ...this.state.value, ...change };
  }

  #say(kind: LabMessage['kind'], what: string, rest: Pick<LabMessage, 'kept' | 'todo'> = {}): void {
    const message: LabMessage = { id: `m${this.#messages++}`, kind, what, ...rest };
    this.#set({ messages: [...this.state.value.messages, message] });
  }

  async #open(): Promise<void> {
    await this.#reportDevice();
    try {
      this.#store = await this.#workspace.store.get();
      await this.#listStored();
    } catch (error) {
      this.#say('error', messageOf(error), text.engine.noStore);
      this.#set({ status: 'failed', loading: null });
      return;
    }
    this.#set({ status: 'idle', loading: null });
  }

  async #reportDevice(): Promise<void> {
    try {
      const { kind, reason } = await this.#workspace.device(this.state.value.settings.device);
      this.#set({
        device: { kind, reason, threads: navigator.hardwareConcurrency || 1, isolated: crossOriginIsolated },
      });
    } catch (error) {
      this.#say('error', messageOf(error));
    }
  }

  async #listStored(): Promise<void> {
    const runs = (await this.#store?.listRuns()) ?? [];
    this.#set({ stored: storedRuns(runs, this.#active?.record.id) });
  }

  #isOpen({ device, tasks }: RunParts): void {
    const { train, heldOut } = tasks;
    this.#taskById = new Map([...train, ...heldOut].map((task) => [task.id, task]));
    const { kind, reason, threads } = device;
    this.#set({ loading: null, device: { kind, reason, threads, isolated: crossOriginIsolated } });
  }

  /** Makes the settings a run of this tab. */
  async #begin(store: Store, { device }: RunParts): Promise<ActiveRun> {
    if (this.#active) return this.#active;
    const config = configOf(this.state.value.settings);
    const { kind, threads } = device;
    const record = await store.createRun(config, `${kind}, ${threads} threads`);
    const release = (await store.holdRun(record.id)) ?? (() => {});
    this.#active = { record, release };
    this.#set({ config, needsRestart: [], steps: [], evals: [], rollouts: [] });
    return this.#active;
  }

  async #train(limit: number): Promise<void> {
    await this.#opened;
    const { status } = this.state.value;
    const store = this.#store;
    if (!store || status === 'running' || status === 'pausing' || status === 'loading' || status === 'done')
      return;
    const abort = new AbortController();
    this.#abort = abort;
    this.#pauseRequested = false;
    this.#set({ status: 'running' });
    let done = 0;
    let active = this.#active;
    try {
      const config = active?.record.config ?? configOf(this.state.value.settings);
      const options = {
        device: this.state.value.settings.device,
        config,
        models: (site: BundledModels) => this.#models(site),
        report: (label: string, fraction: number | null) => this.#set({ loading: { label, fraction } }),
        signal: abort.signal,
      };
      const outcome = await withRunParts(this.#workspace, options, async (parts) => {
        this.#isOpen(parts);
        active = await this.#begin(store, parts);
        await this.#showStored(store, active.record.id);
        return runTraining({
          runId: active.record.id,
          config: active.record.config,
          start: parts.start,
          ports: parts.ports((event) => this.#hear(event)),
          weights: parts.policy,
          rewardWeights: parts.rewardWeights,
          store,
          signal: abort.signal,
          pauseAfter: () => ++done >= limit || this.#pauseRequested,
          swapReward: () => this.#takeSwap(),
        });
      });
      this.#set({ status: outcome.finished ? 'done' : 'paused', timeLeftMs: null });
      if (outcome.finished) active?.release();
    } catch (error) {
      await this.#failed(error, abort, limit - done, active);
    } finally {
      this.#set({ loading: null });
      if (this.#abort === abort) this.#abort = null;
    }
  }

  /** What a new run starts from: the reward model that was chosen for it, if one was. */
  #models(site: BundledModels): RunModels {
    const shipped = bundledRunModels(site);
    const own = this.#own;
    const models = own
      ? {
          policy: { ...shipped.policy, weights: own.policy },
          reward: { ...shipped.reward, weights: own.reward },
          calibration: own.calibration ?? null,
          rewardModel: own.rewardModel,
        }
      : shipped;
    if (!this.#reward) return models;
    const { id, name, weights, calibration } = this.#reward;
    return { ...models, reward: { ...models.reward, weights }, calibration, rewardModel: { id, name } };
  }

  #takeSwap(): RewardChoice | null {
    const swap = this.#swap;
    this.#swap = null;
    if (swap) this.#set({ reward: { ...this.state.value.reward, next: null } });
    return swap;
  }

  /** The reward model that comes with the starter policy. */
  get #starterReward(): Pick<RewardTurn, 'id' | 'name'> {
    return this.#own?.rewardModel ?? SHIPPED_REWARD;
  }

  /** What the run scores with by now; without a run, what the next one will. */
  #rewardOf(turns: readonly RewardTurn[]): LabState['reward'] {
    const first = this.#active ? SHIPPED_REWARD : (this.#reward ?? this.#starterReward);
    const { id, name } = turns.at(-1) ?? first;
    const scaling = this.state.value.config?.rewardScaling ?? SHIPPED_REWARD.scaling;
    const swaps = turns.filter((turn) => turn.step > 0);
    return { id, name, scaling, next: this.#swap?.name ?? null, swaps };
  }

  async #failed(
    error: unknown,
    abort: AbortController,
    stepsLeft: number,
    active: ActiveRun | null,
  ): Promise<void> {
    const ended = this.#abort !== abort || this.state.value.status === 'idle';
    const betweenPhases = { ...this.state.value.phase, phase: null };
    if (abort.signal.aborted || isAbort(error)) {
      await this.#mark(active, 'paused');
      // A reset has already shown its own state.
      if (!ended) this.#set({ status: 'paused', phase: betweenPhases, timeLeftMs: null });
      return;
    }
    this.#workspace.renew();
    const recovery = recoveryFrom(error, this.#losses);
    if (recovery.kind === 'resume') {
      this.#losses = recovery.losses;
      const { onWasm } = recovery;
      if (onWasm) this.#set({ settings: { ...this.state.value.settings, device: 'wasm' } });
      this.#say('notice', messageOf(error), onWasm ? text.engine.resumedOnWasm : text.engine.resumed);
      this.#set({ status: 'paused', phase: betweenPhases });
      await this.#train(stepsLeft);
      return;
    }
    await this.#mark(active, 'failed');
    const kept = active ? text.engine.keptRun : text.engine.keptNothing;
    this.#say('error', messageOf(error), { kept, todo: text.engine.tryAgain });
    this.#set({ status: active ? 'paused' : 'idle', phase: betweenPhases, timeLeftMs: null });
  }

  /** Only a run that nobody ended stays marked as running: that is the one to go on with on return. */
  async #mark(active: ActiveRun | null, status: RunStatus): Promise<void> {
    if (!active) return;
    // What stopped the run may be the store itself, and that has its own message.
    await this.#store?.setStatus(active.record.id, status).catch(() => {});
  }

  /** Shows what the run goes on from: everything up to its last checkpoint. */
  async #showStored(store: Store, runId: string): Promise<void> {
    const checkpoint = await store.loadCheckpoint(runId);
    if (!checkpoint) return;
    const records = await recordsOf(store, runId);
    const rollouts = checkpoint.step > 0 ? await store.rollouts(runId, checkpoint.step) : [];
    this.#set({ ...recordsUpTo(checkpoint.step, records), ...shownRollouts(rollouts, this.#taskById) });
  }

  async #resume(runId: string): Promise<void> {
    const store = this.#store;
    const { status } = this.state.value;
    if (!store || status === 'running' || status === 'pausing') return;
    const record = (await store.listRuns()).find(({ id }) => id === runId);
    const release = record && (await store.holdRun(runId));
    if (!record || !release) {
      this.#say('notice', record ? text.engine.heldElsewhere : text.engine.runGone);
      return;
    }
    await this.#goOn({ record, release });
  }

  /** Goes on with the newest run that a closed tab left running, unless the address asks for another one. */
  async #resumeInterrupted(): Promise<void> {
    const runs = (await this.#store?.listRuns()) ?? [];
    const { device: _, ...asked } = this.#asked;
    for (const record of runs) {
      const keys = Object.keys(asked) as (keyof typeof asked)[];
      const asAsked = keys.every((key) => record.config[key] === asked[key]);
      if (record.status !== 'running' || !asAsked) continue;
      const release = await this.#store?.holdRun(record.id);
      if (!release) continue;
      if (this.state.value.status !== 'idle') return release();
      this.#say('notice', text.engine.interrupted(record.lastStep ?? 0, record.config.steps), {
        kept: text.engine.keptRun,
        todo: text.engine.interruptedTodo,
      });
      return this.#goOn({ record, release });
    }
  }

  async #goOn(run: ActiveRun): Promise<void> {
    this.#active?.release();
    this.#active = run;
    const { preset, gate, seed, steps, learningRate } = run.record.config;
    const settings = { ...this.state.value.settings, preset, gate, seed, steps, learningRate };
    this.#set({ status: 'paused', config: run.record.config, settings, needsRestart: [] });
    await this.#listStored();
    await this.#train(Infinity);
  }

  #hear(event: TrainEvent): void {
    switch (event.type) {
      case 'phase':
      case 'step':
      case 'eval':
        this.#set(afterEvent(this.state.value, event, this.#taskById));
        return;
      case 'checkpoint':
        this.#losses = 0;
        return;
      case 'reward-model': {
        const before = this.state.value.reward.swaps.length;
        const reward = this.#rewardOf(event.turns);
        this.#set({ reward });
        const last = reward.swaps.at(-1);
        if (last && reward.swaps.length > before)
          this.#say('notice', text.engine.swapped(last.name, last.step + 1));
        return;
      }
      case 'notice':
        this.#say('notice', event.message);
        return;
    }
  }

  async #trainStarter(): Promise<void> {
    const { status, settings } = this.state.value;
    if (status !== 'idle' && status !== 'paused' && status !== 'done') return;
    const abort = new AbortController();
    this.#abort = abort;
    this.#set({ status: 'loading' });
    try {
      const report = (label: string, fraction: number): void => this.#set({ loading: { label, fraction } });
      const { start, metrics } = await trainOwnStarter(settings, report, abort.signal);
      this.#own = start;
      if (!this.#active) this.#set({ reward: this.#rewardOf([]) });
      this.#say('notice', text.engine.starterDone(metrics['policy/loss'] ?? NaN, metrics['accuracy'] ?? NaN));
    } catch (error) {
      if (!isAbort(error))
        this.#say('error', messageOf(error), { kept: text.engine.keptNothing, todo: text.engine.tryAgain });
    } finally {
      if (this.#abort === abort) this.#abort = null;
      this.#set({ status, loading: null });
    }
  }
}

/** The controller of the page; `?device=` decides where to compute. */
export function createController(workspace: Workspace): LabController {
  const asked = new URLSearchParams(location.search).get('device');
  return new LiveController(workspace, isDeviceChoice(asked) ? asked : 'auto');
}
