/** One phase at a time: what asks before each phase waits where a person wants to look. */
export class PhasePace {
  /** Phases that may still begin. */
  #allowed = Infinity;
  /** Lets the phase that waits begin. */
  #go: (() => void) | null = null;

  /** Whether the next phase has to wait. */
  get holds(): boolean {
    return this.#allowed === 0;
  }

  /** Lets this many phases begin from now on, the one that waits first. */
  allow(phases: number): void {
    this.#allowed = phases;
    if (this.holds || !this.#go) return;
    // Counted now, not when it has woken up: whoever asks before that would find it uncounted.
    this.#allowed--;
    this.#go();
    this.#go = null;
  }

  /** Settles when the phase may begin. @throws the signal's reason when it fires before */
  async before(signal: AbortSignal): Promise<void> {
    if (!this.holds) {
      this.#allowed--;
      return;
    }
    let stop: (() => void) | null = null;
    try {
      await new Promise<void>((go, fail) => {
        stop = () => fail(signal.reason as Error);
        signal.throwIfAborted();
        signal.addEventListener('abort', stop, { once: true });
        this.#go = go;
      });
    } finally {
      this.#go = null;
      if (stop) signal.removeEventListener('abort', stop);
    }
  }
}
