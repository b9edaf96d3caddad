import { checkRewards, type RewardName, type RewardParts, REWARDS, rewardsOf } from './rewards/index.ts';
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
  /** The setting τ of the threshold gate, in [0, 1]. */
  readonly threshold: number;
}

export interface GateRule {
  readonly label: string;
  /** What it does, in a sentence. */
  readonly about: string;
  /** What R_t is multiplied by, in the formulas' symbols: 1, 0, a reward, s for the share of tests passed, or [s≥τ]. */
  readonly factor: string;
  /** What a failed test means for R_t, in a few words; empty where R_t never counts. */
  readonly onFailure: string;
  /** How much of R_t counts, in [0, 1]. */
  readonly opening: (facts: GateFacts) => number;
  /** Whether R_t has an advantage of its own, made among the completions that pass; see `advantages.ts`. */
  readonly amongPassing?: true;
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
  /** arXiv 2508.05170v2, section 5, where it did worse than the posterior gate. */
  soft: {
    label: 'Soft',
    about: 'Reasoning counts as far as tests pass: s is the share of them.',
    factor: 's',
    onFailure: 'R_t counts by the share of tests passed',
    opening: ({ passedTests }) => passedTests,
  },
  threshold: {
    label: 'Threshold',
    about: 'Reasoning counts when at least the share τ of the tests passes.',
    factor: '[s≥τ]',
    onFailure: 'R_t counts from the share τ on',
    opening: ({ passedTests, threshold }) => Number(passedTests >= threshold),
  },
  /** PAPO, arXiv 2603.26535. */
  'correct-only': {
    label: 'Correct only',
    about: 'Reasoning is compared among passing programs alone, apart from the other rewards.',
    factor: 'R_o',
    onFailure: 'the gate is closed',
    opening: ({ rewards }) => rewards.outcome,
    amongPassing: true,
  },
} as const satisfies Record<string, GateRule>;

export type Gate = keyof typeof RULES;

export const GATES: Readonly<Record<Gate, GateRule>> = RULES;
export const GATE_NAMES = Object.keys(RULES) as [Gate, ...Gate[]];
export const DEFAULT_GATE: Gate = 'posterior';
export const DEFAULT_THRESHOLD = 0.5;

/** How much each reward counts in the total; 1 where nothing is said. */
export type RewardWeights = Readonly<Partial<Record<RewardName, number>>>;

/** The settings of a total beside its gate; what is absent is as by default. */
export interface TotalSettings {
  readonly gateThreshold?: number;
  readonly rewardWeights?: RewardWeights;
}

export const weightOf = (name: RewardName, { rewardWeights }: TotalSettings): number =>
  rewardWeights?.[name] ?? 1;

/** The total reward, in the paper's symbols, with weights of 1. */
export function formulaOf(gate: Gate): string {
  const { factor } = GATES[gate];
  const others = REWARDS.filter((reward) => reward !== thinking).map(({ symbol }) => symbol);
  const gated = { 0: [], 1: [thinking.symbol] }[factor] ?? [`${factor}·${thinking.symbol}`];
  return [...others, ...gated].join(' + ');
}

/** What each reward adds to the total: all of those that no gate concerns, and of R_t what the gate lets through. */
export function gatedParts(
  rewards: RewardParts,
  gate: Gate,
  passedTests: number,
  settings: TotalSettings = {},
): RewardParts {
  const opening = openingOf(gate, rewards, passedTests, settings);
  return { ...rewards, thinking: opening * rewards.thinking };
}

/**
 * The total reward: the weighted sum of every reward that no gate concerns, and of R_t what the gate lets through.
 *
 * @param known a reward that is left out is 0
 * @param passedTests share of the visible tests that passed; default: all or none, by the outcome
 * @throws RangeError when a reward is outside its range
 */
export function totalReward(
  known: Partial<RewardParts>,
  gate: Gate,
  passedTests?: number,
  settings: TotalSettings = {},
): number {
  const rewards = rewardsOf(known);
  checkRewards(rewards);
  const { thinking: gated, ...others } = gatedParts(rewards, gate, passedTests ?? rewards.outcome, settings);
  const sure = Object.entries(others).reduce(
    (sum, [name, part]) => sum + weightOf(name as RewardName, settings) * part,
    0,
  );
  return sure + weightOf('thinking', settings) * gated;
}

/** How much of R_t the gate lets through, in [0, 1]. */
export function openingOf(
  gate: Gate,
  known: Partial<RewardParts>,
  passedTests?: number,
  { gateThreshold = DEFAULT_THRESHOLD }: TotalSettings = {},
): number {
  const rewards = rewardsOf(known);
  return GATES[gate].opening({
    rewards,
    passedTests: passedTests ?? rewards.outcome,
    threshold: gateThreshold,
  });
}

/** Share of the tests that passed; 0 where none ran. */
export const passedShare = ({
  passed,
  total,
}: {
  readonly passed: number;
  readonly total: number;
}): number => (total > 0 ? passed / total : 0);
