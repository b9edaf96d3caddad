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
  /** What the address had to say. */
  readonly messages: readonly LabMessage[];
}

export const ui = signal<UiState>({
  place: { screen: '', at: {}, as: PLAIN },
  help: false,
  palette: false,
  share: false,
  messages: [],
});

export function look(change: Partial<UiState>): void {
  ui.value = { ...ui.value, ...change };
}
