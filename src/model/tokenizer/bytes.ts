/**
 * The printable character that stands for each byte in a byte-level vocabulary: printable Latin-1 bytes stand
 * for themselves, all others take code points from 256 on, in order (the convention of GPT-2).
 */
export function byteSymbols(): readonly string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    return String.fromCodePoint(printable ? byte : next++);
  });
}
