import { sha256 } from '../sha256.ts';
import type { ChunkInfo, Database, Manifest, PartInfo } from './database.ts';

/** Larger values fail in some runs (one of 256 MB as a Blob did in two of three); 4 MB is as fast as any. */
export const CHUNK_BYTES = 4 * 2 ** 20;

export type PartData = Float32Array | Uint8Array;

/** One part cut into chunks that belong to us, with their hashes. */
export interface CutPart {
  readonly info: PartInfo;
  readonly chunks: readonly ArrayBuffer[];
}

export interface CopiedPart {
  readonly name: string;
  readonly type: PartInfo['type'];
  readonly chunks: readonly ArrayBuffer[];
}

/** Copies the parts into chunks, so that the originals may change and views of shared memory can be stored. */
export function copyParts(parts: Readonly<Record<string, PartData>>): CopiedPart[] {
  return Object.entries(parts).map(([name, data]) => ({ name, type: typeOf(data), chunks: cut(data) }));
}

export async function hashPart({ name, type, chunks }: CopiedPart): Promise<CutPart> {
  const infos: ChunkInfo[] = [];
  for (const chunk of chunks) infos.push({ bytes: chunk.byteLength, hash: await sha256(chunk) });
  return { info: { name, type, chunks: infos }, chunks };
}

/**
 * Reads one part back and checks every chunk against its hash.
 * @returns null when a chunk is missing or damaged.
 */
export async function readPart(
  database: Database,
  key: string,
  generation: number,
  part: PartInfo,
): Promise<PartData | null> {
  const bytes = new Uint8Array(partBytes(part));
  let offset = 0;
  for (const [index, info] of part.chunks.entries()) {
    const chunk = await readChunk(database, key, generation, part.name, index, info);
    if (chunk === null) return null;
    bytes.set(new Uint8Array(chunk), offset);
    offset += info.bytes;
  }
  return part.type === 'float32' ? new Float32Array(bytes.buffer) : bytes;
}

/** All parts of a generation; null when a chunk of any is missing or damaged. */
export async function readParts(
  database: Database,
  manifest: Manifest,
): Promise<Record<string, PartData> | null> {
  const parts: Record<string, PartData> = {};
  for (const info of manifest.parts) {
    const data = await readPart(database, manifest.key, manifest.generation, info);
    if (data === null) return null;
    parts[info.name] = data;
  }
  return parts;
}

/** Whether every chunk of the part is stored as its hash says; holds one chunk in memory at a time. */
export async function isIntact(
  database: Database,
  key: string,
  generation: number,
  part: PartInfo,
): Promise<boolean> {
  for (const [index, info] of part.chunks.entries()) {
    if ((await readChunk(database, key, generation, part.name, index, info)) === null) return false;
  }
  return true;
}

export function partBytes(part: PartInfo): number {
  return part.chunks.reduce((total, { bytes }) => total + bytes, 0);
}

/** The distinct (key, generation) pairs that have chunks, by skipping from one to the next. */
export async function storedGenerations(database: Database): Promise<{ key: string; generation: number }[]> {
  const found: { key: string; generation: number }[] = [];
  const tx = database.transaction('chunks');
  let cursor = await tx.store.openKeyCursor();
  while (cursor !== null) {
    const [key, generation] = cursor.key;
    found.push({ key, generation });
    cursor = await tx.store.openKeyCursor(IDBKeyRange.lowerBound([key, generation, []]));
  }
  await tx.done;
  return found;
}

async function readChunk(
  database: Database,
  key: string,
  generation: number,
  part: string,
  index: number,
  info: ChunkInfo,
): Promise<ArrayBuffer | null> {
  const chunk = await database.get('chunks', [key, generation, part, index]);
  if (chunk === undefined || chunk.byteLength !== info.bytes || (await sha256(chunk)) !== info.hash)
    return null;
  return chunk;
}

function typeOf(data: PartData): PartInfo['type'] {
  return data instanceof Float32Array ? 'float32' : 'uint8';
}

function cut(data: PartData): ArrayBuffer[] {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const chunks: ArrayBuffer[] = [];
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    chunks.push(new Uint8Array(bytes.subarray(start, start + CHUNK_BYTES)).buffer);
  }
  return chunks;
}
