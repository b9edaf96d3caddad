import type { Rollout } from './types.ts';

/** How rollouts were stored while programs were the only kind of answer. */
interface OldRollout extends Omit<Rollout, 'answer' | 'verification'> {
  readonly program: string | null;
  readonly verdict: {
    readonly status: string;
    readonly passed: number;
    readonly total: number;
    /** Absent from the oldest. */
    readonly weak?: boolean;
  };
}

/** A rollout as it is read from a store or a run's folder, whichever version wrote it. */
export function readRollout(stored: Rollout | OldRollout): Rollout {
  if (!('verdict' in stored)) return stored;
  const { program, verdict, ...rest } = stored;
  const { status, passed, total, weak = false } = verdict;
  const passes = status === 'pass';
  return {
    ...rest,
    answer: program,
    verification: { passes, passesVisible: passes, passed, total, weak, detail: verdict },
  };
}
