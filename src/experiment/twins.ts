/** Two runs of the same seed, step by step: where they are still the same, and where they part. */
import type { Rollout } from '../rl/types.ts';
import { groupBy, mean } from '../statistics/samples.ts';

/**
 * What two completions in the same place may differ in, from cause to effect: the prompt, what was written, the rewards
 * before the gate, their sum behind it, the advantage.
 */
export const ASPECTS = ['prompt', 'completion', 'rewards', 'reward', 'advantage'] as const;
export type Aspect = (typeof ASPECTS)[number];

export interface TwinPair {
  readonly index: number;
  /** Null where one of the runs has no completion in this place. */
  readonly left: Rollout | null;
  readonly right: Rollout | null;
  /** What differs; nothing where the pair is the same in all. */
  readonly differs: readonly Aspect[];
  /** Tokens from the start that both have. */
  readonly common: number;
}

export interface TwinGroup {
  readonly group: number;
  /** The task of either side; null where a side has no such group. */
  readonly tasks: readonly [left: string | null, right: string | null];
  readonly pairs: readonly TwinPair[];
}

/** Devices and orders of summation move a number by less than this. */
const TOLERANCE = 1e-6;

const far = (a: number, b: number): boolean => Math.abs(a - b) > TOLERANCE;

/** The completions of the same step of both runs, by group and place in it. */
export function pairStep(left: readonly Rollout[], right: readonly Rollout[]): TwinGroup[] {
  const both = [...left, ...right];
  const groups = [...new Set(both.map(({ group }) => group))].sort((a, b) => a - b);
  return groups.map((group) => {
    const [own, other] = [left, right].map((side) => side.filter((rollout) => rollout.group === group));
    const places = [...new Set([...own!, ...other!].map(({ index }) => index))].sort((a, b) => a - b);
    return {
      group,
      tasks: [own![0]?.taskId ?? null, other![0]?.taskId ?? null],
      pairs: places.map((index) =>
        pairOf(
          index,
          own!.find((rollout) => rollout.index === index) ?? null,
          other!.find((rollout) => rollout.index === index) ?? null,
        ),
      ),
    };
  });
}

function pairOf(index: number, left: Rollout | null, right: Rollout | null): TwinPair {
  if (left === null || right === null) return { index, left, right, differs: ASPECTS, common: 0 };
  const common = commonTokens(left.tokens, right.tokens);
  const names = [...new Set([...Object.keys(left.rewards), ...Object.keys(right.rewards)])];
  const part = (rollout: Rollout, name: string): number =>
    (rollout.rewards as Readonly<Record<string, number>>)[name] ?? 0;
  const differs: Readonly<Record<Aspect, boolean>> = {
    prompt: left.taskId !== right.taskId,
    completion: common < Math.max(left.tokens.length, right.tokens.length) || left.text !== right.text,
    rewards: names.some((name) => far(part(left, name), part(right, name))),
    reward: far(left.reward, right.reward),
    advantage: far(left.advantage, right.advantage),
  };
  return { index, left, right, differs: ASPECTS.filter((aspect) => differs[aspect]), common };
}

function commonTokens(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((token, t) => token !== b[t]);
  return at === -1 ? a.length : at;
}

/** Where something differs for the first time. */
export interface Parting {
  readonly step: number;
  readonly group: number;
  readonly index: number;
  /** Tokens that both completions begin with. */
  readonly common: number;
}

/** Of the steps that were looked at: where each aspect differs first, and how much is the same in each. */
export interface TwinReport {
  readonly partings: Readonly<Partial<Record<Aspect, Parting>>>;
  readonly steps: readonly TwinShares[];
}

/** Shares of the pairs of a step that are the same. */
export interface TwinShares {
  readonly step: number;
  readonly prompts: number;
  readonly completions: number;
  /** Mean share of a completion’s tokens before the first that differs. */
  readonly tokens: number;
}

export const NO_TWINS: TwinReport = { partings: {}, steps: [] };

/** The report with one more step, which is later than those before. */
export function withStep(report: TwinReport, step: number, groups: readonly TwinGroup[]): TwinReport {
  const pairs = groups.flatMap(({ group, pairs: own }) => own.map((pair) => ({ group, ...pair })));
  const found = ASPECTS.flatMap((aspect) => {
    const first = pairs.find(({ differs }) => differs.includes(aspect));
    if (report.partings[aspect] || !first) return [];
    const { group, index, common } = first;
    return [[aspect, { step, group, index, common }] as const];
  });
  const partings = { ...report.partings, ...Object.fromEntries(found) };
  if (pairs.length === 0) return { ...report, partings };
  const shareOf = (aspect: Aspect): number =>
    mean(pairs.map(({ differs }) => Number(!differs.includes(aspect))));
  const shares = {
    step,
    prompts: shareOf('prompt'),
    completions: shareOf('completion'),
    tokens: mean(pairs.map(commonShare)),
  };
  return { partings, steps: [...report.steps, shares] };
}

function commonShare({ left, right, common }: TwinPair): number {
  const longest = Math.max(left?.tokens.length ?? 0, right?.tokens.length ?? 0);
  return longest === 0 ? 1 : common / longest;
}

export interface AlignedSteps {
  readonly both: readonly number[];
  /** Stored of one run alone. */
  readonly left: readonly number[];
  readonly right: readonly number[];
}

export function alignSteps(left: readonly number[], right: readonly number[]): AlignedSteps {
  const [own, other] = [new Set(left), new Set(right)];
  return {
    both: left.filter((step) => other.has(step)),
    left: left.filter((step) => !other.has(step)),
    right: right.filter((step) => !own.has(step)),
  };
}

/** Pairs of runs that share a seed, in the order given. */
export function twinsAmong<R extends { readonly seed: number }>(
  runs: readonly R[],
): (readonly [left: R, right: R])[] {
  return groupBy(runs, ({ seed }) => seed).flatMap((alike) =>
    alike.flatMap((left, i) => alike.slice(i + 1).map((right) => [left, right] as const)),
  );
}
