import { expect, it } from 'vitest';
import { checkpoint, gradients, hasCheckpoints, input, inputsOf, mul, Preparation, sum } from './index.ts';
import { emitOnnx } from './onnx/index.ts';
import { nodesBehind } from './order.ts';

it('walks into the depth, and comes to each node once, after all that it reads', () => {
  const [x, y] = [input('x', [1]), input('y', [1])];
  const product = mul(x, y);
  const order = nodesBehind([mul(product, mul(y, product))]);
  expect(order.map(({ operator, attributes }) => attributes['name'] ?? operator.name)).toEqual([
    'x',
    'y',
    'mul',
    'mul',
    'mul',
  ]);
});

it('is no deeper than an engine allows, however deep the graph is', () => {
  const DEPTH = 4000;
  const x = input('x', [1]);
  let y = x;
  for (let i = 0; i < DEPTH; i++) y = mul(y, x);
  const [gradient] = gradients(sum(checkpoint(y), [0]), [x]);
  expect(Object.keys(inputsOf([gradient!]))).toEqual(['x']);
  expect(emitOnnx({ y }, 'wasm').nodes.length).toBeGreaterThanOrEqual(DEPTH);
  expect(hasCheckpoints({ gradient: gradient! })).toBe(true);
  expect(new Preparation(() => false).rest({ y })).toEqual({ y });
});
