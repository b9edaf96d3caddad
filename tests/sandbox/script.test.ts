import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IoTest, Submission, Verdict } from '../../src/sandbox/types.ts';
import { openSandboxPage, type SandboxPage } from '../support/sandbox-page.ts';

let test: SandboxPage;
beforeAll(async () => {
  test = await openSandboxPage({ workers: 1, timeoutMs: 3000 });
});
afterAll(() => test?.close());

/** The sum of each line's numbers. */
const SUMS: readonly IoTest[] = [
  { input: '2\n1 2\n3 4\n', output: '3\n7\n' },
  { input: '1\n-5 5\n', output: '0' },
  { input: '0\n', output: '' },
];

const script = (
  program: string,
  io: readonly IoTest[] = SUMS,
  more: Partial<Submission> = {},
): Submission => ({
  id: 's',
  program,
  entry: '',
  tests: [],
  io,
  ...more,
});

async function grade(program: string, io?: readonly IoTest[], more?: Partial<Submission>): Promise<Verdict> {
  const [verdict] = await test.grade([script(program, io, more)]);
  return verdict!;
}

describe('a script passes however it reads', () => {
  it.each([
    ['input()', 'for _ in range(int(input())):\n    print(sum(map(int, input().split())))'],
    [
      'sys.stdin.readline, printing with sys.stdout.write',
      'import sys\nfor _ in range(int(sys.stdin.readline())):\n    sys.stdout.write(f"{sum(map(int, sys.stdin.readline().split()))}\\n")',
    ],
    [
      'sys.stdin.read',
      'import sys\nwords = sys.stdin.read().split()\nfor i in range(int(words[0])):\n    print(int(words[1 + 2 * i]) + int(words[2 + 2 * i]))',
    ],
    [
      'the lines of sys.stdin',
      'import sys\nfor i, line in enumerate(sys.stdin):\n    if i: print(sum(map(int, line.split())))',
    ],
    [
      'sys.stdin.buffer',
      'import sys\nread = sys.stdin.buffer.readline\nfor _ in range(int(read())):\n    print(sum(map(int, read().split())))',
    ],
    [
      'open(0)',
      'lines = open(0).read().splitlines()\nprint(*[sum(map(int, line.split())) for line in lines[1:]], sep="\\n")',
    ],
    [
      'os.read and os.write',
      'import os\nlines = os.read(0, 10**6).split(b"\\n")[1:]\nos.write(1, b"".join(b"%d\\n" % sum(map(int, line.split())) for line in lines if line))',
    ],
    [
      'fileinput',
      'import fileinput\nfor i, line in enumerate(fileinput.input()):\n    if i: print(sum(map(int, line.split())))',
    ],
    [
      '/dev/stdin',
      'with open("/dev/stdin") as file:\n    next(file)\n    for line in file: print(sum(map(int, line.split())))',
    ],
    [
      'a function under __main__, left by sys.exit',
      'import sys\ndef main():\n    for _ in range(int(input())):\n        print(sum(map(int, input().split())))\n    sys.exit(0)\nif __name__ == "__main__":\n    main()',
    ],
    [
      'exit()',
      'for _ in range(int(input())):\n    print(sum(map(int, input().split())))\nexit()\nprint("never")',
    ],
    [
      'until the end of the input',
      'input()\ntry:\n    while True: print(sum(map(int, input().split())))\nexcept EOFError: pass',
    ],
    [
      'a standard output of its own, written at exit',
      'import atexit, io, sys\nbuffer = io.BytesIO()\natexit.register(lambda: sys.__stdout__.write(buffer.getvalue().decode()))\nfor _ in range(int(input())):\n    buffer.write(b"%d\\n" % sum(map(int, input().split())))',
    ],
    [
      'open(1), never closed',
      'out = open(1, "w")\nfor _ in range(int(input())):\n    print(sum(map(int, input().split())), file=out)',
    ],
    [
      'a wrapper in place of sys.stdout',
      'import io, sys\nsys.stdout = io.TextIOWrapper(io.BufferedWriter(sys.stdout.buffer, 1 << 16))\nfor _ in range(int(input())):\n    print(sum(map(int, input().split())))',
    ],
    [
      'a thread with a deep stack',
      'import sys, threading\nsys.setrecursionlimit(10**6)\nthreading.stack_size(2**27)\ndef main():\n    for _ in range(int(input())):\n        print(sum(map(int, input().split())))\nthread = threading.Thread(target=main)\nthread.start()\nthread.join()\nassert not thread.is_alive()',
    ],
    [
      'os._exit after a flush',
      'import os, sys\nfor _ in range(int(input())):\n    print(sum(map(int, input().split())))\nsys.stdout.flush()\nos._exit(0)',
    ],
    [
      'diagnostics on stderr, which do not count',
      'import sys\nprint("debug", file=sys.stderr)\nfor _ in range(int(input())):\n    print(sum(map(int, input().split())))',
    ],
  ])('%s', async (_, program) => {
    expect(await grade(program)).toMatchObject({ status: 'pass', passed: 3, total: 3, weak: false });
  });
});

describe('a script that is not right', () => {
  it('stops at the first test that fails, and says where', async () => {
    const verdict = await grade(
      'n = int(input())\nfor _ in range(n):\n    print(abs(sum(map(int, input().split()))) + (n == 1))',
    );
    expect(verdict).toMatchObject({ status: 'wrong', passed: 1, total: 3 });
    expect(verdict.tests).toEqual([
      { status: 'pass', got: '3\n7\n' },
      { status: 'wrong', got: '1\n', error: 'Line 1 of the output is “1”, not “0”.' },
      { status: 'not-run' },
    ]);
  });

  it.each<[string, string, Partial<Verdict>]>([
    ['prints nothing', 'pass', { status: 'wrong' }],
    ['leaves with a status', 'import sys\nprint(3)\nprint(7)\nsys.exit(1)', { status: 'exception' }],
    [
      'leaves before its output is written',
      'import os\nprint(3)\nprint(7)\nos._exit(0)',
      { status: 'wrong' },
    ],
    [
      'leaves at once with a status',
      'import os, sys\nprint("3\\n7")\nsys.stdout.flush()\nos._exit(3)',
      { status: 'exception' },
    ],
    ['leaves with a message', 'print(3)\nprint(7)\nexit("no")', { status: 'exception' }],
    ['raises after it printed what is right', 'print(3)\nprint(7)\nx = 1 / 0', { status: 'exception' }],
    ['reads beyond the end', 'while True: input()', { status: 'exception' }],
    ['is no Python', 'print(', { status: 'syntax' }],
    ['never ends', 'print(3)\nprint(7)\nwhile True: pass', { status: 'timeout' }],
    [
      'never ends after it has ended',
      'import atexit\ndef forever():\n    while True: pass\natexit.register(forever)\nprint(3)\nprint(7)',
      { status: 'timeout' },
    ],
    ['sleeps', 'import time\nprint(3)\nprint(7)\ntime.sleep(60)', { status: 'timeout' }],
    ['takes all memory', 'x = []\nwhile True: x.append(bytes(10**6))', { status: 'memory' }],
    [
      'raises in a thread, which is printed and does not end it',
      'import threading\nt = threading.Thread(target=lambda: 1 / 0)\nt.start()\nt.join()\nprint(3)',
      { status: 'wrong', output: expect.stringContaining('ZeroDivisionError') as string },
    ],
    ['prints to stderr', 'import sys\nprint("3\\n7", file=sys.stderr)', { status: 'wrong' }],
    [
      'prints bytes that are no text',
      'import sys\nsys.stdout.buffer.write(b"3\\n7\\n\\xff")',
      { status: 'wrong' },
    ],
    [
      'replaces print',
      'import builtins\nbuiltins.print = lambda *a: None\nprint(3)\nprint(7)',
      { status: 'wrong' },
    ],
  ])('%s', async (_, program, wanted) => {
    // Only what never ends is cut short: the others take the time that the machine needs.
    const timeoutMs = wanted.status === 'timeout' ? 700 : 10_000;
    const verdict = await grade(program, SUMS, { timeoutMs });
    expect(verdict).toMatchObject({ ...wanted, passed: 0, total: 3 });
  });

  it('never passes when its output was cut, even where what is kept is right', async () => {
    const line = 'x'.repeat(1023);
    const full = { input: '', output: `${line}\n`.repeat(1024) };
    expect(await grade(`print("${line}\\n" * 1024, end="")`, [full])).toMatchObject({ status: 'pass' });
    const verdict = await grade(`print("${line}\\n" * 1024, end=" ")`, [full]);
    expect(verdict).toMatchObject({
      status: 'wrong',
      tests: [{ error: 'The program printed more than 1048576 bytes.' }],
    });
    expect(await grade('while True: print("spam")', SUMS, { timeoutMs: 500 })).toMatchObject({
      status: 'timeout',
    });
  });
});

it('every run is the first: nothing of one is there in the next', async () => {
  const program =
    'import builtins, sys\nprint(getattr(builtins, "seen", 0), len(sys.argv), __name__, input())\nbuiltins.seen = 1\nsys.stdin.close()';
  const io = ['a', 'b', 'c'].map((input) => ({
    input: `${input}\nleft over\n`,
    output: `0 1 __main__ ${input}`,
  }));
  expect(await grade(program, io)).toMatchObject({ status: 'pass', passed: 3 });
  const [verdict] = await test.grade([
    {
      id: 'f',
      program: 'def f():\n    return input()',
      entry: 'f',
      tests: [{ args: [], expected: 'left over' }],
    },
  ]);
  expect(verdict).toMatchObject({
    status: 'exception',
    tests: [{ error: expect.stringContaining('EOFError') as string }],
  });
});

it('has nothing of what is expected within reach', async () => {
  const program =
    'import gc, sys\nframe, seen = sys._getframe(), []\nwhile frame: seen.append(frame.f_locals); frame = frame.f_back\n' +
    'text = repr(seen) + repr([x for x in gc.get_objects() if isinstance(x, (dict, list, tuple)) and len(x) < 99])[:10**6]\n' +
    'at = text.find("EXPECT" + "ED")\nprint(text[at:at + 11] if at >= 0 else "no" + str(len(text) > 1000))';
  const verdict = await grade(program, [{ input: 'x', output: 'EXPECTED-42' }]);
  expect(verdict).toMatchObject({ status: 'wrong', tests: [{ got: 'noTrue\n' }] });
});

it('reads and prints hundreds of thousands of lines within seconds', async () => {
  const numbers = Array.from({ length: 200_000 }, (_, i) => String((i * 7919) % 1_000_003));
  const io = [
    { input: `${numbers.length}\n${numbers.join('\n')}\n`, output: numbers.slice(0, 140_000).join('\n') },
  ];
  const program = 'for i in range(int(input())):\n    x = int(input())\n    if i < 140000: print(x)';
  const verdict = await grade(program, io, { timeoutMs: 10_000 });
  expect(verdict).toMatchObject({ status: 'pass' });
  console.info(`${numbers.length} lines read, 140000 printed: ${Math.round(verdict.timeMs)} ms`);
});

it('refuses what it cannot run', async () => {
  const message = (more: Partial<Submission>): Promise<string> =>
    test.grade([script('', SUMS, more)]).then(
      () => 'graded',
      (error: unknown) => String(error),
    );
  expect(await message({ language: 'javascript' })).toContain('only Python is run so');
  expect(await message({ tests: [{ args: [], expected: 1 }] })).toContain('a program is one or the other');
  expect(await message({ io: [] })).toContain('has no tests');
  expect(await message({ io: [{ input: '', output: 'x'.repeat(2 ** 20 + 1) }] })).toContain('Test 1');
});
