/** The numbers of the chapters, each made by the project's own functions on what was recorded. */
import { type LossOptions, type LossResult, policyLoss, sequenceWeights } from '../programs/loss.ts';
import { advantages, batchAdvantages, type Rewarded, type SimpleKind } from '../rl/advantages.ts';
import { passedShare, totalReward, type Gate } from '../rl/gate.ts';
import type { RewardParts } from '../rl/rewards/index.ts';
import { DEFAULT_SCALING, scaleGroup } from '../rl/scaling.ts';
import { mean, sampleStd } from '../statistics/samples.ts';
import type { RecordedGroup, RecordedRollout, RecordedUpdate } from './recording.ts';

/** A group with its baseline. */
export interface Scored {
  readonly totals: readonly number[];
  readonly mean: number;
  /** Sample deviation. */
  readonly deviation: number;
  readonly advantages: readonly number[];
}

/** Rewards as a chapter lets them be edited; share of tests passed by the outcome, where it is not known. */
export interface Parts {
  readonly rewards: RewardParts;
  readonly passedTests?: number;
}

export const partsOf = ({ rewards, verification }: RecordedRollout): Parts => ({
  rewards,
  passedTests: passedShare(verification),
});

/** A group's totals and advantages under a gate. */
export function scored(parts: readonly Parts[], gate: Gate, advantage: SimpleKind = 'group'): Scored {
  const batch = parts.map(({ rewards, passedTests = rewards.outcome }): Rewarded => ({
    rewards,
    passedTests,
    extra: 0,
    reward: totalReward(rewards, gate, passedTests),
  }));
  const totals = batch.map(({ reward }) => reward);
  return {
    totals,
    mean: mean(totals),
    deviation: sampleStd(totals),
    advantages: batchAdvantages(batch, { gate, advantage, groupSize: batch.length }),
  };
}

/** Totals that were typed, as they are. */
export const ofTotals = (totals: readonly number[], kind: SimpleKind = 'group'): Scored => ({
  totals,
  mean: mean(totals),
  deviation: sampleStd(totals),
  advantages: advantages(totals, totals.length, kind),
});

/** R_t of a raw score, after everything was shifted. */
export const thinkingOf = (score: number, shift = 0): number =>
  scaleGroup([score + shift], DEFAULT_SCALING)[0]!;

/** How sure a Bradley–Terry model is that the first text is better: σ of the difference. */
export const preference = (first: number, second: number, shift = 0): number =>
  scaleGroup([first + shift - (second + shift)], DEFAULT_SCALING)[0]!;

export const METHODS = ['reinforce', 'ppo', 'grpo', 'dapo', 'dr-grpo', 'p-grpo'] as const;
export type Method = (typeof METHODS)[number];

/** A method as settings of one loss. */
export interface MethodRule {
  readonly gate: Gate;
  /** `total`: the reward itself, without a baseline. */
  readonly advantage: SimpleKind | 'total';
  readonly loss: LossOptions;
  /** Uses a batch for one update alone, while every ratio is 1. */
  readonly once?: true;
}

/**
 * The settings of the methods. Those of P-GRPO are the recorded run's; the others differ in what their papers change:
 * GRPO arXiv 2402.03300 (β = 0.04), DAPO 2503.14476 (ε_high, mean over tokens), Dr. GRPO 2503.20783 (no deviation, constant
 * divisor). PPO's baseline is a network of its own; the group's mean stands in for it.
 */
export function methodRules({ settings }: RecordedUpdate): Readonly<Record<Method, MethodRule>> {
  const own: LossOptions = { ...settings, constantLength: settings.maxCompletionTokens };
  const even = { ...own, clipHigh: own.clipLow, beta: 0 };
  return {
    reinforce: {
      gate: 'outcome',
      advantage: 'total',
      once: true,
      // At a ratio of 1 the weight is 1, and the loss is −A·log π.
      loss: { ...even, surrogate: 'cispo', clipHigh: 0, aggregation: 'sequence' },
    },
    ppo: { gate: 'outcome', advantage: 'none', loss: { ...even, aggregation: 'token' } },
    grpo: { gate: 'outcome', advantage: 'group', loss: { ...even, beta: 0.04, aggregation: 'sequence' } },
    dapo: { gate: 'outcome', advantage: 'group', loss: { ...own, beta: 0, aggregation: 'token' } },
    'dr-grpo': { gate: 'outcome', advantage: 'none', loss: { ...even, aggregation: 'constant' } },
    'p-grpo': { gate: settings.gate, advantage: settings.advantage, loss: own },
  };
}

/** Everything that an update is made of, at one round. */
export interface UpdateState {
  readonly rule: MethodRule;
  readonly scored: Scored;
  readonly result: LossResult;
  /** What one token of each completion counts, [completions]. */
  readonly weights: readonly number[];
  readonly logp: readonly (readonly number[])[];
  readonly oldLogp: readonly (readonly number[])[];
}

const ones = (rows: readonly (readonly number[])[]): number[][] => rows.map((row) => row.map(() => 1));

/**
 * The loss of the recorded group under a method, and its gradient.
 * @param round rounds done before
 * @param parts the rewards, which may have been edited
 */
export function updateState(
  update: RecordedUpdate,
  rule: MethodRule,
  round: number,
  parts: readonly Parts[] = update.group.rollouts.map(partsOf),
): UpdateState {
  const kind = rule.advantage === 'total' ? 'none' : rule.advantage;
  const own = scored(parts, rule.gate, kind);
  const state = rule.advantage === 'total' ? { ...own, advantages: own.totals } : own;
  const logp = update.logprobs[rule.once ? 0 : round]!;
  const oldLogp = update.logprobs[0]!;
  const input = { logp, oldLogp, refLogp: oldLogp, mask: ones(logp), advantages: state.advantages };
  return {
    rule,
    scored: state,
    result: policyLoss(input, rule.loss),
    weights: sequenceWeights(
      logp.map(({ length }) => length),
      rule.loss,
    ),
    logp,
    oldLogp,
  };
}

export type Binding = 'none' | 'low' | 'high';

/** What one token is to an update. */
export interface TokenNumbers {
  /** Under the policy that sampled, and under the one that is trained now. */
  readonly before: number;
  readonly now: number;
  readonly ratio: number;
  readonly bounds: readonly [low: number, high: number];
  /** The bound that has taken the token's gradient away. */
  readonly binding: Binding;
  readonly advantage: number;
  readonly weight: number;
  /** w·ℓ, which the loss is the sum of. */
  readonly loss: number;
  /** −∂ loss/∂ log π: above 0 the update makes the token likelier. */
  readonly push: number;
  /** k3 against the reference, times β. */
  readonly kl: number;
}

/** One token of the group in numbers. */
export function tokenNumbers(state: UpdateState, completion: number, token: number): TokenNumbers {
  const { rule, scored: own, result, weights, logp, oldLogp } = state;
  const [now, before] = [logp[completion]![token]!, oldLogp[completion]![token]!];
  const advantage = own.advantages[completion]!;
  const weight = weights[completion]!;
  // The same loss of this token alone, whose weight is 1.
  const input = {
    logp: [[now]],
    oldLogp: [[before]],
    refLogp: [[before]],
    mask: [[1]],
    advantages: [advantage],
  };
  const alone = policyLoss(input, { ...rule.loss, aggregation: 'token' });
  const { clipLow, clipHigh, beta, surrogate } = rule.loss;
  const held = surrogate === 'clipped';
  return {
    before: Math.exp(before),
    now: Math.exp(now),
    ratio: Math.exp(now - before),
    bounds: held ? [1 - clipLow, 1 + clipHigh] : [0, Infinity],
    binding: held && alone.clipLowFraction > 0 ? 'low' : held && alone.clipHighFraction > 0 ? 'high' : 'none',
    advantage,
    weight,
    loss: weight * alone.loss,
    push: -result.grad[completion]![token]!,
    kl: beta * (alone.klMean ?? 0),
  };
}

/** Groups of which some completions pass and some fail, the most even first. */
export function mixedFirst(groups: readonly RecordedGroup[]): RecordedGroup[] {
  const evenness = ({ rollouts }: RecordedGroup): number => {
    const passing = rollouts.filter(({ rewards }) => rewards.outcome === 1).length;
    return Math.min(passing, rollouts.length - passing);
  };
  return [...groups].sort((a, b) => evenness(b) - evenness(a));
}
