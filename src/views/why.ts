import { type Gate, GATES, gatedParts, passedShare, type TotalSettings, weightOf } from '../rl/gate.ts';
import { REWARDS, type RewardName } from '../rl/rewards/index.ts';
import type { Metrics } from '../rl/types.ts';
import { mean } from '../statistics/samples.ts';
import type { GatedCompletion, GatedGroup, GatedStep } from './gate-data.ts';

/** A completion that is pushed most, and the reward in which it differs most from its group. */
export interface Pushed {
  /** Its rank in the group, 1 for the largest reward. */
  readonly place: number;
  readonly advantage: number;
  readonly passes: boolean;
  readonly by: { readonly symbol: string; readonly value: number; readonly mean: number } | null;
}

/** Why a group did to the weights what it did. */
export interface Why {
  readonly size: number;
  readonly passing: number;
  /** The reward that all have, where all have the same. */
  readonly equal: number | null;
  /** Share of the variance of the rewards that each of them makes, largest first; those with almost none are left out. */
  readonly spread: readonly { readonly symbol: string; readonly share: number }[];
  readonly up: Pushed | null;
  readonly down: Pushed | null;
  /** Failing completions whose R_t the gate kept back, wholly or in part. */
  readonly withheld: number;
  /** Those of the failing ones that would be made likelier if R_t always counted, and are not. */
  readonly spared: number;
  /** Failing completions that are made likelier all the same. */
  readonly lifted: number;
  /** Share of the step's Σ |A| · tokens, in [0, 1]. */
  readonly push: number;
  /** What the update did with all groups together; null where nothing is known of it. */
  readonly update: {
    readonly learningRate: number;
    readonly gradNorm: number;
    readonly clipped: number;
  } | null;
}

type Parts = Readonly<Record<RewardName, number>>;

/** What each reward adds to a completion's total. */
function partsOf({ rollout }: GatedCompletion, gate: Gate, settings: TotalSettings): Parts {
  const parts = gatedParts(rollout.rewards, gate, passedShare(rollout.verification), settings);
  const weighted = REWARDS.map(({ name }) => [name, weightOf(name, settings) * parts[name]] as const);
  return Object.fromEntries(weighted) as Parts;
}

const covariance = (a: readonly number[], b: readonly number[]): number => {
  const [x, y] = [mean(a), mean(b)];
  return mean(a.map((value, i) => (value - x) * (b[i]! - y)));
};

/**
 * Var(Σ parts) = Σ cov(part, Σ parts), so the shares add up to 1; that of one that works against the others is negative.
 */
function spreadOf(parts: readonly Parts[], totals: readonly number[]): Why['spread'] {
  const variance = covariance(totals, totals);
  return REWARDS.map(({ name, symbol }) => ({
    symbol,
    share:
      covariance(
        parts.map((part) => part[name]),
        totals,
      ) / variance,
  }))
    .filter(({ share }) => Math.abs(share) >= 0.005)
    .sort((a, b) => b.share - a.share);
}

const passes = ({ rollout }: GatedCompletion): boolean => rollout.rewards.outcome === 1;
const push = ({ advantage, rollout }: GatedCompletion): number => Math.abs(advantage) * rollout.tokens.length;

function pushed(group: GatedGroup, parts: readonly Parts[], sign: 1 | -1): Pushed | null {
  const sorted = group.completions.map((_, i) => i).sort((a, b) => sign * (of(b) - of(a)));
  function of(i: number): number {
    return group.completions[i]!.advantage;
  }
  const [i = 0] = sorted;
  if (sign * of(i) <= 1e-9) return null;
  const reasons = REWARDS.map(({ name, symbol }) => {
    const usual = mean(parts.map((part) => part[name]));
    return { symbol, value: parts[i]![name], mean: usual, more: sign * (parts[i]![name] - usual) };
  }).sort((a, b) => b.more - a.more);
  const [{ more, ...by } = { symbol: '', value: 0, mean: 0, more: 0 }] = reasons;
  const completion = group.completions[i]!;
  return {
    place: completion.rank,
    advantage: completion.advantage,
    passes: passes(completion),
    by: more > 1e-9 ? by : null,
  };
}

/**
 * @param gate the gate that the step is looked at through
 * @param metrics those of the step
 */
export function whyOf(
  group: GatedGroup,
  step: GatedStep,
  gate: Gate,
  settings: TotalSettings,
  metrics: Metrics | undefined,
): Why {
  const { completions } = group;
  const failing = completions.filter((completion) => !passes(completion));
  const parts = completions.map((completion) => partsOf(completion, gate, settings));
  const totals = parts.map((part) => REWARDS.reduce((sum, { name }) => sum + part[name], 0));
  const whole = step.groups.flatMap((each) => each.completions).reduce((sum, each) => sum + push(each), 0);
  const { learning_rate: learningRate, grad_norm: gradNorm } = metrics ?? {};
  // A gate that compares passing completions alone makes advantages that no single sum explains.
  const summed = GATES[gate].amongPassing !== true && !group.flat;
  return {
    size: completions.length,
    passing: group.passing,
    equal: group.flat ? group.mean : null,
    spread: summed ? spreadOf(parts, totals) : [],
    up: pushed(group, parts, 1),
    down: pushed(group, parts, -1),
    withheld: failing.filter(({ opening, rollout }) => opening < 1 && rollout.rewards.thinking > 0).length,
    spared: failing.filter(({ advantage, ungated }) => ungated > 1e-9 && advantage <= 1e-9).length,
    lifted: failing.filter(({ advantage }) => advantage > 1e-9).length,
    push: whole > 0 ? completions.reduce((sum, each) => sum + push(each), 0) / whole : 0,
    update:
      learningRate === undefined || gradNorm === undefined
        ? null
        : { learningRate, gradNorm, clipped: metrics?.['clip_ratio/region_mean'] ?? 0 },
  };
}
