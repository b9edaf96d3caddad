import type { Value } from '../../../../sandbox/types.ts';
import type { EdgeCase, Filter, Finish, Item, Map } from '../plan.ts';
import { raise } from '../plan.ts';

/** Steps that several families share. Names of variables are arguments, so that each family's Python reads well. */

/** Python's `%` and `//`: the remainder has the sign of the divisor. */
export function modulo(a: number, b: number): number {
  if (b === 0) raise();
  const remainder = a % b;
  // `+ 0` turns -0, which Python ints lack, into 0.
  return (remainder !== 0 && remainder < 0 !== b < 0 ? remainder + b : remainder) + 0;
}

export function floorDivide(a: number, b: number): number {
  if (b === 0) raise();
  return Math.floor(a / b) + 0;
}

type Says = readonly [string, ...string[]];

export function filter(
  op: string,
  noun: string,
  code: string,
  keeps: Filter['keeps'],
  takes: Filter['takes'] = 'int',
): Filter {
  return { slot: 'filter', op, takes, code, says: [`keep ${noun}`, `take only ${noun}`], noun, keeps };
}

export function map(
  op: string,
  says: Says,
  noun: string,
  code: string,
  of: Map['of'],
  takes: Map['takes'] = 'int',
  gives: Map['gives'] = 'int',
): Map {
  return { slot: 'map', op, takes, gives, code, says, noun, of };
}

export function finish(
  op: string,
  says: Says,
  noun: string,
  code: string,
  of: (items: readonly Item[]) => Value,
  takes: Finish['takes'] = 'int',
  gives: Finish['gives'] = 'int',
): Finish {
  return { slot: 'finish', op, takes, gives, code, says, noun, of };
}

/** Filters of integers: `x` is the item's name in Python, `plural` what items are called in English. */
export function intFilters(x: string, plural: string): Record<string, Filter> {
  const above = (k: number): Filter =>
    filter('above', `${plural} above ${k}`, `${x} > ${k}`, (v) => Number(v) > k);
  const below = (k: number): Filter =>
    filter('below', `${plural} below ${k}`, `${x} < ${k}`, (v) => Number(v) < k);
  const multiple = (k: number): Filter =>
    filter('multiple', `multiples of ${k}`, `${x} % ${k} == 0`, (v) => modulo(Number(v), k) === 0);
  return {
    even: filter('even', `even ${plural}`, `${x} % 2 == 0`, (v) => modulo(Number(v), 2) === 0),
    odd: filter('odd', `odd ${plural}`, `${x} % 2 == 1`, (v) => modulo(Number(v), 2) === 1),
    positive: filter('positive', `positive ${plural}`, `${x} > 0`, (v) => Number(v) > 0),
    negative: filter('negative', `negative ${plural}`, `${x} < 0`, (v) => Number(v) < 0),
    above3: above(3),
    above5: above(5),
    below4: below(4),
    below6: below(6),
    multiple3: multiple(3),
    multiple5: multiple(5),
  };
}

export function intMaps(x: string): Record<string, Map> {
  const add = (k: number): Map =>
    map('add', [`add ${k} to each`, `add ${k} each`], `each plus ${k}`, `${x} + ${k}`, (v) => Number(v) + k);
  const subtract = (k: number): Map =>
    map(
      'subtract',
      [`subtract ${k} from each`, `subtract ${k} each`],
      `each minus ${k}`,
      `${x} - ${k}`,
      (v) => Number(v) - k,
    );
  return {
    square: map(
      'square',
      ['square each', 'square them'],
      'each squared',
      `${x} * ${x}`,
      (v) => Number(v) ** 2,
    ),
    double: map('double', ['double each', 'double them'], 'each doubled', `${x} * 2`, (v) => Number(v) * 2),
    negate: map('negate', ['negate each', 'negate them'], 'each negated', `-${x}`, (v) => 0 - Number(v)),
    add1: add(1),
    add3: add(3),
    subtract2: subtract(2),
    subtract5: subtract(5),
  };
}

function nonEmpty(items: readonly Item[]): readonly Item[] {
  if (items.length === 0) raise();
  return items;
}

const ints = (items: readonly Item[]): number[] => items.map(Number);
const sum = (items: readonly Item[]): number => ints(items).reduce((a, b) => a + b, 0);
const largest = (items: readonly Item[]): number => Math.max(...ints(nonEmpty(items)));
const smallest = (items: readonly Item[]): number => Math.min(...ints(nonEmpty(items)));

/** Finishes that make one integer of a list of integers called `ys` in Python. */
export function intFinishes(ys: string): Record<string, Finish> {
  return {
    sum: finish('sum', ['add them up', 'return their sum'], 'sum', `sum(${ys})`, sum),
    max: finish('max', ['take the largest', 'return the largest'], 'largest', `max(${ys})`, largest),
    min: finish('min', ['take the smallest', 'return the smallest'], 'smallest', `min(${ys})`, smallest),
    count: finish(
      'count',
      ['count them', 'return their count'],
      'count',
      `len(${ys})`,
      (v) => v.length,
      'any',
    ),
    first: finish(
      'first',
      ['take the first', 'return the first'],
      'first',
      `${ys}[0]`,
      (v) => nonEmpty(v)[0]!,
    ),
    last: finish('last', ['take the last', 'return the last'], 'last', `${ys}[-1]`, (v) =>
      nonEmpty(v).at(-1)!,
    ),
    spread: finish(
      'spread',
      ['take largest minus smallest', 'return largest minus smallest'],
      'largest minus smallest',
      `max(${ys}) - min(${ys})`,
      (v) => largest(v) - smallest(v),
    ),
    mean: finish(
      'mean',
      ['take the floor mean', 'return the floor mean'],
      'floor mean',
      `sum(${ys}) // len(${ys})`,
      (v) => floorDivide(sum(v), v.length),
    ),
  };
}

export function byValue(a: Item, b: Item): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const list = (op: string, says: Says, noun: string, code: string, of: Finish['of']): Finish =>
  finish(op, says, noun, code, of, 'int', 'ints');

/** Finishes that make a list of integers. */
export function listFinishes(ys: string): Record<string, Finish> {
  return {
    sorted: list('sorted', ['sort them', 'return the sorted list'], 'sorted list', `sorted(${ys})`, (v) =>
      [...v].sort(byValue),
    ),
    descending: list(
      'descending',
      ['sort them descending', 'return the descending list'],
      'descending list',
      `sorted(${ys})[::-1]`,
      (v) => [...v].sort((a, b) => byValue(b, a)),
    ),
    reversed: list(
      'reversed',
      ['reverse them', 'return the reversed list'],
      'reversed list',
      `${ys}[::-1]`,
      (v) => [...v].reverse(),
    ),
    distinct: list(
      'distinct',
      ['sort the set', 'return the sorted set'],
      'sorted set',
      `sorted(set(${ys}))`,
      (v) => [...new Set(v)].sort(byValue),
    ),
    firstTwo: list(
      'first-two',
      ['take the first two', 'return the first two'],
      'first two',
      `${ys}[:2]`,
      (v) => v.slice(0, 2),
    ),
    lastTwo: list('last-two', ['take the last two', 'return the last two'], 'last two', `${ys}[-2:]`, (v) =>
      v.slice(-2),
    ),
    collect: list('collect', ['list them', 'return the list'], 'list', ys, (v) => v),
    ends: list(
      'ends',
      ['pair smallest and largest', 'return smallest and largest'],
      'smallest and largest',
      `[min(${ys}), max(${ys})]`,
      (v) => [smallest(v), largest(v)],
    ),
  };
}

/** The edge case of most families: nothing is left to finish with. */
export function nothingLeft(items: string): EdgeCase {
  return {
    where: 'after',
    applies: (_args, left) => left.length === 0,
    code: `not ${items}`,
    says: ['if empty', 'if none left'],
    noun: ['if there are none', 'if empty'],
  };
}
