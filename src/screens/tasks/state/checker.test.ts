import { describe, expect, it } from 'vitest';
import { createChecker } from './checker.ts';

/** A check that ends when the test says so, and a clock that the test moves. */
function bench() {
  const pending: {
    text: string;
    signal: AbortSignal;
    end: (result: string) => void;
    fail: (error: Error) => void;
  }[] = [];
  const timers = new Set<() => void>();
  const heard: string[] = [];
  const checker = createChecker<string, string>({
    check: (text, signal) => new Promise((end, fail) => void pending.push({ text, signal, end, fail })),
    later(work) {
      timers.add(work);
      return () => void timers.delete(work);
    },
  });
  return {
    checker,
    pending,
    heard,
    ask: (text: string) => checker.ask(text, 1, (result) => void heard.push(result)),
    pause() {
      const due = [...timers];
      timers.clear();
      for (const work of due) work();
    },
    settled: () => new Promise((resolve) => setTimeout(resolve)),
  };
}

describe('a check while one types', () => {
  it('waits for a pause, and is of the last text alone', async () => {
    const { checker, pending, heard, ask, pause, settled } = bench();
    ask('a');
    ask('ab');
    expect([checker.state.value.kind, pending.length]).toEqual(['waiting', 0]);
    pause();
    expect(pending.map(({ text }) => text)).toEqual(['ab']);
    pending[0]!.end('right');
    await settled();
    expect(checker.state.value).toEqual({ kind: 'done', result: 'right' });
    expect(heard).toEqual(['right']);
  });

  it('is ended by the next key, and what it comes to is not heard', async () => {
    const { checker, pending, heard, ask, pause, settled } = bench();
    ask('a');
    pause();
    ask('b');
    expect(pending[0]!.signal.aborted).toBe(true);
    pause();
    pending[1]!.end('of b');
    pending[0]!.end('of a');
    await settled();
    expect(heard).toEqual(['of b']);
    ask('c');
    // What was known stays in sight until something newer is.
    expect(checker.state.value).toEqual({ kind: 'waiting', last: 'of b' });
  });

  it('can be stopped, and forgotten', async () => {
    const { checker, pending, heard, ask, pause, settled } = bench();
    ask('a');
    pause();
    checker.stop();
    pending[0]!.fail(new DOMException('', 'AbortError'));
    await settled();
    expect(checker.state.value).toEqual({ kind: 'stopped', last: null });
    ask('b');
    checker.reset();
    pause();
    expect([checker.state.value.kind, pending.length, heard]).toEqual(['none', 1, []]);
  });

  it('says why it failed', async () => {
    const { checker, pending, ask, pause, settled } = bench();
    ask('a');
    pause();
    pending[0]!.fail(new Error('The sandbox did not start.'));
    await settled();
    expect(checker.state.value).toMatchObject({ kind: 'failed', reason: 'The sandbox did not start.' });
  });
});
