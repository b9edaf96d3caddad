/** Which tokens of a completion learn from R_t. */
import { THINK_CLOSE } from '../model/tokenizer/special-tokens.ts';
import type { Tokenizer } from '../model/tokenizer/index.ts';
import type { AdvantageParts } from './advantages.ts';
import { mapInSlices } from './breathe.ts';
import { weightOf } from './gate.ts';
import type { Attempted } from './groups.ts';
import type { FullConfig } from './types.ts';

/** `completion`: all of them. `reasoning`: those of the reasoning alone; the others learn from the other rewards. */
export const REASONING_CREDITS = ['completion', 'reasoning'] as const;
export type ReasoningCredit = (typeof REASONING_CREDITS)[number];

/** Whether tokens of one completion may have different advantages. */
export const isCreditSplit = (
  config: Pick<FullConfig, 'reasoningCredit' | 'advantage' | 'gate' | 'rewardWeights'>,
): boolean =>
  config.reasoningCredit === 'reasoning' &&
  config.advantage !== 'raft' &&
  config.gate !== 'outcome' &&
  weightOf('thinking', config) > 0;

/**
 * How many tokens belong to the reasoning, from the first: up to the one that completes the closing tag, even where that
 * one goes on beyond it. 0 where there is no closing tag.
 */
export function reasoningTokens(tokens: readonly number[], tokenizer: Pick<Tokenizer, 'decode'>): number {
  const isClosed = (count: number): boolean => tokenizer.decode(tokens.slice(0, count)).includes(THINK_CLOSE);
  let [open, closed] = [0, tokens.length];
  if (!isClosed(closed)) return 0;
  while (closed - open > 1) {
    const middle = Math.floor((open + closed) / 2);
    if (isClosed(middle)) closed = middle;
    else open = middle;
  }
  return closed;
}

/**
 * The advantage of each token of each completion: with R_t's part up to the end of the reasoning, without it from there on,
 * and all over a completion that has no reasoning.
 */
export const tokenAdvantages = (
  members: readonly Pick<Attempted, 'completion' | 'parsed'>[],
  { all, rest }: AdvantageParts,
  tokenizer: Pick<Tokenizer, 'decode'>,
): Promise<number[][]> =>
  mapInSlices(members, ({ completion: { tokens }, parsed }, i) => {
    const reasoning = parsed.reasoning === null ? 0 : reasoningTokens(tokens, tokenizer);
    return tokens.map((_, t) => (t < reasoning ? all[i]! : rest[i]!));
  });
