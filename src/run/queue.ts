/** Runs wait for each other: two at once would share the processor, and the device has memory for one. */
import { signal, type ReadonlySignal } from '@preact/signals';

interface Entry {
  readonly id: string;
  readonly work: () => Promise<void>;
}

export class RunQueue {
  readonly #active = signal<string | null>(null);
  readonly #waiting = signal<readonly Entry[]>([]);

  /** The run that has its turn. */
  get active(): ReadonlySignal<string | null> {
    return this.#active;
  }

  /** Runs that wait, in the order in which they start. */
  get waiting(): readonly string[] {
    return this.#waiting.value.map(({ id }) => id);
  }

  /** Does the work when all that was added before has ended; at once where nothing is. However it ends, the next begins. */
  add(id: string, work: () => Promise<void>): void {
    this.#waiting.value = [...this.#waiting.peek(), { id, work }];
    this.#next();
  }

  /** What the work comes to, when its turn has come. @throws AbortError when the signal fires before */
  turn<T>(id: string, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const leave = (): void => {
        if (this.remove(id)) reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.add(id, async () => {
        signal.removeEventListener('abort', leave);
        await work().then(resolve, reject);
      });
    });
  }

  /** Takes a run that waits out of the queue; false where it does not wait. */
  remove(id: string): boolean {
    const before = this.#waiting.peek();
    this.#waiting.value = before.filter((entry) => entry.id !== id);
    return this.#waiting.peek().length < before.length;
  }

  #next(): void {
    if (this.#active.peek() !== null) return;
    const [first, ...rest] = this.#waiting.peek();
    if (!first) return;
    this.#waiting.value = rest;
    this.#active.value = first.id;
    const ended = (): void => {
      this.#active.value = null;
      this.#next();
    };
    first.work().then(ended, ended);
  }
}
