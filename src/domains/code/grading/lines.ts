import type { Submission } from '../../../sandbox/types.ts';
import { formatOf, FORMATS, type Format } from './formats/detect.ts';
import { readApps } from './formats/apps.ts';
import { readDeepCoder } from './formats/deepcoder.ts';
import { ID_FIELDS, type ReadOptions as ProgramOptions } from './formats/fields.ts';
import { readHumanEval, type CodeTask } from './formats/humaneval.ts';
import { readLiveCodeBench } from './formats/livecodebench.ts';
import { readMbpp } from './formats/mbpp.ts';
import { readPosterior } from './formats/posterior.ts';
import { JsonLineError, plainNumber, type JsonObject } from './json-line.ts';

/** Reading one record of a file to be graded: a submission with its tests, or a task of a public data set. */

export { FORMATS };
export type { Format };

/** A record, read. `code` is test code still to be prepared; a submission has its tests. */
export type GradeItem = {
  /** As the record has it, or its place where it has none. */
  readonly id: string | number;
  /** Its place in the file: a line, or the number of a record or row. */
  readonly line: number;
  readonly format: Format;
  /** What a person should know of how it was read. */
  readonly note?: string;
} & (
  | { readonly kind: 'submission'; readonly submission: Submission }
  | { readonly kind: 'task'; readonly submission: Omit<Submission, 'tests'>; readonly code: CodeTask['code'] }
);

/** A record that cannot be graded, with the id that it names, if it got that far. */
export interface LineError {
  readonly kind: 'error';
  readonly line: number;
  readonly id?: string | number;
  readonly error: string;
}

export interface ReadOptions extends ProgramOptions {
  /** `auto`: told by the fields of each record. */
  readonly format: Format | 'auto';
}

/** The id that a record names. */
export function idOf(record: JsonObject): string | number | undefined {
  for (const field of ID_FIELDS) {
    // An integer of many digits is a text then; a table that lacks some ids has them as 2.0.
    const named = plainNumber(record[field]);
    if (typeof named === 'string' || typeof named === 'number') return named;
  }
  return undefined;
}

/** The format that a record is read in. */
export function formatIn(record: JsonObject, { format }: ReadOptions): Format {
  return format === 'auto' ? (formatOf(record) ?? 'posterior') : format;
}

/** Reads one record; unknown fields of it are left aside. */
export function readRecord(record: JsonObject, place: number, options: ReadOptions): GradeItem | LineError {
  const named = idOf(record);
  const format = formatIn(record, options);
  const id = named ?? place;
  const submitted = (submission: Submission): GradeItem => ({
    kind: 'submission',
    id,
    line: place,
    format,
    submission,
  });
  const asked = (task: CodeTask): GradeItem => ({ kind: 'task', id, line: place, format, ...task });
  try {
    switch (format) {
      case 'posterior':
        return submitted(readPosterior(record, place, options));
      case 'humaneval':
      case 'leetcode':
        return asked(readHumanEval(record, String(id), options));
      case 'mbpp':
        return asked(readMbpp(record, String(id), options));
      case 'livecodebench':
        return submitted(readLiveCodeBench(record, String(id), options));
      case 'apps':
        return submitted(readApps(record, String(id), options));
      case 'deepcoder':
        return submitted(readDeepCoder(record, String(id), options));
    }
  } catch (error) {
    if (!(error instanceof JsonLineError)) throw error;
    return {
      kind: 'error',
      line: place,
      ...(named === undefined ? {} : { id: named }),
      error: error.message,
    };
  }
}
