/** Most pairs that are tried: what a program returned must not be able to hold up the page that compares it. */
const MAX_TRIES = 2_000_000;

/**
 * Whether every item of `a` can be paired with an item of `b` of its own such that `fits` holds for each pair
 * (bipartite matching by augmenting paths, H. W. Kuhn 1955). Needed where `fits` is not transitive, as closeness is
 * not. Gives up, with `false`, after {@link MAX_TRIES} comparisons.
 */
export function matchAll<T>(a: readonly T[], b: readonly T[], fits: (x: T, y: T) => boolean): boolean {
  if (a.length !== b.length) return false;
  const owner = Array.from(b, () => -1);
  let tries = 0;
  for (let start = 0; start < a.length; start++) {
    const cameFrom = new Map<number, number>();
    const queue = [start];
    let free = -1;
    search: for (let at = 0; at < queue.length; at++) {
      const i = queue[at] ?? 0;
      for (let k = 0; k < b.length; k++) {
        // Nearby positions first: most results are in nearly the expected order.
        const j = (i + k) % b.length;
        if (cameFrom.has(j)) continue;
        if (++tries > MAX_TRIES) return false;
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
      const previous = owner.indexOf(i);
      owner[j] = i;
      if (i === start) break;
      j = previous;
    }
  }
  return true;
}
