/** Damerau–Levenshtein distance with adjacent transpositions: the fewest single-character edits from `a` to `b`. */
export function editDistance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => i || j),
  );
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced);
      rows[i]![j] = swapped ? Math.min(best, at(i - 2, j - 2) + 1) : best;
    }
  }
  return at(a.length, b.length);
}

/** The name that was probably meant, or `null` when none is close. */
export function nearest(word: string, names: readonly string[]): string | null {
  const ranked = names
    .map((name) => ({ name, distance: editDistance(word.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  if (best === undefined) return null;
  const isPrefix = word.length > 1 && best.name.startsWith(word);
  return isPrefix || best.distance <= Math.max(2, Math.floor(word.length / 3)) ? best.name : null;
}

/** `Did you mean “x”?`, or the list of names when nothing is close. */
export function suggestion(word: string, names: readonly string[]): string {
  const name = nearest(word, names);
  return name === null ? `Known: ${names.join(', ')}.` : `Did you mean “${name}”?`;
}
