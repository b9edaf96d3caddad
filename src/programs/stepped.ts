/**
 * Programs that a host runs step by step over arrays that stay where they are: what a GPU takes in place of a loop inside
 * a graph, which its provider cannot run.
 */
import type { DType, Shape, Tensor } from '../graph/index.ts';
import type { Outputs } from '../runtime/runtime.ts';

/** An array that lives as long as the program. Graphs read it as an input of its name. */
export interface StateArray {
  readonly shape: Shape;
  readonly dtype: Exclude<DType, 'bool'>;
}

/** Steps that one graph does. */
export interface Stage {
  /** The first step that is not of this stage. */
  readonly end: number;
  /** Run once before its first step. */
  readonly enter: Outputs | null;
  /** Run for each step, whose number is in the state array {@link STEP}. */
  readonly step: Outputs;
}

/** Graphs whose outputs, named {@link nextOf} a state array, replace that array. */
export interface SteppedProgram {
  readonly state: Readonly<Record<string, StateArray>>;
  /** Run first. */
  readonly begin: Outputs;
  /** In their order, beginning with step 1. */
  readonly stages: readonly Stage[];
  /** A state array of one value, which is 0 once further steps would change nothing. */
  readonly open: string;
  /** Run last: its outputs are the program's, and go to the host. */
  readonly end: Outputs;
}

export const STEP = 'step';

const NEXT = 'next ';
/** The output that replaces a state array. */
export const nextOf = (state: string): string => `${NEXT}${state}`;
/** The state array that an output replaces. */
export const stateOf = (output: string): string => output.slice(NEXT.length);

/** Outputs that replace state arrays. */
export const replacing = (values: Readonly<Record<string, Tensor>>): Outputs =>
  Object.fromEntries(Object.entries(values).map(([name, tensor]) => [nextOf(name), tensor]));
