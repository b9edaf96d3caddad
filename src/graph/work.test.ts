import { describe, expect, it } from 'vitest';
import { add, exp, gradients, input, linear, loop, matmul, scalar, sum } from './index.ts';
import { productFlops } from './work.ts';

describe('the arithmetic of a graph', () => {
  const [x, weight] = [input('x', [2, 3, 5]), input('w', [7, 5])];

  it('is two operations for each multiplication of its products', () => {
    expect(productFlops([exp(add(x, x))])).toBe(0);
    expect(productFlops([linear(x, weight)])).toBe(2 * 6 * 7 * 5);
    const [a, b] = [input('a', [4, 5, 3]), input('b', [4, 7, 5])];
    expect(productFlops([matmul(a, b, { transA: true, transB: true })])).toBe(2 * 4 * 3 * 7 * 5);
  });

  it('counts what several outputs read once, and the products of a gradient', () => {
    const y = linear(x, weight);
    const one = productFlops([y]);
    expect(productFlops([y, exp(y), y])).toBe(one);
    expect(productFlops(gradients(sum(exp(y), [0, 1, 2]), [x, weight]))).toBe(3 * one);
  });

  it('counts a loop’s steps as often as they may run, and what they read from outside once', () => {
    const square = input('square', [5, 5]);
    const outer = linear(x, square);
    const always = scalar(1, 'bool');
    const [last] = loop(11, always, [x], (_, [carried]) => ({
      goOn: always,
      carried: [add(linear(carried!, square), outer)],
    }));
    expect(productFlops([last!])).toBe((11 + 1) * 2 * 6 * 5 * 5);
  });
});
