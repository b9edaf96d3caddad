import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Shared, SharedByKey } from './shared.ts';

/** Opens numbers, and notes which were closed. */
function numbers(idleMs?: number) {
  let opened = 0;
  const closed: number[] = [];
  const shared = new Shared<number>({
    open: async () => ++opened,
    close: (value) => void closed.push(value),
    ...(idleMs === undefined ? {} : { idleMs }),
  });
  return { shared, closed, opened: () => opened };
}

const settle = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await Promise.resolve();
};

describe('a shared thing', () => {
  it('is opened at its first use, once for all', async () => {
    const { shared, opened } = numbers();
    expect(opened()).toBe(0);
    expect(await Promise.all([shared.get(), shared.get(), shared.use(async (value) => value)])).toEqual([
      1, 1, 1,
    ]);
  });

  it('is tried again after an opening that failed', async () => {
    let tries = 0;
    const shared = new Shared({
      open: async () => {
        if (tries++ === 0) throw new Error('A file is missing.');
        return tries;
      },
    });
    await expect(shared.get()).rejects.toThrow('missing');
    expect(await shared.get()).toBe(2);
  });

  it('is closed once, and opened anew afterwards', async () => {
    const { shared, closed } = numbers();
    await shared.get();
    shared.close();
    shared.close();
    await settle();
    expect(closed).toEqual([1]);
    expect(await shared.get()).toBe(2);
  });

  it('is closed when it arrives, where nobody wants it any more', async () => {
    let arrive: (value: string) => void = () => {};
    let told: AbortSignal | null = null;
    const closed: string[] = [];
    const shared = new Shared<string>({
      open: (signal) => {
        told = signal;
        return new Promise((resolve) => (arrive = resolve));
      },
      close: (value) => void closed.push(value),
    });
    const waiting = shared.get();
    shared.close();
    expect(told!.aborted).toBe(true);
    arrive('late');
    expect(await waiting).toBe('late');
    await settle();
    expect(closed).toEqual(['late']);
  });

  it('that is retired stays with those who have it', async () => {
    const { shared, closed } = numbers();
    let done: () => void = () => {};
    const first = shared.use(async (value) => {
      await new Promise<void>((resolve) => (done = resolve));
      return value;
    });
    await settle();
    shared.retire();
    expect(await shared.use(async (value) => value)).toBe(2);
    expect(closed).toEqual([]);
    done();
    expect(await first).toBe(1);
    await settle();
    expect(closed).toEqual([1]);
  });

  it('is forgotten when it ended by itself', async () => {
    const { shared, closed } = numbers();
    shared.ended(await shared.get());
    await settle();
    expect(await shared.get()).toBe(2);
    expect(closed).toEqual([]);
  });
});

describe('a thing that may be idle', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is closed after a while without users, never while it has one', async () => {
    const { shared, closed } = numbers(1000);
    let done: () => void = () => {};
    const work = shared.use(() => new Promise<void>((resolve) => (done = resolve)));
    await vi.advanceTimersByTimeAsync(5000);
    expect(closed).toEqual([]);
    done();
    await work;
    await vi.advanceTimersByTimeAsync(999);
    await shared.use(async () => {});
    await vi.advanceTimersByTimeAsync(999);
    expect(closed).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(closed).toEqual([1]);
  });
});

describe('the latest of its kind', () => {
  it('stays while its key does, and makes way for another', async () => {
    const closed: string[] = [];
    const latest = new SharedByKey<{ readonly device: string }, string>(
      async ({ device }) => `on ${device}`,
      (value) => void closed.push(value),
    );
    expect(await latest.get({ device: 'wasm' })).toBe('on wasm');
    expect(await latest.get({ device: 'wasm' })).toBe('on wasm');
    expect(await latest.get({ device: 'webgpu' })).toBe('on webgpu');
    await settle();
    expect(closed).toEqual(['on wasm']);
  });
});
