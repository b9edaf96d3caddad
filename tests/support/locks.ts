/** Web Locks for one process: exclusive, first come first served, as far as the store uses them. */
export class Locks {
  readonly #tails = new Map<string, Promise<unknown>>();
  async request(name: string, ...rest: unknown[]): Promise<unknown> {
    const work = rest.at(-1) as (lock: object | null) => Promise<unknown>;
    const options = (rest.length > 1 ? rest[0] : {}) as { ifAvailable?: boolean };
    const before = this.#tails.get(name);
    if (before !== undefined && options.ifAvailable) return work(null);
    const mine = (before ?? Promise.resolve()).catch(() => undefined).then(() => work({ name }));
    this.#tails.set(name, mine);
    try {
      return await mine;
    } finally {
      if (this.#tails.get(name) === mine) this.#tails.delete(name);
    }
  }
}
