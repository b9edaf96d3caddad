/** Full-text search, whatever the case of letters. */

const CONTEXT = 36;

const pattern = (query: string): RegExp => new RegExp(query.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'iu');

/** Whether the text holds what is asked for, without the blanks around it; any text holds nothing. */
export function contains(text: string, query: string): boolean {
  const asked = query.trim();
  return asked === '' || pattern(asked).test(text);
}

export interface Excerpt {
  readonly before: string;
  readonly hit: string;
  readonly after: string;
}

/** The first place where the text holds what is asked for, in one line; its beginning where nothing is asked for. */
export function excerptOf(text: string, query: string): Excerpt | null {
  const asked = query.trim();
  if (asked === '') return { before: '', hit: '', after: inLine(text.slice(0, 2 * CONTEXT)) };
  const found = pattern(asked).exec(text);
  if (!found) return null;
  const [start, end] = [found.index, found.index + found[0].length];
  const from = Math.max(0, start - CONTEXT);
  return {
    before: (from > 0 ? '…' : '') + inLine(text.slice(from, start)),
    hit: inLine(found[0]),
    after: inLine(text.slice(end, end + CONTEXT)) + (end + CONTEXT < text.length ? '…' : ''),
  };
}

const inLine = (text: string): string => text.replace(/\s+/g, ' ');
