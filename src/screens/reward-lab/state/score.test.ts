import { expect, it } from 'vitest';
import { DEFAULT_TRAINING } from '../../../recipes/reward-training.ts';
import { problemOf } from './score.ts';
import { recipeOf } from './training.ts';

it('names why a text cannot be scored', () => {
  const fine = { prompt: 'def f():', reasoning: '' };
  expect(problemOf(fine, 20, 256)).toBeNull();
  expect(problemOf({ ...fine, prompt: '  \n' }, 3, 256)).toEqual({ kind: 'no-prompt' });
  expect(problemOf({ ...fine, reasoning: 'half \ud83d' }, 3, 256)).toEqual({ kind: 'not-text' });
  expect(problemOf({ ...fine, reasoning: 'whole 😀' }, 3, 256)).toBeNull();
  expect(problemOf(fine, 257, 256)).toEqual({ kind: 'too-long', tokens: 257, most: 256 });
});

it('tells what is unusual about a training', () => {
  expect(recipeOf(DEFAULT_TRAINING)).toBe('pairs, from the policy, 6 per task, 500 steps at 0.001, seed 1');
  expect(
    recipeOf({
      ...DEFAULT_TRAINING,
      objective: 'scores',
      length: 'as-written',
      dimensions: ['logical rigor', 'logical coherence'],
    }),
  ).toMatch(/^single scores.*lengths unbalanced, only logical rigor and logical coherence/);
});
