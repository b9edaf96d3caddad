/** The Lab's live controller: opens what a run needs, drives it, and keeps the state that the page shows. */
import { signal } from '@preact/signals';
import { findPreset } from '../run/presets.ts';
import type { RewardTurn } from '../run/reward-turns.ts';
import { recordsOf, runTraining, type StartWeights } from '../run/training.ts';
import type { TrainEvent } from '../rl/types.ts';
import { isAbort, messageOf } from '../errors.ts';
import { chooseDevice, isDeviceChoice, type DeviceChoice } from '../runtime/device.ts';
import { openStore, type RunRecord, type RunStatus, type Store } from '../store/index.ts';
import type { Task } from '../domains/domain.ts';
import type { LabController, LabMessage, LabSettings, LabState, RewardChoice } from './controller-types.ts';
import { afterEvent, differences, recordsUpTo, shownRollouts, storedRuns } from './lab-changes.ts';
import { configOf, initialState, SHIPPED_REWARD } from './lab-state.ts';
import { text } from '../text/index.ts';
import { trainOwnStarter, type OwnStarter } from './own-starter.ts';
import { recoveryFrom } from './recovery.ts';
import { openSession, portsOf, type Session } from './session.ts';
import { readHash } from './url.ts';

/** A run that this tab holds. */
interface ActiveRun {
  readonly record: RunRecord;
  readonly release: () => void;
}

class LiveController implements LabController {
  readonly state;
  readonly #opened: Promise<void>;
  #store: Store | null = null;
  #session: Session | null = null;
  /** Device that the session was opened for. */
  #sessionDevice: DeviceChoice = 'auto';
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

  constructor(device: DeviceChoice) {
    const state = initialState(device);
    const address = readHash(
      location.hash,
      state.presets.map(({ name }) => name),
      [],
    );
    this.#asked = address.kind === 'settings' ? address.change : {};
    this.state = signal(state);
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
    if (!this.#abort) return;
    this.#abort.abort();
    this.#closeSession();
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
      this.#store = await openStore('posterior', (message) => this.#say('notice', message));
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
      const { kind, reason } = await chooseDevice(this.state.value.settings.device);
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

  async #openSession(): Promise<Session> {
    const { device } = this.state.value.settings;
    if (this.#session && this.#sessionDevice === device) return this.#session;
    this.#closeSession();
    const report = (label: string, fraction: number | null) => this.#set({ loading: { label, fraction } });
    try {
      const session = await openSession(device, report, this.#own);
      this.#session = session;
      this.#sessionDevice = device;
      const { kind, reason, threads } = session.device;
      this.#set({ device: { kind, reason, threads, isolated: crossOriginIsolated } });
      return session;
    } finally {
      this.#set({ loading: null });
    }
  }

  #closeSession(): void {
    this.#session?.stop();
    this.#session = null;
  }

  /** Makes the settings a run of this tab. */
  async #begin(store: Store, session: Session): Promise<ActiveRun> {
    if (this.#active) return this.#active;
    const config = configOf(this.state.value.settings);
    const { kind, threads } = session.device;
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
      const session = await this.#openSession();
      abort.signal.throwIfAborted();
      active = await this.#begin(store, session);
      const { config } = active.record;
      const ports = await portsOf(session, config, (event) => this.#hear(event));
      const { train, heldOut } = ports.tasks;
      this.#taskById = new Map([...train, ...heldOut].map((task) => [task.id, task]));
      await this.#showStored(store, active.record.id);
      const outcome = await runTraining({
        runId: active.record.id,
        config,
        start: this.#start(session),
        ports,
        weights: session.policy,
        rewardWeights: session.reward,
        store,
        signal: abort.signal,
        pauseAfter: () => ++done >= limit || this.#pauseRequested,
        swapReward: () => this.#takeSwap(),
      });
      this.#set({ status: outcome.finished ? 'done' : 'paused', timeLeftMs: null });
      if (outcome.finished) active.release();
    } catch (error) {
      await this.#failed(error, abort, limit - done, active);
    } finally {
      if (this.#abort === abort) this.#abort = null;
    }
  }

  /** What a new run starts from: the reward model that was chosen for it, if one was. */
  #start({ start }: Session): StartWeights {
    if (!this.#reward) return start;
    const { id, name, weights, calibration } = this.#reward;
    return { ...start, reward: weights, calibration, rewardModel: { id, name } };
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
    this.#closeSession();
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
      this.#closeSession();
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
export function createController(): LabController {
  const asked = new URLSearchParams(location.search).get('device');
  return new LiveController(isDeviceChoice(asked) ? asked : 'auto');
}
