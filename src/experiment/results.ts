/** What came of one cell of an experiment: one arm, one preset, one seed. Plain data, as it is stored. */
import type { EvalRecord, FullConfig, StepRecord } from '../rl/types.ts';
import type { Ends } from './measures.ts';

/** A task of the evaluation, with what its samples came to. Counts are of samples. */
export interface TaskResult {
  readonly task: string;
  readonly family: string;
  readonly samples: number;
  /** Every check holds. */
  readonly strict: number;
  /** Every visible check holds. */
  readonly visible: number;
  /**
   * Checks apart, where the domain tells them apart: of programs `edge` (every edge case) and `ordinary` (every other
   * check).
   */
  readonly parts: Readonly<Record<string, number>>;
  /** The reasoning is right, checked exactly; null where the domain cannot check it. */
  readonly sound: number | null;
  /** Reasoning and answer say the same, of those where both can be read. */
  readonly agreeing: number;
  readonly comparable: number;
  /** What becomes of the one sample that the reward model scores highest: 1 or 0. */
  readonly best: { readonly strict: number; readonly visible: number };
  /** Tokens of all samples, end-of-text included. */
  readonly tokens: number;
}

/** A completion of training with what a reader may want to analyse, without its text. */
export interface CompletionRow {
  readonly step: number;
  readonly group: number;
  readonly task: string;
  readonly passes: boolean;
  /** Share of the visible tests that passed. */
  readonly passed: number;
  readonly rewards: Readonly<Record<string, number>>;
  readonly reward: number;
  readonly advantage: number;
  readonly agreement: boolean | null;
  /** The reasoning is right; null where that cannot be checked. */
  readonly sound: boolean | null;
  /** Characters of the reasoning; null where there is none. */
  readonly reasoning: number | null;
  /** Tokens of the completion. */
  readonly tokens: number;
}

/** A completion with its text, for readers. */
export interface ExampleCompletion {
  readonly text: string;
  readonly passes: boolean;
  /** Outcome in a word or two, as the domain shows it. */
  readonly outcome: string;
  readonly rewards: Readonly<Record<string, number>>;
  readonly reward: number;
  readonly advantage: number;
}

/** What a completion answers. */
interface Asked {
  readonly step: number;
  readonly task: string;
  readonly prompt: string;
}

/** A completion that stands alone. */
export interface ExampleRollout extends ExampleCompletion, Asked {}

/** All completions of one prompt, in the order of the group. */
export interface ExampleGroup extends Asked {
  readonly completions: readonly ExampleCompletion[];
}

/** A model by name and by the hash of its weights. */
export interface UsedModel {
  readonly name: string;
  readonly hash: string;
}

export interface CellResult {
  /** Hash of all that decides its numbers; see `plan.ts`. */
  readonly key: string;
  readonly arm: string;
  readonly preset: string;
  readonly seed: number;
  readonly config: FullConfig;
  /** Not trained: the evaluation is of the start. */
  readonly frozen: boolean;
  readonly models: { readonly policy: UsedModel; readonly reward: UsedModel };
  /** Number of tasks that were trained on. */
  readonly pool: number;
  readonly steps: readonly StepRecord[];
  readonly evals: readonly EvalRecord[];
  /** The evaluation after the last step, in the order of the tasks. */
  readonly tasks: readonly TaskResult[];
  readonly examples: readonly ExampleRollout[];
  /** The first group of some steps, in their order; cells from before there were any have none. */
  readonly groups?: readonly ExampleGroup[];
  readonly device: { readonly kind: string; readonly reason: string };
  /** Seconds of the training and of the evaluation, wherever they were computed first. */
  readonly seconds: number;
  /** Version of the project that computed it. */
  readonly version: string;
}

/** As much of a cell as arms are compared by: a cell, or a run that no experiment planned. */
export interface ComparedCell extends Pick<
  CellResult,
  'key' | 'arm' | 'preset' | 'seed' | 'frozen' | 'steps' | 'evals' | 'tasks' | 'groups'
> {
  /** What it comes to, where its tasks are not at hand. */
  readonly ends?: Ends;
}
