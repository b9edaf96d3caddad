import { checkRewards, type RewardParts, REWARDS, rewardsOf } from './rewards/index.ts';
import { thinking } from './rewards/thinking.ts';

/**
 * The gates: when the reward for the reasoning counts. One entry here is a gate everywhere: in settings, links, pickers,
 * command line, metrics and reports.
 */

/** What a gate may look at. */
export interface GateFacts {
  readonly rewards: RewardParts;
  /** Share of the visible tests that the program passed, in [0, 1]. */
  readonly passedTests: number;
}

export interface GateRule {
  readonly label: string;
  /** What it does, in a sentence. */
  readonly about: string;
  /** What R_t is multiplied by, in the formulas' symbols: 1, 0, a reward, or s for the share of tests passed. */
  readonly factor: string;
  /** What a failed test means for R_t, in a few words; empty where R_t never counts. */
  readonly onFailure: string;
  /** How much of R_t counts, in [0, 1]. */
  readonly opening: (facts: GateFacts) => number;
}

const RULES = {
  /** arXiv 2508.05170v3, equation 1. */
  posterior: {
    label: 'Posterior',
    about: 'Reasoning counts only when the program passes.',
    factor: 'R_o',
    onFailure: 'the gate is closed',
    opening: ({ rewards }) => rewards.outcome,
  },
  ungated: {
    label: 'Ungated',
    about: 'Reasoning always counts, even for a failing program.',
    factor: '1',
    onFailure: 'R_t counts all the same',
    opening: () => 1,
  },
  outcome: {
    label: 'Outcome only',
    about: 'Reasoning never counts; only the tests do.',
    factor: '0',
    onFailure: '',
    opening: () => 0,
  },
} as const satisfies Record<string, GateRule>;

export type Gate = keyof typeof RULES;

export const GATES: Readonly<Record<Gate, GateRule>> = RULES;
export const GATE_NAMES = Object.keys(RULES) as [Gate, ...Gate[]];
export const DEFAULT_GATE: Gate = 'posterior';

/** The total reward, in the paper's symbols. */
export function formulaOf(gate: Gate): string {
  const { factor } = GATES[gate];
  const others = REWARDS.filter((reward) => reward !== thinking).map(({ symbol }) => symbol);
  const gated = { 0: [], 1: [thinking.symbol] }[factor] ?? [`${factor}·${thinking.symbol}`];
  return [...others, ...gated].join(' + ');
}

/**
 * The total reward: every reward that no gate concerns, and of R_t what the gate lets through.
 *
 * @param known a reward that is left out is 0
 * @param passedTests share of the visible tests that passed; default: all or none, by the outcome
 * @throws RangeError when a reward is outside its range
 */
export function totalReward(known: Partial<RewardParts>, gate: Gate, passedTests?: number): number {
  const rewards = rewardsOf(known);
  checkRewards(rewards);
  const { thinking: gated, ...others } = rewards;
  const sure = Object.values(others).reduce((sum, part) => sum + part, 0);
  return sure + openingOf(gate, rewards, passedTests) * gated;
}

/** How much of R_t the gate lets through, in [0, 1]. */
export function openingOf(gate: Gate, known: Partial<RewardParts>, passedTests?: number): number {
  const rewards = rewardsOf(known);
  return GATES[gate].opening({ rewards, passedTests: passedTests ?? rewards.outcome });
}

/** Share of the tests that passed; 0 where none ran. */
export const passedShare = ({
  passed,
  total,
}: {
  readonly passed: number;
  readonly total: number;
}): number => (total > 0 ? passed / total : 0);
