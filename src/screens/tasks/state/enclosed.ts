/** A set of tasks inside a link: `VERSION.DATA`, where DATA is a JSON text, compressed (zlib, RFC 1950) and in base64url (RFC 4648). */
import * as v from 'valibot';

const VERSION = '1';

/** Letters of a link that browsers and messengers carry. */
export const LINK_LIMIT = 32 * 1024;

/** A link may be made to unpack to far more than anybody wrote. */
const UNPACKED_LIMIT_BYTES = 4 * 1024 * 1024;

const enclosed = v.object({
  name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)),
  /** The tasks as JSON lines. */
  lines: v.string(),
});

export type Enclosed = Readonly<v.InferOutput<typeof enclosed>>;

/** What a link brings cannot be read. */
export class EnclosedError extends Error {
  override readonly name = 'EnclosedError';
  readonly reason: 'damaged' | 'newer';
  constructor(reason: EnclosedError['reason']) {
    super(`The tasks inside the link cannot be read: ${reason}.`);
    this.reason = reason;
  }
}

/** The text for the link, of any length: whoever makes the link compares it with {@link LINK_LIMIT}. */
export async function enclose({ name, lines }: Enclosed): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify({ name, lines }));
  const packed = await bytesOf(bytes, new CompressionStream('deflate'), Infinity);
  const letters = Array.from(packed, (byte) => String.fromCharCode(byte)).join('');
  return `${VERSION}.${btoa(letters).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`;
}

/** @throws EnclosedError where the text is damaged, or was written by a newer version */
export async function readEnclosed(written: string): Promise<Enclosed> {
  const [, version, data = ''] = /^(\d{1,6})\.(.*)$/s.exec(written) ?? [];
  if (version === undefined) throw new EnclosedError('damaged');
  if (Number(version) > Number(VERSION)) throw new EnclosedError('newer');
  try {
    const letters = atob(data.replaceAll('-', '+').replaceAll('_', '/'));
    const packed = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    const bytes = await bytesOf(packed, new DecompressionStream('deflate'), UNPACKED_LIMIT_BYTES);
    return v.parse(enclosed, JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    throw new EnclosedError('damaged');
  }
}

/** How many tasks there are, before any is read. */
export const countOf = ({ lines }: Enclosed): number =>
  lines.split('\n').filter((line) => line.trim() !== '').length;

/** What comes out of a stream, up to a limit. @throws RangeError beyond it, and what the stream throws */
async function bytesOf(
  input: Uint8Array<ArrayBuffer>,
  through: ReadableWritablePair<Uint8Array, BufferSource>,
  limit: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([input]).stream().pipeThrough(through).getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    size += value.length;
    if (size > limit) {
      await reader.cancel();
      throw new RangeError(`It unpacks to more than ${limit} bytes.`);
    }
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
