/**
 * Draws whatever asked for it, all in one animation frame, at most every `intervalMs`. Charts share one, so that
 * a run that reports many times a second costs a few redraws a second.
 */
export class RedrawQueue {
  readonly #waiting = new Set<() => void>();
  #last = -Infinity;
  #scheduled = false;

  constructor(
    private readonly intervalMs: number,
    private readonly now: () => number = () => performance.now(),
    private readonly later: (draw: () => void, ms: number) => void = (draw, ms) =>
      void setTimeout(() => requestAnimationFrame(draw), ms),
  ) {}

  /** The same function asked for twice is drawn once. */
  request(draw: () => void): void {
    this.#waiting.add(draw);
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.later(() => this.#flush(), Math.max(0, this.#last + this.intervalMs - this.now()));
  }

  forget(draw: () => void): void {
    this.#waiting.delete(draw);
  }

  #flush(): void {
    this.#scheduled = false;
    this.#last = this.now();
    const due = [...this.#waiting];
    this.#waiting.clear();
    for (const draw of due) draw();
  }
}

export const redraws = new RedrawQueue(250);
