import { signal } from '@preact/signals';
import type { Gate } from '../../rl/gate.ts';
import type { Rollout } from '../../rl/types.ts';

export interface HeldStep {
  readonly step: number;
  readonly rollouts: readonly Rollout[];
}

/** What the visitor is looking at in the Lab; none of it changes a run. */
export interface LabUi {
  /** The gate to look through; `null` follows the run. */
  readonly lens: Gate | null;
  /** Place of the open group in the step. */
  readonly group: number;
  /** Place of the selected completion in the group, `null` when none is. */
  readonly completion: number | null;
  readonly open: boolean;
  /** Whether the selected row should be scrolled to: after a key, not after a click elsewhere. */
  readonly reveal: boolean;
  /** A step that is held on view while the run goes on; `null` follows the latest. */
  readonly held: HeldStep | null;
  readonly plotScope: 'all' | 'one';
}

export const ui = signal<LabUi>({
  lens: null,
  group: 0,
  completion: null,
  open: false,
  reveal: false,
  held: null,
  plotScope: 'all',
});

export function look(change: Partial<LabUi>): void {
  ui.value = { ...ui.value, ...change };
}
