/** Small statistics over plain arrays; mean and deviation throw on an empty one. */

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/**
 * Arithmetic mean, summed as differences from the first value so that equal values have exactly that value as
 * their mean, and a deviation of exactly zero.
 */
export function mean(values: readonly number[]): number {
  const [first] = values;
  if (first === undefined) throw new RangeError('The mean of no values is undefined.');
  return first + sum(values.map((value) => value - first)) / values.length;
}

/** Standard deviation with divisor n − 1; 0 for a single value. */
export function sampleStd(values: readonly number[]): number {
  const centre = mean(values);
  if (values.length === 1) return 0;
  return Math.sqrt(sum(values.map((value) => (value - centre) ** 2)) / (values.length - 1));
}

/** Consecutive slices of `size`. @throws RangeError when the length is no multiple of it. */
export function groupsOf<T>(items: readonly T[], size: number): T[][] {
  if (!Number.isInteger(size) || size < 1 || items.length % size !== 0) {
    throw new RangeError(`${items.length} items do not divide into groups of ${size}.`);
  }
  return Array.from({ length: items.length / size }, (_, group) =>
    items.slice(group * size, (group + 1) * size),
  );
}

/** Items with the same key, in the order in which the keys first appear. */
export function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): T[][] {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
