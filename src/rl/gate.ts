import { checkRewards, type RewardParts } from './rewards.ts';

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
  /** The total reward, in the paper's symbols. */
  readonly formula: string;
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
    formula: 'R_f + R_o + R_o·R_t',
    onFailure: 'the gate is closed',
    opening: ({ rewards }) => rewards.outcome,
  },
  ungated: {
    label: 'Ungated',
    about: 'Reasoning always counts, even for a failing program.',
    formula: 'R_f + R_o + R_t',
    onFailure: 'R_t counts all the same',
    opening: () => 1,
  },
  outcome: {
    label: 'Outcome only',
    about: 'Reasoning never counts; only the tests do.',
    formula: 'R_f + R_o',
    onFailure: '',
    opening: () => 0,
  },
} as const satisfies Record<string, GateRule>;

export type Gate = keyof typeof RULES;

export const GATES: Readonly<Record<Gate, GateRule>> = RULES;
export const GATE_NAMES = Object.keys(RULES) as [Gate, ...Gate[]];
export const DEFAULT_GATE: Gate = 'posterior';

/**
 * The total reward: every reward that no gate concerns, and of R_t what the gate lets through.
 *
 * @param passedTests share of the visible tests that passed; default: all or none, by the outcome
 * @throws RangeError when a reward is outside its range
 */
export function totalReward(rewards: RewardParts, gate: Gate, passedTests: number = rewards.outcome): number {
  checkRewards(rewards);
  const { thinking, ...others } = rewards;
  const sure = Object.values(others).reduce((sum, part) => sum + part, 0);
  return sure + openingOf(gate, rewards, passedTests) * thinking;
}

/** How much of R_t the gate lets through, in [0, 1]. */
export const openingOf = (gate: Gate, rewards: RewardParts, passedTests: number = rewards.outcome): number =>
  GATES[gate].opening({ rewards, passedTests });

/** Share of the tests that passed; 0 where none ran. */
export const passedShare = ({
  passed,
  total,
}: {
  readonly passed: number;
  readonly total: number;
}): number => (total > 0 ? passed / total : 0);
