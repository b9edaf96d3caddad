import { describe, expect, it } from 'vitest';
import { callsToSettle, Tuner } from './tuner.ts';

/** Feeds a tuner calls that take what `cost` says, until it has settled. */
function settle(available: number, batches: number, cost: (workers: number) => number): number {
  const tuner = new Tuner(available);
  for (let call = 0; call < callsToSettle(available); call++) {
    const workers = tuner.choose(batches);
    // The first call compiles.
    tuner.record(workers, batches, call === 0 ? 10_000 : cost(workers));
  }
  expect(tuner.settled).not.toBeNull();
  return tuner.choose(batches);
}

describe('Tuner', () => {
  it('settles on all workers where they help', () => {
    expect(settle(4, 8, (workers) => 100 / workers)).toBe(4);
  });

  it('settles on one where the others only get in the way', () => {
    expect(settle(2, 4, (workers) => 50 * workers)).toBe(1);
  });

  it('finds a middle', () => {
    expect(settle(8, 16, (workers) => Math.abs(workers - 4) + 1)).toBe(4);
  });

  it('finds out when its first measurements were disturbed', () => {
    const tuner = new Tuner(2);
    for (let call = 0; call < 200; call++) {
      const workers = tuner.choose(2);
      tuner.record(workers, 2, call < 10 && workers === 2 ? 900 : 100 / workers);
    }
    expect(tuner.choose(2)).toBe(2);
  });

  it('spends few calls on looking again', () => {
    const tuner = new Tuner(4);
    const used = Array.from({ length: 1000 }, () => {
      const workers = tuner.choose(4);
      tuner.record(workers, 4, 100 / workers);
      return workers;
    });
    expect(used.filter((workers) => workers !== 4).length).toBeLessThan(40);
  });

  it('never asks for more workers than there are micro-batches', () => {
    expect(new Tuner(8).choose(3)).toBe(3);
  });
});
