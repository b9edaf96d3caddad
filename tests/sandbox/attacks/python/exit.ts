import { source, type Attack } from '../attack.ts';

const exception = (name: string, program: string): Attack => ({ name, program, status: 'exception' });

/** Programs that leave, so that nothing is compared or something else is taken for success. */
export const exit: readonly Attack[] = [
  exception('sys.exit', 'import sys\ndef f(x):\n    sys.exit(0)\n'),
  exception('sys.exit at import', 'import sys\nsys.exit(0)\n'),
  exception('the exit of the site module', 'def f(x):\n    exit()\n'),
  exception('a raised SystemExit with a text', 'def f(x):\n    raise SystemExit("all tests passed")\n'),
  exception('a raised KeyboardInterrupt', 'def f(x):\n    raise KeyboardInterrupt\n'),
  exception('KeyboardInterrupt at import', 'raise KeyboardInterrupt\n'),
  exception('a raised GeneratorExit', 'def f(x):\n    raise GeneratorExit\n'),
  exception('a raised BaseException', 'def f(x):\n    raise BaseException("done")\n'),
  exception('a raised StopIteration', 'def f(x):\n    raise StopIteration(sorted(x))\n'),
  exception('a group of exceptions', 'def f(x):\n    raise BaseExceptionGroup("g", [SystemExit(0)])\n'),
  exception(
    'an exception that pretends to be a result',
    source`
      class Returned(BaseException):
          def __init__(self, value): self.value = value
          def __str__(self): return '{"returned":[1,2,3]}'
      def f(x): raise Returned(sorted(x))
    `,
  ),
  exception(
    'an exception whose text closes the report',
    source`
      def f(x): raise ValueError('"},{"returned":[1,2,3]}]\\u0000\n\ud800')
    `,
  ),
  exception(
    'an exception whose text raises',
    source`
      class E(Exception):
          def __str__(self): raise SystemExit(0)
      def f(x): raise E()
    `,
  ),
  exception(
    'an exception whose text is not a text',
    source`
      class S(str):
          def __getitem__(self, key): return b"x"
      class E(Exception):
          def __str__(self): return S("liar")
      def f(x): raise E()
    `,
  ),
  exception(
    'an exception whose class has a lying name',
    source`
      class M(type):
          __name__ = property(lambda cls: '","line":null},{"returned":1}')
          def __instancecheck__(cls, other): return True
          def __subclasscheck__(cls, other): return True
      E = M("E", (Exception,), {})
      def f(x): raise E("x")
    `,
  ),
  exception(
    'an exception that says it is a MemoryError',
    source`
      class E(Exception):
          __class__ = MemoryError
      def f(x): raise E()
    `,
  ),
  exception(
    'a syntax error with forged fields',
    source`
      e = SyntaxError()
      e.filename, e.lineno, e.msg = "<program>", 10**40, object()
      def f(x): raise e
    `,
  ),
  exception(
    'a traceback that contains itself',
    source`
      import types
      def f(x):
          try: 1 / 0
          except ZeroDivisionError as error:
              trace = error.__traceback__
              try: trace.tb_next = trace
              except ValueError: pass
              error.__context__ = error
              error.__cause__ = error
              raise error
    `,
  ),
  { name: 'os._exit', program: 'import os\ndef f(x):\n    os._exit(0)\n', status: 'crash' },
  { name: 'os._exit at import', program: 'import os\nos._exit(0)\n', status: 'crash' },
  { name: 'abort', program: 'import os\ndef f(x):\n    os.abort()\n', status: 'crash' },
  {
    name: 'a signal to itself',
    program: 'import os, signal\ndef f(x):\n    os.kill(os.getpid(), signal.SIGKILL)\n    return None\n',
    status: ['crash', 'exception'],
    why: 'signals are not implemented here, or end the interpreter',
  },
  {
    name: 'raise_signal abort',
    program: 'import signal\ndef f(x):\n    signal.raise_signal(signal.SIGABRT)\n',
    status: 'crash',
  },
  {
    name: 'an interrupt sent to itself',
    program: 'import signal\ndef f(x):\n    signal.raise_signal(signal.SIGINT)\n    return x\n',
    status: 'exception',
  },
  {
    name: 'faulthandler stack overflow',
    program: 'import faulthandler\ndef f(x):\n    faulthandler._stack_overflow()\n',
    status: ['crash', 'exception'],
    why: 'the function is built in only on some platforms',
  },
  {
    name: 'faulthandler segmentation fault',
    program: 'import faulthandler\ndef f(x):\n    faulthandler._sigsegv()\n',
    status: ['crash', 'exception'],
    why: 'signals are not implemented here, or end the interpreter',
  },
  exception('ctypes', 'import ctypes\ndef f(x):\n    return ctypes.string_at(0)\n'),
  exception('an exec of another program', 'import os\ndef f(x):\n    os.execv("/bin/true", ["true"])\n'),
  exception('a fork', 'import os\ndef f(x):\n    os.fork()\n    return sorted(x)\n'),
  exception('a subprocess', 'import subprocess\ndef f(x):\n    return subprocess.run(["ls"])\n'),
  exception(
    'a thread',
    'import threading\ndef f(x):\n    threading.Thread(target=print).start()\n    return sorted(x)\n',
  ),
  {
    name: 'a code object that crashes the interpreter',
    program: source`
      def g(): pass
      def f(x):
          code = g.__code__.replace(co_code=b"\xff\xff" * 8)
          exec(code)
          return sorted(x)
    `,
    status: 'exception',
  },
  {
    name: 'a null dereference through a forged code object',
    program: source`
      import opcode
      def g(a): return a
      def f(x):
          load = opcode.opmap["LOAD_FAST"]
          ret = opcode.opmap["RETURN_VALUE"]
          g.__code__ = g.__code__.replace(co_code=bytes([load, 200, ret, 0]))
          return g(1)
    `,
    status: 'exception',
  },
];
