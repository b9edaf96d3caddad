/** A field of RFC 4180. */
const field = (value: string): string =>
  /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;

/** Comma-separated values by RFC 4180: fields quoted where they must be, lines ended by CR LF. */
export const csv = (lines: readonly (readonly string[])[]): string =>
  lines.map((line) => `${line.map(field).join(',')}\r\n`).join('');
