/** Completions as files: everything as JSON lines, and their numbers as CSV. */
import { csv } from '../../../csv.ts';
import type { Rollout, TrainConfig } from '../../../rl/types.ts';
import type { RewardParts } from '../../../rl/rewards/index.ts';

/** One completion a line, as it is stored. */
export const jsonLinesOf = (rollouts: readonly Rollout[]): string =>
  rollouts.map((rollout) => `${JSON.stringify(rollout)}\n`).join('');

/** Columns of the numbers that any completion has. */
const COLUMNS = [
  'step', 'group', 'index', 'task', 'passes', 'checks_passed', 'checks', 'reward', 'extra', 'advantage', 'tokens', 'truncated',
  'logprob_sum', 'entropy', 'kl', 'agreement',
] as const; // prettier-ignore

type Cell = string | number | boolean | null | undefined;

const printed = (cell: Cell): string => {
  if (cell === null || cell === undefined) return '';
  return typeof cell === 'boolean' ? String(Number(cell)) : String(cell);
};

const cellsOf = (rollout: Rollout): Readonly<Record<(typeof COLUMNS)[number], Cell>> => ({
  step: rollout.step,
  group: rollout.group,
  index: rollout.index,
  task: rollout.taskId,
  passes: rollout.verification.passes,
  checks_passed: rollout.verification.passed,
  checks: rollout.verification.total,
  reward: rollout.reward,
  extra: rollout.extra,
  advantage: rollout.advantage,
  tokens: rollout.tokens.length,
  truncated: rollout.truncated,
  logprob_sum: rollout.logprobs.reduce((sum, logprob) => sum + logprob, 0),
  entropy: rollout.entropy,
  kl: rollout.kl,
  agreement: rollout.agreement,
});

/** What a table of these completions has beside the columns of all: their rewards, and what their domain measures. */
export interface OwnColumns {
  readonly rewards: readonly string[];
  readonly measures: readonly string[];
}

export function ownColumns(rollouts: readonly Rollout[]): OwnColumns {
  const names = (of: (rollout: Rollout) => object | undefined): string[] => [
    ...new Set(rollouts.flatMap((rollout) => Object.keys(of(rollout) ?? {}))),
  ];
  return { rewards: names(({ rewards }) => rewards), measures: names(({ measures }) => measures) };
}

export const csvHead = ({ rewards, measures }: OwnColumns): string =>
  csv([[...COLUMNS, ...rewards.map((name) => `reward_${name}`), ...measures]]);

/** One completion a line, by RFC 4180; yes is 1, no 0, and what is not known empty. */
export const csvLinesOf = (rollouts: readonly Rollout[], { rewards, measures }: OwnColumns): string =>
  csv(
    rollouts.map((rollout) => {
      const cells = cellsOf(rollout);
      const parts: RewardParts = rollout.rewards;
      return [
        ...COLUMNS.map((name) => printed(cells[name])),
        ...rewards.map((name) => printed(parts[name])),
        ...measures.map((name) => printed(rollout.measures?.[name])),
      ];
    }),
  );

/** Name of a file with completions of a run: of one step, or of all. */
export const fileName = ({ preset, gate, seed }: TrainConfig, step: number | null, ending: string): string =>
  `rollouts-${preset}-${gate}-seed${seed}${step === null ? '' : `-step${step}`}.${ending}`;
