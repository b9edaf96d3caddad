import type { Language, Value } from '../../../sandbox/types.ts';
import { formatValue } from '../../../sandbox/format-value.ts';

const isTagged = (value: Value): value is { readonly $: string; readonly v?: Value } =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && Object.hasOwn(value, '$');

const itemsOf = (value: Value | undefined): readonly Value[] => (Array.isArray(value) ? value : []);

const list = (items: readonly Value[]): string => `[${items.map(formatJavaScript).join(', ')}]`;

function entries(pairs: readonly (readonly [string, Value])[]): string {
  if (pairs.length === 0) return '{}';
  const printed = pairs.map(([key, held]) => {
    const name = /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
    return `${name}: ${formatJavaScript(held)}`;
  });
  return `{ ${printed.join(', ')} }`;
}

function formatTagged({ $: tag, v }: { readonly $: string; readonly v?: Value }): string {
  switch (tag) {
    case 'undefined':
      return 'undefined';
    case 'int':
    case 'bigint':
      return `${String(v)}n`;
    case 'float':
      return v === 'nan' ? 'NaN' : String(v).replace('inf', 'Infinity').replace('-0.0', '-0');
    case 'tuple':
    case 'deque':
      return list(itemsOf(v));
    case 'str':
      return JSON.stringify(
        itemsOf(v)
          .map((point) => String.fromCodePoint(Number(point)))
          .join(''),
      );
    case 'set':
    case 'frozenset':
      return `new Set(${list(itemsOf(v))})`;
    case 'map':
      return `new Map(${list(itemsOf(v))})`;
    case 'bytes':
    case 'bytearray':
      return `new Uint8Array([${(String(v).match(/../g) ?? []).map((byte) => parseInt(byte, 16)).join(', ')}])`;
    case 'dict':
      return entries(
        itemsOf(v).map((pair) => {
          const [key, held] = itemsOf(pair);
          return [String(key), held ?? null] as const;
        }),
      );
    default:
      return JSON.stringify({ $: tag, v });
  }
}

/** The value as a JavaScript literal. Python's own types are shown as what a JavaScript program is given for them. */
function formatJavaScript(value: Value): string {
  if (isTagged(value)) return formatTagged(value);
  if (Array.isArray(value)) return list(value);
  if (value !== null && typeof value === 'object')
    return entries(Object.entries(value as Record<string, Value>));
  return JSON.stringify(value);
}

/** The value as a literal of the language, for people to read and to edit. */
export function formatLiteral(value: Value, language: Language): string {
  return language === 'python' ? formatValue(value) : formatJavaScript(value);
}
