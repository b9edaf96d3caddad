import type { Outputs } from '../runtime/runtime.ts';

/** A graph described by plain data: what a worker is told instead of being sent the graph. */
export interface ProgramSpec {
  readonly kind: string;
}

/** The graph of a spec. One that is trained with has the outputs `loss` and `gradient`. */
export type BuildProgram = (spec: ProgramSpec) => Outputs;

/** Equal for equal graphs. */
export const specKey = (spec: ProgramSpec): string => JSON.stringify(spec);
