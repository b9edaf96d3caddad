import { describe, expect, it } from 'vitest';
import { add, embed, gradients, GraphError, input, linear, matmul, reshape, ShapeError } from './index.ts';

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
