import { NO_DOOR_OPEN, ONE_CALL, source, type Attack } from '../attack.ts';

const ONE = [{ args: [[1]], expected: 1 }] as const;

/** Returns something that is not 1 but would like to be taken for it. */
const liar = (name: string, program: string): Attack => ({ name, program, status: 'wrong', tests: ONE });
/** Meddles, then answers rightly: the meddling must change nothing. */
const meddler = (name: string, program: string): Attack => ({ name, program, status: 'pass' });

/** Reaches the harness that runs the program: its globals, through the frames below. */
const HARNESS = `import sys
def harness():
    frame = sys._getframe(1)
    while frame:
        if "call_entry" in frame.f_globals: return frame.f_globals
        frame = frame.f_back
`;

/** Programs that bend the interpreter, the harness or their own results, to be taken for right. */
export const tampering: readonly Attack[] = [
  {
    name: 'a patched len and sorted',
    program: source`
      import builtins
      builtins.len = lambda x: 0
      builtins.sorted = lambda x: []
      builtins.list = None
      def f(x): return sorted(x)
    `,
    status: 'wrong',
    passed: 1,
  },
  meddler(
    'a patched json',
    source`
      import json
      json.loads = lambda *a, **k: {}
      json.dumps = lambda *a, **k: "{}"
      json.encoder.encode_basestring_ascii = lambda s: '"x"'
      def f(x): return sorted(x)
    `,
  ),
  meddler(
    'every builtin replaced',
    source`
      import builtins
      keep, names = sorted, vars(builtins)
      for name in [*names]:
          if name[0] != "_": names[name] = None
      def f(x): return keep(x)
    `,
  ),
  {
    name: 'every builtin deleted',
    program: source`
      import builtins
      keep = sorted
      vars(builtins).clear()
      def f(x): return keep(x)
    `,
    status: 'pass',
  },
  meddler(
    'a patched import',
    source`
      import builtins
      builtins.__import__ = lambda *a, **k: None
      builtins.__build_class__ = None
      def f(x): return sorted(x)
    `,
  ),
  liar(
    'a liar in __eq__',
    'class L(list):\n    def __eq__(self, other): return True\ndef f(x):\n    return L()\n',
  ),
  liar(
    'an object equal to everything',
    source`
      class E:
          __eq__ = __ne__ = __le__ = __ge__ = lambda self, other: True
          __hash__ = lambda self: 1
          __bool__ = lambda self: True
      def f(x): return E()
    `,
  ),
  liar('a subclass of int', 'class I(int): pass\ndef f(x):\n    return I(1)\n'),
  liar('a subclass of str', 'class S(str): pass\ndef f(x):\n    return S("1")\n'),
  liar(
    'a lying __class__',
    source`
      class C:
          __class__ = int
          def __index__(self): return 1
          def __int__(self): return 1
      def f(x): return C()
    `,
  ),
  liar(
    'a class named int',
    source`
      def f(x): return type("int", (), {"__repr__": lambda self: "1", "__module__": "builtins"})()
    `,
  ),
  liar(
    'a metaclass that lies about instances',
    source`
      class M(type):
          def __instancecheck__(cls, other): return True
          def __eq__(cls, other): return True
          def __hash__(cls): return hash(int)
          __name__ = "int"
      class C(metaclass=M): pass
      def f(x): return C()
    `,
  ),
  liar(
    'a liar in __repr__',
    source`
      class R:
          def __repr__(self): return "1"
          __str__ = __format__ = __repr__
      def f(x): return R()
    `,
  ),
  liar('an enum member', 'import enum\nclass E(enum.IntEnum):\n    A = 1\ndef f(x):\n    return E.A\n'),
  liar('a bool', 'def f(x):\n    return True\n'),
  liar('a float', 'def f(x):\n    return 1.0\n'),
  liar('a fraction', 'from fractions import Fraction\ndef f(x):\n    return Fraction(1)\n'),
  liar('a decimal', 'from decimal import Decimal\ndef f(x):\n    return Decimal(1)\n'),
  liar('a complex', 'def f(x):\n    return 1 + 0j\n'),
  liar('the value in a list', 'def f(x):\n    return [1]\n'),
  liar('a tagged look-alike', 'def f(x):\n    return {"$": "int", "v": "1"}\n'),
  liar('a generator', 'def f(x):\n    yield 1\n'),
  liar('a coroutine', 'async def f(x):\n    return 1\n'),
  liar(
    'a mock of everything',
    'from unittest.mock import MagicMock\ndef f(x):\n    return MagicMock(return_value=1)\n',
  ),
  liar('a memoryview', 'def f(x):\n    return memoryview(b"1")\n'),
  liar('unittest.mock.ANY', 'from unittest.mock import ANY\ndef f(x):\n    return ANY\n'),
  {
    name: 'a dict whose keys collide',
    program: source`
      class K(str):
          def __eq__(self, other): return True
          def __hash__(self): return hash("a")
      def f(x): return {K("b"): 1}
    `,
    status: 'wrong',
    tests: [{ args: [0], expected: { a: 1 } }],
  },
  {
    name: 'an ordered dict for a dict',
    program: 'import collections\ndef f(x):\n    return collections.OrderedDict(a=1)\n',
    status: 'wrong',
    tests: [{ args: [0], expected: { a: 1 } }],
  },
  {
    name: 'a named tuple for a tuple',
    program: 'import collections\nP = collections.namedtuple("P", "a b")\ndef f(x):\n    return P(1, 2)\n',
    status: 'wrong',
    tests: [{ args: [0], expected: { $: 'tuple', v: [1, 2] } }],
  },
  {
    name: 'a list that grows while it is read',
    program: source`
      import gc
      v = [1]
      def grow(phase, info): v.append([len(v)])
      def f(x):
          gc.callbacks.append(grow)
          gc.set_threshold(1)
          return [v, v, v]
    `,
    status: 'wrong',
    tests: [{ args: [0], expected: [[1], [1], [1]] }],
  },
  {
    name: 'frames walked for the answers',
    program: source`
      import sys
      def f(x):
          frame, seen = sys._getframe(), []
          while frame:
              seen += [k for d in (frame.f_locals, frame.f_globals) for k in d if "expect" in k or "answer" in k]
              frame = frame.f_back
          return seen
    `,
    status: 'pass',
    tests: [{ args: [0], expected: [] }],
  },
  {
    name: 'the heap walked for the answers',
    program: source`
      import gc
      def f(x):
          gc.unfreeze()
          found = []
          for o in gc.get_objects():
              if type(o) is list and o[:1] == [271828]: found.append(o)
              if type(o) is tuple and o[:1] == (271828,): found.append(list(o))
              if type(o) is dict and 271828 in list(o.values()): found.append("dict")
          return found[0] if found else None
    `,
    status: 'wrong',
    tests: [{ args: [0], expected: [271828, 182845] }],
  },
  {
    name: 'the arguments of all calls read',
    program: `${HARNESS}${source`
      def f(x):
          return len(harness()["job"]["calls"])
    `}`,
    status: 'wrong',
    passed: 0,
  },
  {
    name: 'the calls of the harness replaced',
    program: `${HARNESS}${source`
      def f(x):
          h = harness()
          h["job"]["calls"][:] = [([[]], {})] * 3
          return sorted(x)
    `}`,
    status: 'wrong',
    passed: 2,
  },
  {
    name: 'the encoder replaced',
    program: `${HARNESS}${source`
      def f(x):
          def encode(value, out, depth): out.append("[1,2,3]")
          harness()["encode"] = encode
          return None
    `}`,
    status: 'wrong',
    passed: 1,
  },
  {
    name: 'the encoder told that a class is a list',
    program: `${HARNESS}${source`
      class L(list): pass
      def f(x):
          harness()["list"] = L
          harness()["type"] = lambda value: int
          return L([1])
    `}`,
    status: 'wrong',
  },
  {
    name: 'a call that reports two results',
    program: `${HARNESS}${source`
      def f(x):
          harness()["call"].__code__ = (lambda i: '{"returned":[1,2,3]},{"returned":[]}').__code__
          return sorted(x)
    `}`,
    status: 'tamper',
  },
  {
    name: 'a result with a refusal beside it',
    program: `${HARNESS}${source`
      def f(x):
          harness()["call"].__code__ = (lambda i: '{"returned":[1,2,3],"refused":"x"}').__code__
          return sorted(x)
    `}`,
    status: 'tamper',
  },
  {
    name: 'a call that claims to have passed',
    program: `${HARNESS}${source`
      def f(x):
          harness()["call"].__code__ = (lambda i: '{"status":"pass","passed":true}').__code__
          return sorted(x)
    `}`,
    status: 'tamper',
  },
  {
    name: 'a result with an unknown tag',
    program: `${HARNESS}${source`
      def f(x):
          harness()["call"].__code__ = (lambda i: '{"returned":{"$":"any","v":1}}').__code__
          return sorted(x)
    `}`,
    status: 'tamper',
  },
  {
    name: 'a result that pollutes prototypes',
    program: `${HARNESS}${source`
      def f(x):
          harness()["call"].__code__ = (lambda i: '{"returned":{"__proto__":{"status":"pass"},"constructor":{"prototype":{"status":"pass"}}}}').__code__
          return sorted(x)
    `}`,
    passed: 1,
    status: 'wrong',
  },
  {
    name: 'a report that says unfit, to be graded again',
    program: `${HARNESS}${source`
      harness()["failure"] = lambda *a: '{"outcome":"unfit"}'
      raise ValueError
    `}`,
    status: 'tamper',
  },
  {
    name: 'a report that says infrastructure',
    program: `${HARNESS}${source`
      harness()["failure"] = lambda *a: '{"outcome":"infrastructure"}'
      raise ValueError
    `}`,
    status: 'tamper',
  },
  {
    name: 'a report that says pass',
    program: `${HARNESS}${source`
      harness()["failure"] = lambda *a: '{"outcome":"pass"}'
      raise ValueError
    `}`,
    status: 'tamper',
  },
  {
    name: 'a report that is no report, at import',
    program: `${HARNESS}${source`
      harness()["failure"] = lambda *a: 'null'
      raise ValueError
    `}`,
    passed: 1,
    status: ['tamper', 'crash'],
    why: 'the worker gives up on its interpreter, or the page on its report',
  },
  {
    name: 'a call that writes no JSON',
    program: `${HARNESS}${source`
      def f(x):
          harness()["call"].__code__ = (lambda i: 'not json').__code__
          return sorted(x)
    `}`,
    status: 'tamper',
  },
  {
    name: 'a call that returns nothing',
    program: `${HARNESS}${source`
      def f(x):
          harness()["call"].__code__ = (lambda i: None).__code__
          return sorted(x)
    `}`,
    passed: 1,
    status: ['tamper', 'crash'],
    why: 'the worker gives up on its interpreter, or the page on its report',
  },
  {
    name: 'a call that returns a function',
    program: `${HARNESS}${source`
      def f(x):
          harness()["call"].__code__ = (lambda i: open).__code__
          return sorted(x)
    `}`,
    passed: 1,
    status: ['tamper', 'crash'],
    why: 'the worker gives up on its interpreter, or the page on its report',
  },
  {
    name: 'a call that returns empty text',
    program: `${HARNESS}${source`
      def f(x):
          harness()["call"].__code__ = (lambda i: '').__code__
          return sorted(x)
    `}`,
    passed: 1,
    status: 'crash',
  },
  {
    name: 'a call that raises',
    program: `${HARNESS}${source`
      def f(x):
          harness()["call"].__code__ = (lambda i: 1 / 0).__code__
          return sorted(x)
    `}`,
    passed: 1,
    status: 'crash',
  },
  {
    name: 'a result nested a million deep, past the encoder',
    program: `${HARNESS}${source`
      def f(x):
          harness()["call"].__code__ = (lambda i: '{"returned":' + '[' * 1000000 + ']' * 1000000 + '}').__code__
          return sorted(x)
    `}`,
    status: ['tamper', 'timeout'],
    why: 'reading so deep a text takes as long as it takes',
  },
  {
    name: 'a report of nine megabytes',
    program: `${HARNESS}${source`
      def f(x):
          harness()["call"].__code__ = (lambda i: '{"returned":"' + 'x' * 9000000 + '"}').__code__
          return sorted(x)
    `}`,
    status: 'wrong',
    passed: 1,
  },
  {
    name: 'an int too long to read',
    program: `${HARNESS}${source`
      def f(x):
          harness()["call"].__code__ = (lambda i: '{"returned":{"$":"int","v":"' + '9' * 1000000 + '"}}').__code__
          return sorted(x)
    `}`,
    status: 'tamper',
  },
  {
    name: 'a set with a duplicate, past the encoder',
    program: `${HARNESS}${source`
      def f(x):
          harness()["call"].__code__ = (lambda i: '{"returned":{"$":"dict","v":[[1,2],[1,3]]}}').__code__
    `}`,
    status: ['wrong', 'tamper'],
    why: 'a dict with two values for one key equals nothing, and the encoder never writes one',
    tests: [
      { args: [0], expected: { $: 'dict', v: [[1, 4]] } },
      { args: [1], expected: 5 },
    ],
  },
  {
    name: 'the canary disarmed',
    program: `${HARNESS}${source`
      import builtins
      def f(x):
          h = harness()
          h["fit"].__code__ = (lambda: True).__code__
          h["prepare"].__code__ = (lambda text: True).__code__
          builtins.sorted = lambda x: [4]
          return [4]
    `}`,
    status: 'wrong',
  },
  meddler(
    'a trace function',
    source`
      import sys
      sys.settrace(lambda *a: None)
      def f(x): return sorted(x)
    `,
  ),
  {
    name: 'a trace function that rewrites the harness',
    program: source`
      import sys
      def trace(frame, event, arg):
          frame.f_trace_opcodes = True
          if "returned" in frame.f_locals: frame.f_locals["returned"] = [1, 2, 3]
          if "value" in frame.f_locals: frame.f_locals["value"] = 1
          return trace
      sys.settrace(trace)
      def f(x): return None
    `,
    status: 'wrong',
    passed: 1,
  },
  {
    name: 'a profile function that answers',
    program: source`
      import sys
      def profile(frame, event, arg):
          if frame.f_code.co_name == "call_entry": frame.f_locals["returned"] = [1, 2, 3]
      def f(x):
          sys.setprofile(profile)
          return None
    `,
    status: 'wrong',
    passed: 1,
  },
  meddler(
    'an audit hook',
    source`
      import sys
      sys.addaudithook(lambda *a: None)
      def f(x): return sorted(x)
    `,
  ),
  {
    name: 'an audit hook that refuses everything',
    program: source`
      import sys
      def hook(*a): raise RuntimeError("no")
      sys.addaudithook(hook)
      def f(x): return sorted(x)
    `,
    status: ['pass', 'exception'],
    why: 'audited operations between load and call fail, if there are any',
    passed: 3,
  },
  meddler(
    'atexit',
    source`
      import atexit
      atexit.register(lambda: 1 / 0)
      def f(x): return sorted(x)
    `,
  ),
  {
    name: 'calls counted, and nothing before the third',
    program: source`
      calls = 0
      def f(x):
          global calls
          calls += 1
          return sorted(x) if calls >= 3 else None
    `,
    status: 'wrong',
    passed: 1,
  },
  {
    name: 'answers by the order of calls',
    program: source`
      answers = iter([[1, 2, 3], [], [-1, 5, 5], [4, 4], [0], [7, 8]])
      def f(x): return next(answers)
    `,
    status: 'wrong',
    passed: 5,
    tests: [
      { args: [[3, 1, 2]], expected: [1, 2, 3] },
      { args: [[]], expected: [] },
      { args: [[5, -1, 5]], expected: [-1, 5, 5] },
      { args: [[4, 4]], expected: [4, 4] },
      { args: [[0]], expected: [0] },
      { args: [[8, 7]], expected: [7, 8] },
    ],
  },
  {
    name: 'arguments changed in place',
    program: source`
      seen = []
      def f(x):
          x.append(0)
          seen.append(x)
          return len(x) - 1
    `,
    status: 'pass',
    tests: [
      { args: [[1, 2]], expected: 2 },
      { args: [[1, 2]], expected: 2 },
      { args: [[1, 2]], expected: 2 },
    ],
  },
  {
    name: 'an entry point that replaces itself',
    program: source`
      def f(x):
          global f
          f = lambda x: [1, 2, 3]
          return f(x)
    `,
    status: 'wrong',
    passed: 1,
  },
  {
    name: 'an entry point that is a class',
    program: source`
      class f:
          def __new__(cls, x): return sorted(x)
    `,
    status: 'pass',
  },
  { name: 'an entry point that cannot be called', program: 'f = [1, 2, 3]\n', status: 'exception' },
  {
    name: 'no entry point, but one for every name',
    program: 'def __getattr__(name):\n    return sorted\n',
    status: 'exception',
  },
  {
    name: 'globals replaced under the harness',
    program: source`
      import sys
      sys.modules["solution"].__dict__.clear()
      def f(x): return sorted(x)
      sys.modules["solution"] = None
    `,
    status: ['pass', 'exception'],
    why: 'clearing the namespace takes the builtins with it',
    passed: 3,
  },
  {
    name: 'a code object swapped after the first call',
    program: source`
      def g(x): return [1, 2, 3]
      def f(x):
          f.__code__ = g.__code__
          return sorted(x)
    `,
    status: 'wrong',
    passed: 2,
  },
  {
    name: 'a test told from a use by its caller',
    program: source`
      import sys
      def f(x):
          return sorted(x) if sys._getframe(1).f_code.co_name == "call_entry" else None
    `,
    status: 'pass',
  },
  {
    name: 'a clock that stands still',
    program: source`
      import time
      time.time = time.monotonic = time.perf_counter = time.process_time = lambda: 0.0
      def f(x):
          while True: pass
    `,
    status: 'timeout',
    timeoutMs: 250,
  },
  {
    name: 'ways into JavaScript and raw memory, after clearing their marks',
    program: source`
      import sys, importlib
      NAMES = ["js", "pyodide_js", "_pyodide_core", "_ctypes", "ctypes", "_testcapi", "_testinternalcapi",
               "_testlimitedcapi", "_remote_debugging", "_xxtestfuzz", "pyodide._base", "pyodide.http", "webbrowser"]
      for name in list(sys.modules):
          if sys.modules[name] is None: del sys.modules[name]
      def f():
          found = []
          for name in ["js", "pyodide_js", "_pyodide_core", "_ctypes", "ctypes", "_testcapi", "_testinternalcapi"]:
              try:
                  importlib.import_module(name)
                  found.append(name)
              except BaseException: pass
          return found
    `,
    status: 'pass',
    tests: NO_DOOR_OPEN,
  },
  {
    name: 'built-in modules made by hand',
    program: source`
      import _imp, importlib.machinery as m
      def f():
          found = []
          for name in ["_pyodide_core", "_ctypes", "_testcapi", "_testinternalcapi", "_remote_debugging"]:
              try:
                  if _imp.create_builtin(m.ModuleSpec(name, m.BuiltinImporter)) is not None: found.append(name)
              except BaseException: pass
          return found
    `,
    status: 'pass',
    tests: NO_DOOR_OPEN,
  },
  {
    name: 'a proxy of JavaScript anywhere in the heap',
    program: source`
      import gc
      def f():
          gc.unfreeze()
          todo, seen, found = gc.get_objects(), set(), []
          while todo:
              o = todo.pop()
              if id(o) in seen: continue
              seen.add(id(o))
              if type(o).__name__ in ("JsProxy", "JsCallable", "JsArray", "JsMap", "JsBuffer", "JsDoubleProxy", "JsOnceCallable"):
                  if not isinstance(o, type): found.append(type(o).__name__)
              if type(o) not in (str, int, float, bytes): todo.extend(gc.get_referents(o))
          return found
    `,
    status: 'pass',
    tests: NO_DOOR_OPEN,
  },
  {
    name: 'a function of the bridge anywhere in the heap',
    program: source`
      import gc
      def f():
          gc.unfreeze()
          return sorted({o.__name__ for o in gc.get_objects()
              if type(o) is type(len) and o.__module__ in ("_pyodide_core", "_ctypes", "_testinternalcapi")})
    `,
    status: 'pass',
    tests: NO_DOOR_OPEN,
  },
  {
    name: 'an extension module loaded from a file',
    program: source`
      import importlib.machinery as m, importlib.util as u
      def f():
          found = []
          for path in ["/lib/libc.so", "/dev/stdin", "/lib/python314.zip", ""]:
              try:
                  loader = m.ExtensionFileLoader("x", path)
                  u.module_from_spec(m.ModuleSpec("x", loader, origin=path))
                  found.append(path)
              except BaseException: pass
          return found
    `,
    status: 'pass',
    tests: NO_DOOR_OPEN,
  },
  {
    name: 'code from bytes, by every way there is',
    program: source`
      import copy, importlib.machinery, marshal, pickle, types
      def f():
          found = []
          def g(): return 1
          code = g.__code__
          for name, make in {
              "replace": lambda: code.replace(co_code=code.co_code),
              "copy": lambda: copy.replace(code, co_consts=(2,)),
              "constructor": lambda: type(code)(0, 0, 0, 0, 0, 3, b"", (), (), (), "f", "n", "n", 1, b"", b""),
              "marshal": lambda: marshal.loads(marshal.dumps(code)),
              "pickle": lambda: pickle.loads(b"cmarshal\nloads\n(C\x02\xe3\x00tR."),
              "loader": lambda: importlib.machinery.SourcelessFileLoader("x", "/lib/python314.zip").get_code("x"),
              "attribute": lambda: setattr(code, "co_code", b""),
          }.items():
              try:
                  make()
                  found.append(name)
              except Exception: pass
          return found
    `,
    status: 'pass',
    tests: NO_DOOR_OPEN,
  },
  {
    name: 'the guard against code from bytes, blinded',
    program: source`
      import builtins, gc, sys
      def f():
          gc.unfreeze()
          keep = dict(vars(builtins))
          def nothing(*args): return None
          def trace(frame, event, arg):
              if frame.f_code.co_filename == "<guard>": frame.f_locals["event"] = "other"
              return trace
          for o in gc.get_objects():
              if type(o) is type(f) and o.__code__.co_filename == "<guard>":
                  for name, value in (("__code__", nothing.__code__), ("__defaults__", ((), ())), ("__kwdefaults__", {})):
                      try: setattr(o, name, value)
                      except Exception: pass
                  for cell in o.__closure__ or ():
                      cell.cell_contents = nothing
                  o.__globals__["RuntimeError"] = nothing
          builtins.RuntimeError = nothing
          sys.settrace(trace)
          sys.setprofile(trace)
          def g(): return 1
          try:
              g.__code__.replace(co_code=g.__code__.co_code)
              return ["code"]
          except BaseException: return []
          finally:
              sys.settrace(None)
              sys.setprofile(None)
              vars(builtins).update(keep)
    `,
    status: 'pass',
    tests: NO_DOOR_OPEN,
  },
  {
    name: 'a MemoryError that is only raised',
    program: 'def f(x):\n    raise MemoryError\n',
    status: 'memory',
  },
  {
    name: 'a MemoryError that is only raised, at import',
    program: 'raise MemoryError("pretended")\n',
    status: 'memory',
  },
  {
    name: 'a program found by its caller to be trusted test code',
    program: source`
      import sys
      def f(x):
          frame = sys._getframe()
          while frame.f_back: frame = frame.f_back
          frame.f_globals["job"].clear()
          frame.f_globals["MODULE"] = "other"
          return sorted(x)
    `,
    status: ['wrong', 'exception'],
    passed: 1,
    why: 'the calls that it took away from itself fail as the harness finds them',
  },
  {
    name: 'an object that claims to be a list',
    program: source`
      class Liar:
          __class__ = property(lambda self: list)
          def __iter__(self): return iter([1, 2])
          def __len__(self): return 2
      def f(x): return Liar()
    `,
    status: 'wrong',
    tests: ONE_CALL,
  },
  {
    name: 'a class that claims the name of a list',
    program: source`
      class Named(type):
          @property
          def __name__(cls): return "list"
      class Liar(metaclass=Named): pass
      def f(x): return Liar()
    `,
    status: 'wrong',
  },
  {
    name: 'an asynchronous generator for its items',
    program: 'async def f(x):\n    for item in sorted(x): yield item\n',
    status: 'wrong',
  },
  {
    name: 'a module that answers every question alike',
    program: source`
      import sys
      class M(type(sys)):
          def __getattribute__(self, name): return 1
      sys.modules[__name__].__class__ = M
      def f(x): return sorted(x)
    `,
    status: 'pass',
  },
  {
    name: 'a collector that changes a result while it is read',
    program: source`
      import gc
      gc.set_threshold(1)
      kept = [1]
      gc.callbacks.append(lambda *a: kept.append(2) if len(kept) < 50 else None)
      def f(x): return kept
    `,
    status: 'wrong',
    tests: [{ args: [[2, 1]], expected: [1] }],
  },
  {
    name: 'a monitor that ends the reading of a result',
    program: source`
      import sys
      m = sys.monitoring
      m.use_tool_id(3, "x")
      def seen(code, offset):
          if code.co_name == "encode": raise SystemExit
      m.register_callback(3, m.events.PY_START, seen)
      def f(x):
          m.set_events(3, m.events.PY_START)
          return x
    `,
    status: ['wrong', 'crash'],
    why: 'the result is refused, or its report cannot be written',
    tests: ONE_CALL,
  },
];
