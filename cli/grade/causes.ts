/** Why things could not be graded: the same sentence once, with how often it was said and of what. */

const IDS_TOLD = 5;

export interface Cause {
  readonly cause: string;
  readonly count: number;
  /** The first of those that it holds for. */
  readonly ids: readonly (string | number)[];
}

export class Causes {
  readonly #causes = new Map<string, { count: number; ids: (string | number)[] }>();

  add(cause: string, id: string | number): void {
    const known = this.#causes.get(cause) ?? { count: 0, ids: [] };
    known.count++;
    if (known.ids.length < IDS_TOLD) known.ids.push(id);
    this.#causes.set(cause, known);
  }

  get size(): number {
    return this.#causes.size;
  }

  /** The most frequent first. */
  get list(): Cause[] {
    return [...this.#causes].map(([cause, told]) => ({ cause, ...told })).sort((a, b) => b.count - a.count);
  }
}

/** A cause as a line for a person. */
export function causeLine({ cause, count, ids }: Cause): string {
  const more = count > ids.length ? ', …' : '';
  return `${count} × ${cause} (${ids.join(', ')}${more})\n`;
}
