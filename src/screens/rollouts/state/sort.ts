/** In which order completions are listed. */
import type { GatedCompletion } from '../../../views/gate-data.ts';

export const SORTS = ['reward', 'thinking', 'advantage', 'length', 'kl', 'index'] as const;
export type Sort = (typeof SORTS)[number];

export interface Order {
  readonly by: Sort;
  readonly descending: boolean;
}

export const BEST_FIRST: Order = { by: 'reward', descending: true };

/** The order that is wanted first when a column is chosen. */
export const usualOrder = (by: Sort): Order => ({ by, descending: by !== 'index' });

const VALUES: Readonly<Record<Sort, (completion: GatedCompletion) => number | null>> = {
  reward: ({ total }) => total,
  thinking: ({ rollout }) => rollout.rewards.thinking,
  advantage: ({ advantage }) => advantage,
  length: ({ rollout }) => rollout.tokens.length,
  kl: ({ rollout }) => rollout.kl,
  index: () => 0,
};

/** A sorted copy: what has no value comes last either way, equal values in order of group and index. */
export function sorted(
  completions: readonly GatedCompletion[],
  { by, descending }: Order,
): GatedCompletion[] {
  const valueOf = VALUES[by];
  const sign = descending ? -1 : 1;
  const byPlace = (a: GatedCompletion, b: GatedCompletion): number =>
    a.rollout.group - b.rollout.group || a.rollout.index - b.rollout.index;
  return completions.toSorted((a, b) => {
    if (by === 'index') return sign * byPlace(a, b);
    const [x, y] = [valueOf(a), valueOf(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null) || byPlace(a, b);
    return sign * (x - y) || byPlace(a, b);
  });
}
