import { Random } from '../../../random.ts';
import type { ScoredPair } from '../../../reward/accuracy.ts';

/** Dots that a plot bears before they hide each other. */
const MOST_PAIRS = 400;

/** Both texts of every pair by length and score; of many pairs, a fixed random part. */
export function scatterPoints(scored: readonly ScoredPair[]) {
  const drawn =
    scored.length <= MOST_PAIRS ? scored : new Random(0, 0, 'scatter').shuffle(scored).slice(0, MOST_PAIRS);
  return drawn.flatMap(({ chosen, rejected }) => [
    { x: rejected.length, y: rejected.score, good: false },
    { x: chosen.length, y: chosen.score, good: true },
  ]);
}
