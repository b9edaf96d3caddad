import type { Tensor } from '../graph/index.ts';
import type { SteppedProgram } from './stepped.ts';
import type { Outputs } from '../runtime/runtime.ts';

/** A graph described by plain data: what a worker is told instead of being sent the graph. */
export interface ProgramSpec {
  readonly kind: string;
}

/** The graph of a spec. One that is trained with has an output for each gradient, beside the loss. */
export type BuildProgram = (spec: ProgramSpec) => Outputs;

/** The steps of a spec whose program has a loop; `null` for one without. */
export type BuildStepped = (spec: ProgramSpec) => SteppedProgram | null;

/** Outputs of a graph to train with: those named, and a gradient for each trainable tensor (see `gradientName`). */
export type TrainingOutputs<Name extends string> = Readonly<Record<Name, Tensor>> & Outputs;

/** Equal for equal graphs. */
export const specKey = (spec: ProgramSpec): string => JSON.stringify(spec);
