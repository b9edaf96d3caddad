import type { Family, Filter, Finish, Map } from '../plan.ts';
import { raise } from '../plan.ts';
import { between, oneOf } from './inputs.ts';
import { byValue, filter, finish, intFinishes, map, nothingLeft } from './steps.ts';

const WORDS = [
  'a', 'an', 'at', 'be', 'it', 'of', 'to', 'us', 'bee', 'cat', 'ant', 'sky', 'owl', 'tree', 'lake', 'moon',
  'bird', 'rain', 'apple', 'river', 'stone', 'cloud', 'table', 'green', 'yellow', 'forest', 'bridge',
] as const; // prettier-ignore

const text = (op: string, noun: string, code: string, keeps: (w: string) => boolean): Filter =>
  filter(op, noun, code, (w) => keeps(String(w)), 'str');

const filters: readonly Filter[] = [
  text('longer', 'words above 3 letters', 'len(w) > 3', (w) => w.length > 3),
  text('longer', 'words above 4 letters', 'len(w) > 4', (w) => w.length > 4),
  text('shorter', 'words below 5 letters', 'len(w) < 5', (w) => w.length < 5),
  text('with', 'words with a', '"a" in w', (w) => w.includes('a')),
  text('with', 'words with e', '"e" in w', (w) => w.includes('e')),
  text('with', 'words with o', '"o" in w', (w) => w.includes('o')),
];

const maps: readonly Map[] = [
  map(
    'upper',
    ['upper each', 'upper them'],
    'each upper',
    'w.upper()',
    (w) => String(w).toUpperCase(),
    'str',
    'str',
  ),
  map(
    'reverse',
    ['reverse each', 'reverse them'],
    'each reversed',
    'w[::-1]',
    (w) => String(w).split('').reverse().join(''),
    'str',
    'str',
  ),
  map(
    'initial',
    ['take first letters', 'take each first letter'],
    'each as first letter',
    'w[0]',
    (w) => String(w)[0]!,
    'str',
    'str',
  ),
  map(
    'length',
    ['take lengths', 'take each length'],
    'each as length',
    'len(w)',
    (w) => String(w).length,
    'str',
    'int',
  ),
];

function longest(words: readonly string[]): string {
  const [head, ...rest] = words;
  return head === undefined ? raise() : rest.reduce((best, w) => (w.length > best.length ? w : best), head);
}

const strings = (
  op: string,
  says: readonly [string, ...string[]],
  noun: string,
  code: string,
  of: (words: readonly string[]) => string | readonly string[],
  gives: Finish['gives'] = 'str',
): Finish => finish(op, says, noun, code, (items) => of(items.map(String)), 'str', gives);

function at(words: readonly string[], index: number): string {
  return words.at(index) ?? raise();
}

const { sum, max, min, count, mean } = intFinishes('ys');

/** The words of a string: "the longest of the words with a in s, each reversed". */
export const words: Family = {
  name: 'words',
  parameters: 's',
  item: 'w',
  items: 'ys',
  source: 's.split()',
  type: 'str',
  plural: 'words',
  from: ' in s',
  origin: 'the words in s',
  filters,
  maps,
  finishes: [
    strings('longest', ['take the longest', 'return the longest'], 'longest', 'max(ys, key=len)', longest),
    strings('first', ['take the first', 'return the first'], 'first', 'ys[0]', (w) => at(w, 0)),
    strings('last', ['take the last', 'return the last'], 'last', 'ys[-1]', (w) => at(w, -1)),
    strings('join', ['join them', 'return them joined'], 'joined text', '"".join(ys)', (w) => w.join('')),
    strings('dash', ['join with dashes', 'join by dashes'], 'dashed text', '"-".join(ys)', (w) =>
      w.join('-'),
    ),
    strings(
      'sorted',
      ['sort them', 'return the sorted list'],
      'sorted list',
      'sorted(ys)',
      (w) => [...w].sort(byValue),
      'strs',
    ),
    ...[sum, max, min, mean].map((step) => step!),
    count!,
  ],
  edge: nothingLeft('ys'),
  // First letters are all as long as each other: there is no longest.
  allows: (steps) => !(steps.at(-2)?.op === 'initial' && steps.at(-1)?.op === 'longest'),
  read: ([s]) =>
    String(s)
      .split(' ')
      .filter((w) => w !== ''),
  ordinary: (random) => [Array.from({ length: between(random, 4, 7) }, () => oneOf(random, WORDS)).join(' ')],
  small: (random) => [Array.from({ length: random.int(3) }, () => oneOf(random, WORDS)).join(' ')],
};
