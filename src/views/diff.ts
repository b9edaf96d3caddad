import { diffArrays } from 'diff';

/** Which words of two texts are not in the other. */

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

/** Texts that take more words out and in than this differ as a whole: the work grows with the square. */
const MAX_EDITS = 1000;

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

/** The parts of each text, in order; put together they are the text. */
export function diffWords(left: string, right: string): TextDiff {
  const [a, b] = [wordsOf(left), wordsOf(right)];
  const changes = diffArrays(a, b, { maxEditLength: MAX_EDITS }) ?? [
    { value: a, removed: true, added: false },
    { value: b, removed: false, added: true },
  ];
  const without = (other: 'added' | 'removed'): DiffPart[] =>
    merged(
      changes
        .filter((change) => !change[other])
        .map(({ value, added, removed }) => ({ text: value.join(''), own: added || removed })),
    );
  return { left: without('added'), right: without('removed') };
}
