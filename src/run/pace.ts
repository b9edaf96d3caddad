/** One phase at a time: what asks before each phase waits where a person wants to look. */
export class PhasePace {
  /** Phases that may still begin. */
  #allowed = Infinity;
  #go: (() => void) | null = null;

  /** Whether the next phase has to wait. */
  get holds(): boolean {
    return this.#allowed === 0;
  }

  /** Lets this many phases begin from now on, the one that waits first. */
  allow(phases: number): void {
    this.#allowed = phases;
    if (phases > 0) this.#go?.();
  }

  /** Settles when the phase may begin. @throws the signal's reason when it fires before */
  async before(signal: AbortSignal): Promise<void> {
    if (this.holds) {
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
    this.#allowed--;
  }
}
