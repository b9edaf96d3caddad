import { joined } from './files/byte-lines.ts';
import { JsonLineError, type JsonObject } from './json-line.ts';

/**
 * LiveCodeBench keeps the private tests of a task as base64 of zlib of a Python pickle of JSON text. All of it is undone
 * here, the pickle only where it holds one text and nothing else: nothing of it is ever run.
 */

const FIELD = 'private_test_cases';
/** Most that one task's tests may unpack to. */
const MAX_UNPACKED_BYTES = 256 * 2 ** 20;

/** The record with its private tests as JSON text. @throws {@link JsonLineError} */
export async function unpacked(record: JsonObject): Promise<JsonObject> {
  const held = record[FIELD];
  if (typeof held !== 'string' || held.trim() === '' || held.trimStart().startsWith('[')) return record;
  const bytes = await inflated(fromBase64(held));
  return { ...record, [FIELD]: bytes[0] === PROTO ? pickledText(bytes) : utf8(bytes) };
}

function fail(what: string): never {
  throw new JsonLineError(`${FIELD} cannot be unpacked: ${what}.`);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
    return bytes;
  } catch {
    return fail('it is neither JSON text nor base64');
  }
}

async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate')).getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => fail('it is no zlib data, or cut short'));
    if (done) return joined(parts);
    size += value.length;
    if (size > MAX_UNPACKED_BYTES) {
      await reader.cancel();
      fail(`it is larger than ${MAX_UNPACKED_BYTES} bytes`);
    }
    parts.push(value);
  }
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return fail('it is not UTF-8 text');
  }
}

/** Opcodes of the pickle protocols 2 to 5 that a lone text needs. */
const PROTO = 0x80;
const FRAME = 0x95;
const STOP = 0x2e;
/** Opcodes of a text, each with the number of bytes of its length. */
const TEXTS: ReadonlyMap<number, number> = new Map([[0x8c, 1], [0x58, 4], [0x8d, 8]]); // prettier-ignore
/** Opcodes that remember the text for later, each with its number of bytes to pass over. */
const MEMOS: ReadonlyMap<number, number> = new Map([[0x94, 0], [0x71, 1], [0x72, 4]]); // prettier-ignore

export function pickledText(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let text: string | null = null;
  for (let at = 0; at < bytes.length;) {
    const opcode = bytes[at++] ?? 0;
    const width = TEXTS.get(opcode);
    const memo = MEMOS.get(opcode);
    if (opcode === PROTO) at += 1;
    else if (opcode === FRAME) at += 8;
    else if (opcode === STOP && text !== null) return text;
    else if (memo !== undefined && text !== null) at += memo;
    else if (width !== undefined && text === null && at + width <= bytes.length) {
      const length = width === 1 ? view.getUint8(at) : view.getUint32(at, true);
      if (width === 8 && view.getUint32(at + 4, true) !== 0) break;
      if (at + width + length > bytes.length) break;
      text = utf8(bytes.subarray(at + width, at + width + length));
      at += width + length;
    } else break;
  }
  return fail('it is a Python pickle of something other than one text');
}
