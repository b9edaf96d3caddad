import type { Test } from '../../../src/sandbox/types.ts';
import { source, type Innocent } from './attack.ts';

/**
 * Programs that an honest author might write, run after every attack. They use what attacks spoil, and describe the
 * interpreter that they find: the description is taken once in an untouched worker and must never change.
 */
const PYTHON_PROGRAM = source`
  import bisect, builtins, collections, contextlib, copy, datetime, decimal, fcntl, functools, gc, hashlib, heapq, io, itertools
  import json, locale, math, operator, os, random, re, signal, socket, statistics, string, sys, time, typing, warnings, zlib
  from dataclasses import dataclass

  @dataclass
  class Point:
      x: int
      y: float = 0.5

  def library():
      out = io.StringIO()
      with contextlib.redirect_stdout(out): print("captured")
      return [
          sorted("hello"), sum(range(10)), max(3, 1), len([0] * 4), abs(-2), list(map(str, [1, 2])), str(Point(1)),
          json.loads(json.dumps({"a": [1, 2.5, None]})), re.findall(r"\d+", "a12b3"), math.gcd(12, 18),
          dict(collections.Counter("abca")), list(itertools.permutations([1, 2])), functools.reduce(operator.mul, [1, 2, 3]),
          heapq.nsmallest(2, [3, 1, 2]), bisect.bisect([1, 3], 2), statistics.mean([1, 2, 3]), string.ascii_lowercase[:3],
          str(decimal.Decimal(1) / 3), hashlib.md5(b"a").hexdigest(), str(datetime.date(2020, 2, 29)), copy.deepcopy([[1]]),
          out.getvalue(), str(typing.List[int]), f"{3.14159:.2f}", "caf\u00e9".encode().hex(), eval("1 + 1"), isinstance(True, int),
      ]

  def interpreter():
      fds = []
      for fd in range(3):
          s = os.fstat(fd)
          fds.append([fd, s.st_mode, s.st_ino, os.isatty(fd), fcntl.fcntl(fd, fcntl.F_GETFL)])
      return [
          hash("abc"), random.random(), random.getrandbits(64), os.urandom(4).hex(),
          open("/dev/urandom", "rb", buffering=0).read(4).hex(), list({"a", "b", "c", "d", "e"}),
          sys.getrecursionlimit(), sys.get_int_max_str_digits(), sys.getswitchinterval(), sys.gettrace() is None, sys.getprofile() is None,
          sorted(sys.modules), [type(f).__name__ for f in sys.meta_path], len(sys.path_hooks), sys.path, sys.flags.hash_randomization,
          sorted(vars(builtins)), sorted(globals()), gc.isenabled(), gc.get_threshold(), len(gc.callbacks), len(gc.garbage),
          [str(f) for f in warnings.filters], str(decimal.getcontext()), locale.setlocale(locale.LC_ALL), time.tzname,
          str(signal.getsignal(signal.SIGINT)), os.getcwd(), dict(os.environ), os.listdir("/"), os.listdir("/tmp"), os.listdir("/home/pyodide"),
          os.listdir("/proc/self/fd"), fds, sys.stdin.read(), os.path.getsize("/lib/python314.zip"), id(object()) > 0,
          [m for m in range(6) if sys.monitoring.get_tool(m)], len(object.__subclasses__()), len(int.__subclasses__()),
      ]

  def told(action):
      try: return action()
      except OSError as e: return str(e)

  def descriptors():
      found = []
      for fd in range(256):
          stat = told(lambda: tuple(os.fstat(fd)))
          if "Bad file descriptor" in stat: continue
          found.append([fd, stat, told(lambda: fcntl.fcntl(fd, fcntl.F_GETFL)), told(lambda: os.lseek(fd, 0, 1)), told(lambda: os.readlink("/proc/self/fd/%d" % fd))])
      return found

  def files():
      found = []
      for folder, folders, names in os.walk("/"):
          for path in [folder] + [os.path.join(folder, name) for name in names]:
              stat = told(lambda: os.lstat(path))
              whole = type(stat) is not str and stat.st_mode & 0o170000 == 0o100000
              found.append([path, str(stat), zlib.crc32(open(path, "rb").read()) if whole else 0])
      return found

  def outside():
      clocks = [time.time() - 1767225600, time.monotonic() - 86400, time.perf_counter() - 86400, time.process_time()]
      return [
          [-1 < seconds < 5 for seconds in clocks], str(os.statvfs("/")), told(lambda: [[str(os.fstat(fd)), os.readlink("/proc/self/fd/%d" % fd)] for fd in os.pipe()]), told(socket.socket), socket.gethostname(),
          [told(lambda: look("name.invalid")) for look in (socket.gethostbyname, socket.gethostbyname_ex, socket.getprotobyname)],
          told(lambda: socket.getaddrinfo("name.invalid", 80)), os.umask(0), sorted(os.environ.items()), told(lambda: open("/dev/tty")),
          [[name, told(lambda: os.sysconf(name))] for name in sorted(os.sysconf_names)], hex(id(object())),
      ]

  QUESTIONS = {"library": library, "interpreter": interpreter, "descriptors": descriptors, "files": files, "outside": outside}
  def f(what):
      print("innocent", what)
      return [json.loads(json.dumps(v, default=str)) for v in QUESTIONS[what]()]
`;

const JAVASCRIPT_PROGRAM = source`
  class Point { constructor(x) { this.x = x; } get double() { return this.x * 2; } }
  function* count(n) { for (let i = 0; i < n; i++) yield i; }
  function library() {
    return [
      [3, 1, 2].sort(), [...'h\u00e9llo'].length, new Point(2).double, [...count(3)], JSON.parse(JSON.stringify({ a: [1, 2.5, null] })),
      'a12b3'.match(/\d+/g), Math.max(3, 1), [...new Set([1, 1, 2])], [...new Map([['a', 1]])], Object.keys({ b: 1, a: 2 }),
      [1, 2, 3].map((x) => x * 2).filter((x) => x > 2).reduce((a, b) => a + b, 0), (123.456).toFixed(1), parseInt('42px'),
      String(2n ** 64n), [1, [2, [3]]].flat(Infinity), 'abc'.split('').reverse().join(''), Number.MAX_SAFE_INTEGER, typeof Symbol.iterator,
      Object.entries({ a: 1 }), Array.from({ length: 3 }, (_, i) => i), 'x'.padStart(3, '-'), isNaN(NaN), [0, -0].includes(-0), 0.1 + 0.2,
    ];
  }
  function interpreter() {
    const names = (o) => Reflect.ownKeys(o).map(String).sort();
    return [
      names(globalThis), ...[Object, Function, Array, String, Number, Boolean, Symbol, Promise, RegExp, Error, Map, Set, WeakMap, JSON, Math, Reflect]
        .flatMap((o) => [names(o), o.prototype ? names(o.prototype) : []]),
      Object.isExtensible(Object.prototype), Math.random(), Math.random(), String(Array.prototype.push), String(Function.prototype.call),
    ];
  }
  function f(what) {
    return what === 'library' ? library() : interpreter();
  }
`;

export const INNOCENT = { python: PYTHON_PROGRAM, javascript: JAVASCRIPT_PROGRAM } as const;

/** What it must find: `found` is what it found in an untouched worker. */
export function innocent(language: keyof typeof INNOCENT, found: readonly Test[]): Innocent {
  return { program: INNOCENT[language], tests: found };
}

const QUESTIONS = {
  python: ['library', 'interpreter', 'descriptors', 'files', 'outside'],
  javascript: ['library', 'interpreter'],
} as const;

/** One call for each part of the description. */
export function questions(language: keyof typeof INNOCENT): Test[] {
  return QUESTIONS[language].map((part) => ({ args: [part], expected: null }));
}
