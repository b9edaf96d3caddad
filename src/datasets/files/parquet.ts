import { parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { Json, JsonObject } from '../json-line.ts';

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
    const names = parquetSchema(metadata).children.map(({ element }) => element.name);
    const columns = names.filter(wanted);
    if (columns.length === 0) {
      throw new ParquetError(`none of its columns is known; it has ${names.join(', ')}`);
    }
    let rowStart = 0;
    for (const { num_rows } of metadata.row_groups) {
      const rowEnd = rowStart + Number(num_rows);
      const rows = await parquetReadObjects({ file, metadata, columns, rowStart, rowEnd, compressors });
      for (const row of rows) yield jsonOf(row) as JsonObject;
      rowStart = rowEnd;
    }
  } catch (error) {
    if (error instanceof ParquetError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ParquetError(
      `its Parquet data is damaged or packed in a way that is not read (${reason}); write it anew with snappy or zstd`,
    );
  }
}

/** As a line of JSON would have had it. */
function jsonOf(value: unknown): Json {
  if (value === undefined || value === null) return null;
  if (typeof value === 'bigint') {
    const plain = Number(value);
    return Number.isSafeInteger(plain) ? plain : { $: 'int', v: String(value) };
  }
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value;
    return { $: 'float', v: Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf' };
  }
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(jsonOf);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>, jsonOf);
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, jsonOf(held)]));
}
