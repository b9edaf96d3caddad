/** Where the screen has its runs from: the store, or the demonstration on view. */
import type { LabController } from '../../../app/controller-types.ts';
import type { Task } from '../../../domains/domain.ts';
import { TaskFileError } from '../../../domains/domain.ts';
import type { TrainConfig } from '../../../rl/types.ts';
import type { RolloutStep } from '../../../store/index.ts';
import type { Tokenizer } from '../../../model/tokenizer/index.ts';
import type { Workspace } from '../../../workspace/workspace.ts';

export interface RunEntry {
  readonly id: string;
  readonly config: TrainConfig;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Largest recorded step; `null` where there is none. */
  readonly lastStep: number | null;
  /** In this page, now. */
  readonly training: boolean;
  /** More steps may come. */
  readonly growing: boolean;
}

export interface RunsSource {
  /** What is kept of these runs: every step, or the latest alone. */
  readonly keeps: 'all' | 'latest';
  /** Newest first. */
  list(): Promise<readonly RunEntry[]>;
  /** Numbers of the stored steps after `after`, in order. */
  steps(run: string, after?: number): Promise<readonly number[]>;
  /** Up to `count` steps with their completions, from this one on. */
  read(run: string, from: number, count: number): Promise<readonly RolloutStep[]>;
  /** By id. */
  tasks(config: TrainConfig): Promise<Readonly<Record<string, Task>>>;
  tokenizer(config: TrainConfig): Promise<Tokenizer>;
}

export const storedRuns = (workspace: Workspace): RunsSource => ({
  keeps: 'all',
  async list() {
    const store = await workspace.store.get();
    return (await store.listRuns()).map(({ id, config, created, lastStep, status }) => ({
      id,
      config,
      created,
      lastStep,
      training: workspace.queue.active.peek() === id,
      growing: status === 'running' || status === 'paused',
    }));
  },
  steps: async (run, after) => (await workspace.store.get()).rolloutSteps(run, after),
  read: async (run, from, count) => (await workspace.store.get()).rolloutsFrom(run, from, count),
  async tasks(config) {
    try {
      const { train, heldOut } = await workspace.tasks(config);
      return Object.fromEntries([...train, ...heldOut].map((task) => [task.id, task]));
    } catch (error) {
      // A run whose file is gone can still be looked at.
      if (error instanceof TaskFileError) return {};
      throw error;
    }
  },
  tokenizer: async (config) => (await workspace.bundled(config)).tokenizer,
});

const DEMONSTRATION = 'demonstration';

/** The simulated run of the Lab, of which the latest step is all there is. */
export const demonstration = ({ state }: LabController, workspace: Workspace): RunsSource => {
  const latest = (): RolloutStep[] => {
    const { rollouts } = state.peek();
    const [first] = rollouts;
    return first ? [{ step: first.step, rollouts }] : [];
  };
  return {
    keeps: 'latest',
    async list() {
      const { config } = state.peek();
      const lastStep = latest()[0]?.step ?? null;
      return config
        ? [{ id: DEMONSTRATION, config, created: 0, lastStep, training: false, growing: true }]
        : [];
    },
    steps: async (_, after = -Infinity) =>
      latest()
        .map(({ step }) => step)
        .filter((step) => step > after),
    read: async () => latest(),
    tasks: async () => state.peek().tasks,
    tokenizer: async (config) => (await workspace.bundled(config)).tokenizer,
  };
};
