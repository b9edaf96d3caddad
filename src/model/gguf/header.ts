/**
 * What stands in a GGUF file before its tensors, read with Hugging Face's parser (`@huggingface/gguf`). That asks for
 * ranges of an address by `fetch`, so it is given one that answers from the file at hand.
 */
import type { GGUFParseOutput, GGUFTypedMetadata } from '@huggingface/gguf';
import { messageOf } from '../../errors.ts';
import type { RandomAccess } from './access.ts';
import { GgufError } from './errors.ts';
import { type Entries, type Metadata, metadataBytes, metadataOf } from './metadata.ts';
import { type Quantization, QUANTIZATIONS } from './quants.ts';

/** A tensor of the file, under the file's name for it. */
export interface TensorEntry {
  readonly name: string;
  /** Row-major, outermost first; the file has it the other way round. */
  readonly shape: readonly number[];
  readonly quantization: Quantization;
  /** Where its bytes lie in the file. */
  readonly begin: number;
  readonly end: number;
}

export interface GgufHeader {
  readonly metadata: Metadata;
  /** In the order of the file. */
  readonly tensors: readonly TensorEntry[];
}

type Parsed = GGUFParseOutput & { readonly typedMetadata: GGUFTypedMetadata };

/** Nothing is asked of it, but the parser takes addresses alone. */
const ADDRESS = 'https://gguf.invalid/';

/** @throws GgufError for what is no GGUF file of version 2 or 3, is cut short, or holds a tensor that cannot be read */
export async function readHeader(file: RandomAccess): Promise<GgufHeader> {
  checkBegin(await file.read(0, Math.min(8, file.size)));
  const library = await import('@huggingface/gguf');
  const ranges = rangesOf(file);
  const parsed: Parsed = await library
    .gguf(ADDRESS, { fetch: ranges.fetch, typedMetadata: true })
    .catch((cause: unknown) => {
      throw ranges.error() ?? damaged(messageOf(cause), cause);
    });
  const metadata = checkedMetadata(parsed, file.size);
  checkWhole(metadata);
  const nameOf = (type: number): string => library.GGMLQuantizationType[type] ?? `type ${type}`;
  return { metadata, tensors: entriesOf(parsed, file.size, nameOf) };
}

const damaged = (how: string, cause?: unknown): GgufError =>
  new GgufError(`Its header is damaged (${how}). Get the file again.`, { cause });

function checkBegin(bytes: Uint8Array<ArrayBuffer>): void {
  if (String.fromCharCode(...bytes.subarray(0, 4)) !== 'GGUF' || bytes.byteLength < 8)
    throw new GgufError('It is not a GGUF file, which begins with these four letters and a version.');
  const version = new DataView(bytes.buffer).getUint32(4, true);
  // In the other order of bytes a small number has nothing in its low half.
  if ((version & 0xffff) === 0 && version !== 0)
    throw new GgufError('Its numbers are big-endian; only little-endian GGUF files can be read.');
  if (version !== 2 && version !== 3)
    throw new GgufError(`It has version ${version} of the GGUF format; 2 and 3 can be read.`);
}

/** Answers requests for ranges, and keeps what reading the file threw, which the parser might take for its own. */
function rangesOf(file: RandomAccess): { readonly fetch: typeof fetch; readonly error: () => unknown } {
  let error: unknown;
  const clip = (at: number): number => Math.min(at, file.size);
  const answer: typeof fetch = async (_, request) => {
    const range = new Headers(request?.headers).get('range') ?? '';
    const [begin = 0, last = 0] = range.replace('bytes=', '').split('-').map(Number);
    try {
      // The parser reads ahead, so that it may ask for one range behind the end, but not for a second.
      if (begin > file.size + (last - begin)) throw cutShort();
      return new Response(await file.read(clip(begin), clip(last + 1)));
    } catch (cause) {
      error = cause;
      throw cause;
    }
  };
  return { fetch: answer, error: () => error };
}

const cutShort = (): GgufError =>
  new GgufError('It ends in the middle of its header: it is cut short. Get the file again.');

/**
 * The parser reads zeros behind the end, keeps one of two values of a key, and cuts off a text that goes beyond what it
 * has fetched. Each shows in the number of bytes.
 */
function checkedMetadata(
  { typedMetadata, tensorInfoByteRange: [begin, end] }: Parsed,
  size: number,
): Metadata {
  if (end > size) throw cutShort();
  const entries = typedMetadata as unknown as Entries;
  // The first 24 bytes are letters, version and counts.
  if (24 + metadataBytes(entries) !== begin) throw damaged('a key comes twice, or a text is not UTF-8');
  const metadata = metadataOf(entries);
  const alignment = metadata.number('general.alignment') ?? 32;
  if (!Number.isInteger(Math.log2(alignment)))
    throw damaged(`its general.alignment is ${alignment}, not a power of two`);
  return metadata;
}

/** @throws GgufError for a part of a model in several files */
function checkWhole(metadata: Metadata): void {
  const parts = metadata.number('split.count') ?? 1;
  if (parts > 1)
    throw new GgufError(
      `It is one of ${parts} parts of a model. Join them with llama-gguf-split --merge, and take the one file.`,
    );
}

function entriesOf(
  { tensorInfos, tensorDataOffset }: Parsed,
  size: number,
  nameOf: (type: number) => string,
): TensorEntry[] {
  const entries = tensorInfos.map(({ name, shape: reversed, dtype, offset }): TensorEntry => {
    const shape = reversed.map(Number).toReversed();
    const quantization = QUANTIZATIONS.get(dtype);
    if (!quantization)
      throw new GgufError(
        `“${name}” is stored as ${nameOf(dtype)}, which cannot be read here. Take the model in one of ${READABLE}.`,
      );
    const { blockSize, blockBytes } = quantization;
    const count = shape.reduce((product, length) => product * length, 1);
    if (shape.length === 0 || !Number.isSafeInteger(count) || count === 0 || shape.at(-1)! % blockSize !== 0)
      throw new GgufError(
        `“${name}” is stored as ${quantization.name}, but its shape is [${shape.join(', ')}].`,
      );
    const begin = Number(tensorDataOffset + offset);
    return { name, shape, quantization, begin, end: begin + (count / blockSize) * blockBytes };
  });
  entries.sort((a, b) => a.begin - b.begin);
  checkPlaces(entries, Number(tensorDataOffset), size);
  return entries;
}

const READABLE = [...QUANTIZATIONS.values()].map(({ name }) => name).join(', ');

function checkPlaces(sorted: readonly TensorEntry[], first: number, size: number): void {
  const names = new Set<string>();
  let covered = first;
  for (const { name, begin, end } of sorted) {
    if (names.has(name)) throw new GgufError(`Two tensors are named “${name}”.`);
    names.add(name);
    if (begin < covered)
      throw new GgufError(`“${name}” begins at ${begin}, inside of what stands before it.`);
    if (end > size)
      throw new GgufError(
        `“${name}” ends at byte ${end} but the file has ${size}: it is cut short. Get the file again.`,
      );
    covered = end;
  }
}
