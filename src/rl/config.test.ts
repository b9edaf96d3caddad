import { describe, expect, it } from 'vitest';
import { ConfigError, DEFAULT_CONFIG, parseConfig } from './config.ts';

describe('parseConfig', () => {
  it('fills in the defaults and keeps what is given', () => {
    expect(parseConfig({})).toEqual(DEFAULT_CONFIG);
    expect(parseConfig({ gate: 'outcome', steps: 3 })).toEqual({
      ...DEFAULT_CONFIG,
      gate: 'outcome',
      steps: 3,
    });
    expect(parseConfig(DEFAULT_CONFIG)).toEqual(DEFAULT_CONFIG);
  });

  it.each<[object, RegExp]>([
    [{ groupSize: 1 }, /^groupSize must be at least 2, because .* not 1\.$/],
    [{ gate: 'wide' }, /gate must be one of posterior, ungated, outcome, not "wide"/],
    [{ tasks: 'easy' }, /tasks must be one of starter, hard, not "easy"/],
    [{ learningRate: 0 }, /learningRate must be above 0/],
    [{ learningRate: NaN }, /learningRate must be a number/],
    [{ temperature: 0 }, /temperature must be at least 0\.01/],
    [{ clipLow: 1.5 }, /clipLow must be at most 1/],
    [{ steps: 2.5 }, /steps must be a whole number, not 2\.5/],
    [{ steps: '10' }, /steps must be a number, not "10"/],
    [{ seed: -1 }, /seed must not be negative/],
    [{ maxGradNorm: Infinity }, /maxGradNorm must be finite/],
    [{ 'group-size': 4 }, /no setting “group-size”\. Did you mean groupSize\?/],
    [{ frobnicate: 1 }, /no setting “frobnicate”\. The settings are preset, gate/],
  ])('refuses %j', (input, message) => {
    expect(() => parseConfig(input)).toThrow(ConfigError);
    expect(() => parseConfig(input)).toThrow(message);
  });

  it('names every fault at once', () => {
    expect(() => parseConfig({ groupSize: 0, beta: -1 })).toThrow(/groupSize .* beta must not be negative/);
    expect(() => parseConfig(null)).toThrow(/must be an object/);
  });
});
