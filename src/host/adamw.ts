/** AdamW (Loshchilov & Hutter 2019) with clipping by global norm, over all tensors at once: its settings. */

export interface AdamWSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Decoupled, on every parameter. */
  readonly weightDecay: number;
  /** Gradients with a larger L2 norm are scaled down to it. */
  readonly maxGradNorm: number;
}

export const ADAMW_DEFAULTS: AdamWSettings = {
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay: 0,
  maxGradNorm: 1,
};
