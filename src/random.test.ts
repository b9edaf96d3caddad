import { describe, expect, it } from 'vitest';
import { philox, Random } from './random.ts';

describe('philox', () => {
  it('gives the known answers of the Random123 distribution', () => {
    const hex = (words: readonly number[]) => words.map((word) => word.toString(16).padStart(8, '0'));
    expect(hex(philox([0, 0, 0, 0], [0, 0]))).toEqual(['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']);
    const ones = 0xffffffff;
    expect(hex(philox([ones, ones, ones, ones], [ones, ones]))).toEqual([
      '408f276d',
      '41c83b0e',
      'a20bc7c6',
      '6d5451fd',
    ]);
  });
});

describe('Random', () => {
  it('depends on seed, step and purpose, and on nothing else', () => {
    const draw = (seed: number, step: number, purpose: string) => {
      const random = new Random(seed, step, purpose);
      return Array.from({ length: 8 }, () => random.bits());
    };
    expect(draw(1, 2, 'a')).toEqual(draw(1, 2, 'a'));
    for (const other of [draw(2, 2, 'a'), draw(1, 3, 'a'), draw(1, 2, 'b')])
      expect(other).not.toEqual(draw(1, 2, 'a'));
  });

  it('passes over as many draws as it is told, from wherever it is', () => {
    const from = (before: number, skipped: number) => {
      const random = new Random(3, 1, 'skip');
      for (let i = 0; i < before; i++) random.bits();
      return random.skip(skipped).bits();
    };
    const all = new Random(3, 1, 'skip');
    const bits = Array.from({ length: 40 }, () => all.bits());
    for (let before = 0; before < 9; before++)
      for (let skipped = 0; skipped < 30; skipped++)
        expect(from(before, skipped)).toBe(bits[before + skipped]);
  });

  it('is uniform and normal to within sampling error', () => {
    const random = new Random(7, 0, 'test');
    const n = 40_000;
    let uniform = 0;
    let normal = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      uniform += random.uniform();
      const z = random.normal();
      normal += z;
      squares += z * z;
    }
    expect(Math.abs(uniform / n - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(normal / n)).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(squares / n - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
  });

  it('shuffles without losing anything', () => {
    const items = Array.from({ length: 50 }, (_, i) => i);
    const shuffled = new Random(1, 0, 'shuffle').shuffle(items);
    expect(shuffled).not.toEqual(items);
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(items);
  });
});
