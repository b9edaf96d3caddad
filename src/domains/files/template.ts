/** Examples of tasks in the project's own form, one of each thing that it has; `comment` says what it is for. */

type Example = { readonly comment: string } & Readonly<Record<string, unknown>>;

const PROGRAMS: readonly Example[] = [
  {
    comment:
      'A task of programs. The policy reads the prompt and writes a program that defines the entry. Visible tests decide the reward; held-out ones are never seen in training and decide pass@1 together with them. The reference program has to pass both.',
    id: 'mean/1',
    family: 'mean',
    prompt: 'def mean(xs):\n    """Return the mean of xs, or 0 where xs is empty."""\n',
    entry: 'mean',
    language: 'python',
    visible: [
      { args: [[1, 2, 3]], expected: 2, compare: { types: 'equal' } },
      { args: [[1, 2]], expected: 1.5 },
    ],
    heldOut: [{ args: [[]], expected: 0 }],
    program: 'def mean(xs):\n    return sum(xs) / len(xs) if xs else 0\n',
    reasoning: 'Add up xs and divide by its length; where xs is empty, return 0.',
  },
  {
    comment:
      'Tests may be Python code instead, one text for each; imports and helper values come first. A comparison may be looser than the same value and type: {"types": "equal"} as Python’s ==, {"as": "set"}, {"tolerance": {"absolute": 1e-6}}.',
    id: 'hypotenuse/1',
    family: 'geometry',
    prompt:
      '# Return the length of the hypotenuse of a right triangle with the legs a and b.\ndef hypotenuse(a, b):\n',
    entry: 'hypotenuse',
    visible: ['import math', 'assert math.isclose(hypotenuse(3, 4), 5)'],
    heldOut: [{ args: [1, 1], expected: 1.4142135623731, compare: { tolerance: { absolute: 1e-9 } } }],
    program: 'def hypotenuse(a, b):\n    return (a * a + b * b) ** 0.5\n',
  },
  {
    comment:
      'The preamble stands in front of every program: what the prompt says is there. A value that JSON has not is tagged, such as a tuple.',
    id: 'corner/1',
    family: 'geometry',
    prompt:
      '# Given the helper half(n), return the middle of a line from 0 to the point p as a tuple.\ndef middle(p):\n',
    entry: 'middle',
    preamble: 'def half(n):\n    return n / 2\n',
    visible: [{ args: [{ $: 'tuple', v: [1, 3] }], expected: { $: 'tuple', v: [0.5, 1.5] } }],
    heldOut: [{ args: [{ $: 'tuple', v: [-1, 5] }], expected: { $: 'tuple', v: [-0.5, 2.5] } }],
    program: 'def middle(p):\n    return (half(p[0]), half(p[1]))\n',
  },
  {
    comment: 'JavaScript has tests as calls alone.',
    id: 'initials/1',
    family: 'words',
    prompt: '// Return the first letters of all words of text, in capitals.\nfunction initials(text) {\n',
    entry: 'initials',
    language: 'javascript',
    visible: [{ args: ['ada lovelace'], expected: 'AL' }],
    heldOut: [{ args: [''], expected: '' }],
    program:
      'function initials(text) {\n  return text.split(/\\s+/).map((word) => word.slice(0, 1).toUpperCase()).join("");\n}\n',
  },
];

const MATHEMATICS: readonly Example[] = [
  {
    comment:
      'A task of mathematics. Answers are compared exactly: 1/2 is 0.5 is 2/4. The reasoning is the reference, which some rewards compare with.',
    id: 'eggs/1',
    family: 'words',
    prompt: 'A farm packs 96 eggs into boxes of 12. How many boxes are there?',
    answer: '8',
    reasoning: '96 / 12 = 8. There are 8 boxes.',
  },
  {
    comment:
      'An answer may be given with one of the units. A tolerance lets numbers differ by so much; without it they must be equal.',
    id: 'speed/1',
    family: 'rates',
    prompt: 'A train goes 100 km in 3 hours. How fast is it, to the nearest tenth?',
    answer: '33.3',
    units: ['km/h', 'kilometres per hour'],
    tolerance: 0.05,
  },
  {
    comment: 'Fractions, mixed numbers and simple expressions are read, in plain text or LaTeX.',
    id: 'double/1',
    family: 'algebra',
    prompt: 'Simplify x + x + 1/2 + 1/4.',
    answer: '2x + \\frac{3}{4}',
  },
];

const EXAMPLES = { code: PROGRAMS, maths: MATHEMATICS } as const;

/** As a file, with or without the comments. */
export const exampleText = (domain: keyof typeof EXAMPLES, comments: boolean): string =>
  EXAMPLES[domain]
    .map(({ comment, ...task }) => `${JSON.stringify(comments ? { comment, ...task } : task)}\n`)
    .join('');
