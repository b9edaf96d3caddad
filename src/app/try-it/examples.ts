import type { Language, Test } from '../../sandbox/types.ts';
import { DEFAULT_LIMITS, draftTests, type Draft } from './draft.ts';

/** Programs to start from: one that is right, and the ways to fail that the sandbox has to withstand. */
export const EXAMPLES = ['right', 'edge', 'loop', 'memory', 'cheat'] as const;
export type ExampleId = (typeof EXAMPLES)[number];

const PROGRAMS: Readonly<Record<Language, Readonly<Record<ExampleId, string>>>> = {
  python: {
    right: `def solve(xs):
    """The largest square of an even number in xs, or 0 if there is none."""
    squares = [x * x for x in xs if x % 2 == 0]
    return max(squares, default=0)
`,
    edge: `def solve(xs):
    """The largest square of an even number in xs, or 0 if there is none."""
    squares = [x * x for x in xs if x % 2 == 0]
    print("squares:", squares)
    return max(squares)  # raises when there is none
`,
    loop: `def solve(xs):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass  # refuses to be interrupted
`,
    memory: `def solve(xs):
    hoard = [0]
    while True:
        hoard = hoard + hoard
`,
    cheat: `import gc
import sys


class Anything:
    def __eq__(self, other):
        return True  # equal to whatever is expected


def solve(xs):
    # Look for the expected answers: in the callers, then in all of memory.
    frame = sys._getframe()
    while frame:
        print("frame", frame.f_code.co_name, sorted(frame.f_locals))
        frame = frame.f_back
    print("144 is kept somewhere:", any(144 in o for o in gc.get_objects() if type(o) is list))
    return Anything()
`,
  },
  javascript: {
    right: `/** The largest square of an even number in xs, or 0 if there is none. */
function solve(xs) {
  const squares = xs.filter((x) => x % 2 === 0).map((x) => x * x);
  return Math.max(0, ...squares);
}
`,
    edge: `/** The largest square of an even number in xs, or 0 if there is none. */
function solve(xs) {
  const squares = xs.filter((x) => x % 2 === 0).map((x) => x * x);
  return squares.reduce((a, b) => Math.max(a, b)); // throws when there is none
}
`,
    loop: `function solve(xs) {
  for (;;) {
    try {
      for (;;);
    } catch {
      // refuses to be interrupted
    }
  }
}
`,
    memory: `function solve(xs) {
  let hoard = [0];
  for (;;) hoard = hoard.concat(hoard);
}
`,
    cheat: `// Make everything equal, and everything an answer.
Object.is = () => true;
Array.prototype.every = () => true;
JSON.stringify = () => '144';

function solve(xs) {
  return new Proxy([], {
    get: (_, key) => (key === 'valueOf' ? () => 144 : 144),
  });
}
`,
  },
};

const VISIBLE: readonly Test[] = [
  { args: [[3, 8, 5, 12]], expected: 144 },
  { args: [[4, -6, 9, 10, 1]], expected: 100 },
  { args: [[2, 7]], expected: 4 },
];
const HELD_OUT: readonly Test[] = [
  { args: [[-8, 3, 6]], expected: 64 },
  { args: [[7, 5]], expected: 0 },
  { args: [[]], expected: 0 },
];

/** An example with its tests; all of them are about the same small task. */
export function exampleDraft(id: ExampleId, language: Language): Draft {
  return {
    language,
    program: PROGRAMS[language][id],
    entry: 'solve',
    tests: [
      ...draftTests(VISIBLE, 'visible', language, 0),
      ...draftTests(HELD_OUT, 'held-out', language, VISIBLE.length),
    ],
    harness: null,
    ...DEFAULT_LIMITS,
  };
}
