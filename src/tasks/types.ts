import type { Test } from '../sandbox/types.ts';

export type Split = 'train' | 'held-out';

/** A programming problem with two test suites: a lenient visible one and a strict held-out one. */
export interface Task {
  readonly id: string;
  readonly family: string;
  readonly split: Split;
  /** What the policy reads: a docstring-like description and the signature, ending in a newline. */
  readonly prompt: string;
  /** Name of the function that the program must define. */
  readonly entry: string;
  /** The composition the task was built from; tasks that share it share a split. */
  readonly composition: string;
  /** Tests that decide R_o in training; they miss edge cases, as real suites often do. */
  readonly visibleTests: readonly Test[];
  /** Tests that decide `eval/pass@1`, together with the visible ones; they include the edge cases. */
  readonly heldOutTests: readonly Test[];
}

/** A worked solution: what stands between the tags of a completion. */
export interface Demonstration {
  readonly taskId: string;
  readonly reasoning: string;
  readonly program: string;
}

/** The three dimensions of reasoning quality (arXiv 2508.05170). */
export type Dimension = 'factual accuracy' | 'logical rigor' | 'logical coherence';

export type PairKind = 'optimized>degraded' | 'optimized>original' | 'original>degraded';

/** A preference pair for the reward model, in TRL's column names plus labels. */
export interface PreferencePair {
  readonly prompt: string;
  readonly chosen: string;
  readonly rejected: string;
  readonly taskId: string;
  readonly dimension: Dimension;
  readonly kind: PairKind;
  /** The rewriting that separates the two texts, e.g. `missing-edge-case`. */
  readonly operation: string;
}
