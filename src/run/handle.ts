/** A run as a page holds it, whatever is behind it: one that trains, one in the store, or a recorded demonstration. */
import { batch, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { Task } from '../domains/domain.ts';
import type {
  ConfigChange,
  EvalRecord,
  LiveSettings,
  Phase,
  PhaseFound,
  Rollout,
  StepRecord,
  TrainConfig,
  TrainEvent,
} from '../rl/types.ts';
import { changesUntil } from './changes.ts';
import type { RewardSwap, RewardTurn } from './reward-turns.ts';

/**
 * `idle`: nothing of it was computed yet. `queued`: it starts when the run before it ends. `holding`: it waits between two
 * phases. `pausing`: it stops after the step in progress.
 */
export type HandleStatus = 'idle' | 'queued' | 'running' | 'holding' | 'pausing' | 'paused' | 'done';

/** Where the current step is. `lastMs` holds the most recent duration of each phase. */
export interface PhaseState {
  readonly step: number;
  /** `null` between steps and before the first. */
  readonly phase: Phase | null;
  readonly state: 'start' | 'end';
  readonly lastMs: Readonly<Partial<Record<Phase, number>>>;
  /** What the latest phase that has ended came to. */
  readonly found: { readonly phase: Phase; readonly of: PhaseFound } | null;
}

/** What is being opened; `fraction` is `null` while the size is unknown. */
export interface Loading {
  readonly label: string;
  readonly fraction: number | null;
}

/** What can be asked of a run as it is now; what cannot does nothing. */
export interface Capabilities {
  /** More steps. */
  readonly train: boolean;
  /** Another reward model before the next step. */
  readonly swapReward: boolean;
  /** Other settings before the next step. */
  readonly changeSettings: boolean;
}

/** What a run shows. */
export interface RunView {
  readonly status: ReadonlySignal<HandleStatus>;
  readonly loading: ReadonlySignal<Loading | null>;
  readonly phase: ReadonlySignal<PhaseState>;
  readonly steps: ReadonlySignal<readonly StepRecord[]>;
  readonly evals: ReadonlySignal<readonly EvalRecord[]>;
  /** Completions of the latest step, in order of group and index. */
  readonly rollouts: ReadonlySignal<readonly Rollout[]>;
  /** Tasks of those completions, by id. */
  readonly tasks: ReadonlySignal<Readonly<Record<string, Task>>>;
  /** The reward models so far; empty for the shipped one alone. */
  readonly turns: ReadonlySignal<readonly RewardTurn[]>;
  /** Name of the reward model that takes over before the next step. */
  readonly nextReward: ReadonlySignal<string | null>;
  /** What of the settings changed so far. */
  readonly changes: ReadonlySignal<readonly ConfigChange[]>;
  /** Settings that hold before the next step. */
  readonly nextSettings: ReadonlySignal<Partial<LiveSettings> | null>;
  /** Milliseconds that the rest will take, going by the latest steps. */
  readonly timeLeftMs: ReadonlySignal<number | null>;
}

export interface RunHandle extends RunView {
  readonly id: string;
  /** With all that changed so far; `changes` tells when there is more. */
  readonly config: TrainConfig;
  readonly capabilities: ReadonlySignal<Capabilities>;
  /** Trains to the end, from where it is; waits for its turn. */
  resume(): void;
  /** Trains one step, or what is left of one, then pauses. */
  step(): void;
  /** Does the next phase of a step alone, then holds; the last one ends the step. Of a run that trains, holds after this one. */
  phaseByPhase(): void;
  /** Stops after the step in progress. */
  pause(): void;
  /** Stops at once, within one second; the step in progress is dropped. */
  cancel(): void;
  swapReward(swap: RewardSwap): void;
  /**
   * Goes on with these settings from the next step on.
   * @throws ConfigError when they cannot be used
   */
  changeSettings(settings: Partial<LiveSettings>): void;
}

/** Steps whose durations say how long the rest will take. */
const RECENT_STEPS = 5;

export const NO_PHASE: PhaseState = { step: 0, phase: null, state: 'end', lastMs: {}, found: null };

/** Milliseconds that the rest of the run will take, going by its latest steps. */
function timeLeftMs(steps: readonly StepRecord[], config: TrainConfig): number | null {
  const recent = steps.slice(-RECENT_STEPS).flatMap(({ metrics }) => metrics['step_time'] ?? []);
  if (recent.length === 0) return null;
  const seconds = recent.reduce((a, b) => a + b, 0) / recent.length;
  return seconds * 1000 * (config.steps - steps.length);
}

/** The signals behind a handle, and how they answer to what a run tells. */
export class RunSignals implements RunView {
  readonly status: Signal<HandleStatus>;
  readonly loading = signal<Loading | null>(null);
  readonly phase = signal<PhaseState>(NO_PHASE);
  readonly steps = signal<readonly StepRecord[]>([]);
  readonly evals = signal<readonly EvalRecord[]>([]);
  readonly rollouts = signal<readonly Rollout[]>([]);
  readonly tasks = signal<Readonly<Record<string, Task>>>({});
  readonly turns = signal<readonly RewardTurn[]>([]);
  readonly nextReward = signal<string | null>(null);
  readonly changes = signal<readonly ConfigChange[]>([]);
  readonly nextSettings = signal<Partial<LiveSettings> | null>(null);
  readonly timeLeftMs = signal<number | null>(null);
  readonly #config: TrainConfig;
  #known: ReadonlyMap<string, Task> = new Map();

  constructor(config: TrainConfig, status: HandleStatus) {
    this.#config = config;
    this.status = signal(status);
  }

  /** The tasks that completions may answer. */
  know(tasks: readonly Task[]): void {
    this.#known = new Map(tasks.map((task) => [task.id, task]));
    this.show(this.rollouts.peek());
  }

  /** Shows these completions, with the tasks that they answer. */
  show(rollouts: readonly Rollout[]): void {
    batch(() => {
      this.rollouts.value = rollouts;
      this.tasks.value = Object.fromEntries(
        rollouts.flatMap(({ taskId }) => {
          const task = this.#known.get(taskId);
          return task ? [[taskId, task] as const] : [];
        }),
      );
    });
  }

  betweenPhases(): void {
    this.phase.value = { ...this.phase.peek(), phase: null };
  }

  apply(event: TrainEvent): void {
    switch (event.type) {
      case 'phase': {
        const { step, phase, state, ms, found } = event;
        const { lastMs, found: before } = this.phase.peek();
        this.phase.value = {
          step,
          phase,
          state,
          lastMs: ms === undefined ? lastMs : { ...lastMs, [phase]: ms },
          found: found ? { phase, of: found } : before,
        };
        return;
      }
      case 'step':
        batch(() => {
          this.steps.value = [...this.steps.peek(), event.record];
          this.timeLeftMs.value = timeLeftMs(this.steps.peek(), this.#config);
          this.show(event.rollouts);
        });
        return;
      case 'eval':
        this.evals.value = [...this.evals.peek(), event.record];
        return;
      case 'reward-model':
        this.turns.value = event.turns;
        return;
      case 'change':
        this.changes.value = changesUntil(event.config, event.change.step);
        return;
      case 'checkpoint':
      case 'notice':
        return;
    }
  }
}
