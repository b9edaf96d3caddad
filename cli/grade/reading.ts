import { createReadStream } from 'node:fs';
import { FileFormError, openRecords, type RecordFile } from '../../src/domains/code/grading/files/records.ts';
import { COLUMNS } from '../../src/domains/code/grading/formats/detect.ts';
import { PROGRAM_FIELDS } from '../../src/domains/code/grading/formats/fields.ts';
import { JsonLineError, type JsonObject } from '../../src/domains/code/grading/json-line.ts';
import { idOf, type ReadOptions } from '../../src/domains/code/grading/lines.ts';
import { entriesOf, Problems, type Entries, type Entry } from '../../src/domains/code/grading/samples.ts';
import { unpacked } from '../../src/domains/code/grading/unpack.ts';
import { InputError } from '../errors.ts';
import { reasonOf } from '../files.ts';

/** Longest item as JSON text that is handed to the page. */
const MAX_ITEM_CHARS = 100_000_000;

/** A file that can be graded, however it is packed. @throws {@link InputError} */
export async function openFile(file: string, solution: string | undefined): Promise<RecordFile> {
  const source = await bytesOf(file);
  const isColumn = (name: string): boolean =>
    COLUMNS.has(name) || name === solution || (PROGRAM_FIELDS as readonly string[]).includes(name);
  const opened = await openRecords(source, isColumn).catch((error: unknown) => rethrow(error, file));
  return { ...opened, records: told(opened.records, file) };
}

async function bytesOf(file: string): Promise<AsyncIterable<Uint8Array>> {
  if (file === '-') return process.stdin;
  const stream = createReadStream(file, { highWaterMark: 2 ** 20 });
  await new Promise<void>((resolve, reject) => {
    stream.once('error', (error) => reject(new InputError(`${file} cannot be read: ${reasonOf(error)}.`)));
    stream.once('readable', resolve);
  });
  return stream;
}

function rethrow(error: unknown, file: string): never {
  if (error instanceof FileFormError) {
    throw new InputError(`${file === '-' ? 'The input' : file} cannot be graded: ${error.message}.`);
  }
  throw error;
}

async function* told<T>(records: AsyncIterable<T>, file: string): AsyncGenerator<T> {
  try {
    yield* records;
  } catch (error) {
    rethrow(error, file);
  }
}

/** An entry with itself as JSON text, which is how it goes to the page. */
export interface Read {
  readonly entry: Entry;
  readonly text: string;
}

/** What was found while reading that a person should know. */
export interface Found {
  /** Called with the field that the programs of a record are in, where nobody named it. */
  field(name: string): void;
}

/** Everything of a file that is to be graded, in order. */
export async function* readEntries(
  { records }: RecordFile,
  problems: Problems | null,
  options: ReadOptions,
  found: Found,
): AsyncGenerator<Read> {
  for await (const each of records) {
    if ('error' in each) {
      yield { entry: { kind: 'error', line: each.place, error: each.error }, text: '' };
      continue;
    }
    const { entries, field } = await entriesIn(each.record, each.place, problems, options);
    if (field !== undefined) found.field(field);
    for (const entry of entries) yield written(entry);
  }
}

async function entriesIn(
  record: JsonObject,
  place: number,
  problems: Problems | null,
  options: ReadOptions,
): Promise<Entries> {
  if (problems) return problems.entriesOf(record, place, options);
  try {
    return entriesOf(await unpacked(record), place, options);
  } catch (error) {
    if (!(error instanceof JsonLineError)) throw error;
    const id = idOf(record);
    return {
      entries: [{ kind: 'error', line: place, ...(id === undefined ? {} : { id }), error: error.message }],
    };
  }
}

function written(entry: Entry): Read {
  if (entry.kind === 'error') return { entry, text: '' };
  const text = JSON.stringify(entry);
  if (text.length <= MAX_ITEM_CHARS) return { entry, text };
  const error = `The task is larger than ${MAX_ITEM_CHARS} characters with its tests.`;
  const { line, id, sample } = entry;
  return { entry: { kind: 'error', line, id, error, ...(sample === undefined ? {} : { sample }) }, text: '' };
}

/** The tasks of a file, for samples to name. `complain` hears of those that cannot be named. */
export async function readProblems(file: string, complain: (sentence: string) => void): Promise<Problems> {
  const { records, unit } = await openFile(file, undefined);
  const problems = new Problems(file);
  for await (const each of records) {
    if ('error' in each) {
      complain(`${file}, ${unit} ${each.place}: ${each.error}`);
      continue;
    }
    const complaint = problems.add(each.record, `${unit} ${each.place}`);
    if (complaint !== null) complain(complaint);
  }
  if (problems.size === 0) throw new InputError(`${file} holds no tasks that a sample could name.`);
  return problems;
}
