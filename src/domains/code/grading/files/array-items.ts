import { isBlank, joined, MAX_LINE_BYTES } from './byte-lines.ts';

/** One element of an array as its bytes, or why it is not here. Items and lines count from 1. */
export type ArrayItem = { readonly item: number; readonly line: number } & (
  | { readonly bytes: Uint8Array; readonly error?: undefined }
  | { readonly bytes: null; readonly error: string }
);

const [QUOTE, BACKSLASH, COMMA, NEWLINE] = [34, 92, 44, 10];
const OPENING = new Set([91, 123]);
const CLOSING = new Set([93, 125]);

/**
 * The elements of a JSON array, found while it streams by. Only strings and brackets are looked at: an element may be
 * no JSON, which is for its reader to say. An element beyond the limit is passed over.
 *
 * @param source begins with the array, after white space or a byte order mark
 */
export async function* arrayItemsOf(
  source: AsyncIterable<Uint8Array>,
  maxBytes = MAX_LINE_BYTES,
): AsyncGenerator<ArrayItem> {
  let [item, line, startLine] = [1, 1, 0];
  /** 0 before and after the array, 1 between the parts of its elements. */
  let depth = 0;
  let [inString, escaped, ended] = [false, false, false];
  let parts: Uint8Array[] = [];
  let size = 0;
  const keep = (part: Uint8Array): void => {
    size += part.length;
    if (size <= maxBytes) parts.push(part);
    else parts = [];
  };
  const take = (): ArrayItem => {
    const place = { item: item++, line: startLine };
    const taken: ArrayItem =
      size > maxBytes
        ? { ...place, bytes: null, error: `The record is longer than ${maxBytes} bytes.` }
        : { ...place, bytes: joined(parts) };
    [parts, size, startLine] = [[], 0, 0];
    return taken;
  };
  for await (const chunk of source) {
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (byte === NEWLINE) line++;
      if (ended) {
        if (isBlank(chunk.subarray(at, at + 1))) continue;
        yield { item, line, bytes: null, error: `There is more after the end of the array (line ${line}).` };
        return;
      }
      if (startLine === 0 && depth > 0 && byte > 32) startLine = line;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
      } else if (byte === QUOTE) {
        inString = true;
      } else if (OPENING.has(byte)) {
        if (depth++ === 0) from = at + 1;
      } else if (byte === COMMA && depth === 1) {
        keep(chunk.subarray(from, at));
        from = at + 1;
        yield take();
      } else if (CLOSING.has(byte) && --depth === 0) {
        keep(chunk.subarray(from, at));
        // Of an item beyond the limit only the size is left.
        if (item > 1 || size > maxBytes || !parts.every(isBlank)) yield take();
        ended = true;
      }
    }
    if (!ended && depth > 0) keep(chunk.subarray(from));
  }
  if (!ended) {
    const error = `The file ends within the array, in its record ${item}, which begins on line ${startLine || line}.`;
    yield { item, line: startLine || line, bytes: null, error };
  }
}
