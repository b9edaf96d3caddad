import type { RandomInts } from '../plan.ts';

/** Draws from which families make their inputs. */

export function between(random: RandomInts, low: number, high: number): number {
  return low + random.int(high - low + 1);
}

/** `length` integers in [low, high]. */
export function integers(random: RandomInts, length: number, low: number, high: number): number[] {
  return Array.from({ length }, () => between(random, low, high));
}

export function oneOf<T>(random: RandomInts, items: readonly T[]): T {
  const item = items[random.int(items.length)];
  if (item === undefined) throw new RangeError('Nothing to choose from.');
  return item;
}
