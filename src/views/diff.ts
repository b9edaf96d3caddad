/** Which words of two texts are not in the other: a longest common subsequence of words. */

export interface DiffPart {
  readonly text: string;
  /** Whether the words stand in this text alone. */
  readonly own: boolean;
}

export interface TextDiff {
  readonly left: readonly DiffPart[];
  readonly right: readonly DiffPart[];
}

/** Words, white space and punctuation, each on its own, so that a comma does not make a word another one. */
const wordsOf = (text: string): string[] => text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];

/** Longest texts that are compared, in words: the table grows with their product. */
const MAX_WORDS = 2000;

/** Lengths of the longest common subsequences of all pairs of suffixes. */
function table(a: readonly string[], b: readonly string[]): Uint16Array[] {
  const rows = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      rows[i]![j] = a[i] === b[j] ? rows[i + 1]![j + 1]! + 1 : Math.max(rows[i + 1]![j]!, rows[i]![j + 1]!);
    }
  }
  return rows;
}

function merged(parts: readonly DiffPart[]): DiffPart[] {
  const out: DiffPart[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (last?.own === part.own) out[out.length - 1] = { own: part.own, text: last.text + part.text };
    else out.push(part);
  }
  return out;
}

/** For the eye: blanks between two words that are marked are marked as well. */
export function bridged(parts: readonly DiffPart[]): DiffPart[] {
  return merged(
    parts.map((part, i) => {
      const between = parts[i - 1]?.own === true && parts[i + 1]?.own === true;
      return between && /^ +$/.test(part.text) ? { ...part, own: true } : part;
    }),
  );
}

/** The parts of each text, in order; put together they are the text. Over-long texts differ as a whole. */
export function diffWords(left: string, right: string): TextDiff {
  const [a, b] = [wordsOf(left), wordsOf(right)];
  if (a.length > MAX_WORDS || b.length > MAX_WORDS)
    return { left: [{ text: left, own: true }], right: [{ text: right, own: true }] };
  const longest = table(a, b);
  const parts: { left: DiffPart[]; right: DiffPart[] } = { left: [], right: [] };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      parts.left.push({ text: a[i++]!, own: false });
      parts.right.push({ text: b[j++]!, own: false });
    } else if (j === b.length || (i < a.length && longest[i + 1]![j]! >= longest[i]![j + 1]!))
      parts.left.push({ text: a[i++]!, own: true });
    else parts.right.push({ text: b[j++]!, own: true });
  }
  return { left: merged(parts.left), right: merged(parts.right) };
}
