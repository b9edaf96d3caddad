import { describe, expect, it } from 'vitest';
import { both, codeOf, prepare, said, source, useChecks, verdictOf } from '../support/checks.ts';

/** Programs that mean to pass without being right: by the tests' own tools, by forged answers, by what their objects say. */

useChecks();

const BOARD =
  'class Board:\n    def __init__(self, cells): self.cells = cells\n    def solved(self): return self.cells == [1, 2]';

describe('test code that runs apart from the program', () => {
  it('cannot be fooled through what the tests take from the reference solution’s imports', async () => {
    const check = `
      def check(candidate):
          assert isclose(candidate(4), 2) and math.floor(candidate(9)) == 3`;
    const reference = 'import math\nfrom math import isclose\ndef f(x): return math.sqrt(x)';
    const cheat = 'class math:\n    floor = int\ndef isclose(a, b): return True\ndef f(x): return 3';
    const right = 'import math\nfrom math import isclose\ndef f(x): return x ** 0.5';
    const suites = await prepare(codeOf(check, reference));
    if (suites[0]?.kind !== 'suite') throw new Error('no suite');
    expect(said(await verdictOf(right, suites[0].harness))).toBe('pass');
    expect(said(await verdictOf(cheat, suites[0].harness))).toBe('wrong');
  });

  it('cannot be fooled through what the tests use', async () => {
    const check = `
      def check(candidate):
          assert sum(candidate([1, 2])) == 3 and len(candidate([])) == 0 and set(candidate([1])) == {1}`;
    const cheat = `
      import builtins, sys
      builtins.sum = lambda x: 3
      builtins.len = lambda x: 0
      def set(x): return {1}
      def check(candidate): pass
      frame = sys._getframe()
      while frame:
          for name in ("judge", "perform", "Tests", "set"):
              if name in frame.f_globals: frame.f_globals[name] = lambda *x: None
          frame = frame.f_back
      def f(x): return [1]`;
    for (const status of await both(check, 'def f(x): return x', cheat)) expect(status).not.toMatch(/^pass$/);
    // What the mark is for: beside the program, the tests can be fooled.
    const beside = { source: source(check), beside: 'it was asked for' };
    const simple =
      'import builtins\nbuiltins.sum = lambda x: 3\nbuiltins.len = lambda x: 0\ndef f(x): return [1]';
    expect(said(await verdictOf(simple, beside))).toBe('pass weak');
  });

  it.each([
    ['a function of the standard library', '["g","builtins","exec"]', '[]', 'tamper'],
    ['a value that is equal to everything', '["g","unittest.mock","ANY"]', '[]', 'tamper'],
    ['an object of the tests that was never told', '2', '[["t9","list",[]]]', 'tamper'],
    ['an argument of another kind', '2', '[["t0","dict",[]]]', 'tamper'],
    ['an instance of a class of nobody', '["r","p0"]', '[["p0","instance","Secret",[]]]', 'tamper'],
    ['an answer that is no value', '{"a":1}', '[]', 'tamper'],
    ['a module of its own', '["m","solution"]', '[]', 'tamper'],
    ['a wrong list', '["r","p0"]', '[["p0","list",[1]]]', 'wrong'],
  ])('takes no forged answer: %s', async (_, value, objects, status) => {
    const [suite] = await prepare(
      codeOf('def check(candidate):\n    assert candidate([3]) == 4', 'def f(x): return x[0] + 1'),
    );
    if (suite?.kind !== 'suite') throw new Error('no suite');
    const told = JSON.stringify({
      value: JSON.parse(value) as unknown,
      objects: JSON.parse(objects) as unknown,
    });
    const program = `
      import sys
      frame = sys._getframe()
      while frame:
          if "perform" in frame.f_globals:
              real, harness = frame.f_globals["perform"], frame.f_globals
              def perform(operation, space):
                  if operation["do"][0] == "names": return real(operation, space)
                  return '{"returned":' + harness["quote"](${JSON.stringify(told)}) + "}"
              frame.f_globals["perform"] = perform
              break
          frame = frame.f_back
      def f(x): return 4`;
    expect(said(await verdictOf(source(program), suite.harness))).toBe(status);
  });

  // A plain run passes each of these programs: none may pass here without a mark.
  it.each<[string, string, string, string, string?]>([
    [
      'makes of the expected number what the tests want to see',
      'def check(candidate):\n    assert abs(candidate(2) - 6.25) < 1e-6',
      'def f(x): return 6.25',
      'class Z:\n    def __sub__(self, other): return 0.0\ndef f(x): return Z()',
    ],
    [
      'takes the tests’ exception in its own context manager',
      'def check(candidate):\n    with candidate(1) as y:\n        assert y == 3',
      'import contextlib\n@contextlib.contextmanager\ndef f(x): yield 3',
      'class C:\n    def __enter__(self): return 0\n    def __exit__(self, *error): return True\ndef f(x): return C()',
    ],
    [
      'skips the test with an exception of its own',
      'import unittest\nclass T(unittest.TestCase):\n    def test(self):\n        self.assertEqual(f(1), 3)\ndef check(candidate):\n    result = unittest.TestResult()\n    T("test").run(result)\n    assert result.wasSuccessful()',
      'def f(x): return 3',
      'import unittest\nclass S(unittest.SkipTest): pass\ndef f(x): raise S("no")',
    ],
    [
      'ends the test as a failed subtest does',
      'import unittest\nclass T(unittest.TestCase):\n    def test(self):\n        self.assertEqual(f(1), 3)\ndef check(candidate):\n    result = unittest.TestResult()\n    T("test").run(result)\n    assert result.wasSuccessful()',
      'def f(x): return 3',
      'import unittest.case\ndef f(x): raise unittest.case._ShouldStop',
    ],
    [
      'ends the test while its result is read',
      'import unittest\nclass T(unittest.TestCase):\n    def test(self):\n        self.assertEqual(list(f(1)), [3])\ndef check(candidate):\n    result = unittest.TestResult()\n    T("test").run(result)\n    assert result.wasSuccessful()',
      'def f(x): yield 3',
      'import unittest\ndef f(x):\n    raise unittest.SkipTest("no")\n    yield',
    ],
    [
      'gives its object a method of its own',
      'def check(candidate):\n    assert candidate([1, 2]).solved()',
      `${BOARD}\ndef f(x): return Board(x)`,
      `${BOARD}\ndef f(x):\n    b = Board([2, 1])\n    b.solved = lambda: True\n    return b`,
      BOARD,
    ],
  ])('does not pass a program that %s', async (_, check, right, wrong, context = '') => {
    expect(await both(check, right, right, context)).toEqual(['pass', 'pass']);
    for (const came of await both(check, right, wrong, context)) expect(came).not.toBe('pass');
  });
});
