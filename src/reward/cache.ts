/** Raw scores of texts that were scored before; the least recently used are forgotten first. */
export class ScoreCache {
  readonly #capacity: number;
  /** In order of use, oldest first. */
  readonly #scores = new Map<string, number>();
  #generation = 0;

  constructor(capacity: number) {
    if (!(capacity > 0)) throw new RangeError(`A cache of ${capacity} texts cannot hold any.`);
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#scores.size;
  }

  /** Forgets everything, also what is being computed right now: it belongs to the weights from before. */
  clear(): void {
    this.#generation++;
    this.#scores.clear();
  }

  /** Scores in the order of `texts`; each distinct text that is not known is computed once, in one call. */
  async score(
    texts: readonly string[],
    compute: (missing: readonly string[]) => Promise<readonly number[]>,
  ): Promise<number[]> {
    const generation = this.#generation;
    const found = new Map<string, number>();
    const missing: string[] = [];
    for (const text of new Set(texts)) {
      const known = this.#scores.get(text);
      if (known === undefined) missing.push(text);
      else found.set(text, known);
    }
    const computed = missing.length === 0 ? [] : await compute(missing);
    missing.forEach((text, i) => found.set(text, computed[i]!));
    if (generation === this.#generation) for (const [text, score] of found) this.#remember(text, score);
    return texts.map((text) => found.get(text)!);
  }

  #remember(text: string, score: number): void {
    this.#scores.delete(text);
    this.#scores.set(text, score);
    if (this.#scores.size > this.#capacity) this.#scores.delete(this.#scores.keys().next().value!);
  }
}
