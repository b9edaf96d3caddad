/** Rows for verl as one Parquet file. */
import type { SchemaElement } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { VerlRow } from './tasks.ts';

type Repetition = NonNullable<SchemaElement['repetition_type']>;

const textOf = (name: string, repetition_type: Repetition = 'REQUIRED'): SchemaElement => ({
  name,
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  logical_type: { type: 'STRING' },
  repetition_type,
});

const group = (
  name: string,
  children: readonly (readonly SchemaElement[])[],
  repetition_type: Repetition = 'REQUIRED',
): SchemaElement[] => [{ name, repetition_type, num_children: children.length }, ...children.flat()];

/** A list as every reader takes it: `list.element`. */
const listOf = (
  name: string,
  element: readonly SchemaElement[],
  repetition_type: Repetition = 'REQUIRED',
): SchemaElement[] => [
  { name, repetition_type, num_children: 1, converted_type: 'LIST', logical_type: { type: 'LIST' } },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  ...element,
];

const optional = (name: string): SchemaElement[] => [textOf(name, 'OPTIONAL')];
const required = (name: string): SchemaElement[] => [textOf(name)];

const COLUMNS: Readonly<Record<keyof VerlRow, readonly SchemaElement[]>> = {
  data_source: required('data_source'),
  prompt: listOf('prompt', group('element', [required('role'), required('content')])),
  ability: required('ability'),
  reward_model: group('reward_model', [required('style'), required('ground_truth')]),
  extra_info: group('extra_info', [
    required('split'),
    [{ name: 'index', type: 'INT64', repetition_type: 'REQUIRED' }],
    required('id'),
    required('family'),
    required('prompt'),
    ...['label', 'reference', 'tolerance', 'plan'].map(optional),
    listOf('units', [textOf('element')], 'OPTIONAL'),
  ]),
};

const NAMES = Object.keys(COLUMNS) as (keyof VerlRow)[];
const SCHEMA: SchemaElement[] = [
  { name: 'schema', num_children: NAMES.length },
  ...NAMES.flatMap((name) => COLUMNS[name]),
];

/** One row group, packed with snappy. */
export function verlParquet(rows: readonly VerlRow[]): Uint8Array<ArrayBuffer> {
  const columnData = NAMES.map((name) => ({
    name,
    data: rows.map((row) =>
      name === 'extra_info' ? { ...row.extra_info, index: BigInt(row.extra_info.index) } : row[name],
    ),
  }));
  return new Uint8Array(
    parquetWriteBuffer({
      columnData,
      schema: SCHEMA,
      createdBy: 'posterior',
      rowGroupSize: Math.max(1, rows.length),
    }),
  );
}
