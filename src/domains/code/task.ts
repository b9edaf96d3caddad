import type { Harness, Language, Test } from '../../sandbox/types.ts';
import type { Task } from '../domain.ts';

/** A programming problem with two test suites: a lenient visible one and a strict held-out one. */
export interface CodeTask extends Task {
  /** A description like a docstring and the signature, ending in a newline. */
  readonly prompt: string;
  /** Name of the function that the program must define. */
  readonly entry: string;
  /** Tests that decide the outcome reward in training; they miss edge cases, as real suites often do. */
  readonly visibleTests: readonly Test[];
  /** Tests that decide pass@k, together with the visible ones; they include the edge cases. */
  readonly heldOutTests: readonly Test[];
  /** What programs are written in; Python where nothing is said. */
  readonly language?: Language;
  /** Source that stands in front of every program: imports and helpers that the prompt states. */
  readonly preamble?: string;
  /** Test code of either suite, which counts as one more test of it, the last. Python alone has it. */
  readonly visibleCode?: Harness;
  readonly heldOutCode?: Harness;
}
