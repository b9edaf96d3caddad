/** Two stored runs of one seed, read step by step. */
import {
  alignSteps,
  type AlignedSteps,
  NO_TWINS,
  pairStep,
  type TwinReport,
  withStep,
} from '../../../experiment/twins.ts';
import type { Rollout } from '../../../rl/types.ts';
import type { Store } from '../../../store/index.ts';

export type TwinStore = Pick<Store, 'rollouts' | 'rolloutSteps'>;

export interface TwinScan {
  readonly steps: AlignedSteps;
  readonly report: TwinReport;
  /** Steps that were looked at. */
  readonly done: number;
}

/** Completions of a step in both runs. */
export interface TwinRollouts {
  readonly step: number;
  readonly left: readonly Rollout[];
  readonly right: readonly Rollout[];
}

/** Steps after which a scan tells how far it is. */
const TELL_EVERY = 8;

export async function readTwins(
  store: TwinStore,
  left: string,
  right: string,
  step: number,
): Promise<TwinRollouts> {
  const [own, other] = await Promise.all([store.rollouts(left, step), store.rollouts(right, step)]);
  return { step, left: own, right: other };
}

/**
 * Looks at every step that both runs have; no more than one of them is in memory.
 * @param tell hears what was found so far, and the whole at the end
 * @throws AbortError when the signal fires
 */
export async function scanTwins(
  store: TwinStore,
  left: string,
  right: string,
  tell: (scan: TwinScan) => void,
  signal: AbortSignal,
): Promise<void> {
  const [own, other] = await Promise.all([store.rolloutSteps(left), store.rolloutSteps(right)]);
  const steps = alignSteps(own, other);
  let report = NO_TWINS;
  tell({ steps, report, done: 0 });
  for (const [i, step] of steps.both.entries()) {
    const found = await readTwins(store, left, right, step);
    signal.throwIfAborted();
    report = withStep(report, step, pairStep(found.left, found.right));
    const done = i + 1;
    if (done === steps.both.length || done % TELL_EVERY === 0) tell({ steps, report, done });
  }
}
