/** Compiled programs of one host, as many as a bound allows: what was not used for longest goes first. */
import type { Program } from '../runtime/runtime.ts';

/**
 * A run has a few kinds of program, each for a handful of lengths. More than these are left over from models and
 * settings of before, and each holds memory of the engine.
 */
const CAPACITY = 48;

interface Entry {
  readonly program: Promise<Program>;
  /** Leases that were not given back. */
  users: number;
}

/** The right to use a program: as long as it is held, the program is not released. */
export interface Lease {
  readonly program: Program;
  /** Gives the program back, once however often it is called. */
  end(): void;
}

export class ProgramCache {
  readonly #capacity: number;
  /** The one used last comes last. */
  readonly #entries = new Map<string, Entry>();

  constructor(capacity = CAPACITY) {
    this.#capacity = capacity;
  }

  /** Programs that are compiled now. */
  get size(): number {
    return this.#entries.size;
  }

  /** The program of this key, compiled if it is not there. A failed compilation is not remembered. */
  async lease(key: string, compile: () => Promise<Program>): Promise<Lease> {
    const entry = this.#entries.get(key) ?? { program: this.#afterEviction(compile), users: 0 };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.users++;
    try {
      const program = await entry.program;
      let ended = false;
      return {
        program,
        end: () => {
          if (!ended) entry.users--;
          ended = true;
        },
      };
    } catch (error) {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      throw error;
    }
  }

  /** Runs `work` with the program of this key. */
  async use<T>(
    key: string,
    compile: () => Promise<Program>,
    work: (program: Program) => Promise<T>,
  ): Promise<T> {
    const { program, end } = await this.lease(key, compile);
    try {
      return await work(program);
    } finally {
      end();
    }
  }

  /** Releases all programs, whoever uses them. */
  async dispose(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const { program } of entries) await (await program).release();
  }

  /** Makes room first, so that the bound holds for the engine's memory too. Programs in use stay, even above it. */
  async #afterEviction(compile: () => Promise<Program>): Promise<Program> {
    const idle = [...this.#entries].filter(([, { users }]) => users === 0);
    const surplus = idle.slice(0, Math.max(0, this.#entries.size + 1 - this.#capacity));
    for (const [key] of surplus) this.#entries.delete(key);
    for (const [, { program }] of surplus) await (await program).release();
    return compile();
  }
}
