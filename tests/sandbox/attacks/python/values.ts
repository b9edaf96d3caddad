import type { Test, Value } from '../../../../src/sandbox/types.ts';
import { source, type Attack } from '../attack.ts';

/** Returns a Python expression, and what must or must not be taken for it. */
function returns(name: string, expression: string, expected: Value, status: 'pass' | 'wrong'): Attack {
  const tests: readonly Test[] = [{ args: [], expected }];
  return { name, program: `def f():\n    return ${expression}\n`, status, tests };
}

const same = (name: string, expression: string, expected: Value): Attack =>
  returns(name, expression, expected, 'pass');
const other = (name: string, expression: string, expected: Value): Attack =>
  returns(name, expression, expected, 'wrong');
const tuple = (...v: Value[]): Value => ({ $: 'tuple', v });
const float = (v: number | string): Value => ({ $: 'float', v });

/** A set in a set in a set …, alone, as a key, and where numbers are compared within a tolerance. */
function nested(levels: number): Attack[] {
  const program = (inner: string, result: string): string =>
    `def f():\n    x = frozenset()\n    for _ in range(${levels}): x = ${inner}\n    return ${result}\n`;
  const sets = program('frozenset([x])', 'x');
  return [
    { name: `${levels} sets in sets`, program: sets, status: 'wrong', tests: [{ args: [], expected: 1 }] },
    {
      name: `${levels} sets in sets, within a tolerance`,
      program: sets,
      status: 'wrong',
      tests: [{ args: [], expected: 1, compare: { tolerance: { absolute: 0.1 } } }],
    },
    {
      name: `${levels} sets in tuples in sets, as a key`,
      program: program('(frozenset([x]),)', '{x: 1}'),
      status: 'wrong',
      tests: [{ args: [], expected: 1 }],
    },
  ];
}

/** Values that JSON, JavaScript or a careless comparison would confuse. */
export const values: readonly Attack[] = [
  same('NaN for NaN', 'float("nan")', float('nan')),
  same('a negative NaN for NaN', '-float("nan")', float('nan')),
  other('NaN for a number', 'float("nan")', 0.5),
  other('NaN for None', 'float("nan")', null),
  same('NaN inside a list', '[float("nan"), [float("nan")]]', [float('nan'), [float('nan')]]),
  other('infinity for minus infinity', 'float("inf")', float('-inf')),
  other('infinity for the largest float', 'float("inf")', 1.7976931348623157e308),
  same('minus zero for minus zero', '-0.0', float('-0.0')),
  other('minus zero for the int zero', '-0.0', 0),
  other('True for 1', 'True', 1),
  other('1 for True', '1', true),
  other('False for 0', 'False', 0),
  other('False for None', 'False', null),
  other('None for an empty list', 'None', []),
  other('None for nothing', 'None', ''),
  other('1.0 for 1', '1.0', 1),
  other('1 for 1.0', '1', float(1)),
  other('True inside a list for 1', '[[True]]', [[1]]),
  other('a float key for an int key', '{1.0: 2}', { $: 'dict', v: [[1, 2]] }),
  other('a bool key for an int key', '{True: 2}', { $: 'dict', v: [[1, 2]] }),
  other('a text key for an int key', '{"1": 2}', { $: 'dict', v: [[1, 2]] }),
  other('a tuple for a list', '(1, 2)', [1, 2]),
  other('a list for a tuple', '[1, 2]', tuple(1, 2)),
  other('a list in a tuple for a tuple in a tuple', '([1],)', tuple(tuple(1))),
  other('a set for a list', '{1, 2}', [1, 2]),
  other('a frozenset for a set', 'frozenset({1})', { $: 'set', v: [1] }),
  other('bytes for text', 'b"a"', 'a'),
  other('a bytearray for bytes', 'bytearray(b"a")', { $: 'bytes', v: '61' }),
  other('text that looks like a list', '"[1, 2]"', [1, 2]),
  other('text that looks like a number', '"1"', 1),
  other('an int beyond 2**53, one off', '2**53 + 1', { $: 'int', v: '9007199254740992' }),
  same('an int beyond 2**53', '2**53 + 1', { $: 'int', v: '9007199254740993' }),
  other('a float for the same int beyond 2**53', 'float(2**60)', { $: 'int', v: '1152921504606846976' }),
  same('an int of a hundred digits', '-(10**100)', { $: 'int', v: `-1${'0'.repeat(100)}` }),
  other('0.1 + 0.2 for 0.3, exactly', '0.1 + 0.2', 0.3),
  same('the smallest float', '5e-324', 5e-324),
  other('the smallest float for zero', '5e-324', float(0)),
  same('a float that prints without a point', '1e22', 1e22),
  same('a complex with negative zeros', 'complex(-0.0, float("nan"))', { $: 'complex', v: ['-0.0', 'nan'] }),
  other('a complex for its real part', '1+0j', float(1)),
  same('a lone surrogate', '"\\ud800"', '\ud800'),
  other('a lone surrogate for the replacement character', '"\\ud800"', '\ufffd'),
  other('two surrogates for one character', '"\\ud83d" + "\\ude00" + "x"', '\u{1f600}'),
  same('an astral character', '"\\U0001f600"', '\u{1f600}'),
  other('a composed for a decomposed letter', '"\\u00e9"', 'e\u0301'),
  other('a Cyrillic for a Latin letter', '"\\u0430bc"', 'abc'),
  other('text with a bidirectional override', '"\\u202eabc"', 'abc'),
  other('text with a zero-width space', '"a\\u200bb"', 'ab'),
  other('text with a soft hyphen', '"a\\u00adb"', 'ab'),
  other('a no-break space for a space', '"a\\u00a0b"', 'a b'),
  other('a full-width digit', '"\\uff11"', '1'),
  other('text that goes on after NUL', '"abc\\x00def"', 'abc'),
  same('NUL in text', '"a\\x00b"', 'a\u0000b'),
  other('CRLF for LF', '"a\\r\\nb"', 'a\nb'),
  other('a trailing newline', '"abc\\n"', 'abc'),
  same('quotes, backslashes and control characters', "'\"\\\\\\x01\\x7f\\u2028'", '"\\\u0001\u007f\u2028'),
  same('a set in another order', '{3, 1, 2}', { $: 'set', v: [2, 3, 1] }),
  same('a dict in another order', '{"b": 1, "a": 2}', { a: 2, b: 1 }),
  other('a dict with one key more', '{"a": 1, "b": None}', { a: 1 }),
  other('a dict with None for a missing key', '{"a": None}', {}),
  same(
    'a dict with keys that JavaScript treats specially',
    '{"__proto__": 1, "constructor": 2, "toString": 3}',
    {
      $: 'dict',
      v: [
        ['__proto__', 1],
        ['constructor', 2],
        ['toString', 3],
      ],
    },
  ),
  same('a dict that looks like a tag', '{"$": "tuple", "v": [1]}', {
    $: 'dict',
    v: [
      ['$', 'tuple'],
      ['v', [1]],
    ],
  }),
  other('a dict that looks like a tag, for what it names', '{"$": "tuple", "v": [1]}', tuple(1)),
  same('a dict with integer-like keys in order', '{"2": 0, "1": 0, "a": 0}', { a: 0, 1: 0, 2: 0 }),
  same('a dict with NaN as key', '{float("nan"): 1}', { $: 'dict', v: [[float('nan'), 1]] }),
  other('two NaN keys for one', '{float("nan"): 1, float("nan"): 2}', { $: 'dict', v: [[float('nan'), 2]] }),
  other('two NaN items for one', '{float("nan"), float("nan")}', { $: 'set', v: [float('nan')] }),
  same('None as key', '{None: 1}', { $: 'dict', v: [[null, 1]] }),
  other('a cycle through a dict', '(lambda d: d.update(d=d) or d)({})', { d: {} }),
  other('a cycle through a tuple', '(lambda l: l.append((l,)) or l)([])', [tuple([])]),
  other('an unsorted list', '[2, 1]', [1, 2]),
  other('a range for a list', 'range(3)', [0, 1, 2]),
  other('a view for a list', '{"a": 1}.keys()', ['a']),
  other('an iterator for a list', 'iter([1])', [1]),
  other('the class for the value', 'int', 0),
  other('a module', '__import__("math")', 3),
  other('NotImplemented', 'NotImplemented', true),
  other('an ellipsis', '...', null),
  other('an exception that is returned', 'ValueError(1)', 1),
  {
    name: 'an argument with every oddity, unchanged',
    program: source`
      def f(v):
          return [v, type(v["s"]).__name__, v["t"] == (1, (2,)), v["z"] == 0.0, str(v["z"]), len(v["u"]), v["n"] != v["n"]]
    `,
    status: 'pass',
    tests: [
      {
        args: [
          {
            s: { $: 'set', v: [] },
            t: tuple(1, tuple(2)),
            z: float('-0.0'),
            u: '\ud800\u0000',
            n: float('nan'),
          },
        ],
        expected: [
          { s: { $: 'set', v: [] }, t: tuple(1, tuple(2)), z: float('-0.0'), u: '\ud800\u0000', n: float('nan') },
          'set', true, true, '-0.0', 2, true,
        ], // prettier-ignore
      },
    ],
  },
  other('two halves of a character for the character', '"\\ud83d\\ude00"', '\u{1f600}'),
  {
    name: 'two halves of a character for the character, as a sequence',
    program: 'def f():\n    return "\\ud83d\\ude00"\n',
    status: 'wrong',
    tests: [{ args: [], expected: ['\u{1f600}'], compare: { as: 'sequence', types: 'equal' } }],
  },
  {
    name: 'a character as an argument, taken for its two halves',
    program: 'def f(s):\n    return len(s)\n',
    status: 'pass',
    tests: [{ args: ['\u{1f600}'], expected: 1 }],
  },
  same(
    'a NaN with a payload',
    '__import__("struct").unpack("<d", bytes([35, 1, 0, 0, 0, 0, 248, 255]))[0]',
    float('nan'),
  ),
  same('a complex of negative zeros for zeros', 'complex(-0.0, -0.0)', { $: 'complex', v: [0, 0] }),
  other('2**53 as an int for a float', '2**53', float(2 ** 53)),
  other('an int of 4,101 digits, one off', '10**4100 + 1', { $: 'int', v: `1${'0'.repeat(4100)}` }),
  {
    name: 'a float for the int next to it, as Python compares them',
    program: 'def f():\n    return 2.0 ** 53\n',
    status: 'wrong',
    tests: [{ args: [], expected: { $: 'int', v: '9007199254740993' }, compare: { types: 'equal' } }],
  },
  other('a memoryview for bytes', 'memoryview(b"a")', { $: 'bytes', v: '61' }),
  other(
    'a list that holds one list ten thousand times for a number',
    '(lambda a: [[[[a] * 10] * 10] * 10] * 10)([1] * 10)',
    1,
  ),
  ...[10, 20, 23].flatMap((levels) => nested(levels)),
  {
    name: 'twelve levels of frozensets of three',
    program:
      'def f():\n    x = frozenset()\n    for _ in range(12): x = frozenset([x, (x,), (x, x)])\n    return x\n',
    status: 'wrong',
    tests: [{ args: [], expected: 1 }],
  },
  ...[12_000, 17_000].map((count): Attack => ({
    name: `${count} numbers that are all near to one of the expected`,
    program: `def f():\n    return [4999.0 + i * 1e-9 for i in range(${count})]\n`,
    status: 'wrong',
    tests: [
      {
        args: [],
        expected: Array.from({ length: count }, (_, i) => i + 0.5),
        compare: { as: 'unordered', tolerance: { absolute: 1e-6 } },
      },
    ],
  })),
];
