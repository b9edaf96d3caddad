/** Measurements of each candidate that count: its latest. */
const SAMPLES = 3;
/** A settled tuner tries one of its candidates again at every so many calls: the first tries may have been disturbed. */
const RECHECK_EVERY = 32;

/** Calls until a tuner of so many workers has tried each candidate as often as it counts. */
export const callsToSettle = (available: number): number => 1 + SAMPLES * candidatesFor(available).length;

/** Powers of two up to the number of workers, and it, largest first. */
function candidatesFor(available: number): number[] {
  const powers: number[] = [];
  for (let n = 1; n < available; n *= 2) powers.push(n);
  return [...powers, available].reverse();
}

/**
 * Chooses how many workers share a graph by measuring: the first calls try the candidates in turns, then the fastest
 * is used until a later try finds another faster. Results do not depend on the choice, so the measuring calls are
 * ordinary work.
 */
export class Tuner {
  readonly #candidates: readonly number[];
  /** Latest times of each number of workers, in ms for a micro-batch. */
  readonly #times = new Map<number, readonly number[]>();
  /** Calls so far without the first, which compiles. */
  #measured = -1;

  constructor(available: number) {
    this.#candidates = candidatesFor(available);
  }

  /** Workers to use for a call over `batches` micro-batches. */
  choose(batches: number): number {
    return Math.min(this.#next(), batches);
  }

  #next(): number {
    const call = Math.max(this.#measured, 0);
    const winner = this.settled;
    // In turns, so that whatever disturbs the machine meanwhile disturbs all alike.
    if (winner === null) return this.#candidates[call % this.#candidates.length]!;
    if (call % RECHECK_EVERY !== 0) return winner;
    return this.#candidates[(call / RECHECK_EVERY) % this.#candidates.length]!;
  }

  /** Records how long a call took. */
  record(workers: number, batches: number, ms: number): void {
    if (++this.#measured === 0) return;
    const earlier = this.#times.get(workers) ?? [];
    this.#times.set(workers, [...earlier, ms / batches].slice(-SAMPLES));
  }

  /** The number that is fastest so far, once each has been measured. */
  get settled(): number | null {
    if (this.#measured < this.#candidates.length * SAMPLES) return null;
    let [winner, least] = [this.#candidates[0]!, Infinity];
    for (const [workers, times] of this.#times) {
      const time = Math.min(...times);
      if (time < least) [winner, least] = [workers, time];
    }
    return winner;
  }
}
