import type { Test } from '../../sandbox/types.ts';

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
