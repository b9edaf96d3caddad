import { signal } from '@preact/signals';
import type { Gate } from '../rl/types.ts';
import type { LabMessage } from './controller-types.ts';

/** What the visitor is looking at; none of it changes a run. */
export interface UiState {
  /** The gate to look through; `null` follows the run. */
  readonly lens: Gate | null;
  /** Place of the open group in the step. */
  readonly group: number;
  /** Place of the selected completion in the group, `null` when none is. */
  readonly completion: number | null;
  readonly open: boolean;
  readonly plotScope: 'all' | 'one';
  readonly help: boolean;
  readonly messages: readonly LabMessage[];
}

export const ui = signal<UiState>({
  lens: null,
  group: 0,
  completion: null,
  open: false,
  plotScope: 'all',
  help: false,
  messages: [],
});

export function look(change: Partial<UiState>): void {
  ui.value = { ...ui.value, ...change };
}
