/**
 * Ways to train a reward model that can be fooled, each by one fault of its pairs. What they have in common with a good
 * one is everything else, so what the policy learns to exploit is the fault.
 */
import { type Dimension, DIMENSIONS } from './pairs/types.ts';

export interface FlawedPairs {
  /** Pairs written of each task. */
  readonly perTask?: number;
  readonly steps?: number;
  readonly length?: 'longer-wins';
  readonly dimensions?: readonly Dimension[];
  readonly family?: string;
}

export const FLAWS = {
  /** Has seen too little. */
  few: { perTask: 1, steps: 60 },
  /** The better text was always the longer one. */
  long: { length: 'longer-wins' },
  /** Was never shown that a well-made reasoning can be about another task. */
  blind: { dimensions: DIMENSIONS.filter((dimension) => dimension !== 'factual accuracy') },
  /** Knows one family of tasks. */
  family: { family: 'lists' },
} as const satisfies Record<string, FlawedPairs>;

export type Flaw = keyof typeof FLAWS;
