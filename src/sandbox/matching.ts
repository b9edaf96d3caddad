/**
 * Whether every item of `a` can be paired with an item of `b` of its own such that `fits` holds for each pair
 * (bipartite matching by augmenting paths, H. W. Kuhn 1955). Needed where `fits` is not transitive, as closeness is
 * not. The work is a few steps for each call of `fits`, whose caller bounds it.
 */
export function matchAll<T>(a: readonly T[], b: readonly T[], fits: (x: T, y: T) => boolean): boolean {
  if (a.length !== b.length) return false;
  const owner = Array.from(b, () => -1);
  const partner = Array.from(a, () => -1);
  for (let start = 0; start < a.length; start++) {
    const cameFrom = new Map<number, number>();
    const queue = [start];
    let free = -1;
    search: for (let at = 0; at < queue.length; at++) {
      const i = queue[at] ?? 0;
      for (let k = 0; k < b.length; k++) {
        // Nearby positions first, on either side: callers bring both sides into nearly the same order.
        const j = (i + (k % 2 === 0 ? k / 2 : b.length - (k + 1) / 2)) % b.length;
        if (cameFrom.has(j)) continue;
        if (!fits(a[i] as T, b[j] as T)) continue;
        cameFrom.set(j, i);
        const held = owner[j] ?? -1;
        if (held === -1) {
          free = j;
          break search;
        }
        queue.push(held);
      }
    }
    if (free === -1) return false;
    for (let j = free; ;) {
      const i = cameFrom.get(j) ?? start;
      const previous = partner[i] ?? -1;
      owner[j] = i;
      partner[i] = j;
      if (i === start) break;
      j = previous;
    }
  }
  return true;
}
