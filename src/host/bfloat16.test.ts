import { describe, expect, it } from 'vitest';
import { packBfloat16 } from './bfloat16.ts';

describe('bfloat16', () => {
  it('is the upper halves of values, two a word', () => {
    const words = packBfloat16(Float32Array.of(1, -2, 0.5))!;
    expect([...new Uint32Array(words.buffer)]).toEqual([0xc000_3f80, 0x0000_3f00]);
    expect(packBfloat16(new Float32Array())).toEqual(new Int32Array());
  });

  it('keeps what float32 has beside numbers, and a view of a larger vector', () => {
    const all = Float32Array.of(7, -0, Infinity, NaN, 2 ** -126, 9);
    const words = new Uint32Array(packBfloat16(all.subarray(1, 5))!.buffer);
    expect([...words]).toEqual([0x7f80_8000, 0x0080_7fc0]);
  });

  it('rounds nothing: values with more bits are left alone', () => {
    expect(packBfloat16(Float32Array.of(1, 1 + 2 ** -8))).toBeNull();
    expect(packBfloat16(Float32Array.of(1, 1 + 2 ** -7))).not.toBeNull();
    expect(packBfloat16(Float32Array.of(Math.fround(0.1)))).toBeNull();
  });
});
