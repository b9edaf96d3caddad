/** Where a model lives: its weights, the optimizer's moments and the compiled graphs that use them. */
import type { NamedTensors, ParameterLayout } from '../model/parameters.ts';
import type { ProgramSpec } from '../programs/spec.ts';
import { type HostArray, RuntimeError } from '../runtime/runtime.ts';
import type { AdamWSettings } from './adamw.ts';

export type Feeds = Readonly<Record<string, HostArray>>;
export type Values = Readonly<Record<string, HostArray>>;

/** What training changes, as a checkpoint stores it: the trainable tensors and their moments, in the layout's order. */
export interface OptimizerState {
  readonly parameters: Float32Array;
  readonly momentum: Float32Array;
  readonly variance: Float32Array;
  /** Updates done. */
  readonly updates: number;
}

export interface UpdateResult {
  /** Outputs of each micro-batch other than the gradients, in order. */
  readonly values: readonly Values[];
  /** L2 norm of the gradient over all trainable tensors, before clipping. */
  readonly gradNorm: number;
}

export interface ModelHost {
  /**
   * Replaces the trainable tensors and their moments. Frozen tensors stay, but for those that the layout does not have; a
   * reference policy is to be loaded again.
   * @throws RuntimeError when the state is not of the layout's size
   */
  load(layout: ParameterLayout, state: OptimizerState): Promise<void>;
  /**
   * Adds frozen tensors, or replaces those of the same names; a large model is given one after the other. Memory that is
   * shared is taken as it is, and must not change.
   */
  loadFrozen(tensors: NamedTensors): Promise<void>;
  /** A copy of the trainable tensors and their moments. */
  snapshot(): Promise<OptimizerState>;
  /**
   * Replaces the trainable tensors of the reference policy, beside those that are trained.
   * @throws RuntimeError when they are not of the layout's size
   */
  loadReference(parameters: Float32Array): Promise<void>;
  /** Runs a graph on each micro-batch; results in the same order. */
  run(spec: ProgramSpec, batches: readonly Feeds[], weights?: 'current' | 'reference'): Promise<Values[]>;
  /** Adds the gradients of the micro-batches in order and takes one AdamW step. */
  update(
    spec: ProgramSpec,
    batches: readonly Feeds[],
    learningRate: number,
    settings: AdamWSettings,
  ): Promise<UpdateResult>;
  /** Bytes that the engines or the GPU hold now, weights in shared memory aside. */
  held(): Promise<number>;
  dispose(): Promise<void>;
}

/** Fresh moments for some weights. */
export const freshState = (parameters: Float32Array): OptimizerState => ({
  parameters,
  momentum: new Float32Array(parameters.length),
  variance: new Float32Array(parameters.length),
  updates: 0,
});

/** @throws RuntimeError when the parts of a state are not of the layout's size */
export function checkSize({ size }: ParameterLayout, state: Partial<OptimizerState>): void {
  for (const part of ['parameters', 'momentum', 'variance'] as const)
    if (state[part] && state[part].length !== size)
      throw new RuntimeError(
        `The model has ${size} trainable weights, but ${state[part].length} values of ${part} were given. Nothing was loaded: they belong to another model.`,
      );
}
