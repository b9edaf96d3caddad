/** What of a file becomes tasks to write on: those that can be used, and those that a change may make usable. */
import { type JsonObject, parseJsonLine } from '../../../domains/code/grading/json-line.ts';
import type { CheckedTasks } from '../../../domains/files/check.ts';
import { type Draft, DraftError, type Fault } from '../../../domains/files/draft.ts';
import { readOwnCode, readOwnMaths } from '../../../domains/files/own.ts';
import { type Content, contentOfDraft, type DomainName } from './fields.ts';

/** A record that was taken in, though it cannot be used as it is. */
export interface ToMend {
  readonly content: Content;
  readonly reason: string;
}

export interface ImportReport {
  readonly name: string;
  /** How many tasks can be used. */
  readonly count: number;
  readonly unit: CheckedTasks['unit'];
  /** In the order of the file; `taken` where the record is in the list, to be mended. */
  readonly faults: readonly (Fault & { readonly taken: boolean })[];
}

export interface Imported extends ImportReport {
  readonly domain: DomainName;
  readonly usable: readonly Content[];
  readonly toMend: readonly ToMend[];
}

/** Content of a record that cannot be used; null where it cannot be written out here. */
const contentToMend = (draft: Draft): Promise<Content | null> =>
  contentOfDraft(draft).catch((error: unknown) => {
    if (error instanceof DraftError) return null;
    throw error;
  });

export async function contentsOf(
  name: string,
  { file, leftOut, unusable, unit }: CheckedTasks,
): Promise<Imported> {
  const domain: DomainName = (file?.domain ?? unusable[0]?.kind) === 'maths' ? 'maths' : 'code';
  const read = domain === 'code' ? readOwnCode : readOwnMaths;
  const lines = (file?.text ?? '').split('\n').filter((line) => line !== '');
  const usable = await Promise.all(
    lines.map((line, i) => contentOfDraft(read(parseJsonLine(line) as JsonObject, i + 1))),
  );
  const mendable = new Map<number, Content>();
  for (const draft of unusable) {
    const content = await contentToMend(draft);
    if (content) mendable.set(draft.line, content);
  }
  const toMend = leftOut.flatMap(({ line, reason }): ToMend[] => {
    const content = mendable.get(line);
    return content ? [{ content, reason }] : [];
  });
  return {
    name,
    count: usable.length,
    unit,
    faults: leftOut.map((fault) => ({ ...fault, taken: mendable.has(fault.line) })),
    domain,
    usable,
    toMend,
  };
}
