import type { AdamWSettings } from './adamw.ts';

export interface Moments {
  readonly parameters: Float32Array;
  readonly momentum: Float32Array;
  readonly variance: Float32Array;
}

/**
 * The AdamW of `adamw.ts`, in place on host arrays: where weights live in host memory, one pass over them costs less
 * than a dozen element-wise kernels and the copies around them.
 * @param step updates including this one, from 1
 * @returns the gradient's L2 norm before clipping
 */
export function adamwInPlace(
  { parameters, momentum, variance }: Moments,
  gradient: Float32Array,
  step: number,
  learningRate: number,
  { beta1, beta2, epsilon, weightDecay, maxGradNorm }: AdamWSettings,
): number {
  const n = parameters.length;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += gradient[i]! * gradient[i]!;
  const norm = Math.sqrt(squares);
  const scale = Math.min(1, maxGradNorm / (norm + 1e-6));
  const stepSize = learningRate / (1 - beta1 ** step);
  const spread = 1 / Math.sqrt(1 - beta2 ** step);
  const keep = 1 - learningRate * weightDecay;
  for (let i = 0; i < n; i++) {
    const g = gradient[i]! * scale;
    const m = beta1 * momentum[i]! + (1 - beta1) * g;
    const v = beta2 * variance[i]! + (1 - beta2) * g * g;
    momentum[i] = m;
    variance[i] = v;
    parameters[i] = keep * parameters[i]! - (stepSize * m) / (Math.sqrt(v) * spread + epsilon);
  }
  return norm;
}
