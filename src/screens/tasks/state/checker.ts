/** Checks what is being typed: a while after the last key, one at a time, and only the newest. */
import { signal, type ReadonlySignal } from '@preact/signals';
import { isAbort, messageOf } from '../../../errors.ts';

export type CheckState<R> =
  | { readonly kind: 'none' }
  /** `last` is what the check before came to, of another text. */
  | { readonly kind: 'waiting' | 'running' | 'stopped'; readonly last: R | null }
  | { readonly kind: 'done'; readonly result: R }
  /** The check itself failed. */
  | { readonly kind: 'failed'; readonly reason: string; readonly last: R | null };

/** Long enough not to check every key. */
export const PAUSE_MS = 400;

export interface CheckerOptions<C, R> {
  readonly check: (content: C, signal: AbortSignal) => Promise<R>;
  /** Does something after so many milliseconds, unless it is called off. */
  readonly later: (work: () => void, ms: number) => () => void;
}

export interface Checker<C, R> {
  readonly state: ReadonlySignal<CheckState<R>>;
  /** Checks this in place of everything asked for before; `done` hears of it unless something newer is asked for. */
  ask(content: C, pauseMs: number, done: (result: R) => void): void;
  /** Ends the check. */
  stop(): void;
  /** Ends the check and forgets what it came to: something else is on view. */
  reset(): void;
}

export function createChecker<C, R>({ check, later }: CheckerOptions<C, R>): Checker<C, R> {
  const state = signal<CheckState<R>>({ kind: 'none' });
  let callOff = (): void => {};
  let abort = new AbortController();

  const lastOf = (before: CheckState<R>): R | null =>
    before.kind === 'done' ? before.result : before.kind === 'none' ? null : before.last;
  const become = (kind: 'waiting' | 'running' | 'stopped'): void => {
    state.value = { kind, last: lastOf(state.peek()) };
  };
  const end = (): void => {
    callOff();
    abort.abort();
  };
  const run = async (content: C, done: (result: R) => void): Promise<void> => {
    const mine = (abort = new AbortController());
    become('running');
    try {
      const result = await check(content, mine.signal);
      if (mine.signal.aborted) return;
      state.value = { kind: 'done', result };
      done(result);
    } catch (error) {
      if (mine.signal.aborted || isAbort(error)) return;
      state.value = { kind: 'failed', reason: messageOf(error), last: lastOf(state.peek()) };
    }
  };
  return {
    state,
    ask(content, pauseMs, done) {
      end();
      become('waiting');
      callOff = later(() => void run(content, done), pauseMs);
    },
    stop() {
      const { kind } = state.peek();
      if (kind !== 'waiting' && kind !== 'running') return;
      end();
      become('stopped');
    },
    reset() {
      end();
      state.value = { kind: 'none' };
    },
  };
}
