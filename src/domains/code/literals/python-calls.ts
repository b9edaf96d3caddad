import type { Value } from '../../../sandbox/types.ts';

/** A call that stands for a value that Python has no literal for. */
export interface PythonCall {
  /** What it takes, as a sentence goes on. */
  readonly takes: string;
  /** The value, or `null` for other arguments than it takes. */
  readonly of: (args: readonly Value[]) => Value | null;
}

export function intOf(value: bigint): Value {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : { $: 'int', v: String(value) };
}

/** A float as the `v` of its tag. */
export function floatPart(value: number): number | string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return Object.is(value, -0) ? '-0.0' : value;
}

/** The `v` of a value with one of these tags. */
function untag(value: Value | undefined, ...tags: readonly string[]): Value | null {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  const { $: tag, v = null } = value as Readonly<Record<string, Value>>;
  return typeof tag === 'string' && tags.includes(tag) ? v : null;
}

function itemsOf(value: Value): readonly Value[] | null {
  const items = Array.isArray(value) ? value : untag(value, 'tuple', 'set', 'frozenset', 'deque');
  return Array.isArray(items) ? items : entriesOf(value)?.length === 0 ? [] : null;
}

function entriesOf(value: Value): readonly Value[] | null {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  if (!Object.hasOwn(value, '$')) return Object.entries(value);
  const entries = untag(value, 'dict');
  return Array.isArray(entries) ? entries : null;
}

const collection = (tag: string): PythonCall => ({
  takes: 'one list, tuple or set',
  of: ([collected = [], ...more]) => {
    const v = more.length === 0 ? itemsOf(collected) : null;
    return v && { $: tag, v };
  },
});

const dictionary = (type: string): PythonCall => ({
  takes: 'one dict',
  of: ([dict = {}, ...more]) => {
    const v = more.length === 0 ? entriesOf(dict) : null;
    return v && { $: 'dict', v, type };
  },
});

/** The ints among the arguments as decimal texts, or `null` when there are others or too many. */
function integers(args: readonly Value[], most: number): string[] | null {
  const digits = args.map((arg) => (Number.isSafeInteger(arg) ? String(arg) : untag(arg, 'int')));
  const whole = digits.filter((one): one is string => typeof one === 'string');
  return whole.length === args.length && whole.length <= most ? whole : null;
}

const NAMED_FLOATS: Readonly<Record<string, string>> = {
  nan: 'nan',
  '-nan': 'nan',
  inf: 'inf',
  '+inf': 'inf',
  '-inf': '-inf',
};

export const PYTHON_CALLS: ReadonlyMap<string, PythonCall> = new Map<string, PythonCall>([
  ['set', collection('set')],
  ['frozenset', collection('frozenset')],
  ['deque', collection('deque')],
  ['Counter', dictionary('Counter')],
  ['OrderedDict', dictionary('OrderedDict')],
  [
    'bytearray',
    {
      takes: 'bytes such as b"a"',
      of: ([bytes = { $: 'bytes', v: '' }, ...more]) => {
        const v = more.length === 0 ? untag(bytes, 'bytes') : null;
        return v === null ? null : { $: 'bytearray', v };
      },
    },
  ],
  [
    'float',
    {
      takes: '"nan", "inf" or "-inf"',
      of: ([name, ...more]) => {
        const v = typeof name === 'string' ? NAMED_FLOATS[name.toLowerCase()] : undefined;
        return v === undefined || more.length > 0 ? null : { $: 'float', v };
      },
    },
  ],
  [
    'complex',
    {
      takes: 'two numbers',
      of: ([real = 0, imaginary = 0, ...more]) => {
        const v = [real, imaginary].map((part) => (typeof part === 'number' ? part : untag(part, 'float')));
        return v.includes(null) || more.length > 0 ? null : { $: 'complex', v };
      },
    },
  ],
  [
    'Fraction',
    {
      takes: 'two whole numbers',
      of: (args) => {
        const parts = integers(args, 2);
        return parts && { $: 'fraction', v: [parts[0] ?? '0', parts[1] ?? '1'] };
      },
    },
  ],
  [
    'Decimal',
    {
      takes: 'its digits in quotes',
      of: ([digits, ...more]) =>
        typeof digits === 'string' && more.length === 0 ? { $: 'decimal', v: digits } : null,
    },
  ],
  [
    'range',
    {
      takes: 'one to three whole numbers',
      of: (args) => {
        const parts = integers(args, 3);
        if (!parts || parts.length === 0) return null;
        const [start, stop, step = '1'] = parts.length === 1 ? ['0', ...parts] : parts;
        return { $: 'range', v: [start, stop, step].map((digits) => intOf(BigInt(digits ?? '0'))) };
      },
    },
  ],
]);
