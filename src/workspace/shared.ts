/** Things that are opened at their first use and then shared by all who need them. */

export interface SharedOptions<T> {
  /** `signal` fires when the thing is no longer wanted before it is there. */
  readonly open: (signal: AbortSignal) => Promise<T>;
  readonly close?: (value: T) => void;
  /** Closed after it has had no user for so long; without it, never by itself. */
  readonly idleMs?: number;
}

/** One opening of the thing. */
interface Opening<T> {
  readonly value: Promise<T>;
  readonly abort: AbortController;
  users: number;
  /** Nobody new gets it; the last user closes it. */
  retired: boolean;
}

export class Shared<T> {
  readonly #options: SharedOptions<T>;
  #current: Opening<T> | null = null;
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor(options: SharedOptions<T>) {
    this.#options = options;
  }

  /** The one that all have, until it is closed. An opening that failed is forgotten: the next use tries again. */
  get(): Promise<T> {
    return this.#opening().value;
  }

  /** Lends it for as long as the work takes; while it is lent, it is not closed for being idle. */
  async use<R>(work: (value: T) => Promise<R>): Promise<R> {
    const opening = this.#opening();
    opening.users++;
    clearTimeout(this.#idle);
    try {
      return await work(await opening.value);
    } finally {
      opening.users--;
      if (opening.users === 0) this.#unused(opening);
    }
  }

  /** The next use opens another; this one is closed once those who have it are done. */
  retire(): void {
    const opening = this.#current;
    this.#current = null;
    if (!opening) return;
    opening.retired = true;
    if (opening.users === 0) this.#end(opening);
  }

  /** Ends it at once, whoever has it, or its opening. The next use opens another. */
  close(): void {
    const opening = this.#current;
    this.#current = null;
    if (opening) this.#end(opening);
  }

  /** Forgets the thing because it ended by itself. */
  ended(value: T): void {
    const opening = this.#current;
    const forget = (current: T): void => {
      if (current === value && this.#current === opening) this.#current = null;
    };
    opening?.value.then(forget, () => {});
  }

  #opening(): Opening<T> {
    if (this.#current) return this.#current;
    const abort = new AbortController();
    const opening = { value: this.#options.open(abort.signal), abort, users: 0, retired: false };
    this.#current = opening;
    opening.value.catch(() => {
      if (this.#current === opening) this.#current = null;
    });
    return opening;
  }

  #unused(opening: Opening<T>): void {
    if (opening.retired) this.#end(opening);
    if (opening !== this.#current || this.#options.idleMs === undefined) return;
    this.#idle = setTimeout(() => {
      if (opening === this.#current && opening.users === 0) this.close();
    }, this.#options.idleMs);
  }

  #end({ value, abort }: Opening<T>): void {
    abort.abort();
    value.then(this.#options.close, () => {});
  }
}

/** Of things that are alike, only the one that was asked for last: another key closes the one before. */
export class SharedByKey<K, T> {
  readonly #open: (key: K, signal: AbortSignal) => Promise<T>;
  readonly #close: (value: T) => void;
  #key: string | null = null;
  #shared: Shared<T> | null = null;

  constructor(open: (key: K, signal: AbortSignal) => Promise<T>, close: (value: T) => void) {
    this.#open = open;
    this.#close = close;
  }

  get(key: K): Promise<T> {
    const name = JSON.stringify(key);
    if (!this.#shared || name !== this.#key) {
      this.close();
      this.#key = name;
      this.#shared = new Shared({ open: (signal) => this.#open(key, signal), close: this.#close });
    }
    return this.#shared.get();
  }

  /** Ends it at once. */
  close(): void {
    this.#shared?.close();
    this.#shared = null;
  }

  ended(value: T): void {
    this.#shared?.ended(value);
  }
}
