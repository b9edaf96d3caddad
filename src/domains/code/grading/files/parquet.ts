import { parquetMetadataAsync, parquetReadObjects, parquetSchema, type SchemaTree } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { Json, JsonObject } from '../json-line.ts';
import { messageOf } from '../../../../errors.ts';

/** A Parquet file that cannot be read, or holds nothing that is asked for. */
export class ParquetError extends Error {
  override readonly name = 'ParquetError';
}

/** The rows of a Parquet file as records, a row group at a time; only the columns that are `wanted` are read. */
export async function* parquetRows(
  bytes: Uint8Array,
  wanted: (column: string) => boolean,
): AsyncGenerator<JsonObject> {
  const file = {
    byteLength: bytes.length,
    slice: (start: number, end?: number): ArrayBuffer => new Uint8Array(bytes.subarray(start, end)).buffer,
  };
  try {
    const metadata = await parquetMetadataAsync(file);
    const schema = parquetSchema(metadata);
    const names = schema.children.map(({ element }) => element.name);
    const columns = names.filter(wanted);
    if (columns.length === 0) {
      throw new ParquetError(`none of its columns is known; it has ${names.join(', ')}`);
    }
    let rowStart = 0;
    for (const { num_rows } of metadata.row_groups) {
      const rowEnd = rowStart + Number(num_rows);
      const rows = await parquetReadObjects({ file, metadata, columns, rowStart, rowEnd, compressors });
      for (const row of rows) yield jsonOf(row, schema) as JsonObject;
      rowStart = rowEnd;
    }
  } catch (error) {
    if (error instanceof ParquetError) throw error;
    const reason = messageOf(error);
    throw new ParquetError(
      `its Parquet data is damaged or packed in a way that is not read (${reason}); write it anew with snappy or zstd`,
    );
  }
}

/** Where a value stands in the schema; `undefined` for what is JSON in a column of text. */
type Place = SchemaTree | undefined;

/** The place of a list's items: `list.element` as it is written today, the repeated field itself as it once was. */
function itemsOf(place: Place): Place {
  if (place === undefined || place.element.repetition_type === 'REPEATED') return place;
  const [repeated] = place.children;
  return repeated?.children.length === 1 ? repeated.children[0] : repeated;
}

function fieldOf(place: Place, name: string): Place {
  const [pair] = place?.children ?? [];
  // A map has pairs of a key and a value, whatever the keys are called.
  if (place?.element.converted_type === 'MAP') return pair?.children[1];
  return place?.children.find(({ element }) => element.name === name);
}

/** As a line of JSON would have had it, which writes 2.0 for a double that is whole. */
function jsonOf(value: unknown, place: Place): Json {
  if (value === undefined || value === null) return null;
  if (typeof value === 'bigint') {
    const plain = Number(value);
    return Number.isSafeInteger(plain) ? plain : { $: 'int', v: String(value) };
  }
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    const isFloat = place?.element.type === 'DOUBLE' || place?.element.type === 'FLOAT';
    if (isFloat && Number.isSafeInteger(value)) {
      return { $: 'float', v: Object.is(value, -0) ? '-0.0' : value };
    }
    if (Number.isFinite(value)) return value;
    return { $: 'float', v: Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf' };
  }
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const items = itemsOf(place);
    return Array.from(value as unknown as ArrayLike<unknown>, (item) => jsonOf(item, items));
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [name, jsonOf(held, fieldOf(place, name))]),
  );
}
