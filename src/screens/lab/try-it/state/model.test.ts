import { beforeAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Sandbox, Submission, Verdict } from '../../../../sandbox/types.ts';
import { Shared } from '../../../../workspace/shared.ts';
import { exampleDraft } from './examples.ts';
import { loadLiterals } from '../../../../domains/code/literals/literal.ts';
import { createTryIt, isRunnable } from './model.ts';
import { edited, lineOf, markedLines, resultsByKey } from './results.ts';

beforeAll(async () => void (await Promise.all([loadLiterals('python'), loadLiterals('javascript')])));

/** A sandbox whose answers the test gives: the real one needs a browser and has its own tests there. */
class ByHand implements Sandbox {
  readonly asked: Submission[] = [];
  disposed = false;
  #answer: (verdict: Verdict) => void = () => {};

  warm = async (): Promise<void> => {};

  grade(submissions: readonly Submission[], signal?: AbortSignal): Promise<Verdict[]> {
    this.asked.push(...submissions);
    return new Promise((resolve, reject) => {
      this.#answer = (verdict) => resolve([verdict]);
      signal?.addEventListener('abort', () => reject(new DOMException('Cancelled.', 'AbortError')));
    });
  }

  dispose(): void {
    this.disposed = true;
  }

  answer(change: Partial<Verdict> = {}): void {
    const { id = '', tests = [] } = this.asked.at(-1) ?? {};
    this.#answer({
      id,
      status: 'pass',
      passed: tests.length,
      total: tests.length,
      tests: tests.map(({ expected }) => ({ status: 'pass', got: expected })),
      output: '',
      timeMs: 1,
      memoryMb: null,
      engine: 'by hand',
      weak: false,
      ...change,
    });
  }
}

/** Long enough for chains of promises, no time at all for timers. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await vi.advanceTimersByTimeAsync(0);
}

let sandboxes: ByHand[] = [];
function make() {
  const sandbox = new Shared<Sandbox>({
    open: async () => {
      const opened = new ByHand();
      sandboxes.push(opened);
      return opened;
    },
    close: (opened) => opened.dispose(),
    idleMs: 1000,
  });
  const tryIt = createTryIt({ sandbox });
  return { tryIt, now: () => tryIt.state.value };
}
const latest = (): ByHand => sandboxes.at(-1)!;

beforeEach(() => {
  sandboxes = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe('a run', () => {
  it('opens the sandbox once, at the first run, and shows the verdict', async () => {
    const { tryIt, now } = make();
    expect(sandboxes).toEqual([]);
    void tryIt.run();
    await settle();
    expect(now().running).toMatchObject({ starting: true });
    expect(isRunnable(now())).toBe(false);
    latest().answer();
    await settle();
    expect(now()).toMatchObject({ running: null, outcome: { kind: 'verdict', verdict: { status: 'pass' } } });
    void tryIt.run();
    await settle();
    expect(now().running).toMatchObject({ starting: false });
    latest().answer();
    await settle();
    expect(sandboxes).toHaveLength(1);
    expect(latest().asked).toHaveLength(2);
  });

  it('does not begin while another runs or when the draft cannot be read', async () => {
    const { tryIt } = make();
    void tryIt.run();
    void tryIt.run();
    await settle();
    expect(latest().asked).toHaveLength(1);
    latest().answer();
    await settle();
    tryIt.edit({ timeoutMs: 'soon' });
    await tryIt.run();
    expect(latest().asked).toHaveLength(1);
  });

  it('can be stopped while the sandbox is being opened', async () => {
    const tryIt = createTryIt({ sandbox: new Shared({ open: () => new Promise(() => {}) }) });
    void tryIt.run();
    await settle();
    tryIt.cancel();
    await settle();
    expect(tryIt.state.value).toMatchObject({ running: null, outcome: { kind: 'stopped' } });
  });

  it('can be stopped while the program runs, and the sandbox stays', async () => {
    const { tryIt, now } = make();
    void tryIt.run();
    await settle();
    tryIt.cancel();
    await settle();
    expect(now()).toMatchObject({ running: null, outcome: { kind: 'stopped' } });
    expect(latest().disposed).toBe(false);
  });

  it('that the sandbox fails says why and starts from a new sandbox the next time', async () => {
    const { tryIt, now } = make();
    void tryIt.run();
    await settle();
    const error = { type: 'Infrastructure', message: 'Python did not start.', line: null };
    latest().answer({ status: 'infrastructure', error });
    await settle();
    expect(now().outcome).toEqual({ kind: 'failed', reason: 'Python did not start.' });
    expect(latest().disposed).toBe(true);
    void tryIt.run();
    await settle();
    expect(sandboxes).toHaveLength(2);
  });

  it('closes the sandbox when it has been idle, never during a run', async () => {
    const { tryIt, now } = make();
    void tryIt.run();
    await vi.advanceTimersByTimeAsync(5000);
    expect(latest().disposed).toBe(false);
    latest().answer();
    await vi.advanceTimersByTimeAsync(999);
    expect(latest().disposed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(latest().disposed).toBe(true);
    void tryIt.run();
    await settle();
    expect(now().running).toMatchObject({ starting: true });
  });
});

it('says so when the sandbox cannot be opened', async () => {
  const tryIt = createTryIt({
    sandbox: new Shared<Sandbox>({ open: () => Promise.reject(new Error('A file is missing.')) }),
  });
  await tryIt.run();
  expect(tryIt.state.value.outcome).toEqual({ kind: 'failed', reason: 'A file is missing.' });
});

describe('loading another program', () => {
  it('stops the run, whose end then leaves no trace', async () => {
    const { tryIt, now } = make();
    void tryIt.run();
    await settle();
    tryIt.loadExample('loop');
    await settle();
    expect(now()).toMatchObject({ running: null, outcome: null, origin: { kind: 'example', id: 'loop' } });
  });

  it('keeps an edited draft for later, and no other', () => {
    const { tryIt, now } = make();
    tryIt.loadExample('loop');
    expect(now().replaced).toBeNull();
    tryIt.edit({ program: 'mine' });
    tryIt.loadExample('right');
    tryIt.loadExample('cheat');
    tryIt.bringBack();
    expect(now()).toMatchObject({ draft: { program: 'mine' }, origin: { id: 'loop' }, replaced: null });
  });
});

describe('changing the language', () => {
  it('shows the same example, or the first where there is none', () => {
    const { tryIt, now } = make();
    tryIt.loadExample('loop');
    tryIt.setLanguage('javascript');
    expect(now()).toMatchObject({ draft: exampleDraft('loop', 'javascript'), origin: { id: 'loop' } });
    tryIt.setLanguage('python');
    tryIt.loadExample('checked');
    tryIt.setLanguage('javascript');
    expect(now().origin).toEqual({ kind: 'example', id: 'right' });
  });

  it('leaves an edited program as it is', () => {
    const { tryIt, now } = make();
    tryIt.edit({ program: 'let x;' });
    tryIt.setLanguage('javascript');
    expect(now().draft).toMatchObject({ program: 'let x;', language: 'javascript' });
  });
});

describe('what still holds after an edit', () => {
  async function judgedRun() {
    const made = make();
    void made.tryIt.run();
    await settle();
    latest().answer({
      status: 'exception',
      passed: 4,
      tests: [
        { status: 'pass', got: 144 },
        { status: 'exception', error: 'ValueError: no (line 3)' },
        { status: 'exception', error: 'ValueError: no (line 3)' },
        { status: 'wrong', got: 3 },
        { status: 'exception', error: 'KeyError: 1 (line 2)' },
        { status: 'pass', got: 0 },
      ],
    });
    await settle();
    return made;
  }

  it('is every result whose test was not touched', async () => {
    const { tryIt, now } = await judgedRun();
    expect(resultsByKey(now()).size).toBe(6);
    expect(edited(now())).toBe(false);
    tryIt.editTest(3, { expected: '3' });
    tryIt.removeTest(0);
    tryIt.addTest();
    expect([...resultsByKey(now()).keys()]).toEqual([1, 2, 4, 5]);
    expect(edited(now())).toBe(true);
    expect(now().draft.tests.map(({ key }) => key)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('is nothing once the program was touched, until it is as it was', async () => {
    const { tryIt, now } = await judgedRun();
    const { program } = now().draft;
    expect(markedLines(now())).toEqual([3, 2]);
    tryIt.edit({ program: `${program}#` });
    expect(resultsByKey(now()).size).toBe(0);
    expect(markedLines(now())).toEqual([]);
    tryIt.edit({ program });
    expect(resultsByKey(now()).size).toBe(6);
  });
});

it('reads the line at the end of an exception, and only there', () => {
  expect(lineOf('ValueError: bad (line 12)')).toBe(12);
  expect(lineOf('ValueError: (line 1) bad')).toBeNull();
});
