/**
 * Which sentence earns the score: leave-one-step-out. The contribution of sentence i is s(all) − s(all without i), in
 * raw score; contributions need not add up, since the model reads sentences together.
 */

/** The sentences of a reasoning, and how they are put together again. */
export interface Sentences {
  readonly texts: readonly string[];
  readonly join: (kept: readonly string[]) => string;
}

/** Splits lines, else clauses between semicolons, else sentences; any text can be split. */
export function splitSentences(reasoning: string): Sentences {
  const text = reasoning.trim();
  if (text === '') return { texts: [], join: () => '' };
  if (text.includes('\n'))
    return {
      texts: text.split('\n').filter((line) => line.trim() !== ''),
      join: (kept) => kept.join('\n'),
    };
  if (text.includes('; ')) {
    const stop = text.endsWith('.') ? '.' : '';
    const clauses = text.slice(0, text.length - stop.length).split('; ');
    return { texts: clauses, join: (kept) => (kept.length === 0 ? '' : kept.join('; ') + stop) };
  }
  return { texts: text.split(/(?<=[.!?])\s+/), join: (kept) => kept.join(' ') };
}

/** The reasoning without each of its sentences, in their order. */
export function leaveOneOut({ texts, join }: Sentences): string[] {
  return texts.map((_, left) => join(texts.filter((_text, i) => i !== left)));
}

export interface Contribution {
  readonly sentence: string;
  /** Raw score of the whole minus that without the sentence. */
  readonly contribution: number;
  /** Raw score without the sentence. */
  readonly without: number;
}

export interface Attribution {
  readonly score: number;
  readonly sentences: readonly Contribution[];
}

/** Scores the whole and every reasoning that lacks a sentence, in one batch. */
export async function attribute(
  reasoning: string,
  score: (reasonings: readonly string[]) => Promise<readonly number[]>,
): Promise<Attribution> {
  const sentences = splitSentences(reasoning);
  const [whole, ...without] = await score([reasoning, ...leaveOneOut(sentences)]);
  return {
    score: whole!,
    sentences: sentences.texts.map((sentence, i) => ({
      sentence,
      contribution: whole! - without[i]!,
      without: without[i]!,
    })),
  };
}
