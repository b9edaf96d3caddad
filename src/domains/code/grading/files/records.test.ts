import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrayItemsOf } from './array-items.ts';
import { FileFormError, openRecords, type FileRecord } from './records.ts';

/** The bytes in pieces of this many. */
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(
  content: string | Uint8Array,
  size = 7,
  wanted?: (column: string) => boolean,
): Promise<{ unit: string; form: string; records: FileRecord[] }> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const { unit, form, records } = await openRecords(pieces(bytes, size), wanted);
  const all: FileRecord[] = [];
  for await (const each of records) all.push(each);
  return { unit, form, records: all };
}

const objects = (records: readonly FileRecord[]): unknown[] =>
  records.map((each) => ('record' in each ? each.record : each.error));

const refusal = (content: string | Uint8Array): Promise<string> =>
  read(content).then(
    () => 'read',
    (error: unknown) => (error instanceof FileFormError ? error.message : `not a sentence: ${String(error)}`),
  );

const ROWS = [{ a: 1, b: 'x"]}\\' }, { a: [{}, ['[']] }, { a: 'é\u2028' }];
const LINES = ROWS.map((row) => JSON.stringify(row)).join('\n');

describe('openRecords reads the same objects from every form', () => {
  it.each<[string, string | Uint8Array, string]>([
    ['lines', LINES, 'line'],
    ['lines that end with CRLF', `${LINES.replaceAll('\n', '\r\n')}\r\n`, 'line'],
    ['lines after a byte order mark', `\uFEFF${LINES}\n`, 'line'],
    ['lines with blank ones between', `\n\n${LINES.replaceAll('\n', '\n \n')}`, 'line'],
    ['an array on one line', JSON.stringify(ROWS), 'record'],
    ['an array over many lines', JSON.stringify(ROWS, null, 2), 'record'],
    ['an array after a byte order mark', `\uFEFF \r\n${JSON.stringify(ROWS, null, '\t')}\r\n`, 'record'],
    ['data of an export', JSON.stringify({ version: '1', data: ROWS }), 'record'],
    ['rows of an export over many lines', JSON.stringify({ rows: ROWS }, null, 1), 'record'],
    [
      'rows of the hub',
      JSON.stringify({
        features: [{}],
        rows: ROWS.map((row, row_idx) => ({ row_idx, row, truncated_cells: [] })),
      }),
      'record',
    ],
    ['lines in gzip', gzipSync(LINES), 'line'],
    ['an array in gzip', gzipSync(JSON.stringify(ROWS)), 'record'],
    [
      'gzip of two members',
      Buffer.concat([gzipSync(`${LINES.split('\n')[0]}\n`), gzipSync(LINES.split('\n').slice(1).join('\n'))]),
      'line',
    ],
  ])('%s', async (_, content, unit) => {
    for (const size of [1, 5, 4096]) {
      const found = await read(content, size);
      expect(objects(found.records)).toEqual(ROWS);
      expect(found.unit).toBe(unit);
    }
  });

  it('whatever is in them, and however the bytes are cut', async () => {
    const row = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 3 }));
    const plain = fc
      .array(row, { maxLength: 8 })
      .filter((rows) => !/\d{16}|e\+|-0|"(?:\d+|\$|__proto__)":|[\ud800-\udfff]/.test(JSON.stringify(rows)));
    await fc.assert(
      fc.asyncProperty(plain, fc.integer({ min: 1, max: 40 }), fc.boolean(), async (rows, size, packed) => {
        const texts = [
          rows.map((each) => `${JSON.stringify(each)}\n`).join(''),
          JSON.stringify(rows),
          JSON.stringify(rows, null, 2),
        ];
        // One object with rows is an export and not a record.
        fc.pre(rows.length !== 1 || !('data' in rows[0]! || 'rows' in rows[0]!));
        for (const text of texts) {
          const { records } = await read(packed ? gzipSync(text) : text, size);
          expect(objects(records)).toEqual(JSON.parse(JSON.stringify(rows)));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('one record over many lines', async () => {
    const { records, unit } = await read(JSON.stringify({ id: 1, tests: [{ args: [] }] }, null, 2));
    expect(unit).toBe('record');
    expect(objects(records)).toEqual([{ id: 1, tests: [{ args: [] }] }]);
  });

  it('nothing from nothing', async () => {
    for (const content of ['', ' \n', '[]', '[ \n ]', gzipSync('')]) {
      expect((await read(content)).records).toEqual([]);
    }
  });

  it('a line by itself may have a list called data, with others', async () => {
    const line = { id: 1, data: [1, 2] };
    expect(objects((await read(JSON.stringify(line))).records)).toEqual([line]);
    const two = `{"data":[{"a":1}]}\n{"data":[{"a":2}]}\n`;
    expect(objects((await read(two)).records)).toEqual([{ data: [{ a: 1 }] }, { data: [{ a: 2 }] }]);
  });
});

it('a record of its own is no export, whatever its lists are called', async () => {
  for (const rows of [[], [{ a: 1 }]]) {
    const line = { id: 'a', program: 'p', rows };
    expect(objects((await read(JSON.stringify(line))).records)).toEqual([line]);
  }
  expect(objects((await read('{"version":"1","data":[{"a":1}]}')).records)).toEqual([{ a: 1 }]);
});

it('an element beyond the limit is told, even where it is the only one', async () => {
  const items = arrayItemsOf(pieces(new TextEncoder().encode('[{"a":"0123456789"}]'), 3), 10);
  const all = [];
  for await (const item of items) all.push(item);
  expect(all).toMatchObject([{ item: 1, bytes: null, error: expect.stringMatching(/10/) }]);
});

describe('what is wrong in a file is said where it is', () => {
  const places = async (content: string): Promise<[number, unknown][]> =>
    (await read(content)).records.map((each) => [each.place, 'record' in each ? each.record : each.error]);

  it('in lines', async () => {
    expect(await places('{"a":1}\n\n{"a":\n{"b":2}\n[3]\n')).toEqual([
      [1, { a: 1 }],
      [3, expect.stringMatching(/^The line is not JSON: /)],
      [4, { b: 2 }],
      [5, 'The line is not a JSON object.'],
    ]);
    expect((await places('{"a": [\n{"b":2}\n'))[1]).toEqual([2, { b: 2 }]);
    expect((await places("{'a': 1}\n{'b': 2}\n")).map(([place]) => place)).toEqual([1, 2]);
  });

  it('in an array, with the line', async () => {
    expect(await places('[\n{"a":1},\n{"a":},\n 3,\n{"b":2}\n]')).toEqual([
      [1, { a: 1 }],
      [2, expect.stringMatching(/^The record is not JSON: .* It begins on line 3\.$/)],
      [3, 'The record is not a JSON object. It begins on line 4.'],
      [4, { b: 2 }],
    ]);
    expect(await places('[{"a":1},\n{"b":')).toEqual([
      [1, { a: 1 }],
      [2, 'The file ends within the array, in its record 2, which begins on line 2.'],
    ]);
    expect((await places('[{"a":1}]\n{"b":2}'))[1]).toEqual([
      2,
      'There is more after the end of the array (line 2).',
    ]);
    expect(await places('[{"a":"\ud800"}]')).toHaveLength(1);
  });

  it('in text that is not UTF-8', async () => {
    const bytes = new Uint8Array([123, 34, 255, 34, 125]);
    expect(objects((await read(bytes)).records)).toEqual(['The line is not UTF-8 text.']);
  });

  it.each<[string, string | Uint8Array, string]>([
    ['zip', 'PK\x03\x04rest', 'it is a zip archive; unpack it first'],
    ['zstd', new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 0]), 'it is compressed with zstd; unpack it first'],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 123, 0]), 'it is UTF-16 text; save it as UTF-8'],
    [
      'a pickle',
      new Uint8Array([0x80, 4, 0x95]),
      'it is a Python pickle, which is never loaded; write its rows',
    ],
    [
      'a table',
      'task_id,completion\n1,x\n',
      'it is a table of comma or tab separated values; write one JSON object a line',
    ],
    ['a page', '\n<!DOCTYPE html><html>', 'it is a web page or XML; download the file itself'],
    [
      'a pointer',
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\n',
      'it is only a pointer to the file',
    ],
    ['anything', 'import math\n', 'it is something else; write one JSON object a line'],
    [
      'gzip that was cut',
      gzipSync('x'.repeat(9999)).subarray(0, 20),
      'its gzip data is damaged or cut short',
    ],
    ['gzip in gzip', gzipSync(gzipSync(LINES)), 'it is gzip within gzip; unpack it once'],
    [
      'columns',
      '{"a":{"0":1,"1":2},"b":{"0":1,"1":2}}',
      'it is a table written by columns; write it with to_json(',
    ],
    [
      'a document that is none',
      '{\n"a": [\n1,\n',
      'it begins as one JSON object over several lines but is none;',
    ],
    [
      'rows that the hub cut',
      JSON.stringify({ rows: [{ row_idx: 0, row: { a: 'x' }, truncated_cells: ['a'] }] }),
      'some of its cells were cut by the hub; download the whole file',
    ],
    [
      'Parquet that was cut',
      readFileSync('tests/fixtures/parquet/mbpp-none.parquet').subarray(0, 900),
      'its Parquet data is damaged',
    ],
  ])('for %s as a whole', async (_, content, sentence) => {
    expect(await refusal(content)).toContain(sentence);
  });
});

describe('Parquet', () => {
  it.each(['none', 'snappy', 'gzip', 'zstd', 'brotli'])('packed with %s', async (codec) => {
    const bytes = readFileSync(`tests/fixtures/parquet/mbpp-${codec}.parquet`);
    const found = await read(bytes, 1000, (column) => column !== 'unused');
    expect(found).toMatchObject({ unit: 'row', form: 'Parquet' });
    expect(objects(found.records)).toEqual([
      {
        task_id: 2,
        text: 'Add one.',
        code: 'def f(x):\r\n    return x + 1',
        test_list: ['assert f(1) == 2', 'assert f(2) == 3'],
        test_setup_code: '',
        challenge_test_list: [],
      },
      {
        task_id: 3,
        text: 'Twice.',
        code: 'def g(x):\n    return 2 * x',
        test_list: ['assert g(2) == 4'],
        test_setup_code: null,
        challenge_test_list: [],
      },
      {
        task_id: { $: 'int', v: '9007199254740993' },
        text: 'Größe — 漢字',
        code: null,
        test_list: ['assert größe(1) == 1'],
        test_setup_code: '',
        challenge_test_list: [],
      },
    ]);
    expect(found.records.map(({ place }) => place)).toEqual([1, 2, 3]);
  });

  it('with objects within, and numbers that JSON has not', async () => {
    const { records } = await read(readFileSync('tests/fixtures/parquet/nested.parquet'));
    expect(objects(records)[1]).toEqual({
      problem_id: 'b',
      verification_info: {
        language: 'python',
        test_cases: [{ fn_name: null, input: '3\n', output: '4\n', type: 'stdin_stdout' }],
      },
      gold_standard_solution: 'print(int(input()))',
      score: { $: 'float', v: 'nan' },
    });
  });

  it('with a float told from an integer, at whatever depth', async () => {
    const { records } = await read(readFileSync('tests/fixtures/parquet/floats.parquet'));
    const float = (v: number | string): object => ({ $: 'float', v });
    expect(objects(records)).toEqual([
      {
        task_id: float(1),
        args: [float(1), 2.5, float('-0.0')],
        small: float(2),
        whole: 2,
        nested: [{ x: float(1), n: 1 }],
        map: { b: float(1), a: 2.5 },
        deep: [[float(1)], [float(2)]],
      },
      {
        task_id: null,
        args: [],
        small: 0.5,
        whole: 3,
        nested: [{ x: float(2), n: 2 }, { x: 0.5, n: 3 }],
        map: {},
        deep: [],
      },
      {
        task_id: 3.5,
        args: null,
        small: float('inf'),
        whole: { $: 'int', v: String(2n ** 60n) },
        nested: [],
        map: { 2: float(3) },
        deep: [[0.25]],
      },
    ]); // prettier-ignore
  });

  it('without a column that is wanted', async () => {
    const bytes = readFileSync('tests/fixtures/parquet/other.parquet');
    await expect(read(bytes, 1000, () => false)).rejects.toThrow(
      'none of its columns is known; it has image, label',
    );
  });
});

it('streams: the first record of an endless file is there before the last', async () => {
  const endless = async function* (): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode('[');
    for (;;) yield new TextEncoder().encode(`{"a":"${'x'.repeat(2000)}"},`);
  };
  const { records } = await openRecords(endless());
  let seen = 0;
  for await (const each of records) {
    expect('record' in each).toBe(true);
    if (++seen === 1000) break;
  }
  expect(seen).toBe(1000);
});
