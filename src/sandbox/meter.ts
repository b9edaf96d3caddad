/**
 * Counts what comparisons of one run cost. Reading a value costs its size, which is capped; pairing items that have no
 * order costs more than that, and a program that knew what it is compared with could make it cost far more. All
 * comparisons of a run share one allowance for it, so that no run can hold up the page.
 */

/** Steps beyond those that the sizes of the values allow. */
export const ALLOWANCE = 2_000_000;

/** The comparison was given up: what it would have said is not known. */
export class TooMuchWorkError extends Error {
  override readonly name = 'TooMuchWorkError';
}

export class Meter {
  /** Parts and stretches of text that were read. */
  read = 0;
  /** Pairs of parts that were compared. */
  compared = 0;

  /** One part with so many characters. */
  readPart(chars: number): void {
    this.read += 1 + (chars >> 6);
  }

  /** @throws {@link TooMuchWorkError} when the allowance is used up. */
  compare(): void {
    if (++this.compared > ALLOWANCE + 2 * this.read) throw new TooMuchWorkError();
  }
}
