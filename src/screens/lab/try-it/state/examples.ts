import type { Harness, Language, Test } from '../../../../sandbox/types.ts';
import { DEFAULT_LIMITS, draftTests, type Draft } from './draft.ts';

/** Programs to start from: one that is right, and the ways to fail that the sandbox has to withstand. */
export const EXAMPLES = ['right', 'edge', 'loop', 'memory', 'cheat', 'forge', 'checked'] as const;
export type ExampleId = (typeof EXAMPLES)[number];

type Programs = Readonly<Partial<Record<ExampleId, string>>>;

const PROGRAMS: Readonly<Record<Language, Programs>> = {
  python: {
    right: `def solve(xs):
    """The largest even square in xs, or 0."""
    squares = [x * x for x in xs if x % 2 == 0]
    return max(squares, default=0)
`,
    edge: `def solve(xs):
    """The largest even square in xs, or 0."""
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
    hoard = []
    while True:
        hoard.append(bytes(8_000_000))
`,
    cheat: `import gc
import sys


class Anything:
    def __eq__(self, other):
        return True  # equal to whatever is expected


def solve(xs):
    # Look for the answers: in the callers, then everywhere.
    frame = sys._getframe()
    while frame:
        print(frame.f_code.co_name, sorted(frame.f_locals))
        frame = frame.f_back
    lists = [o for o in gc.get_objects() if type(o) is list]
    print("144 is in memory:", any(144 in each for each in lists))
    return Anything()
`,
    forge: `import sys


def solve(xs):
    # Reach into the code that reports results, and claim to have passed.
    reporter = sys._getframe(1).f_globals["call"]
    reporter.__code__ = (lambda index: '{"passed": true}').__code__
    return 0
`,
    checked: `def solve(n):
    """Some number whose square is at least n."""
    return n
`,
  },
  javascript: {
    right: `/** The largest even square in xs, or 0. */
function solve(xs) {
  const squares = xs.filter((x) => x % 2 === 0).map((x) => x * x);
  return Math.max(0, ...squares);
}
`,
    edge: `/** The largest even square in xs, or 0. */
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
  const hoard = [];
  for (;;) hoard.push(new Uint8Array(8e6));
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

/** Many answers are right, so no test can name the one: code has to look at what comes back. */
const CHECK: Harness = {
  source: `def check(candidate):
    for n in range(20):
        assert candidate(n) ** 2 >= n, f"too small for {n}"
`,
};

/** The examples that there are in a language. */
export const examplesIn = (language: Language): ExampleId[] =>
  EXAMPLES.filter((id) => PROGRAMS[language][id] !== undefined);

/** An example with its tests, all about the same small task; the first one where the language lacks it. */
export function exampleDraft(id: ExampleId, language: Language): Draft {
  const program = PROGRAMS[language][id];
  if (program === undefined) return exampleDraft(EXAMPLES[0], language);
  const checked = id === 'checked';
  return {
    language,
    program,
    entry: 'solve',
    tests: checked
      ? []
      : [
          ...draftTests(VISIBLE, 'visible', language, 0),
          ...draftTests(HELD_OUT, 'held-out', language, VISIBLE.length),
        ],
    harness: checked ? CHECK : null,
    ...DEFAULT_LIMITS,
  };
}
