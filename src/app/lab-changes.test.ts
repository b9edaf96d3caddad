import { describe, expect, it } from 'vitest';
import type { StepRecord } from '../rl/types.ts';
import type { LabState } from './controller-types.ts';
import { afterEvent, differences, recordsUpTo } from './lab-changes.ts';
import { configOf, initialState } from './lab-state.ts';

const start = initialState('wasm');
const config = configOf({ ...start.settings, steps: 10 });
const record = (step: number, seconds: number): StepRecord => ({ step, metrics: { step_time: seconds } });

const afterSteps = (seconds: readonly number[]): LabState =>
  seconds.reduce<LabState>(
    (state, time, i) => ({
      ...state,
      ...afterEvent(state, { type: 'step', record: record(i + 1, time), rollouts: [] }, new Map()),
    }),
    { ...start, config },
  );

describe('what a step changes', () => {
  it('tells the time left from the steps left and what the last five took', () => {
    expect(afterSteps([2]).timeLeftMs).toBe(9 * 2000);
    expect(afterSteps([100, 1, 1, 1, 1, 1]).timeLeftMs).toBe(4 * 1000);
    expect(afterSteps(Array.from({ length: 10 }, () => 1)).timeLeftMs).toBe(0);
  });

  it('leaves the state before it as it was', () => {
    const before = afterSteps([1]);
    const after = afterEvent(before, { type: 'step', record: record(2, 1), rollouts: [] }, new Map());
    expect(before.steps).toHaveLength(1);
    expect(after.steps).toHaveLength(2);
  });
});

it('keeps the last duration of each phase until it has another', () => {
  const phase = (name: 'sample' | 'update', ms?: number) =>
    ({ type: 'phase', step: 1, phase: name, state: 'end', ...(ms === undefined ? {} : { ms }) }) as const;
  const first = { ...start, ...afterEvent(start, phase('sample', 7), new Map()) };
  const second = { ...first, ...afterEvent(first, phase('update', 3), new Map()) };
  const third = { ...second, ...afterEvent(second, phase('sample'), new Map()) };
  expect(third.phase).toEqual({ step: 1, phase: 'sample', state: 'end', lastMs: { sample: 7, update: 3 } });
});

it('names the settings that the run at hand does not have', () => {
  expect(differences(start.settings, null)).toEqual([]);
  expect(differences({ ...start.settings, steps: 10 }, config)).toEqual([]);
  expect(differences({ ...start.settings, steps: 10, seed: 99 }, config)).toEqual(['seed']);
});

it('goes on from the records of the last checkpoint', () => {
  const evals = [0, 2, 4].map((step) => ({ step, metrics: {} }));
  const steps = [1, 2, 3].map((step) => record(step, 1));
  expect(recordsUpTo(2, { steps, evals })).toEqual({ steps: steps.slice(0, 2), evals: evals.slice(0, 2) });
});
