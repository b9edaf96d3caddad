/** The train tasks of a world in two halves, so that a policy and a reward model need not learn from the same tasks. */
import { Random } from '../random.ts';

export const HALVES = ['policy', 'reward'] as const;
/** Who learns from it. */
export type Half = (typeof HALVES)[number];

/** The half that a composition belongs to, by its name alone: the same whatever else there is. */
export const halfOf = (composition: string): Half =>
  HALVES[new Random(0, 0, `half ${composition}`).uniform() < 0.5 ? 0 : 1];
