import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../rl/config.ts';
import type { StepRecord } from '../rl/types.ts';
import { RunSignals } from './handle.ts';

const config = { ...DEFAULT_CONFIG, steps: 10 };
const record = (step: number, seconds: number): StepRecord => ({ step, metrics: { step_time: seconds } });

function afterSteps(seconds: readonly number[]): RunSignals {
  const run = new RunSignals(config, 'running');
  seconds.forEach((time, i) => run.apply({ type: 'step', record: record(i + 1, time), rollouts: [] }));
  return run;
}

describe('what a step changes', () => {
  it('tells the time left from the steps left and what the last five took', () => {
    expect(afterSteps([2]).timeLeftMs.value).toBe(9 * 2000);
    expect(afterSteps([100, 1, 1, 1, 1, 1]).timeLeftMs.value).toBe(4 * 1000);
    expect(afterSteps(Array.from({ length: 10 }, () => 1)).timeLeftMs.value).toBe(0);
  });

  it('leaves what was shown before as it was', () => {
    const run = afterSteps([1]);
    const before = run.steps.value;
    run.apply({ type: 'step', record: record(2, 1), rollouts: [] });
    expect([before.length, run.steps.value.length]).toEqual([1, 2]);
  });
});

it('keeps the last duration of each phase until it has another', () => {
  const run = new RunSignals(config, 'running');
  const phase = (name: 'sample' | 'update', ms?: number): void =>
    run.apply({ type: 'phase', step: 1, phase: name, state: 'end', ...(ms === undefined ? {} : { ms }) });
  phase('sample', 7);
  phase('update', 3);
  phase('sample');
  expect(run.phase.value).toEqual({
    step: 1,
    phase: 'sample',
    state: 'end',
    lastMs: { sample: 7, update: 3 },
    found: null,
  });
});
