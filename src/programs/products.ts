/** Matrix products of a model's sizes and nothing else, by which the speed of a device is measured. */
import { input, linear, loop, scalar, sum, type Tensor } from '../graph/index.ts';
import type { Outputs } from '../runtime/runtime.ts';
import type { ProgramSpec } from './spec.ts';

export interface ProductsSpec extends ProgramSpec {
  readonly kind: 'products';
  readonly rows: number;
  readonly width: number;
  readonly hidden: number;
  /** Pairs of weights, each of memory of its own. */
  readonly pairs: number;
  /** Times that the rows go through all of them. */
  readonly rounds: number;
}

/** Inputs: `rows` [rows, width], and of each pair `up0` [hidden, width] and `down0` [width, hidden]. Output: `total` []. */
export function buildProducts({ rows, width, hidden, pairs, rounds }: ProductsSpec): Outputs {
  const weights = Array.from({ length: pairs }, (_, i) => ({
    up: input(`up${i}`, [hidden, width]),
    down: input(`down${i}`, [width, hidden]),
  }));
  const through = (start: Tensor): Tensor =>
    weights.reduce((x, { up, down }) => linear(linear(x, up), down), start);
  const always = scalar(1, 'bool');
  const [last] = loop(rounds, always, [input('rows', [rows, width])], (_, [x]) => ({
    goOn: always,
    carried: [through(x!)],
  }));
  return { total: sum(last!, [0, 1]) };
}
