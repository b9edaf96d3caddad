import type { Family, Filter, Map } from '../plan.ts';
import { raise } from '../plan.ts';
import { between, oneOf } from './inputs.ts';
import { byValue, filter, finish, intFinishes, map, nothingLeft } from './steps.ts';

const LETTERS = 'aaeeioubcdgknprstABEIORST013579 '.split('');

const { sum, max, min, count } = intFinishes('ys');

const keep = (op: string, noun: string, code: string, pattern: RegExp): Filter =>
  filter(op, noun, code, (c) => pattern.test(String(c)), 'str');

const change = (
  op: string,
  says: readonly [string, ...string[]],
  noun: string,
  code: string,
  of: (c: string) => string,
): Map => map(op, says, noun, code, (c) => of(String(c)), 'str', 'str');

const text = (
  op: string,
  says: readonly [string, ...string[]],
  noun: string,
  code: string,
  of: (cs: readonly string[]) => string | undefined,
) => finish(op, says, noun, code, (items) => of(items.map(String)) ?? raise(), 'str', 'str');

/** The characters of a string: "the joined text of the vowels in s, each doubled". */
export const letters: Family = {
  name: 'letters',
  parameters: 's',
  item: 'c',
  items: 'ys',
  source: 's',
  type: 'str',
  plural: 'letters',
  from: ' in s',
  origin: 's',
  filters: [
    keep('vowel', 'vowels', 'c in "aeiou"', /[aeiou]/),
    keep('digit', 'digits', 'c.isdigit()', /[0-9]/),
    keep('capital', 'capitals', 'c.isupper()', /[A-Z]/),
    keep('small', 'small letters', 'c.islower()', /[a-z]/),
    keep('letter', 'letters', 'c.isalpha()', /[A-Za-z]/),
  ],
  maps: [
    change('upper', ['upper each', 'upper them'], 'each upper', 'c.upper()', (c) => c.toUpperCase()),
    change('lower', ['lower each', 'lower them'], 'each lower', 'c.lower()', (c) => c.toLowerCase()),
    change('double', ['double each', 'double them'], 'each doubled', 'c * 2', (c) => c + c),
    map(
      'code',
      ['take codes', 'take each code'],
      'each as code',
      'ord(c)',
      (c) => String(c).charCodeAt(0),
      'str',
      'int',
    ),
  ],
  finishes: [
    text('join', ['join them', 'return them joined'], 'joined text', '"".join(ys)', (cs) => cs.join('')),
    text('backwards', ['join them reversed', 'join in reverse'], 'reversed text', '"".join(ys[::-1])', (cs) =>
      [...cs].reverse().join(''),
    ),
    text('in-order', ['join them sorted', 'join in order'], 'sorted text', '"".join(sorted(ys))', (cs) =>
      [...cs].sort(byValue).join(''),
    ),
    text('first', ['take the first', 'return the first'], 'first', 'ys[0]', (cs) => cs[0]),
    text('last', ['take the last', 'return the last'], 'last', 'ys[-1]', (cs) => cs.at(-1)),
    ...[sum, max, min, count].map((step) => step!),
  ],
  edge: nothingLeft('ys'),
  // Without a filter the items are all characters, spaces included, which "letters" would misname.
  allows: (steps) => steps.some((step) => step.slot === 'filter'),
  read: ([s]) => String(s).split(''),
  ordinary: (random) => [
    Array.from({ length: between(random, 7, 12) }, () => oneOf(random, LETTERS)).join(''),
  ],
  small: (random) => [Array.from({ length: random.int(4) }, () => oneOf(random, LETTERS)).join('')],
};
