import { sum } from './broadcast.ts';
import { mul } from './elementwise.ts';
import { sizeOf, type Tensor } from './tensor.ts';

/** Mean over the given axes. */
export function mean(x: Tensor, axes: readonly number[], keepDims = false): Tensor {
  const total = sum(x, axes, keepDims);
  return mul(total, sizeOf(total.shape) / sizeOf(x.shape));
}
