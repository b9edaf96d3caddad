/** Small exact-where-it-matters statistics over plain arrays; all of them throw on an empty array. */

/**
 * Arithmetic mean, summed as differences from the first value so that equal values have exactly that value as
 * their mean, and a deviation of exactly zero.
 */
export function mean(values: readonly number[]): number {
  const [first] = values;
  if (first === undefined) throw new RangeError('The mean of no values is undefined.');
  return first + values.reduce((sum, value) => sum + (value - first), 0) / values.length;
}

/** Standard deviation with divisor n − 1; 0 for a single value. */
export function sampleStd(values: readonly number[]): number {
  const centre = mean(values);
  if (values.length === 1) return 0;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
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
