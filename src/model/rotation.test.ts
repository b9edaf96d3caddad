import { describe, expect, it } from 'vitest';
import { ropeFrequencies, type RopeScaling } from './rotation.ts';

const THETA = 500_000;
const LLAMA3: RopeScaling = {
  type: 'llama3',
  factor: 8,
  lowFrequencyFactor: 1,
  highFrequencyFactor: 4,
  originalPositions: 8192,
};

/** `ROPE_INIT_FUNCTIONS['llama3']` of transformers 5.10.4 for heads of 128 values, by their place. */
const FROM_TRANSFORMERS = [
  [0, 1],
  [1, 0.814617217],
  [20, 0.0165604409],
  [28, 0.00321144611],
  [29, 0.00216657063],
  [30, 0.00137189368],
  [31, 0.00085675146],
  [32, 0.000524846022],
  [33, 0.00031269365],
  [34, 0.000178507791],
  [35, 9.55621217e-5],
  [36, 7.78465546e-5],
  [50, 4.41153452e-6],
  [63, 3.06892588e-7],
] as const;

describe('ropeFrequencies', () => {
  const plain = ropeFrequencies(64, THETA);

  it('fall from 1 by equal ratios', () => {
    expect(plain[0]).toBe(1);
    for (const [i, frequency] of plain.entries()) expect(frequency).toBeCloseTo(THETA ** ((-2 * i) / 64), 12);
  });

  it('are divided alike by linear scaling', () => {
    const scaled = ropeFrequencies(64, THETA, { type: 'linear', factor: 4 });
    expect(scaled).toEqual(plain.map((frequency) => frequency / 4));
  });

  it('are those that transformers computes for Llama 3.1', () => {
    const scaled = ropeFrequencies(128, THETA, LLAMA3);
    for (const [i, expected] of FROM_TRANSFORMERS) expect(scaled[i]! / expected - 1).toBeCloseTo(0, 6);
  });

  it('fall throughout: short waves keep theirs, long ones go on where those between end', () => {
    const scaled = ropeFrequencies(128, THETA, LLAMA3);
    const unscaled = ropeFrequencies(128, THETA);
    const ratios = scaled.map((frequency, i) => frequency / unscaled[i]!);
    expect(ratios[0]).toBe(1);
    expect(ratios.at(-1)).toBe(1 / 8);
    expect(ratios.filter((ratio) => ratio > 1 / 8 && ratio < 1).length).toBeGreaterThan(3);
    expect(ratios.every((ratio, i) => i === 0 || ratio <= ratios[i - 1]!)).toBe(true);
  });
});
