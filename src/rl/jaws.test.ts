import { expect, it } from 'vitest';
import { gapOf, jawsOf } from './jaws.ts';

const steps = [1, 2, 3].map((step) => ({
  step,
  metrics: {
    'rewards/thinking/mean': step / 10,
    ...(step > 1 ? { 'thinking/mean_given_pass': 0.5 } : {}),
  },
}));

it('has held-out pass@1 between evaluations, and a gap where both are known', () => {
  const evals = [0, 2].map((step) => ({ step, metrics: { 'eval/pass@1': step / 4 } }));
  const jaws = jawsOf(steps, evals, 0);
  expect(jaws).toEqual({
    x: [1, 2, 3],
    thinking: [0.1, 0.2, 0.3],
    heldOut: [0.25, 0.5, null],
    pass: [null, 0.5, 0.5],
    fail: [null, null, null],
  });
  expect(gapOf(jaws)).toEqual([0.1, 0.2, null]);
});

it('smooths R_t alone', () => {
  const jaws = jawsOf(steps, [], 0.5);
  expect(jaws.thinking).toEqual([0.1, expect.closeTo(0.15, 12), expect.closeTo(0.225, 12)]);
  expect(jaws.heldOut).toEqual([null, null, null]);
});
