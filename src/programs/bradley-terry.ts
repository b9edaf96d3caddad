export interface BradleyTerryOptions {
  /** m: how far the chosen text must lie above the rejected one before the loss relaxes; in logits. */
  readonly margin: number;
  /** c: pulls chosen + rejected towards 0, which anchors the otherwise shift-invariant scores. */
  readonly centerCoefficient: number;
}

export interface BradleyTerryResult {
  readonly loss: number;
  /** d loss / d score, [pairs] each. */
  readonly gradChosen: number[];
  readonly gradRejected: number[];
}

/**
 * Bradley–Terry loss of pairs of raw scores, [pairs] each:
 * mean(−log σ(s⁺ − s⁻ − m)) + c·mean((s⁺ + s⁻)²).
 * arXiv 2508.05170 uses m = c = 0; the centring term is TRL's, with c = 0.01.
 * @throws RangeError when the lengths differ or there are no pairs.
 */
export function bradleyTerry(
  chosen: readonly number[],
  rejected: readonly number[],
  { margin, centerCoefficient }: BradleyTerryOptions,
): BradleyTerryResult {
  checkPairs(chosen, rejected);
  const pairs = chosen.length;
  let loss = 0;
  const gradChosen: number[] = [];
  const gradRejected: number[] = [];
  chosen.forEach((high, i) => {
    const low = rejected[i]!;
    const gap = high - low - margin;
    const total = high + low;
    loss += (softplus(-gap) + centerCoefficient * total ** 2) / pairs;
    const pull = sigmoid(-gap);
    const centring = 2 * centerCoefficient * total;
    gradChosen.push((centring - pull) / pairs);
    gradRejected.push((centring + pull) / pairs);
  });
  return { loss, gradChosen, gradRejected };
}

/** Share of pairs whose chosen text scores strictly above the rejected one; a tie is wrong (RewardBench). */
export function pairwiseAccuracy(chosen: readonly number[], rejected: readonly number[]): number {
  checkPairs(chosen, rejected);
  return chosen.filter((score, i) => score > rejected[i]!).length / chosen.length;
}

/** log(1 + e^x) without overflow. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

function checkPairs(chosen: readonly number[], rejected: readonly number[]): void {
  if (chosen.length !== rejected.length || chosen.length === 0) {
    throw new RangeError(`${chosen.length} chosen and ${rejected.length} rejected scores do not make pairs.`);
  }
}
