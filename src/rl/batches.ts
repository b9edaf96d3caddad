/** Prompts and completions ↔ the rectangles that graphs take. */
import type { CompletionShape } from '../model/completions.ts';
import type { Feeds } from '../host/host.ts';

/** A prompt with the completions sampled for it; all prompts of a batch have equally many. */
export interface PromptGroup {
  readonly prompt: readonly number[];
  /** Sampled ids of each completion, end-of-text included where it was reached. */
  readonly completions: readonly (readonly number[])[];
}

/** A prompt is longer than the model was set up for. */
export class PromptTooLongError extends Error {
  override readonly name = 'PromptTooLongError';
}

/** Rounds up, so that few different shapes have to be compiled. */
export const roundUp = (n: number, multiple: number): number => Math.ceil(n / multiple) * multiple;

/** Left-padded prompts: `prompts` [P · promptTime] and `promptLengths` [P]. */
export function promptFeeds(
  prompts: readonly (readonly number[])[],
  promptTime: number,
  padId: number,
): Feeds {
  const ids = new Int32Array(prompts.length * promptTime).fill(padId);
  prompts.forEach((prompt, i) => {
    if (prompt.length > promptTime)
      throw new PromptTooLongError(
        `A prompt has ${prompt.length} tokens; this run takes at most ${promptTime}. Shorten the prompt or raise maxPromptTokens.`,
      );
    ids.set(prompt, (i + 1) * promptTime - prompt.length);
  });
  return { prompts: ids, promptLengths: Int32Array.from(prompts, (prompt) => prompt.length) };
}

/** Rows of different lengths as one right-padded rectangle [rows · time]. */
export function padRows(
  rows: readonly (readonly number[])[],
  time: number,
  pad: number,
  kind: 'i32' | 'f32',
): Int32Array | Float32Array {
  const out = kind === 'i32' ? new Int32Array(rows.length * time) : new Float32Array(rows.length * time);
  out.fill(pad);
  rows.forEach((row, i) => out.set(row, i * time));
  return out;
}

/** Items in runs of `size`; the last run is filled up with copies of the last item, which callers ignore. */
export function microBatches<T>(items: readonly T[], size: number): T[][] {
  const batches: T[][] = [];
  for (let i = 0; i < items.length; i += size) {
    const batch = items.slice(i, i + size);
    while (batch.length < size) batch.push(batch.at(-1)!);
    batches.push(batch);
  }
  return batches;
}

/** Feeds of the policy graphs for one micro-batch. */
export function completionFeeds(
  groups: readonly PromptGroup[],
  shape: CompletionShape,
  padId: number,
  temperature: number,
): Feeds {
  return {
    ...promptFeeds(
      groups.map((g) => g.prompt),
      shape.promptTime,
      padId,
    ),
    completions: padRows(
      groups.flatMap((g) => g.completions),
      shape.completionTime,
      padId,
      'i32',
    ),
    inverseTemperature: Float32Array.of(1 / temperature),
  };
}
