import { describe, expect, it } from 'vitest';
import { compact, decimal, duration, grouped, percent, rate, signed } from './format.ts';

describe('numbers as printed', () => {
  it('uses a true minus and never prints minus zero', () => {
    expect(decimal(-1.256)).toBe('−1.26');
    expect(decimal(-0.001)).toBe('0.00');
    expect(signed(0.456)).toBe('+0.46');
    expect(signed(-0.004)).toBe('0.00');
    expect(signed(0.004)).toBe('0.00');
  });

  it('keeps three digits or so of any size', () => {
    expect([0, 0.00042, 0.0123, 1.234, 56.78, 1234.5, 250000].map(compact)).toEqual([
      '0',
      '4.2e−4',
      '0.012',
      '1.23',
      '56.8',
      '1235',
      '2.5e+5',
    ]);
  });

  it('writes rates so that they read back', () => {
    for (const value of [1e-4, 3e-4, 0.01, 0.00015, 1]) expect(Number(rate(value))).toBe(value);
    expect(rate(1e-4)).toBe('1e-4');
    expect(rate(0.01)).toBe('0.01');
  });

  it('rounds shares and durations', () => {
    expect(grouped(12345)).toBe('12,345');
    expect(percent(0.126)).toBe('13 %');
    expect([0.2, 430, 2140, 9960, 59_600, 200_000, 3_720_000].map(duration)).toEqual([
      '<1 ms',
      '430 ms',
      '2.1 s',
      '10 s',
      '1 min 0 s',
      '3 min 20 s',
      '1 h 2 min',
    ]);
  });
});
