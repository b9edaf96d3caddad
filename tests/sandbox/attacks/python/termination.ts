import { source, type Attack } from '../attack.ts';

const timeout = (name: string, program: string, more: Partial<Attack> = {}): Attack => ({
  name,
  program,
  status: 'timeout',
  timeoutMs: 250,
  ...more,
});

/** Programs that never end. Those that stay in C ignore the interrupt, and their worker must be replaced. */
export const termination: readonly Attack[] = [
  timeout('an endless loop', 'def f(x):\n    while True: pass\n'),
  timeout(
    'a loop that catches every exception',
    source`
      def f(x):
          while True:
              try:
                  while True: pass
              except BaseException: pass
    `,
  ),
  timeout(
    'a loop in a finally clause',
    source`
      def f(x):
          try:
              return sorted(x)
          finally:
              while True:
                  try:
                      while True: pass
                  finally:
                      continue
    `,
  ),
  timeout(
    'a context manager that swallows the interrupt',
    source`
      class Swallow:
          def __enter__(self): return self
          def __exit__(self, *exc): return True
      def f(x):
          while True:
              with Swallow():
                  while True: pass
    `,
  ),
  timeout('a loop at import', 'while True: pass\n'),
  timeout(
    'a loop in a class body',
    source`
      class C:
          while True: pass
      def f(x): return sorted(x)
    `,
  ),
  timeout(
    'a loop in a decorator',
    source`
      def forever(g):
          while True: pass
      @forever
      def f(x): return sorted(x)
    `,
  ),
  timeout(
    'a loop in the text of an exception',
    source`
      class E(Exception):
          def __str__(self):
              while True: pass
      def f(x): raise E()
    `,
  ),
  timeout(
    'a loop in the text of an exception at import',
    source`
      class E(Exception):
          def __str__(self):
              while True:
                  try:
                      while True: pass
                  except BaseException: pass
      raise E()
    `,
  ),
  timeout(
    'a loop in __del__',
    source`
      class D:
          def __del__(self):
              while True:
                  try:
                      while True: pass
                  except BaseException: pass
      def f(x):
          D()
          return sorted(x)
    `,
  ),
  timeout(
    'a loop in __repr__',
    source`
      class R:
          def __repr__(self):
              while True: pass
      def f(x):
          print([R()])
          return sorted(x)
    `,
  ),
  timeout(
    'a loop in __next__',
    source`
      class I:
          def __iter__(self): return self
          def __next__(self):
              while True: pass
      def f(x): return list(I())
    `,
  ),
  timeout(
    'a loop in __eq__, reached from C',
    source`
      class E:
          def __eq__(self, other):
              while True: pass
      def f(x): return [E()].index(E())
    `,
  ),
  timeout(
    'a loop in __hash__',
    source`
      class H:
          def __hash__(self):
              while True: pass
      def f(x): return {H(): 1}
    `,
  ),
  timeout(
    'a loop in a sort key',
    source`
      def key(item):
          while True: pass
      def f(x): return sorted([2, 1], key=key)
    `,
  ),
  timeout(
    'a loop in a weak reference callback',
    source`
      import weakref
      class O: pass
      def forever(ref):
          while True: pass
      def f(x):
          o = O()
          ref = weakref.ref(o, forever)
          del o
          return sorted(x)
    `,
  ),
  timeout(
    'a loop in a collector callback, while the result is read',
    source`
      import gc
      def forever(phase, info):
          while True: pass
      def f(x):
          gc.callbacks.append(forever)
          gc.set_threshold(1)
          return [[i] for i in range(2000)]
    `,
  ),
  timeout(
    'an infinite generator, summed',
    source`
      def ones():
          while True: yield 0
      def f(x): return sum(ones())
    `,
  ),
  timeout('an infinite iterator in C', 'def f(x):\n    return any(iter(int, 1))\n'),
  timeout(
    'membership in an endless count',
    'import itertools\ndef f(x):\n    return -1 in itertools.count()\n',
  ),
  timeout('sleep', 'import time\ndef f(x):\n    time.sleep(1000)\n'),
  timeout(
    'short sleeps for ever',
    source`
      import time
      def f(x):
          while True:
              try: time.sleep(0.01)
              except BaseException: pass
    `,
  ),
  timeout('a power in C', 'def f(x):\n    return 7 ** (10 ** 9)\n'),
  timeout(
    'a huge int to text',
    source`
      import sys
      sys.set_int_max_str_digits(0)
      def f(x): return len(str(1 << 40_000_000))
    `,
  ),
  timeout('a factorial', 'import math\ndef f(x):\n    return math.factorial(10**7) % 7\n'),
  timeout('regex backtracking', 'import re\ndef f(x):\n    return re.match("(a+)+$", "a" * 64 + "b")\n'),
  timeout(
    'regex backtracking with a lookahead',
    'import re\ndef f(x):\n    return re.match("(?=(a+)+b)(.*)*c", "a" * 64)\n',
  ),
  timeout(
    'a handler that ignores interrupts',
    source`
      import signal
      signal.signal(signal.SIGINT, lambda *a: None)
      def f(x):
          while True: pass
    `,
  ),
  timeout(
    'interrupts switched off',
    source`
      import signal
      signal.signal(signal.SIGINT, signal.SIG_IGN)
      def f(x):
          while True: pass
    `,
  ),
  timeout(
    'a handler that loops',
    source`
      import signal
      def handler(*args):
          while True: pass
      signal.signal(signal.SIGINT, handler)
      def f(x):
          while True: pass
    `,
  ),
  timeout(
    'a generator that will not close',
    source`
      def stubborn():
          while True:
              try: yield 1
              except GeneratorExit:
                  while True: pass
      def f(x):
          g = stubborn()
          next(g)
          g.close()
          return sorted(x)
    `,
  ),
  timeout(
    'a recursion that catches its own end',
    source`
      def f(x):
          try: return f(x)
          except RecursionError: return f(x)
    `,
  ),
  timeout(
    'exponential recursion',
    source`
      def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
      def f(x): return fib(90)
    `,
  ),
  timeout(
    'a trace function that loops',
    source`
      import sys
      def trace(*args):
          while True: pass
      def f(x):
          sys.settrace(trace)
          return sorted(x)
      def g(): pass
    `,
  ),
  timeout(
    'a monitoring callback that loops',
    source`
      import sys
      m = sys.monitoring
      def forever(*args):
          while True: pass
      m.use_tool_id(1, "loop")
      m.register_callback(1, m.events.PY_START, forever)
      def f(x):
          m.set_events(1, m.events.PY_START)
          return (lambda: sorted(x))()
    `,
  ),
  timeout(
    'an unraisable hook that loops',
    source`
      import sys
      def hook(*args):
          while True:
              try:
                  while True: pass
              except BaseException: pass
      sys.unraisablehook = hook
      class D:
          def __del__(self): raise ValueError
      def f(x):
          D()
          return sorted(x)
    `,
  ),
  timeout(
    'the last call of several',
    source`
      calls = []
      def f(x):
          calls.append(x)
          while len(calls) == 3: pass
          return sorted(x)
    `,
    { passed: 2 },
  ),
  timeout(
    'an event that nobody sets',
    'import asyncio\ndef f(x):\n    return asyncio.run(asyncio.Event().wait())\n',
  ),
  timeout(
    'a coroutine asleep for an hour',
    'import asyncio\ndef f(x):\n    asyncio.run(asyncio.sleep(3600))\n',
  ),
  timeout(
    'tasks that refuse to be cancelled',
    source`
      import asyncio
      async def stubborn():
          while True:
              try: await asyncio.sleep(0.001)
              except BaseException: pass
      async def main():
          await asyncio.gather(*[stubborn() for _ in range(10)])
      def f(x):
          asyncio.run(main())
    `,
  ),
  timeout(
    'a queue that is always empty',
    'import asyncio\nasync def take():\n    return await asyncio.Queue().get()\ndef f(x):\n    return asyncio.run(take())\n',
  ),
  timeout(
    'a cached function without a base case, asked again',
    source`
      import functools
      @functools.cache
      def g(n): return g(n + 1)
      def f(x):
          while True:
              try: g(0)
              except RecursionError: pass
    `,
  ),
  timeout(
    'a sleep cut into short sleeps',
    'import time\ndef f(x):\n    while True:\n        try: time.sleep(0.001)\n        except BaseException: pass\n',
  ),
  {
    name: 'a queue of threads that nobody fills',
    program: 'import queue\ndef f(x):\n    return queue.Queue().get()\n',
    status: ['timeout', 'exception'],
    why: 'CPython may see that no other thread could ever fill it',
    timeoutMs: 400,
  },
];
