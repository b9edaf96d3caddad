/** Importance ratios of a completion's tokens, as its record has them, and which of them the clip held. */
import { type Bound, boundOf, importanceRatios } from '../programs/loss.ts';
import type { FullConfig, Rollout } from './types.ts';

export { type Bound, limitOf } from '../programs/loss.ts';

/** How many updates a step over so many groups makes; a group is not divided. */
export const updatesOf = (
  { innerIterations, miniBatches }: Pick<FullConfig, 'innerIterations' | 'miniBatches'>,
  groups: number,
): number => innerIterations * Math.min(miniBatches, groups);

/** ρ of each token at the completion's last update in its step, [tokens]; `null` where that is not stored. */
export function storedRatios(
  { perToken }: Pick<Rollout, 'perToken'>,
  { importance }: Pick<FullConfig, 'importance'>,
): number[] | null {
  const stored = perToken?.logRatio;
  if (!stored) return null;
  return importanceRatios(
    stored.map((millionths) => millionths * 1e-6),
    importance,
  );
}

/**
 * The bound that holds each token, [tokens], or `null`.
 * @param ratios [tokens]
 * @param advantages [tokens]
 */
export const boundsOf = (
  ratios: readonly number[],
  advantages: readonly number[],
  config: Pick<FullConfig, 'surrogate' | 'clipLow' | 'clipHigh' | 'dualClip'>,
): (Bound | null)[] => ratios.map((ratio, t) => boundOf(ratio, advantages[t]!, config));
