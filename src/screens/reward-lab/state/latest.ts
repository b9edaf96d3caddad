/** Runs one piece of work at a time; what is asked for meanwhile replaces what waits, so only the newest is done. */
export class Latest {
  #running = false;
  #next: (() => Promise<void>) | null = null;

  run(work: () => Promise<void>): void {
    this.#next = work;
    if (!this.#running) void this.#go();
  }

  async #go(): Promise<void> {
    this.#running = true;
    try {
      while (this.#next) {
        const work = this.#next;
        this.#next = null;
        await work();
      }
    } finally {
      this.#running = false;
    }
  }
}
