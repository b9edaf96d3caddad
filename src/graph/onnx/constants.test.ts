import { describe, expect, it } from 'vitest';
import { add, constant, input, scalar } from '../index.ts';
import { ConstantPool } from './constants.ts';
import { emitOnnx } from './index.ts';

describe('ConstantPool', () => {
  it.each([
    ['its own hash', new ConstantPool()],
    ['a hash that is always the same', new ConstantPool(() => 7)],
  ])('knows equal content from different content, with %s', (_, pool) => {
    const id = (...args: Parameters<ConstantPool['intern']>) => pool.intern(...args).id;
    const first = id('f32', [2, 2], [1, 2, 3, 4]);
    expect(id('f32', [2, 2], [1, 2, 3, 4])).toBe(first);
    expect(id('f32', [2, 2], Float32Array.of(1, 2, 3, 4))).toBe(first);
    expect(id('f32', [2, 2], Float64Array.of(1, 2, 3, 4))).toBe(first);
    const others = [
      id('f32', [2, 2], [1, 2, 3, 5]),
      id('f32', [2, 2], [4, 3, 2, 1]),
      id('f32', [4], [1, 2, 3, 4]),
      id('i32', [2, 2], [1, 2, 3, 4]),
      id('i64', [2, 2], [1, 2, 3, 4]),
      id('bool', [4], [1, 0, 1, 0]),
      id('f32', [], [0]),
      id('f32', [], [-0]),
      id('f32', [], [NaN]),
    ];
    expect(new Set([first, ...others]).size).toBe(1 + others.length);
    expect(id('f32', [], [NaN])).toBe(others.at(-1));
  });
});

describe('constants of a graph', () => {
  const x = input('x', [64, 64]);
  const mask = (last: number) => {
    const data = new Float32Array(64 * 64);
    data[data.length - 1] = last;
    return constant([64, 64], data);
  };
  const initializers = (...masks: readonly ReturnType<typeof mask>[]) =>
    emitOnnx({ y: masks.reduce((sum, m) => add(sum, m), x) }, 'wasm').initializers;

  it('are written once where they are equal, and only there', () => {
    expect(initializers(mask(1), mask(1))).toHaveLength(1);
    expect(initializers(mask(1), mask(2))).toHaveLength(2);
    expect(
      initializers(
        mask(1),
        constant(
          [64, 64],
          Array.from({ length: 64 * 64 }, () => 0),
        ),
      ),
    ).toHaveLength(2);
  });

  it('need not be made of arrays of numbers, and keep their values', () => {
    const [stored] = initializers(mask(3));
    expect(stored!.data.at(-1)).toBe(3);
    const y = add(input('i', [], 'i32'), scalar(4, 'i32'));
    expect(emitOnnx({ y }, 'wasm').initializers[0]!.data).toEqual(Int32Array.of(4));
  });
});
