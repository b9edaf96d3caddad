import { describe, expect, it } from 'vitest';
import {
  add,
  cast,
  concat,
  embed,
  gradients,
  GraphError,
  input,
  linear,
  matmul,
  reshape,
  select,
  ShapeError,
  softmax,
  sum,
} from './index.ts';

const x = input('x', [2, 3]);
const w = input('w', [4, 3]);

describe('shape errors', () => {
  it('name the operator and both shapes', () => {
    expect(() => matmul(x, w)).toThrow(ShapeError);
    expect(() => matmul(x, w)).toThrow(/matmul: \[2, 3\] and \[4, 3\]/);
    expect(() => add(x, input('b', [2]))).toThrow(/add: \[2, 3\] and \[2\]/);
    expect(() => linear(x, input('v', [4, 5]))).toThrow(/linear: \[2, 3\] and \[4, 5\]/);
    expect(() => reshape(x, [7])).toThrow(/reshape: \[2, 3\] and \[7\]/);
    expect(() => embed(w, x)).toThrow(/embed: expects i32, got f32 \[2, 3\]/);
  });

  it('say that a loss must be a scalar', () => {
    expect(() => gradients(x, [x])).toThrow(GraphError);
  });
});

describe('types', () => {
  const half = input('half', [2, 3], 'f16');
  const ids = input('ids', [2, 3], 'i32');

  it('are not mixed', () => {
    expect(() => add(x, ids)).toThrow(/add: expects f32, got i32 \[2, 3\]/);
    expect(() => concat([x, half], 0)).toThrow(/concat: expects f32, got f16 \[2, 3\]/);
    expect(() => select(cast(ids, 'bool'), x, ids)).toThrow(/select: expects f32, got i32/);
  });

  it('compute nothing in f16', () => {
    for (const compute of [softmax, (t: typeof x) => add(t, 1), (t: typeof x) => sum(t, [0])])
      expect(() => compute(half)).toThrow(/expects f32.*, got f16 \[2, 3\]/);
  });

  it('give what is stored in f16 a gradient in f32', () => {
    const [g] = gradients(sum(cast(half, 'f32'), [0, 1]), [half]);
    expect(g).toMatchObject({ dtype: 'f32', shape: [2, 3] });
  });
});
