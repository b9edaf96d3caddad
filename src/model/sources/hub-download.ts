/** Files of the hub, piece by piece, so that what has come is kept when the rest does not. */
import { createSHA1, createSHA256 } from 'hash-wasm';
import type { HubFile, HubModel } from './hub.ts';
import { ask, HubError, type HubOptions, RETRY_MS, STALL_MS, waitFor } from './hub-request.ts';

/** A file as it is written. */
export interface OpenFile {
  /** Bytes that are there. */
  readonly sizeBytes: number;
  read(at: number, count: number): Promise<Uint8Array>;
  write(bytes: Uint8Array, at: number): Promise<void>;
  truncate(sizeBytes: number): Promise<void>;
  /** @param whole it is all there, and its hash is right; otherwise it is kept as a beginning */
  close(whole: boolean): Promise<void>;
}

/** Where a model is downloaded to. */
export interface Place {
  /** Whether the file is there, and its hash was right. */
  has(file: HubFile): Promise<boolean>;
  open(file: HubFile): Promise<OpenFile>;
}

export interface DownloadProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** Name of the file in work. */
  readonly file: string;
}

export interface DownloadOptions extends HubOptions {
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Of one request for a part of a file. Default: 16 MB. */
  readonly pieceBytes?: number;
}

type At = Pick<HubModel, 'id' | 'commit'>;

const PIECE_BYTES = 2 ** 24;
/** Of what was written before, at a time, while its hash is worked out. */
const READ_BYTES = 2 ** 20;
/** What is read into memory whole: model cards, configurations, indices. */
const SMALL_BYTES = 2 ** 24;

/**
 * Downloads what is missing of a model. What an earlier download left is read again, for its hash, and gone on from.
 * @throws HubError; what the place throws, above all where it is full. What has come by then stays in the place.
 */
export async function downloadHubModel(
  model: HubModel,
  place: Place,
  options: DownloadOptions = {},
): Promise<void> {
  const totalBytes = model.sizeBytes;
  let before = 0;
  for (const file of model.files) {
    const report = (bytes: number): void =>
      options.onProgress?.({ doneBytes: before + bytes, totalBytes, file: file.name });
    if (!(await place.has(file))) await downloadFile(model, file, place, options, report);
    before += file.sizeBytes;
    report(0);
  }
}

async function downloadFile(
  at: At,
  file: HubFile,
  place: Place,
  options: DownloadOptions,
  report: (bytes: number) => void,
): Promise<void> {
  const open = await place.open(file);
  let whole = false;
  try {
    let hash = await hasher(file);
    let done = 0;
    // More than there should be is not a beginning of it.
    const kept = open.sizeBytes > file.sizeBytes ? 0 : open.sizeBytes;
    if (kept === 0) await open.truncate(0);
    while (done < kept) {
      options.signal?.throwIfAborted();
      const bytes = await open.read(done, Math.min(READ_BYTES, kept - done));
      if (bytes.byteLength === 0) break;
      hash.update(bytes);
      done += bytes.byteLength;
      report(done);
    }
    if (done === file.sizeBytes) {
      whole = hash.digest() === file.hash;
      if (whole) return;
      // All of it is here, and what is damaged cannot be told from the rest.
      await open.truncate(0);
      hash = await hasher(file);
      done = 0;
    }
    for await (const bytes of contentOf(at, file, done, options)) {
      await open.write(bytes, done);
      hash.update(bytes);
      done += bytes.byteLength;
      report(done);
    }
    if (hash.digest() !== file.hash) throw changed(file, 'its hash is not the one that the hub has of it');
    whole = true;
  } catch (error) {
    if (error instanceof HubError && error.fault === 'changed') await open.truncate(0);
    throw error;
  } finally {
    await open.close(whole);
  }
}

interface Hasher {
  update(bytes: Uint8Array): void;
  digest(): string;
}

/** Git puts the kind and the length of what it keeps before the content. */
async function hasher({ hashKind, sizeBytes }: HubFile): Promise<Hasher> {
  const hash = await (hashKind === 'sha256' ? createSHA256() : createSHA1());
  hash.init();
  if (hashKind === 'git') hash.update(`blob ${sizeBytes}\0`);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
}

/** Whether this is the content that the hub has of the file. */
export async function matches(file: HubFile, content: ReadableStream<Uint8Array>): Promise<boolean> {
  const hash = await hasher(file);
  const reader = content.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return hash.digest() === file.hash;
    hash.update(value);
  }
}

const changed = (file: HubFile, why: string): HubError =>
  new HubError(
    `${file.name} is not what the hub announced: ${why}. It was taken away, the other files are kept. Go on to get it again; if that stays, something between the hub and this machine changes what it sends.`,
    'changed',
  );

/** A small file, compared with its hash. @throws HubError */
export async function readSmall(at: At, file: HubFile, options: HubOptions): Promise<Uint8Array> {
  if (file.sizeBytes > SMALL_BYTES)
    throw new HubError(
      `${file.name} has ${Math.round(file.sizeBytes / 2 ** 20)} MB, far more than such a file has.`,
      'unusable',
    );
  const hash = await hasher(file);
  const content = new Uint8Array(file.sizeBytes);
  let done = 0;
  for await (const bytes of contentOf(at, file, 0, options)) {
    hash.update(bytes);
    content.set(bytes, done);
    done += bytes.byteLength;
  }
  if (hash.digest() !== file.hash) throw changed(file, 'its hash is not the one that the hub has of it');
  return content;
}

/** The content of a file, asked for as far as it is read. */
export function fileStream(
  at: At,
  file: HubFile,
  options: HubOptions,
  pieceBytes: number,
): ReadableStream<Uint8Array> {
  const content = contentOf(at, file, 0, { ...options, pieceBytes });
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await content.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await content.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

/** The bytes of a file from one on, to its end; a connection that is cut is made again. */
async function* contentOf(
  at: At,
  file: HubFile,
  from: number,
  options: DownloadOptions,
): AsyncGenerator<Uint8Array, void> {
  const { signal, wait = waitFor } = options;
  let done = from;
  let tag: string | null = null;
  let failures = 0;
  while (done < file.sizeBytes) {
    const begin = done;
    try {
      const response = await askForPart(at, file, done, options);
      tag = checkTag(file, response, tag);
      for await (const bytes of bodyOf(file, response, done, options)) {
        done += bytes.byteLength;
        yield bytes;
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof Cut)) throw error;
    }
    failures = done > begin ? 0 : failures + 1;
    if (failures > RETRY_MS.length)
      throw new HubError(
        `The connection is cut each time ${file.name} is sent. What has come is kept; go on when the network is better.`,
        'unreachable',
      );
    if (failures > 0) await wait(RETRY_MS[failures - 1]!, signal);
  }
}

/** A connection that ended too early. */
class Cut extends Error {
  override readonly name = 'Cut';
}

function askForPart(
  { id, commit }: At,
  file: HubFile,
  from: number,
  { pieceBytes = PIECE_BYTES, ...options }: DownloadOptions,
): Promise<Response> {
  const path = `/${id}/resolve/${commit}/${encodeURIComponent(file.name)}`;
  const to = Math.min(from + pieceBytes, file.sizeBytes) - 1;
  // Small files come whole, as the hub packs them.
  const headers = from === 0 && to + 1 === file.sizeBytes ? {} : { Range: `bytes=${from}-${to}` };
  return ask({ path, what: file.name, id, headers }, options);
}

/** @returns the tag of this version of the file @throws HubError where it is not that of the parts before */
function checkTag(file: HubFile, { headers }: Response, before: string | null): string | null {
  const tag = headers.get('etag')?.replace(/^W\//, '') ?? null;
  if (tag !== null && before !== null && tag !== before)
    throw changed(file, 'the server has another version of it than when the download began');
  return tag ?? before;
}

/**
 * What of an answer belongs at `from`: a server that knows no ranges sends the file from its beginning.
 * @throws Cut, HubError
 */
async function* bodyOf(
  file: HubFile,
  response: Response,
  from: number,
  { stallMs = STALL_MS, signal }: DownloadOptions,
): AsyncGenerator<Uint8Array, void> {
  const { begin, end } = extentOf(file, response, from);
  if (response.body === null) throw new Cut();
  const reader = response.body.getReader();
  let at = begin;
  try {
    for (;;) {
      const { value, done } = await unlessStalled(reader.read(), stallMs).catch((cause: unknown) => {
        signal?.throwIfAborted();
        throw new Cut('', { cause });
      });
      if (done) break;
      const skipped = Math.min(value.byteLength, Math.max(0, from - at));
      at += value.byteLength;
      if (at > end) throw changed(file, `more than its ${file.sizeBytes} bytes came`);
      if (skipped < value.byteLength) yield value.subarray(skipped);
    }
    if (at < end) throw new Cut();
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** Where in the file an answer begins, and where it ends. @throws HubError where that is not what was asked for */
function extentOf(
  file: HubFile,
  { status, headers }: Response,
  from: number,
): { readonly begin: number; readonly end: number } {
  const { sizeBytes } = file;
  if (status !== 206) {
    const length = headers.get('content-encoding') === null ? headers.get('content-length') : null;
    if (length !== null && Number(length) !== sizeBytes)
      throw changed(file, `the server has ${length} bytes of it, not ${sizeBytes}`);
    return { begin: 0, end: sizeBytes };
  }
  // A page may not be shown the header; then the count of bytes and the hash have to do.
  const [, first, last, total] =
    /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
  if (first === undefined) return { begin: from, end: sizeBytes };
  if (total !== '*' && Number(total) !== sizeBytes)
    throw changed(file, `the server has ${total} bytes of it, not ${sizeBytes}`);
  if (Number(first) !== from || Number(last) >= sizeBytes)
    throw changed(file, 'the server sent another part of it than it was asked for');
  return { begin: from, end: Number(last) + 1 };
}

async function unlessStalled<T>(reading: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('nothing came')), ms);
  });
  try {
    return await Promise.race([reading, stalled]);
  } finally {
    clearTimeout(timer);
  }
}
