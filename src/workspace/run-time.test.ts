import { describe, expect, it } from 'vitest';
import { timeSentence } from './run-time.ts';

describe('the time of a step', () => {
  it('is told in seconds, part by part', () => {
    expect(timeSentence({ sample: 34.2, score: 1.5, update: 72.4 })).toBe(
      'A step will take about 108 s on this machine where completions are as long as they may be: 34 s to sample them and 74 s to learn from them.',
    );
    expect(timeSentence({ sample: 0.51, score: 0.1, update: 9.35 })).toMatch(
      /about 10 s .*: 0\.5 s .* 9\.4 s/,
    );
  });
});
