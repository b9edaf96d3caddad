/** How fast engines multiply matrices of a model's sizes. */
import type { ModelConfig } from '../model/config.ts';
import type { ProductsSpec } from '../programs/products.ts';
import type { Feeds, ModelHost } from './host.ts';

/** Values of the weights in turn: more than a processor keeps close. */
const WEIGHTS = 16e6;
/** Floating-point operations of a measurement: some tenths of a second. */
const WORK = 6e9;
/** More rows at once change nothing. */
const MOST_ROWS = 256;

/** Rows that stand for so many: what is multiplied at these speeds is measured once. */
export const measuredRows = (rows: number): number => Math.min(rows, MOST_ROWS);

/**
 * Floating-point operations a second of each engine, while all compute.
 * @param host with weights, whatever they are: engines compute nothing without
 * @param rows that are multiplied at once
 */
export async function measureSpeed(
  host: Pick<ModelHost, 'run'>,
  { width, hidden }: Pick<ModelConfig, 'width' | 'hidden'>,
  rows: number,
  engines: number,
): Promise<number> {
  const pair = 2 * width * hidden;
  const pairs = Math.ceil(WEIGHTS / pair);
  const count = measuredRows(rows);
  const once = 2 * count * pair * pairs;
  const rounds = Math.ceil(WORK / once);
  const spec: ProductsSpec = { kind: 'products', rows: count, width, hidden, pairs, rounds };
  // Rows of ones stay what they are.
  const [up, down] = [width, hidden].map((inner) => new Float32Array(width * hidden).fill(1 / inner));
  const feeds: Feeds = {
    rows: new Float32Array(count * width).fill(1),
    ...Object.fromEntries(
      Array.from({ length: pairs }, (_, i) => [
        [`up${i}`, up!],
        [`down${i}`, down!],
      ]).flat(),
    ),
  };
  let seconds = 0;
  // The first time compiles.
  for (let i = 0; i < 2; i++) {
    const start = performance.now();
    await host.run(
      spec,
      Array.from({ length: engines }, () => feeds),
    );
    seconds = (performance.now() - start) / 1000;
  }
  return (rounds * once) / seconds;
}
