import type { ScoredPair } from '../../../reward/accuracy.ts';
import type { ImportedPair } from '../../../reward/pairs/types.ts';
import { checkScores } from '../../../rl/scaling.ts';
import { reasoningText } from '../../../domains/completion.ts';
import type { Tools } from './tools.ts';

/** Pairs scored at a time: often enough to show progress and to stop, seldom enough to fill the batches. */
const CHUNK = 128;

export interface ScoredPairs {
  readonly scored: readonly ScoredPair[];
  /** Pairs left out because a text is longer than the model can read. */
  readonly tooLong: number;
}

/**
 * Scores both texts of every pair with the model on the desk.
 * @throws RewardScoreError for a score that is no number; AbortError when the signal fires
 */
export async function scorePairTexts(
  { score, lengths, config }: Pick<Tools, 'score' | 'lengths' | 'config'>,
  pairs: readonly ImportedPair[],
  report: (done: number, of: number) => void = () => {},
  signal?: AbortSignal,
): Promise<ScoredPairs> {
  const scored: ScoredPair[] = [];
  let tooLong = 0;
  for (let start = 0; start < pairs.length; start += CHUNK) {
    signal?.throwIfAborted();
    const part = pairs.slice(start, start + CHUNK);
    const texts = part.flatMap(({ prompt, chosen, rejected }) => [
      reasoningText(prompt, chosen),
      reasoningText(prompt, rejected),
    ]);
    const tokens = await lengths(texts);
    const fits = (i: number): boolean => Math.max(tokens[2 * i]!, tokens[2 * i + 1]!) <= config.maxPositions;
    const read = part.flatMap((pair, i) => (fits(i) ? [{ pair, i }] : []));
    tooLong += part.length - read.length;
    const scores = await score(read.flatMap(({ i }) => [texts[2 * i]!, texts[2 * i + 1]!]));
    checkScores(scores, (n) => `a text of pair ${start + read[Math.floor(n / 2)]!.i + 1}`);
    for (const [n, { pair, i }] of read.entries())
      scored.push({
        pair,
        chosen: { score: scores[2 * n]!, length: tokens[2 * i]! },
        rejected: { score: scores[2 * n + 1]!, length: tokens[2 * i + 1]! },
      });
    report(Math.min(start + CHUNK, pairs.length), pairs.length);
  }
  return { scored, tooLong };
}
