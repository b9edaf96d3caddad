import { source, type Attack, type Innocent } from '../attack.ts';

/** A program that must find nothing of the one before it: the names of what it found, which must be none. */
const findsNothing = (program: string): Innocent => ({ program, tests: [{ args: [], expected: [] }] });

/** Code that runs before a right answer: whatever it leaves behind must be gone. */
const leaves = (name: string, code: string, next?: string): Attack => ({
  name,
  program: `${code}\ndef f(x):\n    return sorted(x)\n`,
  status: 'pass',
  ...(next === undefined ? {} : { next: findsNothing(next) }),
});

/** What a program could leave for the next one, through everything that outlives a function call. */
export const leaks: readonly Attack[] = [
  leaves(
    'globals and modules',
    source`
      import sys, types
      sys.modules["secret"] = types.ModuleType("secret")
      globals()["leak"] = 1
      sys.modules["__main__"].leak = 1
    `,
    source`
      import sys
      def f():
          found = [n for n in ("secret", "harness") if n in sys.modules]
          return found + [n for n in ("leak",) if n in globals() or hasattr(sys.modules["__main__"], n)]
    `,
  ),
  leaves('the whole table of modules', 'import sys\nsys.modules.clear()'),
  leaves(
    'modules made unimportable',
    'import sys\nfor m in ("math", "re", "json", "random", "collections"): sys.modules[m] = None',
  ),
  leaves(
    'attributes of modules',
    source`
      import math, random, string, re, json
      math.floor = math.pi = random.random = string.ascii_letters = re.match = json.dumps = None
    `,
    source`
      import math, random, re
      def f(): return [str(o) for o in (math.floor, math.pi, random.random, re.match) if o is None]
    `,
  ),
  leaves(
    'a file',
    source`
      try: open("/tmp/leak", "w").write("1")
      except OSError: pass
    `,
    'import os\ndef f():\n    return [p for p in os.listdir("/tmp") if p == "leak"]\n',
  ),
  leaves(
    'files by every call that makes them',
    source`
      import os, sqlite3, tempfile, zipfile, shutil, pathlib
      def quiet(action):
          try: action()
          except Exception: pass
      for action in (
          lambda: os.mkdir("/tmp/leak"), lambda: os.makedirs("/home/pyodide/leak"), lambda: os.symlink("/", "/tmp/leak"),
          lambda: os.rename("/tmp", "/leak"), lambda: os.truncate("/lib/python314.zip", 0), lambda: os.unlink("/lib/python314.zip"),
          lambda: os.open("/tmp/leak", os.O_CREAT | os.O_WRONLY), lambda: os.open("/tmp/leak", os.O_CREAT),
          lambda: os.open("/tmp", os.O_TRUNC), lambda: os.chmod("/lib/python314.zip", 0), lambda: os.chmod("/lib", 0),
          lambda: os.utime("/lib", (1, 1)), lambda: os.rmdir("/tmp"), lambda: sqlite3.connect("/tmp/leak").execute("create table t(a)"),
          lambda: tempfile.mkstemp(), lambda: shutil.copy("/lib/python314.zip", "/tmp/leak"), lambda: pathlib.Path("/tmp/leak").touch(),
          lambda: shutil.rmtree("/tmp"), lambda: os.replace("/tmp", "/leak"),
      ): quiet(action)
    `,
    source`
      import os
      def f():
          found = [p for p in ("/tmp/leak", "/home/pyodide/leak", "/leak") if os.path.lexists(p)]
          return found + [p for p in ("/tmp", "/lib/python314.zip") if not os.path.exists(p)] + os.listdir("/tmp")
    `,
  ),
  leaves(
    'the standard library rewritten through a mapping',
    source`
      import mmap, os
      for access in (mmap.ACCESS_WRITE, mmap.ACCESS_COPY):
          try:
              m = mmap.mmap(os.open("/lib/python314.zip", os.O_RDONLY), 0, access=access)
              m[:1000] = b"x" * 1000
              m.flush()
          except (OSError, ValueError, MemoryError): pass
    `,
    source`
      def f():
          head = open("/lib/python314.zip", "rb").read(2)
          return [] if head == b"PK" else [head.decode("latin1")]
    `,
  ),
  leaves(
    'the working directory',
    'import os\nos.chdir("/lib")',
    'import os\ndef f():\n    return [d for d in [os.getcwd()] if d != "/home/pyodide"]\n',
  ),
  leaves(
    'the environment',
    'import os\nos.environ["LEAK"] = "1"\nos.environ["HOME"] = "/"\nos.putenv("LEAK2", "1")',
    'import os\ndef f():\n    return [k for k in os.environ if "LEAK" in k] + ([] if os.path.expanduser("~") == "/home/pyodide" else ["HOME"])\n',
  ),
  leaves(
    'standard streams closed',
    'import os\nfor fd in range(64):\n    try: os.close(fd)\n    except OSError: pass',
    source`
      import os
      def f():
          os.write(1, b"out")
          os.write(2, b"err")
          return [] if os.read(0, 1) == b"" else ["input"]
    `,
  ),
  leaves(
    'standard streams replaced by others',
    source`
      import os
      w, r = os.open("/dev/null", os.O_WRONLY), os.open("/lib/python314.zip", os.O_RDONLY)
      os.dup2(w, 1)
      os.dup2(w, 2)
      os.dup2(r, 0)
      os.write(1, b"leak")
    `,
    'import sys\ndef f():\n    print("x")\n    return [t for t in [sys.stdin.read()] if t]\n',
  ),
  leaves(
    'flags of standard streams',
    source`
      import fcntl, os
      for fd in (0, 1, 2): fcntl.fcntl(fd, fcntl.F_SETFL, os.O_NONBLOCK | os.O_APPEND)
    `,
    source`
      import fcntl, os
      def f(): return [str(fd) for fd in (0, 1, 2) if fcntl.fcntl(fd, fcntl.F_GETFL) & (os.O_NONBLOCK | os.O_APPEND)]
    `,
  ),
  leaves(
    'open files and sockets',
    source`
      import os, socket
      keep = [os.open("/lib/python314.zip", os.O_RDONLY) for _ in range(200)]
      try: keep += [socket.socket() for _ in range(20)]
      except OSError: pass
    `,
    'import os\ndef f():\n    return [n for n in os.listdir("/proc/self/fd") if int(n) > 12]\n',
  ),
  leaves(
    'objects of the standard streams',
    'import sys\nsys.stdout = sys.stderr = sys.stdin = sys.__stdout__ = None',
    'import sys\ndef f():\n    print("x", file=sys.stderr)\n    return [n for n in ("stdout", "stderr", "stdin", "__stdout__") if getattr(sys, n) is None]\n',
  ),
  leaves(
    'a closed standard output object',
    'import sys\nsys.stdout.close()',
    'def f():\n    print("still here")\n    return []\n',
  ),
  leaves(
    'half a character on standard output',
    'import os\nos.write(1, b"\\xf0\\x9f\\x98")',
    'def f():\n    print("x")\n    return []\n',
  ),
  leaves(
    'the random state',
    'import random\nrandom.seed(42)\nrandom.random()\nrandom.Random.random = lambda self: 0.5',
    source`
      import random
      def f(): return [] if random.random() == 0.8444218515250481 else ["random"]
    `,
  ),
  leaves(
    'drawn entropy',
    'import os, secrets, uuid\nos.urandom(7)\nopen("/dev/urandom", "rb", buffering=0).read(13)\nopen("/dev/random", "rb").read(5)\nuuid.uuid4()',
  ),
  leaves(
    'a lower recursion limit',
    'import sys\nsys.setrecursionlimit(60)',
    'import sys\ndef f():\n    return [] if sys.getrecursionlimit() == 1000 else ["limit"]\n',
  ),
  leaves(
    'a higher recursion limit',
    'import sys\nsys.setrecursionlimit(10**6)',
    source`
      def f():
          def g(n): return g(n + 1)
          try: g(0)
          except RecursionError: return []
    `,
  ),
  leaves(
    'the digits of ints',
    'import sys\nsys.set_int_max_str_digits(640)',
    'def f():\n    return [] if len(str(10**4000)) == 4001 else ["digits"]\n',
  ),
  leaves(
    'a trace, a profile and a monitoring tool',
    source`
      import sys, threading
      sys.setprofile(lambda *a: None)
      sys.settrace(lambda *a: None)
      threading.settrace(lambda *a: None)
      sys.monitoring.use_tool_id(3, "leak")
      sys.monitoring.set_events(3, sys.monitoring.events.PY_START)
    `,
    source`
      import sys
      def f():
          found = [n for n in ("gettrace", "getprofile") if getattr(sys, n)() is not None]
          return found + [str(i) for i in range(6) if sys.monitoring.get_tool(i)]
    `,
  ),
  leaves(
    'an audit hook',
    source`
      import sys, builtins
      builtins.heard = []
      def hook(event, args): builtins.heard.append(event) if hasattr(builtins, "heard") else 1 / 0
      sys.addaudithook(hook)
    `,
    'import builtins\ndef f():\n    compile("1", "x", "eval")\n    return [n for n in ("heard",) if hasattr(builtins, n)]\n',
  ),
  leaves(
    'an audit hook that raises for ever',
    source`
      import sys
      state = {"on": False}
      def hook(event, args):
          if state["on"]: raise RuntimeError(event)
      sys.addaudithook(hook)
      import atexit
      class Later:
          def __del__(self): state["on"] = True
      keep = Later()
    `,
  ),
  leaves(
    'hooks for exceptions, displays and breakpoints',
    'import sys\nsys.excepthook = sys.displayhook = sys.breakpointhook = sys.unraisablehook = lambda *a: 1 / 0',
    'import sys\ndef f():\n    return [n for n in ("excepthook", "displayhook", "breakpointhook", "unraisablehook") if getattr(sys, n).__name__ == "<lambda>"]\n',
  ),
  leaves(
    'signal handlers',
    'import signal\nfor s in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):\n    signal.signal(s, signal.SIG_IGN)',
    'import signal\ndef f():\n    return [] if signal.getsignal(signal.SIGINT) is signal.default_int_handler else ["SIGINT"]\n',
  ),
  leaves(
    'an ignored interrupt',
    'import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nsignal.pthread_sigmask',
  ),
  leaves(
    'the collector off, with callbacks',
    source`
      import gc
      gc.disable()
      gc.set_threshold(1)
      gc.set_debug(gc.DEBUG_SAVEALL)
      gc.callbacks.append(lambda *a: 1 / 0)
      gc.unfreeze()
      gc.garbage.append("leak")
    `,
    'import gc\ndef f():\n    return [str(s) for s in (gc.callbacks, gc.garbage) if s] + ([] if gc.isenabled() and not gc.get_debug() else ["gc"])\n',
  ),
  leaves(
    'objects with finalizers, kept in cycles',
    source`
      import builtins, gc
      gc.disable()
      class Later:
          def __init__(self): self.me = self
          def __del__(self): builtins.leaked = True; builtins.sorted = None
      for i in range(100): Later()
    `,
    'import builtins, gc\ndef f():\n    gc.collect()\n    return [n for n in ("leaked",) if hasattr(builtins, n)]\n',
  ),
  leaves(
    'a weak reference with a callback on a shared object',
    source`
      import weakref, re
      def gone(ref): print("leak")
      keep = [weakref.ref(re.Pattern, gone), weakref.finalize(re.compile("a"), print, "leak")]
      weakref.WeakValueDictionary(a=re)
    `,
  ),
  leaves(
    'atexit',
    'import atexit\nfor i in range(1000): atexit.register(lambda: 1 / 0)',
    'import atexit\ndef f():\n    return [] if atexit._ncallbacks() < 100 else ["atexit"]\n',
  ),
  leaves(
    'import hooks and paths',
    source`
      import sys, importlib.abc
      class Finder(importlib.abc.MetaPathFinder):
          def find_spec(self, *a): raise ImportError("leak")
      sys.meta_path.insert(0, Finder())
      sys.path_hooks.insert(0, lambda p: 1 / 0)
      sys.path[:] = ["/nowhere"]
      sys.path_importer_cache.clear()
    `,
    source`
      import sys
      def f():
          import colorsys, wave
          return [str(h) for h in sys.meta_path if "Finder" in type(h).__name__ and type(h).__module__ == "solution"]
    `,
  ),
  leaves(
    'codecs',
    source`
      import codecs
      codecs.register(lambda name: codecs.lookup("utf-8") if name == "leak" else None)
      codecs.register_error("strict", lambda e: ("leak", e.end))
      codecs.register_error("leak", lambda e: ("", e.end))
      "x".encode("leak")
    `,
    source`
      def f():
          found = []
          for codec in ("leak",):
              try: "x".encode(codec); found.append(codec)
              except LookupError: pass
          try: b"\xff".decode(); found.append("strict")
          except UnicodeDecodeError: pass
          return found
    `,
  ),
  leaves(
    'warning filters',
    'import warnings\nwarnings.simplefilter("error")\nwarnings.showwarning = lambda *a, **k: 1 / 0',
    'import warnings\ndef f():\n    warnings.warn("x")\n    return []\n',
  ),
  leaves(
    'decimal contexts',
    source`
      import decimal
      decimal.getcontext().prec = 2
      decimal.DefaultContext.prec = 2
      decimal.setcontext(decimal.Context(prec=3, traps=[decimal.Inexact]))
    `,
    'import decimal\ndef f():\n    return [] if str(decimal.Decimal(1) / 3) == "0.3333333333333333333333333333" else ["decimal"]\n',
  ),
  leaves(
    'the locale',
    'import locale\ntry: locale.setlocale(locale.LC_ALL, "C")\nexcept Exception: pass\nlocale.getlocale = None',
  ),
  leaves(
    'the cache of compiled patterns',
    'import re\nre._cache[(str, "a+", 0)] = re._cache2[(str, "a+", 0)] = re.compile("leak")',
    'import re\ndef f():\n    return [] if re.findall("a+", "aab") == ["aa"] else ["re"]\n',
  ),
  leaves(
    'line caches and traceback limits',
    'import linecache, sys\nlinecache.cache["<program>"] = (1, None, ["leak\\n"], "<program>")\nsys.tracebacklimit = 0',
    'import linecache, sys\ndef f():\n    return [n for n in ("<program>",) if n in linecache.cache] + (["limit"] if hasattr(sys, "tracebacklimit") else [])\n',
  ),
  leaves(
    'interned names',
    source`
      import sys
      for i in range(10000): sys.intern("leak%d" % i)
    `,
  ),
  leaves(
    'caches of functions',
    source`
      import functools, typing, collections.abc
      functools.lru_cache = functools.cache = lambda *a, **k: (lambda g: lambda *x: None)
      functools.reduce = None
      typing.List = None
    `,
    'import functools, typing\ndef f():\n    @functools.cache\n    def g(n): return n\n    return [] if g(3) == 3 and typing.List[int] else ["cache"]\n',
  ),
  leaves(
    'abstract base classes',
    'import collections.abc, numbers\ncollections.abc.Mapping.register(int)\nnumbers.Integral.register(str)',
    'import collections.abc, numbers\ndef f():\n    return [str(v) for v, c in ((1, collections.abc.Mapping), ("", numbers.Integral)) if isinstance(v, c)]\n',
  ),
  leaves(
    'methods of classes written in Python',
    source`
      import collections, fractions, random, json, copy
      collections.Counter.most_common = fractions.Fraction.__add__ = random.Random.choice = None
      json.JSONEncoder.encode = copy._deepcopy_dispatch = None
      collections.OrderedDict, collections.deque = dict, list
    `,
    'import collections, fractions\ndef f():\n    return [] if collections.Counter("aab").most_common(1) == [("a", 2)] and fractions.Fraction(1, 2) + 1 == fractions.Fraction(3, 2) else ["classes"]\n',
  ),
  leaves(
    'pickling and copying registries',
    'import copyreg, copy\ncopyreg.dispatch_table[complex] = lambda c: "leak"\ncopyreg.pickle(type, lambda t: "leak")\ncopy._deepcopy_dispatch[list] = lambda v, memo: "leak"',
    'import copy\ndef f():\n    return [] if copy.deepcopy([1]) == [1] else ["copy"]\n',
  ),
  leaves(
    'context variables',
    'import contextvars\nv = contextvars.ContextVar("leak")\nv.set(1)',
    'import contextvars\ndef f():\n    return [v.name for v in contextvars.copy_context() if v.name == "leak"]\n',
  ),
  leaves(
    'the name and docstrings of builtins',
    'import builtins\nbuiltins.__name__ = "leak"\nbuiltins.leak = 1\nbuiltins._ = 2',
    'import builtins\ndef f():\n    return [n for n in ("leak", "_") if hasattr(builtins, n)]\n',
  ),
  leaves(
    'subclasses of builtin types',
    source`
      import builtins
      class Leak(int): pass
      class Deep(dict): pass
      builtins.keep = [Leak, Deep]
    `,
    'def f():\n    return [c.__name__ for t in (int, dict, list) for c in t.__subclasses__() if c.__name__ in ("Leak", "Deep")]\n',
  ),
  leaves(
    'hooks of generators and coroutines',
    source`
      import sys
      sys.set_asyncgen_hooks(print, print)
      sys.set_coroutine_origin_tracking_depth(50)
      sys.setswitchinterval(1e-9)
      sys.float_repr_style = "x"
      sys.set_int_max_str_digits(0)
    `,
    source`
      import sys
      def f():
          hooks = sys.get_asyncgen_hooks()
          return [n for n, changed in (("hooks", hooks.firstiter or hooks.finalizer), ("depth", sys.get_coroutine_origin_tracking_depth()), ("digits", sys.get_int_max_str_digits() != 4300), ("style", sys.float_repr_style != "short")) if changed]
    `,
  ),
  leaves(
    'the largest size',
    'import sys\nsys.maxsize = 5',
    'import sys\ndef f():\n    return [] if sys.maxsize == 2**63 - 1 else ["maxsize"]\n',
  ),
  leaves(
    'the wrapper of cached functions',
    source`
      import functools
      wrapper = functools._lru_cache_wrapper
      wrapper.__globals__["OrderedDict"] = wrapper.__globals__["PLAIN"] = None
      wrapper.__code__ = (lambda function, maxsize, typed, info: lambda *a: "leak").__code__
    `,
    source`
      import functools
      def f():
          @functools.lru_cache(maxsize=2)
          def g(n): return n
          @functools.cache
          def h(n): return n + h(n - 1) if n else 0
          return [v for v in (g(1), g(1), h(3), g.cache_info().hits) if v not in (1, 6)]
    `,
  ),
  leaves(
    'an asyncio loop in the middle of its work',
    source`
      import asyncio, selectors
      async def endless():
          while True: await asyncio.sleep(0.01)
      loop = asyncio.new_event_loop()
      asyncio.set_event_loop(loop)
      keep = [loop.create_task(endless()) for _ in range(20)]
      loop.call_later(0.05, loop.stop)
      loop.run_forever()
      asyncio.events._set_running_loop(loop)
      selectors.DefaultSelector = None
      type(loop)._make_self_pipe = None
    `,
    source`
      import asyncio
      async def later(n):
          await asyncio.sleep(0.01)
          return n
      async def both(): return await asyncio.gather(later(1), later(2))
      def f(): return [n for n in asyncio.run(both()) if n not in (1, 2)]
    `,
  ),
  leaves(
    'an asyncio loop',
    source`
      import asyncio
      try: asyncio.set_event_loop(asyncio.new_event_loop())
      except Exception: pass
    `,
  ),
  leaves(
    'timers',
    source`
      import signal
      try: signal.setitimer(signal.ITIMER_REAL, 0.05)
      except BaseException: pass
    `,
  ),
  leaves(
    'a dictionary watcher and a type cache filled',
    source`
      class C: pass
      for i in range(5000):
          setattr(C, "a%d" % i, i)
          getattr(C, "a%d" % i)
    `,
  ),
  leaves(
    'free lists filled',
    source`
      keep = [(i,) for i in range(10000)] + [[i] for i in range(10000)] + [{i: i} for i in range(10000)] + [float(i) for i in range(10000)]
      del keep
    `,
  ),
  leaves(
    'constants of the code of the standard library',
    source`
      import string, random
      random.choice.__func__.__code__ = (lambda self, seq: "leak").__code__
      string.capwords.__code__ = (lambda s, sep=None: "leak").__code__
      random.shuffle.__func__.__defaults__ = ()
    `,
    'import random, string\ndef f():\n    return [v for v in (random.choice("a"), string.capwords("b")) if v == "leak"]\n',
  ),
  leaves(
    'the default arguments of the standard library',
    'import json, textwrap\njson.dumps.__kwdefaults__["skipkeys"] = True\ntextwrap.dedent.__code__ = json.dumps.__code__',
    'import json\ndef f():\n    return [] if json.dumps.__kwdefaults__["skipkeys"] is False else ["defaults"]\n',
  ),
  leaves(
    'the timezone and the clock',
    'import os, time\nos.environ["TZ"] = "Asia/Tokyo"\ntime.tzname = ("JST", "JST")\ntime.time = time.sleep = None',
    'import time\ndef f():\n    return [n for n in time.tzname if "JST" in n] + ([] if time.time else ["time"])\n',
  ),
  leaves(
    'faulthandler and tracemalloc',
    'import faulthandler, tracemalloc\ntracemalloc.start()\ntry: faulthandler.enable()\nexcept Exception: pass',
    'import faulthandler, tracemalloc\ndef f():\n    return [n for n, m in (("tracemalloc", tracemalloc.is_tracing()), ("faulthandler", faulthandler.is_enabled())) if m]\n',
  ),
  leaves(
    'logging',
    'import logging\nlogging.basicConfig(level=1)\nlogging.disable(50)\nlogging.getLogger().handlers.append(None)',
    'import logging\ndef f():\n    return [str(h) for h in logging.getLogger().handlers]\n',
  ),
  {
    name: 'a raised exception kept alive with its frames',
    program: source`
      import sys, builtins
      def f(x):
          try: raise ValueError(x)
          except ValueError as e: builtins.kept = e
          raise builtins.kept
    `,
    status: 'exception',
    next: findsNothing(
      'import sys, builtins\ndef f():\n    return [n for n in ("kept",) if hasattr(builtins, n)] + [n for n in ("last_exc", "last_value") if hasattr(sys, n)]\n',
    ),
  },
  {
    name: 'a program that dies half-way through a change',
    program: source`
      import builtins, sys
      def f(x):
          builtins.max = None
          sys.path = None
          while True: pass
    `,
    status: 'timeout',
    timeoutMs: 250,
    next: findsNothing(
      'import sys\ndef f():\n    return [] if max([1, 2]) == 2 and sys.path else ["half"]\n',
    ),
  },
  {
    name: 'memory taken and a leak planted on the way',
    program: source`
      import builtins
      def f(x):
          builtins.planted = 1
          return [0] * 10**9
    `,
    status: 'memory',
    next: findsNothing(
      'import builtins\ndef f():\n    return [n for n in ("planted",) if hasattr(builtins, n)]\n',
    ),
  },
];
