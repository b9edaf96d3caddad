import type { Value } from '../../../sandbox/types.ts';

/** Python literals of the values that starter tasks use: None, bool, int, str and lists of them. */

export function toPython(value: Value): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((v: Value) => toPython(v)).join(', ')}]`;
  throw new TypeError('Starter tasks use no dictionaries or tagged values.');
}

/** The value of a literal as {@link toPython} writes it, or `undefined` for anything else. */
export function fromPython(text: string): Value | undefined {
  switch (text) {
    case 'None':
      return null;
    case 'True':
      return true;
    case 'False':
      return false;
  }
  if (!/^(-?\d+|"[^"\\]*"|\[.*\])$/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}
