/** Named weights as a file in safetensors form: pure bytes in and out, checked before anything is believed. */
import { type FloatType, widenFloats } from './floats.ts';

export interface TensorData {
  readonly shape: readonly number[];
  /** Of the data here; the file may hold another, which was widened. */
  readonly dtype: 'f32';
  /** Row-major, exactly as many values as the shape holds. */
  readonly data: Float32Array;
}

export interface SafetensorsFile {
  /** In the order of the file's buffer. */
  readonly tensors: Map<string, TensorData>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The bytes are not a safetensors file that can be trusted; the message names the tensor and the rule it breaks. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
}

const BYTES_PER_VALUE: Readonly<Record<FloatType, number>> = { F32: 4, F16: 2, BF16: 2 };

/** The reference implementation's own limit, so that a hostile length cannot make us allocate without bound. */
const MAX_HEADER_BYTES = 100_000_000;

interface Entry {
  readonly name: string;
  readonly dtype: FloatType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads F32, F16 and BF16 tensors as float32.
 *
 * Layout: u64 little-endian header length, a JSON header that begins with `{` (spaces may follow it), then the
 * buffer that the header's offsets are relative to. Tensors must tile the buffer: no overlap, no hole, no rest.
 * @throws SafetensorsError when any of that fails, or when a value is NaN or infinite.
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { header, buffer } = splitHeader(bytes);
  const { entries, metadata } = readEntries(header);
  checkTiling(entries);
  checkEnd(entries, buffer.byteLength);
  const tensors = new Map<string, TensorData>();
  for (const entry of entries) {
    // A copy, because the view need not be aligned and may be reused; not slice(), which Node's Buffer makes a view.
    const own = new Uint8Array(buffer.subarray(entry.begin, entry.end));
    tensors.set(entry.name, tensorOf(entry, own));
  }
  return { tensors, metadata };
}

/**
 * The same tensors, one at a time as their bytes arrive, so that no more than one is held besides what the caller keeps.
 * @throws SafetensorsError as {@link readSafetensors}; what only the end can show, after the last tensor
 */
export async function* streamSafetensors(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<readonly [name: string, tensor: TensorData]> {
  const bytes = new ByteReader(stream);
  try {
    const { entries } = readEntries(await takeHeader(bytes));
    checkTiling(entries);
    for (const entry of entries) {
      const data = await bytes.take(entry.end - entry.begin);
      if (data.byteLength < entry.end - entry.begin) checkEnd(entries, entry.begin + data.byteLength);
      yield [entry.name, tensorOf(entry, data)];
    }
    checkEnd(entries, (entries.at(-1)?.end ?? 0) + (await bytes.countRest()));
  } finally {
    await bytes.cancel();
  }
}

/** What the header says beside its tensors, which are not read. @throws SafetensorsError */
export async function readMetadata(
  stream: ReadableStream<Uint8Array>,
): Promise<Readonly<Record<string, string>>> {
  const bytes = new ByteReader(stream);
  try {
    return readEntries(await takeHeader(bytes)).metadata;
  } finally {
    await bytes.cancel();
  }
}

/** What the header says of each tensor, in the order of the buffer; no value is read. @throws SafetensorsError */
export async function readHeader(
  stream: ReadableStream<Uint8Array>,
): Promise<readonly Readonly<Pick<Entry, 'name' | 'dtype' | 'shape'>>[]> {
  const bytes = new ByteReader(stream);
  try {
    return readEntries(await takeHeader(bytes)).entries;
  } finally {
    await bytes.cancel();
  }
}

async function takeHeader(bytes: ByteReader): Promise<Record<string, unknown>> {
  const first = await bytes.take(8);
  checkBegin(first);
  const declared = new DataView(first.buffer).getBigUint64(0, true);
  // What follows is not known yet, only that it is not everything.
  checkHeaderLength(declared, Infinity);
  const header = await bytes.take(Number(declared));
  checkHeaderLength(declared, header.byteLength);
  return parseHeader(header);
}

/** Reads a stream in pieces of the sizes that are asked for. */
class ByteReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  /** What has come but was not yet taken. */
  #rest: Uint8Array = new Uint8Array(0);

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** The next bytes, in memory of their own; fewer only where the stream has ended. */
  async take(size: number): Promise<Uint8Array<ArrayBuffer>> {
    const pieces = [this.#rest];
    let held = this.#rest.byteLength;
    // Held piece by piece, so that a length that a file only claims takes no memory.
    while (held < size) {
      const { value, done } = await this.#reader.read();
      if (done) break;
      pieces.push(value);
      held += value.byteLength;
    }
    const last = pieces.pop()!;
    const over = Math.max(0, held - size);
    const taken = new Uint8Array(held - over);
    let at = 0;
    for (const piece of [...pieces, last.subarray(0, last.byteLength - over)]) {
      taken.set(piece, at);
      at += piece.byteLength;
    }
    this.#rest = last.slice(last.byteLength - over);
    return taken;
  }

  async countRest(): Promise<number> {
    let count = this.#rest.byteLength;
    for (;;) {
      const { value, done } = await this.#reader.read();
      if (done) return count;
      count += value.byteLength;
    }
  }

  async cancel(): Promise<void> {
    await this.#reader.cancel().catch(() => {});
  }
}

function readEntries(header: Readonly<Record<string, unknown>>) {
  const metadata: Record<string, string> = {};
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name !== '__metadata__') {
      entries.push(readEntry(name, value));
      continue;
    }
    if (!isObject(value)) throw new SafetensorsError('The header’s __metadata__ is not an object.');
    for (const [key, text] of Object.entries(value)) {
      // Only texts are allowed, but no weight depends on it.
      metadata[key] = typeof text === 'string' ? text : JSON.stringify(text);
    }
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  return { entries, metadata };
}

function tensorOf({ name, dtype, shape }: Entry, bytes: Uint8Array<ArrayBuffer>): TensorData {
  const data = widenFloats(bytes.buffer, dtype);
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new SafetensorsError(`“${name}” holds ${data[bad]} at position ${bad}; weights must be finite.`);
  return { shape, dtype: 'f32', data };
}

/**
 * Writes float32 tensors in the order given; the header is padded with spaces so that the buffer is 8-byte aligned.
 * @throws SafetensorsError when a shape does not match its data, or a value is NaN or infinite.
 */
export function writeSafetensors(
  tensors: Iterable<readonly [string, TensorData]>,
  metadata: Readonly<Record<string, string>> = { format: 'pt' },
): Uint8Array<ArrayBuffer> {
  const all = [...tensors];
  const header: [string, unknown][] = [['__metadata__', metadata]];
  const seen = new Set(['__metadata__']);
  let offset = 0;
  for (const [name, { shape, data }] of all) {
    if (seen.has(name)) throw new SafetensorsError(`Two tensors cannot both be named “${name}”.`);
    seen.add(name);
    if (elementCount(name, shape) !== data.length) {
      throw new SafetensorsError(`“${name}” has shape [${shape.join(', ')}] but ${data.length} values.`);
    }
    if (!data.every(Number.isFinite)) {
      throw new SafetensorsError(`“${name}” holds a value that is not finite; it was not written.`);
    }
    header.push([name, { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] }]);
    offset += data.byteLength;
  }
  // Built by hand because an object would reorder integer-like names and lose `__proto__`.
  const json = `{${header.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`;
  const text = new TextEncoder().encode(json);
  const headerLength = Math.ceil(text.length / 8) * 8;
  const out = new Uint8Array(8 + headerLength + offset);
  new DataView(out.buffer).setBigUint64(0, BigInt(headerLength), true);
  out.fill(0x20, 8, 8 + headerLength);
  out.set(text, 8);
  let at = 8 + headerLength;
  for (const [, { data }] of all) {
    out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return out;
}

function splitHeader(bytes: Uint8Array): { header: Record<string, unknown>; buffer: Uint8Array } {
  checkBegin(bytes);
  const declared = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  checkHeaderLength(declared, bytes.byteLength - 8);
  const length = Number(declared);
  return { header: parseHeader(bytes.subarray(8, 8 + length)), buffer: bytes.subarray(8 + length) };
}

function checkBegin(bytes: Uint8Array): void {
  if (bytes.byteLength >= 8) return;
  throw new SafetensorsError(
    `${bytes.byteLength} bytes are too few for a safetensors file, which begins with 8.`,
  );
}

function checkHeaderLength(declared: bigint, follow: number): void {
  if (declared <= BigInt(Math.min(MAX_HEADER_BYTES, follow))) return;
  throw new SafetensorsError(
    `The header claims ${declared} bytes${follow === Infinity ? '' : ` but ${follow} follow`}: truncated, or not a safetensors file.`,
  );
}

function parseHeader(headerBytes: Uint8Array): Record<string, unknown> {
  if (headerBytes[0] !== 0x7b) throw new SafetensorsError('The header does not begin with “{”.');
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(headerBytes));
  } catch (cause) {
    throw new SafetensorsError('The header is not JSON in UTF-8.', { cause });
  }
  if (!isObject(header)) throw new SafetensorsError('The header is not a JSON object.');
  return header;
}

function readEntry(name: string, value: unknown): Entry {
  if (!isObject(value)) throw new SafetensorsError(`The header entry “${name}” is not an object.`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !isDtype(dtype)) {
    throw new SafetensorsError(
      `“${name}” has dtype ${JSON.stringify(dtype)}; F32, F16 and BF16 can be read.`,
    );
  }
  if (!isCounts(shape)) throw new SafetensorsError(`“${name}” has no valid shape: ${JSON.stringify(shape)}.`);
  if (!isCounts(offsets) || offsets.length !== 2) {
    throw new SafetensorsError(`“${name}” has no valid data_offsets: ${JSON.stringify(offsets)}.`);
  }
  const [begin = 0, end = 0] = offsets;
  const expected = elementCount(name, shape) * BYTES_PER_VALUE[dtype];
  if (end - begin !== expected) {
    throw new SafetensorsError(
      `“${name}” needs ${expected} bytes for ${dtype} [${shape.join(', ')}] but its offsets [${begin}, ${end}] hold ${end - begin}.`,
    );
  }
  return { name, dtype, shape, begin, end };
}

function checkTiling(sorted: readonly Entry[]): void {
  let covered = 0;
  let previous = 'the start of the buffer';
  for (const { name, begin, end } of sorted) {
    if (begin < covered) throw new SafetensorsError(`“${name}” overlaps ${previous}: it begins at ${begin}.`);
    if (begin > covered) {
      throw new SafetensorsError(
        `The ${begin - covered} bytes between ${previous} and “${name}” belong to no tensor.`,
      );
    }
    covered = end;
    previous = `“${name}”`;
  }
}

/** Whether the tensors fill the buffer and nothing more. */
function checkEnd(sorted: readonly Entry[], bufferLength: number): void {
  const last = sorted.at(-1);
  const covered = last?.end ?? 0;
  if (covered > bufferLength) {
    throw new SafetensorsError(
      `“${last?.name}” ends at byte ${covered} but the buffer has ${bufferLength}: truncated file.`,
    );
  }
  if (covered < bufferLength) {
    throw new SafetensorsError(`The last ${bufferLength - covered} bytes of the file belong to no tensor.`);
  }
}

function elementCount(name: string, shape: readonly number[]): number {
  const count = shape.reduce((product, size) => product * size, 1);
  if (!Number.isSafeInteger(count))
    throw new SafetensorsError(`“${name}” has an impossible shape [${shape.join(', ')}].`);
  return count;
}

function isDtype(text: string): text is FloatType {
  return Object.hasOwn(BYTES_PER_VALUE, text);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
