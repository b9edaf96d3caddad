/**
 * Programs that a host runs step by step over arrays that stay where they are: what a GPU takes in place of a loop inside
 * a graph, which its provider cannot run.
 */
import type { DType, Shape, Tensor } from '../graph/index.ts';
import type { Outputs } from '../runtime/runtime.ts';
import type { SamplerSettings } from './sampler.ts';

/** The state array with the number of the step. */
export const STEP = 'step';

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

/**
 * How tokens are drawn, one for each row: after `begin` with step 0 and after each step with its number. Once an id ends
 * a row, the row gets the padding id, and zeros.
 */
export interface Drawing extends SamplerSettings {
  readonly rows: number;
  readonly vocabulary: number;
  /** Tokens of a row at most. */
  readonly time: number;
  readonly padId: number;
  readonly endIds: readonly number[];
}

/**
 * State arrays that drawing reads: `logits` [rows, vocabulary], `uniforms` [time, rows], `inverseTemperature` [] and
 * {@link STEP}; and those that it writes: what is drawn, [time, rows], and `doneAt` [rows], the step at which a row
 * ended, or {@link UNFINISHED}.
 */
export const DRAWING_ARRAYS = {
  logits: 'logits',
  uniforms: 'uniforms',
  inverseTemperature: 'inverseTemperature',
  step: STEP,
  ids: 'drawn ids',
  logprobs: 'drawn logprobs',
  entropies: 'drawn entropies',
  doneAt: 'doneAt',
} as const;

export function drawingState({ rows, vocabulary, time }: Drawing): Readonly<Record<string, StateArray>> {
  const drawn = [time, rows];
  return {
    [DRAWING_ARRAYS.logits]: { shape: [rows, vocabulary], dtype: 'f32' },
    [DRAWING_ARRAYS.uniforms]: { shape: drawn, dtype: 'f32' },
    [DRAWING_ARRAYS.inverseTemperature]: { shape: [], dtype: 'f32' },
    [DRAWING_ARRAYS.step]: { shape: [], dtype: 'i32' },
    [DRAWING_ARRAYS.ids]: { shape: drawn, dtype: 'i32' },
    [DRAWING_ARRAYS.logprobs]: { shape: drawn, dtype: 'f32' },
    [DRAWING_ARRAYS.entropies]: { shape: drawn, dtype: 'f32' },
    [DRAWING_ARRAYS.doneAt]: { shape: [rows], dtype: 'f32' },
  };
}

/** In place of the step at which a row ended. */
export const UNFINISHED = 2 ** 30;

/** Graphs whose outputs, named {@link nextOf} a state array, replace that array. */
export interface SteppedProgram {
  readonly state: Readonly<Record<string, StateArray>>;
  /** Run first. */
  readonly begin: Outputs;
  /** In their order, beginning with step 1. */
  readonly stages: readonly Stage[];
  /** Further steps would change nothing once all rows have ended. */
  readonly drawing: Drawing;
  /** Run last: its outputs are the program's, and go to the host. */
  readonly end: Outputs;
}

const NEXT = 'next ';
/** The output that replaces a state array. */
export const nextOf = (state: string): string => `${NEXT}${state}`;
/** The state array that an output replaces. */
export const stateOf = (output: string): string => output.slice(NEXT.length);

/** Outputs that replace state arrays. */
export const replacing = (values: Readonly<Record<string, Tensor>>): Outputs =>
  Object.fromEntries(Object.entries(values).map(([name, tensor]) => [nextOf(name), tensor]));
