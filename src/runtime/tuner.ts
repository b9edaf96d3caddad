/**
 * Chooses how many workers share a graph by measuring: the first calls try the candidates in turn, then the fastest
 * stays. Results do not depend on the choice, so the measuring calls are ordinary work.
 */
export class Tuner {
  readonly #candidates: readonly number[];
  readonly #best = new Map<number, number>();
  #calls = 0;
  #warm = 0;

  /** @param available workers; candidates are the powers of two up to it, and it */
  constructor(available: number) {
    const powers: number[] = [];
    for (let n = 1; n < available; n *= 2) powers.push(n);
    this.#candidates = [...powers, available].reverse();
  }

  /** Workers to use for a call over `batches` micro-batches. */
  choose(batches: number): number {
    const wanted =
      this.settled ?? this.#candidates[Math.floor(Math.max(this.#calls - this.#warm, 0) / SAMPLES)]!;
    return Math.min(wanted, batches);
  }

  /** Records how long a call took; the first call, which compiles, is not counted. */
  record(workers: number, batches: number, ms: number): void {
    this.#calls++;
    if (this.#warm === 0) {
      this.#warm = 1;
      return;
    }
    if (this.settled !== null) return;
    this.#best.set(workers, Math.min(this.#best.get(workers) ?? Infinity, ms / batches));
  }

  /** The chosen number, once measured. */
  get settled(): number | null {
    if (this.#calls - this.#warm < this.#candidates.length * SAMPLES) return null;
    let [winner, time] = [this.#candidates[0]!, Infinity];
    for (const [workers, ms] of this.#best) if (ms < time) [winner, time] = [workers, ms];
    return winner;
  }
}

/** Measurements of each candidate. */
const SAMPLES = 2;
