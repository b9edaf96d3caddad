/** How the results on view are looked at: by which suite, between which two policies, which tasks, which samples. */
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { arranged, type Arrangement, type Pair, type TaskRow } from '../../../evaluation/task-rows.ts';
import type { BenchmarkRun } from './benchmark-run.ts';
import { type Result, resultOf, rowsOf } from './results.ts';

export interface Look extends Omit<Arrangement, 'pair'> {
  /** Places of the two policies that are compared. */
  readonly pair: Pair;
  /** The task whose samples are shown, and the place of their policy. */
  readonly open: { readonly task: string; readonly policy: number } | null;
}

export interface Looking {
  readonly look: ReadonlySignal<Look>;
  /** What each policy came to so far, in the order of the plan. */
  readonly results: ReadonlySignal<readonly (Result | null)[]>;
  readonly rows: ReadonlySignal<readonly TaskRow[]>;
  /** Rows as they are asked for. */
  readonly shown: ReadonlySignal<readonly TaskRow[]>;
  change(part: Partial<Look>): void;
  /** Shows the samples of the task so many places on; the first where none is shown. */
  move(by: number): void;
}

const START: Look = {
  suite: 'strict',
  pair: { before: 0, after: 1 },
  family: null,
  change: null,
  sort: 'drawn',
  open: null,
};

export function createLooking(run: ReadonlySignal<BenchmarkRun | null>): Looking {
  const look = signal(START);
  // What is on view is looked at anew: its families and policies are others.
  effect(() => {
    void run.value;
    look.value = START;
  });
  const results = computed(() => {
    const shown = run.value;
    return shown ? shown.evaluations.value.map((each) => resultOf(each, shown.plan)) : [];
  });
  const rows = computed(() => rowsOf(results.value));
  const shown = computed(() => {
    const { open: _, ...asked } = look.value;
    return arranged(rows.value, { ...asked, pair: results.value.length > 1 ? asked.pair : null });
  });
  return {
    look,
    results,
    rows,
    shown,
    change: (part) => (look.value = { ...look.peek(), ...part }),
    move(by) {
      const { open } = look.peek();
      const at = shown.peek().findIndex(({ task }) => task === open?.task);
      const next = shown.peek()[at === -1 ? 0 : at + by];
      if (next) look.value = { ...look.peek(), open: { task: next.task, policy: open?.policy ?? 0 } };
    },
  };
}
