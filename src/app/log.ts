/** What the page said since it was opened, for as long as it is open. */
import { effect, signal, type ReadonlySignal } from '@preact/signals';
import { messageOf } from '../errors.ts';
import type { LabMessage } from './controller-types.ts';
import { ui } from './ui-state.ts';

export interface LogEntry {
  /** Milliseconds since the page was opened. */
  readonly at: number;
  readonly kind: 'notice' | 'error';
  readonly what: string;
}

/** More are of no use to anybody. */
const MOST = 200;

const entries = signal<readonly LogEntry[]>([]);

/** Oldest first. */
export const log: ReadonlySignal<readonly LogEntry[]> = entries;

/** Enters something that was said. */
export function note(kind: LogEntry['kind'], what: string): void {
  const last = entries.peek().slice(1 - MOST);
  entries.value = [...last, { at: Math.round(performance.now()), kind, what }];
}

/** Enters what the Lab and the address say from now on, and errors that nobody caught. */
export function startLog(state: ReadonlySignal<{ readonly messages: readonly LabMessage[] }>): void {
  const entered = new WeakSet<LabMessage>();
  effect(() => {
    for (const message of [...ui.value.messages, ...state.value.messages]) {
      if (entered.has(message)) continue;
      entered.add(message);
      note(message.kind, message.what);
    }
  });
  addEventListener('error', ({ error, message }) => note('error', error ? messageOf(error) : message));
  addEventListener('unhandledrejection', ({ reason }) => note('error', messageOf(reason)));
}
