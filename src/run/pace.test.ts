import { describe, expect, it } from 'vitest';
import { PhasePace } from './pace.ts';

const never = new AbortController().signal;

/** Whether a phase that asks now begins without anything more. */
async function begins(pace: PhasePace, signal = never): Promise<boolean> {
  let begun = false;
  void pace.before(signal).then(
    () => (begun = true),
    () => {},
  );
  for (let i = 0; i < 5; i++) await Promise.resolve();
  return begun;
}

describe('the pace of phases', () => {
  it('lets as many begin as were allowed', async () => {
    const pace = new PhasePace();
    pace.allow(2);
    expect([await begins(pace), await begins(pace), await begins(pace)]).toEqual([true, true, false]);
  });

  it('holds the next phase where one was let go and holding was asked for at once', async () => {
    const pace = new PhasePace();
    pace.allow(0);
    const first = pace.before(never);
    pace.allow(1);
    pace.allow(0);
    await first;
    expect(pace.holds).toBe(true);
    expect(await begins(pace)).toBe(false);
  });

  it('counts the phase that waited', async () => {
    const pace = new PhasePace();
    pace.allow(0);
    const first = pace.before(never);
    pace.allow(2);
    await first;
    expect([await begins(pace), await begins(pace)]).toEqual([true, false]);
  });

  it('ends the waiting with the reason of an abort, and holds whoever asks next', async () => {
    const pace = new PhasePace();
    pace.allow(0);
    const abort = new AbortController();
    const waiting = pace.before(abort.signal);
    abort.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    await expect(pace.before(abort.signal)).rejects.toThrow('stopped');
    expect(await begins(pace)).toBe(false);
  });
});
