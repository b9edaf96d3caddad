/** Drawing a token from logits: what may be drawn, and the float64 reference of the kernel that does it. */

/** Which ids may be drawn. */
export interface Restriction {
  /** Only the k most likely ids are drawn from, and those as likely as the last of them. Default: all. */
  readonly topK?: number | undefined;
  /**
   * After that only the fewest most likely ids that have this share of the probability together (nucleus sampling,
   * Holtzman et al. 2020), and of equally likely ones the last. Default: 1.
   */
  readonly topP?: number | undefined;
}

export interface SamplerSettings extends Restriction {
  readonly mode: 'sample' | 'greedy';
}

export interface Drawn {
  readonly id: number;
  /** Of the id under the distribution that it was drawn from, temperature and restrictions included. */
  readonly logprob: number;
  /** Of that distribution, nats. */
  readonly entropy: number;
}

/**
 * Draws from one row of logits, divided by the temperature, of what transformers' TopKLogitsWarper and then its
 * TopPLogitsWarper leave: the first id whose cumulative probability reaches `uniform` (in [0, 1)), or the most
 * likely one, and of equally likely ones the first.
 * @throws RangeError for a top-k below 1 or a top-p outside (0, 1]
 */
export function drawToken(
  logits: ArrayLike<number>,
  inverseTemperature: number,
  uniform: number,
  settings: SamplerSettings,
): Drawn {
  const scaled = Array.from(logits, (x) => x * inverseTemperature);
  const top = scaled.reduce((a, b) => Math.max(a, b), -Infinity);
  const kept = keptIds(scaled, top, settings);
  const weights = scaled.map((z, id) => (!kept || kept.has(id) ? Math.exp(z - top) : 0));
  const total = weights.reduce((a, b) => a + b, 0);
  const mean = weights.reduce((sum, w, i) => (w > 0 ? sum + w * (scaled[i]! - top) : sum), 0) / total;
  const id = settings.mode === 'greedy' ? scaled.indexOf(top) : firstReaching(weights, uniform * total);
  return { id, logprob: scaled[id]! - top - Math.log(total), entropy: Math.log(total) - mean };
}

/** @throws RangeError for what restricts nothing sensible */
export function checkSampler({ topK, topP }: Restriction): void {
  if (topK !== undefined && !(Number.isInteger(topK) && topK >= 1))
    throw new RangeError(
      `A top-k of ${topK} leaves nothing to draw from; it must be a whole number from 1 on.`,
    );
  if (topP !== undefined && !(topP > 0 && topP <= 1))
    throw new RangeError(
      `A top-p of ${topP} is no share of the probability; it must be above 0 and at most 1.`,
    );
}

/** The ids that may be drawn; null for all. */
function keptIds(scaled: readonly number[], top: number, settings: Restriction): Set<number> | null {
  checkSampler(settings);
  const { topK = scaled.length, topP = 1 } = settings;
  if (topK >= scaled.length && topP === 1) return null;
  const order = scaled.map((_, id) => id).toSorted((a, b) => scaled[b]! - scaled[a]! || b - a);
  const least = scaled[order[Math.min(topK, scaled.length) - 1]!]!;
  const kept = order.filter((id) => scaled[id]! >= least);
  if (topP === 1) return new Set(kept);
  const share = topP * kept.reduce((sum, id) => sum + Math.exp(scaled[id]! - top), 0);
  let before = 0;
  const count = kept.findIndex((id) => (before += Math.exp(scaled[id]! - top)) >= share);
  return new Set(count < 0 ? kept : kept.slice(0, count + 1));
}

function firstReaching(weights: readonly number[], target: number): number {
  let sum = 0;
  let last = 0;
  for (const [i, weight] of weights.entries()) {
    if (weight === 0) continue;
    last = i;
    sum += weight;
    if (sum >= target) break;
  }
  return last;
}
