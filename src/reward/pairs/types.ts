import type { StarterTask } from '../../domains/code/starter/task.ts';
import type { Task } from '../../domains/domain.ts';

/** The three dimensions of reasoning quality (arXiv 2508.05170). */
export const DIMENSIONS = ['factual accuracy', 'logical rigor', 'logical coherence'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** `superior>inferior` is for pairs of sampled reasonings, which nobody rewrote (LCB-RB). */
export const PAIR_KINDS = [
  'optimized>degraded',
  'optimized>original',
  'original>degraded',
  'superior>inferior',
] as const;
export type PairKind = (typeof PAIR_KINDS)[number];

/** What a reward model learns from: TRL's columns. */
export interface PairColumns {
  readonly prompt: string;
  /** The better reasoning, without tags. */
  readonly chosen: string;
  readonly rejected: string;
}

/** Where a pair comes from and what separates its two texts. */
export interface PairLabels {
  readonly taskId: string;
  readonly family: string;
  readonly dimension: Dimension;
  readonly kind: PairKind;
  /** The rewriting or flaw, e.g. `missing-edge-case`. */
  readonly operation: string;
  /** Name of the {@link PairWriter}. */
  readonly writer: string;
}

export type PreferencePair = PairColumns & PairLabels;

/** A pair from a file, which may say less about itself; `subset` is RewardBench's column. */
export type ImportedPair = PairColumns & Partial<PairLabels> & { readonly subset?: string };

export const DROP_REASONS = [
  'no-rewriting',
  'no-change',
  'duplicate',
  'empty',
  'malformed',
  'too-long',
  'unbalanced',
] as const;
/**
 * Why a pair came to nothing: the rewriting does not apply; both texts are equal; the pair is there already; a text
 * is empty, has no single thinking block, or is over-long; it was left out for balance.
 */
export type DropReason = (typeof DROP_REASONS)[number];
export type DropCounts = Readonly<Record<DropReason, number>>;

export interface WriteRequest<T extends Task = StarterTask> {
  readonly tasks: readonly T[];
  /** Pairs tried per task. */
  readonly perTask: number;
  readonly seed: number;
  /** Number of the draw, from 0: another round gives other pairs from the same seed. */
  readonly round: number;
}

export interface Written {
  readonly pairs: readonly PreferencePair[];
  readonly dropped: DropCounts;
}

/** Writes optimized, original and degraded reasonings and pairs them. */
export interface PairWriter<T extends Task = StarterTask> {
  readonly name: string;
  /** @throws AbortError when the signal fires; what a writer needs beyond that is its own affair. */
  write(request: WriteRequest<T>, signal?: AbortSignal): Promise<Written>;
}

export const noDrops = (): Record<DropReason, number> =>
  Object.fromEntries(DROP_REASONS.map((reason) => [reason, 0])) as Record<DropReason, number>;

export function addDrops(a: DropCounts, b: DropCounts): DropCounts {
  const total = noDrops();
  for (const reason of DROP_REASONS) total[reason] = a[reason] + b[reason];
  return total;
}
