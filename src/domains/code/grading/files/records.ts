import { JsonLineError, parseJsonLine, type JsonObject } from '../json-line.ts';
import { arrayItemsOf } from './array-items.ts';
import { joined, linesOf, type ByteLine } from './byte-lines.ts';
import { formOf, HEAD_BYTES } from './form.ts';

/** One object of a file, or why there is none. Lines, records and rows count from 1. */
export type FileRecord =
  | { readonly place: number; readonly record: JsonObject }
  | { readonly place: number; readonly error: string };

/** The objects of a file, whatever its form. */
export interface RecordFile {
  /** What a place counts. */
  readonly unit: 'line' | 'record' | 'row';
  /** In words, such as `JSON lines`. */
  readonly form: string;
  readonly records: AsyncIterable<FileRecord>;
}

/** A file that holds no objects in a form that is read. The message is the end of a sentence that names the file. */
export class FileFormError extends Error {
  override readonly name = 'FileFormError';
}

/** Most that is read whole: a Parquet file, or JSON that is not in lines. */
const MAX_WHOLE_BYTES = 2 ** 30;

/**
 * Opens a file by what its bytes say: JSON lines, one JSON array, one JSON document of an export, Parquet; the first
 * three also packed with gzip. Lines and arrays are streamed.
 *
 * @param wanted the columns that are read of a Parquet file
 * @throws {@link FileFormError}, also while it is read
 */
export async function openRecords(
  source: AsyncIterable<Uint8Array>,
  wanted: (column: string) => boolean = () => true,
): Promise<RecordFile> {
  return openForm(source, wanted, '');
}

async function openForm(
  source: AsyncIterable<Uint8Array>,
  wanted: (column: string) => boolean,
  packed: string,
): Promise<RecordFile> {
  const [head, whole] = await peek(source);
  const form = formOf(head);
  switch (form.kind) {
    case 'gzip':
      if (packed !== '') throw new FileFormError('it is gzip within gzip; unpack it once');
      return openForm(gunzipped(whole), wanted, ', gzip');
    case 'parquet':
      return { unit: 'row', form: `Parquet${packed}`, records: rowsOf(await readWhole(whole), wanted) };
    case 'array':
      return { unit: 'record', form: `a JSON array${packed}`, records: itemsOf(whole) };
    case 'empty':
    case 'objects':
      return openObjects(linesOf(withoutMark(whole)), packed);
    case 'other':
      throw new FileFormError(`it is ${form.advice}`);
  }
}

/** The first bytes and the whole stream, from its beginning. */
async function peek(
  source: AsyncIterable<Uint8Array>,
): Promise<[head: Uint8Array, whole: AsyncIterable<Uint8Array>]> {
  const iterator = source[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let size = 0;
  while (size < HEAD_BYTES) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    first.push(value);
    size += value.length;
  }
  const whole = (async function* () {
    yield* first;
    for (;;) {
      const { done, value } = await iterator.next();
      if (done === true) return;
      yield value;
    }
  })();
  return [joined(first), whole];
}

async function* gunzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
  });
  const reader = packed.pipeThrough(new DecompressionStream('gzip')).getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((): never => {
      throw new FileFormError('its gzip data is damaged or cut short; download or pack it again');
    });
    if (done) return;
    yield value;
  }
}

const MARK = [0xef, 0xbb, 0xbf];

/** Without the byte order mark. */
async function* withoutMark(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const [head, whole] = await peek(source);
  let skip = MARK.every((byte, i) => head[i] === byte) ? MARK.length : 0;
  for await (const chunk of whole) {
    yield chunk.subarray(Math.min(skip, chunk.length));
    skip -= Math.min(skip, chunk.length);
  }
}

async function readWhole(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of source) {
    size += part.length;
    if (size > MAX_WHOLE_BYTES)
      throw new FileFormError(
        'it is larger than a gigabyte and has to be read whole; write it as JSON lines',
      );
    parts.push(part);
  }
  return joined(parts);
}

async function* rowsOf(bytes: Uint8Array, wanted: (column: string) => boolean): AsyncGenerator<FileRecord> {
  let place = 1;
  // Only here: what unpacks it is large, and few files are of this form.
  const { parquetRows, ParquetError } = await import('./parquet.ts');
  try {
    for await (const record of parquetRows(bytes, wanted)) {
      yield { place: place++, record };
    }
  } catch (error) {
    if (error instanceof ParquetError) throw new FileFormError(error.message);
    throw error;
  }
}

async function* itemsOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<FileRecord> {
  for await (const { item, line, bytes, error } of arrayItemsOf(source)) {
    yield bytes === null
      ? { place: item, error }
      : parsed(bytes, item, 'record', ` It begins on line ${line}.`);
  }
}

/** The object that these bytes are. `where` is added to what is wrong with them. */
function parsed(bytes: Uint8Array, place: number, what: string, where: string): FileRecord {
  try {
    const record = parseJsonLine(decode(bytes, what), what);
    if (!isObject(record)) throw new JsonLineError(`The ${what} is not a JSON object.`);
    return { place, record };
  } catch (error) {
    if (!(error instanceof JsonLineError)) throw error;
    return { place, error: error.message + where };
  }
}

function decode(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new JsonLineError(`The ${what} is not UTF-8 text.`);
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const parsedLine = ({ line, bytes, error }: ByteLine): FileRecord =>
  bytes === null ? { place: line, error } : parsed(bytes, line, 'line', '');

/** Objects: one a line, or one document over many lines. The first two lines tell. */
async function openObjects(lines: AsyncGenerator<ByteLine>, packed: string): Promise<RecordFile> {
  const first = await lines.next();
  const second = first.done === true ? first : await lines.next();
  const begun = [first, second].flatMap(({ done, value }) => (done === true ? [] : [value as ByteLine]));
  const all = (async function* () {
    yield* begun;
    yield* lines;
  })();
  const [one, two] = begun.map(parsedLine);
  if (one && !two && 'record' in one) {
    const rows = exportedRows(one.record);
    if (rows) return { unit: 'record', form: `one JSON object with rows${packed}`, records: inOrder(rows) };
  }
  const spread = one && two && 'error' in one && isOpen(begun[0]?.bytes ?? null) && 'error' in two;
  if (!spread) return { unit: 'line', form: `JSON lines${packed}`, records: mapped(all) };
  return document(await readWhole(withNewlines(all)), packed);
}

async function* withNewlines(lines: AsyncIterable<ByteLine>): AsyncGenerator<Uint8Array> {
  for await (const { bytes } of lines) {
    yield bytes ?? new Uint8Array();
    yield NEWLINE;
  }
}

const NEWLINE = Uint8Array.of(10);

async function* mapped(lines: AsyncIterable<ByteLine>): AsyncGenerator<FileRecord> {
  for await (const line of lines) yield parsedLine(line);
}

async function* inOrder(records: readonly JsonObject[]): AsyncGenerator<FileRecord> {
  for (const [i, record] of records.entries()) yield { place: i + 1, record };
}

/** Whether a line leaves a bracket open, and no string: then the document goes on in the next. */
function isOpen(line: Uint8Array | null): boolean {
  const bytes = line ?? new Uint8Array();
  let depth = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at++) {
    const character = String.fromCharCode(bytes[at] ?? 0);
    if (inString && character === '\\') at++;
    else if (character === '"') inString = !inString;
    else if (!inString && (character === '{' || character === '[')) depth++;
    else if (!inString && (character === '}' || character === ']')) depth--;
  }
  return !inString && depth > 0;
}

/** One object over many lines: an export with rows, or a record by itself. */
function document(bytes: Uint8Array, packed: string): RecordFile {
  const whole = parsed(bytes, 1, 'file', '');
  if ('error' in whole) {
    throw new FileFormError(
      `it begins as one JSON object over several lines but is none; write one object a line. ${whole.error}`,
    );
  }
  const rows = exportedRows(whole.record) ?? [whole.record];
  return { unit: 'record', form: `one JSON object${packed}`, records: inOrder(rows) };
}

/** What exports have beside their rows. */
const EXPORT_FIELDS = (
  'dataset config split features partial truncated name description version license schema columns ' +
  'num_rows_total num_rows_per_page total count'
).split(' ');

/**
 * The rows of what a hub or `to_json` exports: one list of objects under `data` or `rows` and nothing else that could be
 * meant, each perhaps under `row`. `null`: an object of another kind.
 * @throws {@link FileFormError} for a table that is written by columns
 */
function exportedRows(record: JsonObject): JsonObject[] | null {
  const lists = Object.entries(record).filter(
    ([name, held]) => (name === 'data' || name === 'rows') && Array.isArray(held) && held.every(isObject),
  );
  const [list] = lists;
  const rows = (list?.[1] ?? []) as JsonObject[];
  // A record of its own may have a field of this name, too.
  const isExport = Object.keys(record).every((name) => name === list?.[0] || EXPORT_FIELDS.includes(name));
  if (lists.length === 1 && isExport) {
    const wrapped = rows.length > 0 && rows.every((row) => 'row_idx' in row && isObject(row['row']));
    const cut = rows.find(
      (row) => Array.isArray(row['truncated_cells']) && row['truncated_cells'].length > 0,
    );
    if (wrapped && cut)
      throw new FileFormError('some of its cells were cut by the hub; download the whole file');
    return wrapped ? rows.map((row) => row['row'] as JsonObject) : rows;
  }
  const columns = Object.values(record);
  // Keys that are numbers may have become pairs, to keep their order.
  const isColumn = (held: unknown): boolean => isObject(held) && ('0' in held || held['$'] === 'dict');
  if (columns.length > 1 && columns.every(isColumn)) {
    throw new FileFormError(
      'it is a table written by columns; write it with to_json(orient="records", lines=True)',
    );
  }
  return null;
}
