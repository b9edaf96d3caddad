import { signal } from '@preact/signals';
import { PLAIN } from './appearance.ts';
import type { LabMessage } from './controller-types.ts';
import type { Place } from './place.ts';

/** What the visitor is looking at, on whatever screen; none of it changes a run. */
export interface UiState {
  readonly place: Place;
  readonly help: boolean;
  /** Whether the list of commands to search is open. */
  readonly palette: boolean;
  /** Whether the link to this place is offered. */
  readonly share: boolean;
  /** What the address and the worker that keeps the page had to say. */
  readonly messages: readonly LabMessage[];
}

export const ui = signal<UiState>({
  place: { screen: '', at: {}, as: PLAIN },
  help: false,
  palette: false,
  share: false,
  messages: [],
});

/** Says something on every screen, in place of what was said under this id before. */
export function tell(id: string, words: Pick<LabMessage, 'what' | 'kept' | 'todo'>): void {
  const others = ui.value.messages.filter((message) => message.id !== id);
  look({ messages: [...others, { id, kind: 'notice', ...words }] });
}

export function look(change: Partial<UiState>): void {
  ui.value = { ...ui.value, ...change };
}
