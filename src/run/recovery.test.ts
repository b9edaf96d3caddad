import { describe, expect, it } from 'vitest';
import { recoveryFrom } from './recovery.ts';

const error = (name: string): Error => Object.assign(new Error('what happened'), { name });
const lost = error('DeviceLostError');

describe('recovery from an error', () => {
  it('resumes on the same device once, then without a GPU, then gives up', () => {
    expect(recoveryFrom(lost, 0)).toEqual({ kind: 'resume', onWasm: false, losses: 1 });
    expect(recoveryFrom(lost, 1)).toEqual({ kind: 'resume', onWasm: true, losses: 2 });
    expect(recoveryFrom(lost, 2)).toEqual({ kind: 'resume', onWasm: true, losses: 3 });
    expect(recoveryFrom(lost, 3)).toEqual({ kind: 'give up' });
  });

  it('takes a worker that stopped for a lost device', () => {
    expect(recoveryFrom(error('WorkerStoppedError'), 0).kind).toBe('resume');
  });

  it('takes a device that is not offered for lost only after a loss', () => {
    expect(recoveryFrom(error('DeviceError'), 0)).toEqual({ kind: 'give up' });
    expect(recoveryFrom(error('DeviceError'), 1)).toEqual({ kind: 'resume', onWasm: true, losses: 2 });
  });

  it('gives up on everything else', () => {
    expect(recoveryFrom(error('QuotaExceededError'), 1)).toEqual({ kind: 'give up' });
    expect(recoveryFrom('no error at all', 1)).toEqual({ kind: 'give up' });
  });
});
