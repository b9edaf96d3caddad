import { ONE_CALL, source, type Attack } from '../attack.ts';

/** Programs that take all memory or all of the stack, or hand over more than anyone can read. */
export const memory: readonly Attack[] = [
  {
    name: 'a growing list',
    program: source`
      def f(x):
          out = []
          while True: out.append(bytes(1000000))
    `,
    status: 'memory',
    tests: ONE_CALL,
  },
  {
    name: 'a large string',
    program: 'def f(x):\n    return "a" * 10**9\n',
    status: 'memory',
    tests: ONE_CALL,
  },
  {
    name: 'a string that doubles',
    program: source`
      def f(x):
          s = "a"
          while True: s += s
    `,
    status: 'memory',
    tests: ONE_CALL,
  },
  {
    name: 'a thousand million elements',
    program: 'def f(x):\n    return [0] * 10**9\n',
    status: 'memory',
    tests: ONE_CALL,
  },
  {
    name: 'more elements than fit a size',
    program: 'def f(x):\n    return [0] * 2**62\n',
    status: 'exception',
  },
  {
    name: 'a bytearray of two gigabytes',
    program: 'def f(x):\n    return bytearray(2**31 - 64)\n',
    status: 'memory',
    tests: ONE_CALL,
  },
  {
    name: 'a range made a list',
    program: 'def f(x):\n    return list(range(10**10))\n',
    status: ['memory', 'exception'],
    why: 'the length overflows a size on this platform or the allocation fails',
    tests: ONE_CALL,
  },
  {
    name: 'millions of objects',
    program: source`
      class O:
          def __init__(self, next): self.next = next
      def f(x):
          o = None
          while True: o = O(o)
    `,
    status: ['memory', 'exception'],
    why: 'memory runs out, or the end of so long a chain overflows the stack',
    tests: ONE_CALL,
  },
  {
    name: 'a dict of a million lists',
    program: source`
      def f(x):
          d = {}
          while True: d[len(d)] = [0] * 10000
    `,
    status: 'memory',
    tests: ONE_CALL,
  },
  {
    name: 'a memory bomb at import',
    program: 'bomb = "a" * 10**9\ndef f(x):\n    return sorted(x)\n',
    status: 'memory',
    tests: ONE_CALL,
  },
  {
    name: 'memory errors caught for ever',
    program: source`
      def f(x):
          keep = []
          while True:
              try:
                  while True: keep.append(bytes(1 << 20))
              except MemoryError: keep.append(0)
    `,
    status: 'timeout',
    timeoutMs: 400,
  },
  {
    name: 'a memory error caught, and the right answer',
    program: source`
      def f(x):
          keep = []
          try:
              while True: keep.append(bytes(1 << 20))
          except MemoryError: keep.clear()
          return sorted(x)
    `,
    status: 'pass',
    tests: ONE_CALL,
  },
  {
    name: 'everything kept until the next program',
    program: source`
      import builtins
      builtins.keep = keep = []
      def f(x):
          try:
              while True: keep.append(bytes(1 << 16))
          except MemoryError: return sorted(x)
    `,
    status: ['pass', 'memory'],
    why: 'whether sorted itself still finds room depends on where the last block fell',
    passed: 3,
    next: {
      program: 'def f(n):\n    return len(bytes(n))\n',
      tests: [{ args: [40_000_000], expected: 40_000_000 }],
    },
    tests: ONE_CALL,
  },
  {
    name: 'output without end',
    program: 'def f(x):\n    while True: print("y" * 1000)\n',
    status: 'timeout',
    timeoutMs: 300,
  },
  {
    name: 'two megabytes of output and the right answer',
    program: source`
      def f(x):
          for i in range(700): print("y" * 1000)
          return sorted(x)
    `,
    status: 'pass',
    tests: ONE_CALL,
  },
  {
    name: 'one line of fifty megabytes',
    program: 'def f(x):\n    print("y" * 50_000_000)\n    return sorted(x)\n',
    status: ['pass', 'memory'],
    why: 'the text is encoded once more before it is written, and both may not fit',
    tests: ONE_CALL,
    passed: 3,
  },
  {
    name: 'a large text as result',
    program: 'def f(x):\n    return "a" * 10**6\n',
    status: 'wrong',
    tests: ONE_CALL,
  },
  {
    name: 'large bytes as result',
    program: 'def f(x):\n    return bytes(10**7)\n',
    status: 'wrong',
    tests: ONE_CALL,
  },
  {
    name: 'a list of a million items as result',
    program: 'def f(x):\n    return [0] * 10**6\n',
    status: 'wrong',
    tests: ONE_CALL,
  },
  {
    name: 'an int of a million digits as result',
    program: 'def f(x):\n    return 1 << 3_300_000\n',
    status: 'wrong',
  },
  {
    name: 'a small value that is exponentially large when written out',
    program: source`
      def f(x):
          v = [0]
          for i in range(60): v = [v, v]
          return v
    `,
    status: 'wrong',
    tests: ONE_CALL,
  },
  {
    name: 'a wide and deep result',
    program: source`
      def f(x):
          v = list(range(1000))
          for i in range(40): v = [v] * 3
          return v
    `,
    status: 'wrong',
    tests: ONE_CALL,
  },
  {
    name: 'a value that contains itself',
    program: 'def f(x):\n    x = []\n    x.append(x)\n    return x\n',
    status: 'wrong',
  },
  {
    name: 'a result nested a hundred thousand deep',
    program: source`
      def f(x):
          v = []
          for i in range(100000): v = [v]
          return v
    `,
    status: ['wrong', 'exception'],
    why: 'it is refused as too deep, or its own end overflows the stack',
  },
  { name: 'recursion', program: 'def f(x):\n    return f(x)\n', status: 'exception' },
  {
    name: 'recursion with a raised limit',
    program: 'import sys\nsys.setrecursionlimit(10**9)\ndef f(x):\n    return f(x)\n',
    status: 'exception',
    tests: ONE_CALL,
  },
  {
    name: 'recursion through C with a raised limit',
    program: source`
      import sys
      sys.setrecursionlimit(10**9)
      class C:
          def __repr__(self): return repr(self)
      def f(x): return repr(C())
    `,
    status: 'exception',
    tests: ONE_CALL,
  },
  {
    name: 'the repr of a deep value',
    program: source`
      def f(x):
          v = []
          for i in range(100000): v = [v]
          return repr(v)
    `,
    status: 'exception',
  },
  {
    name: 'the end of a deep value',
    program: source`
      def f(x):
          v = None
          for i in range(300000): v = (v,)
          del v
          return sorted(x)
    `,
    passed: 3,
    status: ['pass', 'exception'],
    why: 'CPython unwinds deep chains step by step, but the stack of the browser may end first',
    tests: ONE_CALL,
  },
  {
    name: 'the end of a deep chain of instances',
    program: source`
      class N:
          pass
      def f(x):
          head = None
          for i in range(50000):
              n = N()
              n.next = head
              head = n
          del head, n
          return sorted(x)
    `,
    passed: 3,
    status: ['pass', 'exception'],
    why: 'CPython unwinds deep chains step by step, but the stack of the browser may end first',
    tests: ONE_CALL,
  },
  {
    name: 'equality of deep values',
    program: source`
      def f(x):
          a = b = None
          for i in range(100000): a, b = [a], [b]
          return a == b
    `,
    status: 'exception',
  },
  {
    name: 'a deep eval',
    program: 'def f(x):\n    return eval("(" * 100000 + ")" * 100000)\n',
    status: 'exception',
  },
  {
    name: 'a deeply nested expression',
    program: 'def f(x):\n    return eval("-" * 100000 + "1")\n',
    status: ['exception', 'memory'],
    why: 'the parser reports its own stack as a MemoryError, if the browser lets it',
  },
  {
    name: 'a deeply nested program',
    program: `def f(x):\n    return ${'['.repeat(5000)}${']'.repeat(5000)}\n`,
    status: ['syntax', 'exception'],
    why: 'the parser refuses, if the stack of the browser lets it',
  },
  {
    name: 'a long chain of operators',
    program: `def f(x):\n    return ${'1+'.repeat(50_000)}1\n`,
    status: ['syntax', 'exception'],
    why: 'the compiler refuses, if the stack of the browser lets it',
  },
  { name: 'an enormous program', program: `x = 0\n${'x += 1\n'.repeat(200_000)}`, status: 'memory' },
  {
    name: 'a program of one huge literal',
    program: `x = "${'a'.repeat(900_000)}"\ndef f(x):\n    return 1\n`,
    status: 'wrong',
  },
  {
    name: 'many thousand functions',
    program: `${Array.from({ length: 20_000 }, (_, i) => `def g${i}(x): return x`).join('\n')}\n`,
    status: ['exception', 'timeout'],
    why: 'no f is defined, unless the deadline comes during compilation',
    tests: ONE_CALL,
  },
  {
    name: 'a format width',
    program: 'def f(x):\n    return "{:>{w}}".format(1, w=10**9)\n',
    status: 'memory',
  },
  {
    name: 'a compressed bomb',
    program: source`
      import zlib
      def f(x):
          data = zlib.compress(bytes(1 << 20))
          out = []
          while True: out.append(zlib.decompress(data))
    `,
    status: 'memory',
    tests: ONE_CALL,
  },
  {
    name: 'sets of tuples without end',
    program: source`
      import itertools
      def f(x): return set(itertools.product(range(100), repeat=8))
    `,
    status: 'memory',
    tests: ONE_CALL,
  },
];
