/** The tasks of a file, read but not yet checked. */
import { messageOf } from '../../errors.ts';
import { FileFormError, openRecords } from '../code/grading/files/records.ts';
import { JsonLineError, type JsonObject } from '../code/grading/json-line.ts';
import { idOf } from '../code/grading/lines.ts';
import { TaskFileError } from '../domain.ts';
import { type Draft, DraftError, type Fault } from './draft.ts';
import { shapeOf, withTextPrompt } from './shapes.ts';

export interface ReadFile {
  readonly drafts: readonly Draft[];
  readonly faults: readonly Fault[];
  /** What a place counts. */
  readonly unit: 'line' | 'record' | 'row';
  /** In words, such as `JSON lines`. */
  readonly form: string;
  /** How many records were read as what, in words. */
  readonly shapes: Readonly<Record<string, number>>;
}

/** What one record states. @throws DraftError, JsonLineError */
export function draftOf(record: JsonObject, line: number): { readonly shape: string; readonly draft: Draft } {
  const whole = withTextPrompt(record);
  const { title, read } = shapeOf(whole);
  return { shape: title, draft: read(whole, line) };
}

/**
 * Reads a file of tasks: JSON lines, a JSON array or Parquet, packed or not, in any of the shapes that are known.
 * @throws TaskFileError where the file is none of these
 */
export async function readDrafts(name: string, source: AsyncIterable<Uint8Array>): Promise<ReadFile> {
  const drafts: Draft[] = [];
  const faults: Fault[] = [];
  const shapes: Record<string, number> = {};
  try {
    const { records, unit, form } = await openRecords(source);
    for await (const each of records) {
      const { place } = each;
      if ('error' in each) {
        faults.push({ line: place, reason: each.error });
        continue;
      }
      try {
        const { shape, draft } = draftOf(each.record, place);
        shapes[shape] = (shapes[shape] ?? 0) + 1;
        drafts.push(draft);
      } catch (error) {
        if (!(error instanceof DraftError || error instanceof JsonLineError)) throw error;
        const id = idOf(each.record);
        faults.push({
          line: place,
          ...(id === undefined ? {} : { id: String(id) }),
          reason: messageOf(error),
        });
      }
    }
    return { drafts, faults, unit, form, shapes };
  } catch (error) {
    if (error instanceof FileFormError) throw new TaskFileError(`${name} cannot be read: ${error.message}.`);
    throw error;
  }
}
