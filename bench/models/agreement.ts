/** How far two completions are the same. */

/** Tokens before the first that differs. */
export function initialTokens(a: readonly number[], b: readonly number[]): number {
  const first = a.findIndex((id, i) => id !== b[i]);
  return first < 0 ? a.length : first;
}

/** The same of ids and a text: the most tokens whose text it begins with. */
export function sameText(
  ids: readonly number[],
  text: string,
  decode: (ids: readonly number[]) => string,
): number {
  let same = ids.length;
  while (same > 0 && !text.startsWith(decode(ids.slice(0, same)))) same--;
  return same;
}
