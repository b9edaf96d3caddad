import { describe, expect, it } from 'vitest';
import { fromFloat16, toFloat16 } from './float16.ts';

/** The value of a pattern as IEEE 754 states it. */
function valueOf(pattern: number): number {
  const sign = pattern & 0x8000 ? -1 : 1;
  const exponent = (pattern >> 10) & 31;
  const fraction = pattern & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const half = (value: number): number => toFloat16(Float32Array.of(value))[0]!;
/** The float32 next to a positive one. */
function next(value: number, by: number): number {
  const pattern = new Uint32Array(Float32Array.of(value).buffer);
  pattern[0]! += by;
  return new Float32Array(pattern.buffer)[0]!;
}

describe('float16', () => {
  const all = Uint16Array.from({ length: 65536 }, (_, i) => i);

  it('has the value of every pattern, and finds its pattern again', () => {
    const values = fromFloat16(all);
    expect(all.findLast((i) => !Object.is(values[i], valueOf(i)))).toBeUndefined();
    const again = toFloat16(values);
    expect(all.find((i) => again[i] !== i && !Number.isNaN(values[i]))).toBeUndefined();
    expect(Number.isNaN(fromFloat16(Uint16Array.of(half(NaN)))[0])).toBe(true);
  });

  it('rounds to the nearest, ties to even, subnormals included', () => {
    const wrong: number[] = [];
    for (let low = 0; low < 0x7c00; low++) {
      // Beyond the largest half, 65504, comes infinity, as if it were 65536.
      const middle = (valueOf(low) + (low === 0x7bff ? 65536 : valueOf(low + 1))) / 2;
      const even = low % 2 === 0 ? low : low + 1;
      const found = [half(next(middle, -1)), half(middle), half(next(middle, 1)), half(-middle)];
      if (found.join() !== [low, even, low + 1, even | 0x8000].join()) wrong.push(low);
    }
    expect(wrong).toEqual([]);
  });

  it('takes what is out of range to zero or infinity, with its sign', () => {
    expect([1e30, Infinity, -1e6, 1e-30, -1e-30, -0].map(half)).toEqual([
      0x7c00, 0x7c00, 0xfc00, 0, 0x8000, 0x8000,
    ]);
  });

  it('reads a part of a larger array', () => {
    const whole = Float32Array.of(1, 2, 3, 4);
    expect([...fromFloat16(toFloat16(whole.subarray(1, 3)))]).toEqual([2, 3]);
  });
});
