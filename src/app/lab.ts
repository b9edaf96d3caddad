/** The Lab: one run on view, its settings, and what there is to say. The runs themselves are handles. */
import { batch, computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import { domainOf } from '../domains/index.ts';
import { isAbort, messageOf } from '../errors.ts';
import { ConfigError } from '../rl/config.ts';
import type { LiveSettings, TrainConfig } from '../rl/types.ts';
import type { RunHandle } from '../run/handle.ts';
import type { RunNews } from '../run/trained-run.ts';
import type {
  LabController,
  LabMessage,
  LabSettings,
  LabState,
  RewardChoice,
  StoredRun,
} from './controller-types.ts';
import type { RunSource } from './run-source.ts';
import { LabTaskFiles, type TaskSettingsPort } from './task-files.ts';
import { text } from '../text/index.ts';
import { type Own, shownState } from './shown-state.ts';

export interface LabOptions {
  readonly runs: RunSource;
  readonly own: Partial<Own> & Pick<Own, 'settings'>;
  /** The run on view at first. */
  readonly first: RunHandle | null;
}

export class Lab implements LabController {
  readonly state: ReadonlySignal<LabState>;
  readonly #runs: RunSource;
  readonly #own;
  /** Every run that was on view or queued since the page was opened, by id. */
  readonly #handles = new Map<string, RunHandle>();
  readonly #viewed;
  readonly #taskFiles: LabTaskFiles | null;
  #abort: AbortController | null = null;
  #messages = 0;

  constructor({ runs, own, first }: LabOptions) {
    this.#runs = runs;
    this.#own = signal<Own>({
      status: 'loading',
      loading: null,
      device: null,
      messages: [],
      stored: [],
      ...own,
    });
    this.#taskFiles = runs.taskFiles && new LabTaskFiles(runs.taskFiles, this.#taskSettings());
    this.#viewed = signal(first);
    if (first) this.#handles.set(first.id, first);
    this.state = shownState({
      runs,
      own: this.#own,
      viewed: this.#viewed,
      handles: this.#handles,
      taskFiles: computed(() => this.#taskFiles?.state.value ?? null),
      configOf: this.#configOf,
    });
    // What is stored of a run is another when it has begun and when it has ended.
    effect(() => {
      void runs.queue.active.value;
      if (this.#own.peek().status === 'ready') void this.#list();
    });
  }

  /** Opens what runs need; goes on with one that was interrupted, unless the address asks for another. */
  async open(asked: Partial<LabSettings>): Promise<void> {
    await this.#reportDevice();
    if (!(await this.#openRuns())) return;
    const run = await this.#interrupted(asked);
    if (!run || this.state.peek().status !== 'idle') return;
    this.#say('notice', text.runMessages.interrupted(run.stepsDone, run.steps), {
      kept: text.runMessages.keptRun,
      todo: text.runMessages.interruptedTodo,
    });
    await this.#resume(run.id);
  }

  run(): void {
    this.#begin((run) => run.resume());
  }

  step(): void {
    this.#begin((run) => run.step());
  }

  phaseByPhase(): void {
    this.#begin((run) => run.phaseByPhase());
  }

  queue(): void {
    if (this.#own.peek().status !== 'ready') return;
    const run = this.#create();
    if (!run) return;
    this.#handles.set(run.id, run);
    run.resume();
    void this.#list();
  }

  pause(): void {
    this.#run?.pause();
  }

  cancel(): void {
    this.#abort?.abort();
    this.#run?.cancel();
  }

  reset(): void {
    this.cancel();
    this.#viewed.value = null;
    if (this.#own.peek().status === 'failed') void this.#openRuns();
    else void this.#list();
  }

  configure(change: Partial<LabSettings>): void {
    const { settings } = this.#own.peek();
    const preset =
      change.preset === settings.preset
        ? undefined
        : this.#runs.presets.find(({ name }) => name === change.preset);
    // Another preset is taken as it is.
    const usual = preset && { ...preset.defaults, overrides: {} };
    this.#set({ settings: { ...settings, ...usual, ...change } });
    if (change.device) void this.#reportDevice();
  }

  look(runId: string): void {
    void this.#look(runId);
  }

  resume(runId: string): void {
    void this.#resume(runId);
  }

  reread(runId: string): void {
    void this.#reread(runId);
  }

  dismiss(messageId: string): void {
    this.#set({ messages: this.#own.peek().messages.filter(({ id }) => id !== messageId) });
  }

  useReward(choice: RewardChoice): void {
    if (!this.#runs.choosesReward) return;
    this.#runs.useReward(choice);
    const run = this.#run;
    if (!run) return;
    const { domain, ...swap } = choice;
    if (domainOf(run.config).name === domain) run.swapReward(swap);
    else this.#say('notice', text.runMessages.otherDomain(choice.name, domainOf({ domain }).label));
  }

  changeSettings(settings: Partial<LiveSettings>): void {
    try {
      this.#run?.changeSettings(settings);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.#say('error', error.message, { kept: text.runMessages.changeKept });
    }
  }

  trainStarter(): void {
    void this.#retrain();
  }

  openTasks(file: File): void {
    void this.#taskFiles?.open(file);
  }

  deleteTasks(hash: string): void {
    void this.#taskFiles?.remove(hash);
  }

  /** What a run has to say. */
  readonly hear = (news: RunNews): void => {
    switch (news.kind) {
      case 'opened': {
        const { kind, reason, threads } = news.device;
        this.#set({ device: { kind, reason, threads, isolated: crossOriginIsolated } });
        return;
      }
      case 'notice':
        this.#say('notice', news.message);
        return;
      case 'swapped':
        this.#say('notice', text.runMessages.swapped(news.name, news.step));
        return;
      case 'recovering':
        if (news.onWasm) this.#set({ settings: { ...this.#own.peek().settings, device: 'wasm' } });
        this.#say(
          'notice',
          messageOf(news.error),
          news.onWasm ? text.runMessages.resumedOnWasm : text.runMessages.resumed,
        );
        return;
      case 'failed': {
        const kept = news.kept ? text.runMessages.keptRun : text.runMessages.keptNothing;
        this.#say('error', messageOf(news.error), { kept, todo: text.runMessages.tryAgain });
        return;
      }
      case 'held elsewhere':
        this.#say('notice', text.runMessages.heldElsewhere);
        return;
    }
  };

  /** Says what the store has to say. */
  notice(message: string): void {
    this.#say('notice', message);
  }

  get settings(): LabSettings {
    return this.#own.peek().settings;
  }

  /** The run on view, once something of it was computed. */
  get #run(): RunHandle | null {
    const run = this.#viewed.peek();
    return run?.status.peek() === 'idle' ? null : run;
  }

  #set(change: Partial<Own>): void {
    this.#own.value = { ...this.#own.peek(), ...change };
  }

  #say(kind: LabMessage['kind'], what: string, rest: Pick<LabMessage, 'kept' | 'todo'> = {}): void {
    const message: LabMessage = { id: `m${this.#messages++}`, kind, what, ...rest };
    this.#set({ messages: [...this.#own.peek().messages, message] });
  }

  async #openRuns(): Promise<boolean> {
    this.#set({ status: 'loading', loading: { label: text.runMessages.opening, fraction: null } });
    try {
      await this.#runs.open();
      await this.#list();
      await this.#taskFiles?.list();
      this.#set({ status: 'ready', loading: null });
      return true;
    } catch (error) {
      this.#say('error', messageOf(error), text.runMessages.noStore);
      this.#set({ status: 'failed', loading: null });
      return false;
    }
  }

  async #interrupted(asked: Partial<LabSettings>): Promise<StoredRun | null> {
    try {
      return await this.#runs.interrupted(asked);
    } catch (error) {
      this.#say('error', messageOf(error));
      return null;
    }
  }

  async #reportDevice(): Promise<void> {
    const choice = this.settings.device;
    try {
      const device = await this.#runs.device(choice);
      // Who has chosen another meanwhile hears of that one.
      if (choice === this.settings.device) this.#set({ device });
    } catch (error) {
      this.#say('error', messageOf(error));
    }
  }

  async #list(): Promise<void> {
    try {
      this.#set({ stored: await this.#runs.list() });
    } catch (error) {
      this.#say('error', messageOf(error));
    }
  }

  #taskSettings(): TaskSettingsPort {
    return {
      chosen: () => this.settings.tasks,
      choose: (tasks) => this.configure({ tasks }),
      fail: (error, kept) => this.#say('error', messageOf(error), kept === undefined ? {} : { kept }),
    };
  }

  #view(run: RunHandle): void {
    this.#handles.set(run.id, run);
    this.#viewed.value = run;
  }

  /** Trains the run on view, or a new one with the settings as they are. */
  #begin(train: (run: RunHandle) => void): void {
    if (this.#own.peek().status !== 'ready') return;
    const known = this.#run;
    const run = known ?? this.#create();
    if (!run) return;
    batch(() => {
      this.#view(run);
      train(run);
    });
  }

  readonly #configOf = (settings: LabSettings): TrainConfig =>
    this.#runs.configOf(settings, this.#taskFiles?.kept ?? NOTHING);

  /** A run with the settings as they are; what cannot be used is said. */
  #create(): RunHandle | null {
    try {
      return this.#runs.create(this.#configOf(this.settings));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.#say('error', error.message, { todo: text.runMessages.settingsTodo });
      return null;
    }
  }

  async #find(id: string): Promise<RunHandle | null> {
    const run = this.#handles.get(id) ?? (await this.#runs.find(id));
    if (!run) this.#say('notice', text.runMessages.runGone);
    return run;
  }

  async #look(id: string): Promise<void> {
    try {
      const run = await this.#find(id);
      if (run) this.#view(run);
      await this.#list();
    } catch (error) {
      this.#say('error', messageOf(error));
    }
  }

  async #reread(id: string): Promise<void> {
    this.#handles.delete(id);
    try {
      if (this.#viewed.peek()?.id === id) {
        const run = await this.#runs.find(id);
        if (run) this.#view(run);
        else this.#viewed.value = null;
      }
      await this.#list();
    } catch (error) {
      this.#say('error', messageOf(error));
    }
  }

  async #resume(id: string): Promise<void> {
    if (this.#own.peek().status !== 'ready') return;
    await this.#look(id);
    const run = this.#viewed.peek();
    if (run?.id !== id) return;
    this.#set({ settings: { ...this.settings, ...this.#runs.settingsOf(run.config) } });
    run.resume();
  }

  async #retrain(): Promise<void> {
    const status = this.state.peek().status;
    if (status !== 'idle' && status !== 'paused' && status !== 'done') return;
    const abort = new AbortController();
    this.#abort = abort;
    this.#set({ status: 'loading' });
    try {
      this.#say(
        'notice',
        await this.#runs.retrain(this.settings, (loading) => this.#set({ loading }), abort.signal),
      );
    } catch (error) {
      if (!isAbort(error))
        this.#say('error', messageOf(error), {
          kept: text.runMessages.keptNothing,
          todo: text.runMessages.tryAgain,
        });
    } finally {
      this.#abort = null;
      this.#set({ status: 'ready', loading: null });
    }
  }
}

const NOTHING: readonly never[] = [];
