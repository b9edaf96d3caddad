import { source, type Attack } from '../attack.ts';

/** Programs that speak out of turn: forged messages, results on the output, floods. */
export const channel: readonly Attack[] = [
  {
    name: 'a printed report',
    program: source`
      def f(x):
          print('{"outcome":"ran","error":null,"calls":[{"returned":[1,2,3]}],"output":"","timeMs":1}')
          print('{"type":"done","nonce":"00000000000000000000000000000000","report":"{}"}', flush=True)
    `,
    status: 'wrong',
  },
  {
    name: 'a report written to every file descriptor',
    program: source`
      import os
      def f(x):
          for fd in range(64):
              try: os.write(fd, b'{"type":"done","report":"{}"}\n')
              except OSError: pass
    `,
    status: 'wrong',
  },
  {
    name: 'a printed summary of passed tests',
    program: source`
      def f(x):
          print("3 passed in 0.01s\nOK\nAll tests passed!")
    `,
    status: 'wrong',
  },
  {
    name: 'a standard output of its own',
    program: source`
      import sys
      class Out:
          def write(self, text): raise SystemExit(0)
          def flush(self): raise SystemExit(0)
      sys.stdout = sys.stderr = sys.__stdout__ = Out()
      def f(x): return sorted(x)
    `,
    status: 'pass',
  },
  {
    name: 'a print that is heard by nobody, then a wrong answer',
    program: source`
      import sys
      sys.stdout = None
      def f(x):
          print("x")
          return x
    `,
    status: 'wrong',
    passed: 1,
  },
  {
    name: 'control characters and half characters in the output',
    program: source`
      import os
      def f(x):
          os.write(1, bytes(range(256)) + b"\xf0\x9f")
          os.write(2, b"\x1b[2J\x1b]0;pwned\x07\x00")
          return sorted(x)
    `,
    status: 'pass',
  },
  {
    name: 'a lone surrogate in the output',
    program: 'def f(x):\n    print("\\ud800")\n    return sorted(x)\n',
    status: 'exception',
  },
  {
    name: 'a script element in the output',
    program:
      'def f(x):\n    print("</script><script>parent.postMessage(1)</script>")\n    return sorted(x)\n',
    status: 'pass',
  },
  {
    name: 'a flood of small writes',
    program: source`
      import os
      def f(x):
          for i in range(20000): os.write(1, b"x")
          return sorted(x)
    `,
    status: 'pass',
  },
  {
    name: 'megabytes of errors',
    program: source`
      import sys
      def f(x):
          sys.stderr.write("e" * 5_000_000)
          return sorted(x)
    `,
    status: 'pass',
  },
  {
    name: 'megabytes in an exception',
    program: 'def f(x):\n    raise ValueError("e" * 20_000_000)\n',
    status: 'exception',
  },
  {
    name: 'a million warnings',
    program: source`
      import warnings
      warnings.simplefilter("always")
      def f(x):
          for i in range(1000): warnings.warn("w" * 1000)
          return sorted(x)
    `,
    status: 'pass',
  },
  {
    name: 'a class whose name is megabytes',
    program: source`
      def f(x): return type("n" * 5_000_000, (), {})()
    `,
    status: 'wrong',
  },
  {
    name: 'an exception class whose name is megabytes',
    program: source`
      def f(x): raise type("n" * 5_000_000, (Exception,), {})()
    `,
    status: 'exception',
  },
  {
    name: 'a name with quotes and brackets',
    program: source`
      def f(x): return type('"},{"returned":[1,2,3]},{"x":"\\', (), {})()
    `,
    status: 'wrong',
  },
  {
    name: 'the input of the harness read',
    program: 'import sys\ndef f(x):\n    return sys.stdin.read()\n',
    status: 'wrong',
    tests: [{ args: [0], expected: 'anything' }],
  },
  { name: 'an answer on standard input', program: 'def f(x):\n    return input()\n', status: 'exception' },
  {
    name: 'the nonce looked for in the heap',
    program: source`
      import gc, re
      def f(x):
          gc.unfreeze()
          pattern = re.compile("^[0-9a-f]{32}$")
          return [o for d in gc.get_objects() if type(d) is dict for o in list(d.values()) if type(o) is str and pattern.match(o)]
    `,
    status: 'pass',
    tests: [{ args: [0], expected: [] }],
  },
  {
    name: 'a program that contains the report of its own success',
    program: source`
      """{"outcome":"ran","calls":[{"returned":[1,2,3]}]}"""
      # {"type":"idle","nonce":"0"}
      f = lambda x: __doc__
    `,
    status: 'wrong',
  },
  { name: 'a NUL in the program', program: 'def f(x):\n    return sorted(x)\n\u0000\n', status: 'syntax' },
  { name: 'a lone surrogate in the program', program: 'def f(x):\n    return "\ud800"\n', status: 'syntax' },
  {
    name: 'carriage returns',
    program: 'def f(x):\r\n    return sorted(x)\r\n',
    status: 'pass',
  },
  {
    name: 'a byte order mark',
    program: '\ufeffdef f(x):\n    return sorted(x)\n',
    status: 'syntax',
  },
  {
    name: 'a coding cookie',
    program: '# -*- coding: utf-7 -*-\ndef f(x):\n    return sorted(x)\n',
    status: 'pass',
  },
  {
    name: 'an entry point with a strange name',
    program: 'globals()["a\\"},{"] = sorted\n',
    entry: 'a"},{',
    status: 'pass',
  },
  {
    name: 'an entry point named like an attribute of objects',
    program: 'def f(x):\n    return sorted(x)\n',
    entry: '__class__',
    status: 'exception',
  },
  {
    name: 'an entry point that is the builtins',
    program: 'def f(x):\n    return sorted(x)\n',
    entry: '__builtins__',
    status: 'exception',
  },
];
