/** What a file is, told by its bytes and never by its name. */
export type Form =
  | { readonly kind: 'gzip' | 'parquet' | 'array' | 'objects' | 'empty' }
  /** Nothing that is read here: what it seems to be and what to do about it, as the end of a sentence. */
  | { readonly kind: 'other'; readonly advice: string };

/** Bytes that {@link formOf} wants to see, if there are that many. */
export const HEAD_BYTES = 1024;

const EXPORT = 'write its rows as JSON lines, such as with dataset.to_json(…) of the datasets library';
const UNPACK = 'unpack it first';

/** First bytes of what people hand in, each with what it is. Bytes are written as Latin-1. */
const MAGIC: ReadonlyArray<readonly [start: string, advice: string]> = [
  ['PK\x03\x04', `a zip archive; ${UNPACK}`],
  ['\x28\xb5\x2f\xfd', `compressed with zstd; ${UNPACK}`],
  ['\xfd7zXZ\x00', `compressed with xz; ${UNPACK}`],
  ['BZh', `compressed with bzip2; ${UNPACK}`],
  ['7z\xbc\xaf\x27\x1c', `a 7z archive; ${UNPACK}`],
  ['ARROW1', `an Arrow file; ${EXPORT}`],
  ['\xff\xff\xff\xff', `an Arrow stream; ${EXPORT}`],
  ['FEA1', `a Feather file; ${EXPORT}`],
  ['\x89HDF', `an HDF5 file; ${EXPORT}`],
  ['Obj\x01', `an Avro file; ${EXPORT}`],
  ['ORC', `an ORC file; ${EXPORT}`],
  ['SQLite format 3', 'an SQLite database; write its rows as JSON lines'],
  ['\xff\xfe', 'UTF-16 text; save it as UTF-8'],
  ['\xfe\xff', 'UTF-16 text; save it as UTF-8'],
  ['version https://git-lfs', 'only a pointer to the file; fetch the file itself with git lfs pull'],
  ['<', 'a web page or XML; download the file itself, not the page that shows it'],
];

/** The form of a file that begins with these bytes. */
export function formOf(head: Uint8Array): Form {
  const text = Array.from(head.subarray(0, HEAD_BYTES), (byte) => String.fromCharCode(byte)).join('');
  if (text.startsWith('\x1f\x8b')) return { kind: 'gzip' };
  if (text.startsWith('PAR1')) return { kind: 'parquet' };
  if (text.startsWith('PARE')) return other('a Parquet file that is encrypted; write it without encryption');
  const body = text.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (body === '') return { kind: 'empty' };
  if (body.startsWith('[')) return { kind: 'array' };
  if (body.startsWith('{')) return { kind: 'objects' };
  const known = MAGIC.find(([start]) => text.startsWith(start) || (start === '<' && body.startsWith(start)));
  if (known) return other(known[1]);
  if (head[0] === 0x80 && (head[1] ?? 0) >= 2 && (head[1] ?? 0) <= 5)
    return other(`a Python pickle, which is never loaded; ${EXPORT}`);
  const [first = ''] = body.split('\n');
  if (/^[\w "-]+([,\t])[\w "-]+/.test(first) && !/[[\]{}]/.test(first)) {
    return other('a table of comma or tab separated values; write one JSON object a line');
  }
  return other('something else; write one JSON object a line');
}

function other(advice: string): Form {
  return { kind: 'other', advice };
}
