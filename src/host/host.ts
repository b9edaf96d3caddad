/** Where a model lives: its weights, the optimizer's moments and the compiled graphs that use them. */
import type { ProgramSpec } from '../programs/spec.ts';
import type { HostArray } from '../runtime/runtime.ts';
import type { AdamWSettings } from './adamw.ts';

export type Feeds = Readonly<Record<string, HostArray>>;
export type Values = Readonly<Record<string, HostArray>>;

/** Weights and moments, all flat and of one length. */
export interface OptimizerState {
  readonly parameters: Float32Array;
  readonly momentum: Float32Array;
  readonly variance: Float32Array;
  /** Updates done. */
  readonly updates: number;
}

export interface UpdateResult {
  /** Outputs of each micro-batch other than the gradient, in order. */
  readonly values: readonly Values[];
  /** L2 norm of the gradient before clipping. */
  readonly gradNorm: number;
}

export interface ModelHost {
  /** Replaces weights and moments. */
  load(state: OptimizerState): Promise<void>;
  /** A copy of weights and moments. */
  snapshot(): Promise<OptimizerState>;
  /** Keeps a frozen copy of the current weights, for the reference policy. */
  freezeReference(): Promise<void>;
  /** Runs a graph on each micro-batch; results in the same order. */
  run(spec: ProgramSpec, batches: readonly Feeds[], weights?: 'current' | 'reference'): Promise<Values[]>;
  /** Adds the gradients of the micro-batches in order and takes one AdamW step. */
  update(
    spec: ProgramSpec,
    batches: readonly Feeds[],
    learningRate: number,
    settings: AdamWSettings,
  ): Promise<UpdateResult>;
  dispose(): Promise<void>;
}

/** Fresh moments for some weights. */
export const freshState = (parameters: Float32Array): OptimizerState => ({
  parameters,
  momentum: new Float32Array(parameters.length),
  variance: new Float32Array(parameters.length),
  updates: 0,
});
