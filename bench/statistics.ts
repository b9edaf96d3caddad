/** Timings taken in turns and what is said of them. */

export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('The median of no values is undefined.');
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Milliseconds that each job took, round by round, so that whatever disturbs the machine disturbs all alike. */
export async function interleave(
  jobs: readonly (() => Promise<unknown>)[],
  rounds: number,
  onRound: () => void,
  now: () => number = () => performance.now(),
): Promise<number[][]> {
  const times: number[][] = jobs.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, job] of jobs.entries()) {
      const start = now();
      await job();
      times[i]!.push(now() - start);
    }
    onRound();
  }
  return times;
}

/** The largest of |a − b| / |b|; infinite where the lengths differ or a value is not finite. */
export function largestRelativeDifference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Infinity;
  return a.reduce((largest, x, i) => {
    const difference = Math.abs(x - b[i]!) / Math.abs(b[i]!);
    return Number.isFinite(difference) ? Math.max(largest, difference) : Infinity;
  }, 0);
}

/** Share of positions at which both hold the same. */
export function agreement(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length || a.length === 0) return 0;
  let same = 0;
  for (let i = 0; i < a.length; i++) if (a[i] === b[i]) same++;
  return same / a.length;
}
