import type { DeviceChoice, DeviceKind } from '../runtime/device.ts';
import type { ReadonlySignal } from '@preact/signals';
import type { ScalingKind, ScoreCalibration } from '../rl/scaling.ts';
import type { Gate } from '../rl/gate.ts';
import type {
  ConfigChange,
  EvalRecord,
  LiveSettings,
  Rollout,
  StepRecord,
  TrainConfig,
} from '../rl/types.ts';
import type { Loading, PhaseState } from '../run/handle.ts';
import type { Task } from '../domains/domain.ts';
import type { StoredTaskFile } from '../store/index.ts';

export type LabStatus =
  'loading' | 'idle' | 'queued' | 'running' | 'holding' | 'pausing' | 'paused' | 'done' | 'failed';

/** Settings of a run that are neither fields of their own in the Lab nor what happened to it. */
export type Overrides = Readonly<
  Partial<Omit<TrainConfig, 'preset' | 'gate' | 'seed' | 'steps' | 'learningRate' | 'changes'>>
>;

/** What the Lab is set to. */
export interface LabSettings {
  readonly preset: string;
  readonly gate: Gate;
  readonly seed: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly device: DeviceChoice;
  /** Tasks of a file in place of the preset's, as `own-tasks.ts` writes them; empty for the preset's. */
  readonly tasks: string;
  /** Where a run is to differ from its preset in anything else. */
  readonly overrides: Overrides;
}

export interface PresetSummary {
  readonly name: string;
  readonly label: string;
  /** One sentence: what it trains on and how long a step takes. */
  readonly description: string;
  /** Taken over when the preset is chosen. */
  readonly defaults: { readonly steps: number; readonly learningRate: number };
}

/** The device in use, never just the one asked for. */
export interface DeviceReport {
  readonly kind: DeviceKind;
  /** A sentence: why this device and not the other. */
  readonly reason: string;
  readonly threads: number;
  /** Whether the page is cross-origin isolated, which threads need. */
  readonly isolated: boolean;
}

/** Something a person should know: what happened, what was kept, what to do. */
export interface LabMessage {
  readonly id: string;
  readonly kind: 'notice' | 'error';
  readonly what: string;
  readonly kept?: string;
  readonly todo?: string;
}

/** What came of a file of tasks that was just opened. */
export interface TasksReport {
  readonly name: string;
  /** Number of tasks that can be used; 0 where it was refused. */
  readonly count: number;
  readonly unit: 'line' | 'record' | 'row';
  readonly leftOut: StoredTaskFile['leftOut'];
}

/** Files of tasks that are kept here. */
export interface TaskFiles {
  readonly kept: readonly StoredTaskFile[];
  /** The file that is being checked, and how far that is. */
  readonly checking: { readonly name: string; readonly done: number; readonly total: number } | null;
  readonly report: TasksReport | null;
}

/** A run in the store, other than the one on view. */
export interface StoredRun {
  readonly id: string;
  /** `training` and `queued` of this page. */
  readonly status: 'finished' | 'unfinished' | 'training' | 'queued';
  readonly preset: string;
  readonly gate: Gate;
  readonly seed: number;
  /** What a person called it, if anything. */
  readonly name?: string;
  /** Name of the file that its tasks are of; absent for the preset's. */
  readonly tasks?: string;
  readonly stepsDone: number;
  readonly steps: number;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
}

/** A reward model that a run may score with. */
export interface RewardChoice {
  /** Domain whose reasoning it was trained on. */
  readonly domain: string;
  /** `shipped`, or the key it has in the store. */
  readonly id: string;
  readonly name: string;
  readonly weights: Float32Array;
  readonly calibration: ScoreCalibration | null;
}

/** The reward model of the run, or of the next one. */
export interface RewardInUse {
  readonly id: string;
  readonly name: string;
  /** How its score becomes R_t. */
  readonly scaling: ScalingKind;
  /** A model that takes its place before the next step. */
  readonly next: string | null;
  /** Steps before which another model took over, in this run. */
  readonly swaps: readonly { readonly step: number; readonly name: string }[];
}

/** All that the Lab shows, as plain data: live, recorded and stored runs look the same from here. */
export interface LabState {
  readonly source: 'live' | 'demonstration';
  readonly status: LabStatus;
  /** What is being loaded; `fraction` is `null` while the size is unknown. */
  readonly loading: Loading | null;
  readonly device: DeviceReport | null;
  readonly presets: readonly PresetSummary[];
  readonly settings: LabSettings;
  /** Settings that differ from the run in progress and wait for a reset. */
  readonly needsRestart: readonly (keyof LabSettings)[];
  /** The run on view. */
  readonly config: TrainConfig | null;
  readonly phase: PhaseState;
  readonly steps: readonly StepRecord[];
  readonly evals: readonly EvalRecord[];
  /** Completions of the latest step, in order of group and index. */
  readonly rollouts: readonly Rollout[];
  /** Tasks of those completions, by id. */
  readonly tasks: Readonly<Record<string, Task>>;
  readonly messages: readonly LabMessage[];
  readonly stored: readonly StoredRun[];
  /** Whether runs here can be scored by a reward model of one's choice. */
  readonly choosesReward: boolean;
  readonly timeLeftMs: number | null;
  readonly reward: RewardInUse;
  /** Null where tasks cannot be chosen. */
  readonly taskFiles: TaskFiles | null;
  /** What changed during the run on view, and what will before its next step. */
  readonly changes: readonly ConfigChange[];
  readonly nextSettings: Partial<LiveSettings> | null;
  /** Whether the run on view can go on with other settings. */
  readonly changesSettings: boolean;
}

/** What the page may ask for. Every call returns at once; its effect shows in `state`. */
export interface LabController {
  readonly state: ReadonlySignal<LabState>;
  run(): void;
  /** Stops after the step in progress. */
  pause(): void;
  /** Runs one step, then pauses. */
  step(): void;
  /** Does one phase of a step, then holds. */
  phaseByPhase(): void;
  /** Has another run with the settings as they are train after those that train or wait. */
  queue(): void;
  /** Ends the run on view and returns to the start with the current settings. */
  reset(): void;
  /** Stops at once, within one second; the step in progress is dropped. */
  cancel(): void;
  configure(change: Partial<LabSettings>): void;
  /** Shows a stored run, or the one that trains while another is on view. */
  look(runId: string): void;
  /** Goes on with a stored run, when its turn comes. */
  resume(runId: string): void;
  /** Reads a run again that was changed in the store, or deleted from it. It must not train. */
  reread(runId: string): void;
  dismiss(messageId: string): void;
  /** Scores with this model from the next step on; nothing where the Lab cannot choose. */
  useReward(choice: RewardChoice): void;
  /** Checks a file of tasks, keeps what can be used, and chooses it for the next run. */
  openTasks(file: File): void;
  /** Forgets a file of tasks; runs with it keep what they have, but cannot go on. */
  deleteTasks(hash: string): void;
  /** Goes on with these settings from the next step of the run on view; what cannot be used is said. */
  changeSettings(settings: Partial<LiveSettings>): void;
  /** Trains the models of the site again, from the page. */
  trainStarter(): void;
}
