/** Which completions are listed. */
import { openingOf, passedShare, type TotalSettings, type Gate } from '../../../rl/gate.ts';
import type { Rollout } from '../../../rl/types.ts';
import { contains } from './search.ts';

/** What became of a completion. `fails` has the form and does not pass; what is cut off may be malformed, too. */
export const OUTCOMES = ['all', 'passes', 'fails', 'malformed', 'truncated'] as const;
export type OutcomeFilter = (typeof OUTCOMES)[number];

export interface Filter {
  readonly outcome: OutcomeFilter;
  /** Of the task; `null` for any. */
  readonly family: string | null;
  /** Only those of whose R_t the gate kept something back. */
  readonly withheld: boolean;
  /** Text to be found in the completion; empty for any. */
  readonly query: string;
}

export const EVERYTHING: Filter = { outcome: 'all', family: null, withheld: false, query: '' };

export const isNarrow = ({ outcome, family, withheld, query }: Filter): boolean =>
  outcome !== 'all' || family !== null || withheld || query.trim() !== '';

const OUTCOME_RULES: Readonly<Record<OutcomeFilter, (rollout: Rollout) => boolean>> = {
  all: () => true,
  passes: ({ rewards }) => rewards.outcome === 1,
  fails: ({ rewards }) => rewards.format === 1 && rewards.outcome === 0,
  malformed: ({ rewards }) => rewards.format === 0,
  truncated: ({ truncated }) => truncated,
};

/** Whether the gate kept back some of R_t. */
export const isWithheld = (
  { rewards, verification }: Rollout,
  settings: TotalSettings & { readonly gate: Gate },
): boolean =>
  rewards.thinking > 0 && openingOf(settings.gate, rewards, passedShare(verification), settings) < 1;

/**
 * @param settings those that the completion was rewarded under
 * @param familyOf family of a task; `undefined` where the tasks are not at hand, which no family matches
 */
export const fits = (
  rollout: Rollout,
  { outcome, family, withheld, query }: Filter,
  settings: TotalSettings & { readonly gate: Gate },
  familyOf: (taskId: string) => string | undefined,
): boolean =>
  OUTCOME_RULES[outcome](rollout) &&
  (family === null || familyOf(rollout.taskId) === family) &&
  (!withheld || isWithheld(rollout, settings)) &&
  contains(rollout.text, query);
