/** Walks over the completions of a whole run in slices, so that no more than one slice is in memory. */
import type { RolloutStep } from '../../../store/index.ts';

/** Some megabytes of completions. */
export const SLICE_STEPS = 16;

export interface Scan {
  /** Numbers of the steps to look at, in order. */
  readonly steps: readonly number[];
  /** Up to `count` steps from this one on. */
  readonly read: (from: number, count: number) => Promise<readonly RolloutStep[]>;
  /** Returns false to stop early. */
  readonly visit: (step: RolloutStep) => boolean | void;
  readonly report: (done: number, of: number) => void;
  readonly signal: AbortSignal;
}

/** @throws AbortError when the signal fires, after the slice that is being read */
export async function scanRun({ steps, read, visit, report, signal }: Scan): Promise<void> {
  const last = steps.at(-1) ?? -Infinity;
  let done = 0;
  while (done < steps.length) {
    const slice = await read(steps[done]!, Math.min(SLICE_STEPS, steps.length - done));
    signal.throwIfAborted();
    for (const step of slice) if (step.step <= last && visit(step) === false) return;
    // What is gone from the store meanwhile is passed over.
    done += Math.max(1, slice.length);
    report(Math.min(done, steps.length), steps.length);
  }
}

/** A completion found, and where. */
export interface Place {
  readonly step: number;
  readonly group: number;
  readonly index: number;
}
