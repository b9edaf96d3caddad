import type { Value } from '../../sandbox/types.ts';

/** How an attempt turns out: careful programs treat the empty list, hasty ones forget it, wrong ones fail. */
export type Quality = 'careful' | 'hasty' | 'wrong' | 'broken';

/** A problem with attempts of every quality, each a program and a function that computes what it returns. */
export interface Problem {
  readonly id: string;
  readonly family: string;
  readonly entry: string;
  readonly prompt: string;
  readonly visible: readonly (readonly number[])[];
  readonly strict: readonly (readonly number[])[];
  readonly plan: Readonly<Record<'careful' | 'hasty' | 'wrong', string>>;
  readonly program: Readonly<Record<'careful' | 'hasty' | 'wrong', string>>;
  /** `null` stands for an exception. */
  readonly value: (quality: 'careful' | 'wrong', xs: readonly number[]) => Value | null;
}

const lists = [
  [3, 8, 5, 12],
  [7, 2],
  [4, -6, 9, 10, 1],
  [20, 11, 6],
  [-3, 14, 5],
  [2, 2, 9, -8],
] as const;

function make(
  id: string,
  family: string,
  asks: string,
  empty: string,
  body: { careful: string; wrong: string; plan: string; slip: string },
  value: Problem['value'],
): Problem {
  const head = 'def solve(xs):\n';
  return {
    id,
    family,
    entry: 'solve',
    prompt: `def solve(xs):\n    """${asks.replace(/\.$/, '')}, or ${empty} if there are none."""\n`,
    visible: lists,
    strict: [...lists, []],
    plan: {
      careful: `If the list is empty, return ${empty}. Otherwise ${body.plan}`,
      hasty: body.plan.charAt(0).toUpperCase() + body.plan.slice(1),
      wrong: body.slip,
    },
    program: {
      careful: `${head}    if not xs:\n        return ${empty}\n${body.careful}`,
      hasty: `${head}${body.careful}`,
      wrong: `${head}${body.wrong}`,
    },
    value,
  };
}

const sum = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);

export const problems: readonly Problem[] = [
  make(
    'lists/largest-even-square',
    'lists',
    'Return the largest of the squares of the even numbers in xs.',
    '0',
    {
      careful: '    evens = [x for x in xs if x % 2 == 0]\n    return max(x * x for x in evens)\n',
      wrong: '    return max(x * x for x in xs)\n',
      plan: 'keep the even numbers, square each of them and take the largest square.',
      slip: 'Square every number and take the largest.',
    },
    (q, xs) => Math.max(...xs.filter((x) => q === 'wrong' || x % 2 === 0).map((x) => x * x)),
  ),
  make(
    'numbers/mean-of-positives',
    'numbers',
    'Return the mean of the positive numbers in xs, rounded down.',
    '0',
    {
      careful: '    kept = [x for x in xs if x > 0]\n    return sum(kept) // len(kept)\n',
      wrong: '    return sum(xs) // len(xs)\n',
      plan: 'keep the positive numbers, then divide their sum by how many there are, rounding down.',
      slip: 'Add everything up and divide by the length.',
    },
    (q, xs) => {
      const kept = q === 'wrong' ? xs : xs.filter((x) => x > 0);
      return Math.floor(sum(kept) / kept.length);
    },
  ),
  make(
    'lists/span',
    'lists',
    'Return the difference between the largest and the smallest number in xs.',
    '0',
    {
      careful: '    return max(xs) - min(xs)\n',
      wrong: '    return xs[0] - xs[-1]\n',
      plan: 'find the largest and the smallest number and subtract.',
      slip: 'Subtract the last number from the first one.',
    },
    (q, xs) => (q === 'wrong' ? (xs[0] ?? 0) - (xs.at(-1) ?? 0) : Math.max(...xs) - Math.min(...xs)),
  ),
  make(
    'lists/last-of-descending',
    'lists',
    'Sort xs in descending order and return its last element.',
    'None',
    {
      careful: '    ordered = sorted(xs, reverse=True)\n    return ordered[-1]\n',
      wrong: '    ordered = sorted(xs)\n    return ordered[-1]\n',
      plan: 'sort from large to small and return the element at the end.',
      slip: 'Sort the list and return the element at the end.',
    },
    (q, xs) => (q === 'wrong' ? Math.max(...xs) : Math.min(...xs)),
  ),
  make(
    'numbers/first-above-mean',
    'numbers',
    'Return the first number in xs that is larger than the mean of xs.',
    'None',
    {
      careful:
        '    mean = sum(xs) / len(xs)\n    for x in xs:\n        if x > mean:\n            return x\n    return None\n',
      wrong: '    mean = sum(xs) / len(xs)\n    return max(xs) if mean > 0 else None\n',
      plan: 'compute the mean, then walk through the list and return the first number above it.',
      slip: 'Compute the mean; the largest number is above it, so return that.',
    },
    (q, xs) => (q === 'wrong' ? Math.max(...xs) : (xs.find((x) => x > sum(xs) / xs.length) ?? null)),
  ),
  make(
    'strings/longest-written',
    'strings',
    'Write every number of xs as text and return the length of the longest one.',
    '0',
    {
      careful: '    words = [str(x) for x in xs]\n    return max(len(w) for w in words)\n',
      wrong: '    words = [str(x) for x in xs]\n    return len("".join(words))\n',
      plan: 'turn each number into a string, measure each string and take the longest.',
      slip: 'Join the numbers into one string and measure it.',
    },
    (q, xs) => {
      const words = xs.map(String);
      return q === 'wrong' ? words.join('').length : Math.max(...words.map((w) => w.length));
    },
  ),
];
