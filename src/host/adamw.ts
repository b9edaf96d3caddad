/** AdamW (Loshchilov & Hutter 2019) with clipping by global norm, over all tensors at once, as one graph. */
import {
  add,
  concat,
  div,
  input,
  minimum,
  mul,
  reshape,
  sizeOf,
  split,
  sqrt,
  sub,
  sum,
  type Tensor,
} from '../graph/index.ts';
import type { ParameterSlot } from '../model/parameters.ts';

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

/** Tensors laid side by side, as one flat vector. */
export const flatten = (tensors: readonly Tensor[]): Tensor =>
  concat(
    tensors.map((tensor) => reshape(tensor, [sizeOf(tensor.shape)])),
    0,
  );

/** The output that holds the next value of a tensor. */
export const nextName = (name: string): string => `next ${name}`;

/**
 * Inputs: each tensor by its name; `gradient`, `momentum`, `variance` of all, flat; `learningRate`, `correction1` =
 * 1 − β₁ᵗ and `correction2` = 1 − β₂ᵗ, all []. Outputs: each tensor under its {@link nextName}, `nextMomentum`,
 * `nextVariance`, and the gradient's `norm` before clipping.
 */
export function buildAdamW(
  slots: readonly ParameterSlot[],
  settings: AdamWSettings,
): Readonly<Record<string, Tensor>> {
  const { beta1, beta2, epsilon, weightDecay, maxGradNorm } = settings;
  const sizes = slots.map(({ shape }) => sizeOf(shape));
  const n = sizes.reduce((a, b) => a + b, 0);
  const parameters = flatten(slots.map(({ name, shape }) => input(name, shape)));
  const [gradient, momentum, variance] = ['gradient', 'momentum', 'variance'].map((name) =>
    input(name, [n]),
  ) as [Tensor, Tensor, Tensor];
  const [rate, correction1, correction2] = ['learningRate', 'correction1', 'correction2'].map((name) =>
    input(name, []),
  ) as [Tensor, Tensor, Tensor];
  const norm = sqrt(sum(mul(gradient, gradient), [0]));
  const clipped = mul(gradient, minimum(div(maxGradNorm, add(norm, 1e-6)), 1));
  const nextMomentum = add(mul(momentum, beta1), mul(clipped, 1 - beta1));
  const nextVariance = add(mul(variance, beta2), mul(mul(clipped, clipped), 1 - beta2));
  const direction = div(nextMomentum, add(mul(sqrt(nextVariance), div(1, sqrt(correction2))), epsilon));
  const decayed = mul(parameters, sub(1, mul(rate, weightDecay)));
  const next = split(sub(decayed, mul(direction, div(rate, correction1))), 0, sizes);
  return {
    ...Object.fromEntries(slots.map(({ name, shape }, i) => [nextName(name), reshape(next[i]!, shape)])),
    nextMomentum,
    nextVariance,
    norm,
  };
}

/** The scalar inputs of {@link buildAdamW} at the t-th update, counted from 1. */
export function adamwScalars(
  step: number,
  learningRate: number,
  { beta1, beta2 }: AdamWSettings,
): Record<string, Float32Array> {
  return {
    learningRate: Float32Array.of(learningRate),
    correction1: Float32Array.of(1 - beta1 ** step),
    correction2: Float32Array.of(1 - beta2 ** step),
  };
}
