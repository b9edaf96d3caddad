import { NO_DOOR_OPEN, ONE_CALL, source, type Attack, type Innocent } from '../attack.ts';

/** A program that must find nothing of the one before it. */
const findsNothing = (program: string): Innocent => ({ program, tests: [{ args: [], expected: [] }] });

/** Tries each of `actions`, an expression a line, and then answers rightly: nothing may have changed. */
const tries = (name: string, setup: string, actions: string, next?: string): Attack => ({
  name,
  program: [
    setup.trimEnd(),
    'def attempt(action):',
    '    try: print(action())',
    '    except (OSError, ValueError, AttributeError, MemoryError, OverflowError, ImportError, NotImplementedError) as e: print(repr(e)[:80])',
    ...actions
      .trim()
      .split('\n')
      .map((line) => `attempt(lambda: ${line.trim()})`),
    'def f(x):',
    '    return sorted(x)',
    '',
  ].join('\n'),
  status: 'pass',
  ...(next === undefined ? {} : { next: findsNothing(next) }),
});

const LIBRARY = '/lib/python314.zip';

/** Whether the archive of the standard library is whole, and modules that are not in memory yet still come out of it. */
const LIBRARY_IS_WHOLE = source`
  import zipfile
  def f():
      import calendar, wave, shlex, difflib, colorsys
      archive = zipfile.ZipFile("${LIBRARY}")
      found = [] if archive.testzip() is None and calendar.isleap(2024) and shlex.split("a b") == ["a", "b"] else ["changed"]
      return found if open("${LIBRARY}", "rb").read(4) == b"PK\x03\x04" else found + ["head"]
`;

/** Code that puts a module of one's own in the place of one in the archive, as far as the archive lets itself be written. */
const POISON = source`
  import fcntl, os, struct, zipimport, zlib
  def poison(name, code):
      entry = zipimport._zip_directory_cache["${LIBRARY}"][name]
      fd = os.open("${LIBRARY}", os.O_RDONLY)
      head = os.pread(fd, 30, entry[4])
      at = entry[4] + 30 + sum(struct.unpack("<HH", head[26:30]))
      packer = zlib.compressobj(9, zlib.DEFLATED, -15)
      data = code.encode().ljust(entry[2]) if entry[1] == 0 else packer.compress(code.encode()) + packer.flush()
      fcntl.fcntl(fd, fcntl.F_SETFL, os.O_RDWR)
      try: os.pwrite(fd, data, at)
      except OSError as error: print(error)
`;

/** Finds every class there is, also those that no module names any more. */
const ALL_CLASSES = source`
  def classes():
      seen, left = set(), [object]
      while left:
          c = left.pop()
          if id(c) in seen: continue
          seen.add(id(c))
          yield c
          try: left += type.__subclasses__(c)
          except TypeError: pass
`;

/** What the interpreter has outside its heap: files, descriptors, pipes, clocks, names, and the memory of the page. */
export const host: readonly Attack[] = [
  tries(
    'a file made writable after it was opened',
    `import fcntl, os\nfd = os.open("${LIBRARY}", os.O_RDONLY)`,
    `
      fcntl.fcntl(fd, fcntl.F_SETFL, os.O_RDWR)
      os.write(fd, b"XXXX")
      os.pwrite(fd, b"XXXX", 0)
      os.writev(fd, [b"XX", b"XX"])
      os.pwritev(fd, [b"XXXX"], 0)
    `,
    LIBRARY_IS_WHOLE,
  ),
  tries(
    'a file made to grow after it was opened',
    `import fcntl, os\nfd = os.open("${LIBRARY}", os.O_RDONLY)`,
    `
      fcntl.fcntl(fd, fcntl.F_SETFL, os.O_WRONLY | os.O_APPEND)
      os.write(fd, b"tail")
      os.ftruncate(fd, 10**8)
      os.posix_fallocate(fd, 0, 10**8)
    `,
    LIBRARY_IS_WHOLE,
  ),
  tries(
    'a file made empty after it was opened',
    `import fcntl, os\nfd = os.open("${LIBRARY}", os.O_RDONLY)`,
    `
      fcntl.fcntl(fd, fcntl.F_SETFL, os.O_RDWR | os.O_TRUNC)
      os.ftruncate(fd, 0)
      os.truncate(fd, 0)
      os.open("${LIBRARY}", os.O_RDONLY | os.O_TRUNC)
      open(fd, "r+b").truncate(0)
    `,
    LIBRARY_IS_WHOLE,
  ),
  {
    name: 'a module of the standard library replaced by one that raises',
    program: `${POISON}poison("calendar.py", "raise ImportError('poisoned')")\ndef f(x):\n    return sorted(x)\n`,
    status: 'pass',
    next: findsNothing(LIBRARY_IS_WHOLE),
  },
  {
    name: 'a module of the standard library replaced by one that gives the answer',
    program: `${POISON}poison("colorsys.py", "import builtins\\nbuiltins.sorted = lambda x: [1, 2]")\ndef f(x):\n    import colorsys\n    return sorted(x)[::-1]\n`,
    status: 'wrong',
    passed: 1,
    next: findsNothing(LIBRARY_IS_WHOLE),
  },
  {
    name: 'a byte changed in every file there is',
    program: source`
      import fcntl, os
      found = []
      for folder, _, names in os.walk("/"):
          for path in [os.path.join(folder, name) for name in names]:
              try:
                  fd = os.open(path, os.O_RDONLY)
                  fcntl.fcntl(fd, fcntl.F_SETFL, os.O_RDWR)
                  os.set_blocking(fd, False)
                  if path.startswith("/dev"): continue
                  if os.pwrite(fd, os.pread(fd, 1, 0), 0) == 1: found.append(path)
              except OSError: pass
      def f(): return found
    `,
    status: 'pass',
    tests: NO_DOOR_OPEN,
  },
  tries(
    'files mapped in every way',
    source`
      import mmap, os
      def written(**how):
          m = mmap.mmap(os.open("${LIBRARY}", os.O_RDONLY), 4096, **how)
          m[0:4] = b"MMAP"
          m.flush()
          m.close()
    `,
    `
      written(flags=mmap.MAP_SHARED, prot=mmap.PROT_WRITE)
      written(flags=mmap.MAP_SHARED, prot=mmap.PROT_READ | mmap.PROT_WRITE)
      written(flags=mmap.MAP_PRIVATE, prot=mmap.PROT_WRITE)
      written(flags=mmap.MAP_SHARED | mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_WRITE)
      written(access=mmap.ACCESS_COPY)
      written(access=mmap.ACCESS_WRITE)
      mmap.mmap(1, 4096)
    `,
    LIBRARY_IS_WHOLE,
  ),
  tries(
    'the calls that copy from file to file',
    `import os\nlibrary = os.open("${LIBRARY}", os.O_RDONLY)`,
    `
      os.sendfile(library, os.open("/dev/urandom", os.O_RDONLY), 0, 4)
      os.copy_file_range(os.open("/dev/urandom", os.O_RDONLY), library, 4)
      os.splice(library, library, 4)
      os.sendfile(1, library, 0, 10**6)
    `,
    LIBRARY_IS_WHOLE,
  ),
  tries(
    'what files say about themselves',
    `import os\nfd = os.open("${LIBRARY}", os.O_RDONLY)`,
    `
      os.utime("/tmp", (1, 1))
      os.utime(fd, (1, 1))
      os.utime("/lib", ns=(1, 1), follow_symlinks=False)
      os.chmod("/tmp", 0)
      os.fchmod(fd, 0)
      os.lchmod("/tmp", 0)
      os.chown("/tmp", 1, 1)
      os.fchown(fd, 1, 1)
      os.lchown("/dev/stdout", 1, 1)
      os.setxattr("/tmp", "user.a", b"b")
      os.umask(0o777)
    `,
    'import os\ndef f():\n    return [name for name in ("/tmp", "/lib") if os.stat(name).st_mtime == 1 or os.stat(name).st_mode & 0o777 == 0]\n',
  ),
  tries(
    'new names for files',
    'import os',
    `
      os.link("${LIBRARY}", "/tmp/a")
      os.symlink("${LIBRARY}", "/tmp/b")
      os.mknod("/tmp/c")
      os.mkfifo("/tmp/d")
      os.mknod("/tmp/e", 0o20666, os.makedev(1, 3))
      os.rename("${LIBRARY}", "/lib/f")
      os.replace("/dev/urandom", "/dev/random")
      os.remove("/dev/null")
      os.removedirs("/dev/shm/tmp")
    `,
    'import os\ndef f():\n    return os.listdir("/tmp") + [p for p in ("/lib/f",) if os.path.lexists(p)] + [p for p in ("/dev/null", "/dev/shm/tmp") if not os.path.exists(p)]\n',
  ),
  {
    name: 'a descriptor of a file in the place of standard output',
    program: source`
      import fcntl, os
      os.dup2(os.open("${LIBRARY}", os.O_RDONLY), 1)
      fcntl.fcntl(1, fcntl.F_SETFL, os.O_RDWR)
      def f(x):
          print("print into the library", flush=True)
          return sorted(x)
    `,
    status: 'exception',
    next: findsNothing(LIBRARY_IS_WHOLE),
  },
  tries(
    'a file in the place of standard input, half read',
    `import os\nos.dup2(os.open("${LIBRARY}", os.O_RDONLY), 0)`,
    'os.read(0, 1000)',
    'import os, sys\ndef f():\n    return [t for t in [sys.stdin.read(), os.read(0, 10).decode()] if t]\n',
  ),
  tries(
    'every descriptor there may be',
    source`
      import os
      keep = []
      try:
          for i in range(10**5): keep.append(os.open("/dev/null", os.O_RDONLY))
      except OSError: print(len(keep))
      assert len(keep) < 1100
    `,
    'os.dup(1)',
    'import os\ndef f():\n    return [n for n in os.listdir("/proc/self/fd") if int(n) > 3]\n',
  ),
  tries(
    'a descriptor of an enormous number',
    'import fcntl, os',
    `
      fcntl.fcntl(1, fcntl.F_DUPFD, 2**31 - 1)
      fcntl.fcntl(1, fcntl.F_DUPFD, 10**6)
      fcntl.fcntl(1, fcntl.F_DUPFD_CLOEXEC, 2**31 - 1)
      fcntl.fcntl(1, fcntl.F_DUPFD, -1)
      os.dup2(1, 2**31 - 1)
      os.dup2(1, 10**6)
      len(os.listdir("/proc/self/fd"))
    `,
  ),
  tries(
    'descriptors left open in the middle of files and folders',
    source`
      import fcntl, os
      keep = [os.open("${LIBRARY}", os.O_RDONLY), os.open("/", os.O_RDONLY), fcntl.fcntl(1, fcntl.F_DUPFD, 200)]
      folder = os.scandir("/dev")
      next(folder)
    `,
    `
      os.lseek(keep[0], 1000, 0)
      os.listdir(keep[1])
      os.fchdir(keep[1])
      os.set_inheritable(1, False)
      os.posix_fadvise(keep[0], 0, 0, os.POSIX_FADV_DONTNEED)
    `,
    'import os\ndef f():\n    return [n for n in os.listdir("/proc/self/fd") if int(n) > 3] + ([] if os.getcwd() == "/home/pyodide" else ["cwd"])\n',
  ),
  tries(
    'descriptors opened by the names of descriptors',
    'import os',
    `
      open("/proc/self/fd/0").read()
      os.open("/proc/self/fd/1", os.O_RDWR)
      os.close(3)
      open("/dev/stdout").read()
      os.read(1, 10)
    `,
  ),
  tries(
    'a terminal that collects what is written to it',
    'import fcntl, os',
    `
      os.write(os.open("/dev/tty", os.O_WRONLY), b"x" * 10**7)
      os.write(os.open("/dev/tty1", os.O_WRONLY), b"x" * 10**7)
      fcntl.fcntl(os.open("/dev/tty", os.O_RDONLY), fcntl.F_SETFL, os.O_RDWR)
    `,
  ),
  {
    name: 'four hundred megabytes in a pipe',
    program: source`
      import os
      r, w = os.pipe()
      block = b"x" * (1 << 20)
      def f(x):
          for i in range(400): os.write(w, block)
          return sorted(x)
    `,
    status: 'exception',
    tests: ONE_CALL,
  },
  tries(
    'pipes, for the numbers in their names',
    'import os, socket',
    `
      [os.pipe() for _ in range(100)]
      os.readlink("/proc/self/fd/%d" % os.pipe()[0])
      socket.socketpair()
      os.popen("true").read()
    `,
    source`
      import os
      def f():
          r, w = os.pipe()
          assert os.write(w, b"ab") == 2 and os.read(r, 1) + os.read(r, 9) == b"ab"
          return [n for n in [os.readlink("/proc/self/fd/%d" % r)] if n != "pipe"]
    `,
  ),
  {
    name: 'pipes without end, each filled',
    program: source`
      import os
      def f(x):
          while True: os.write(os.pipe()[1], b"x" * 10**6)
    `,
    status: 'exception',
    tests: ONE_CALL,
  },
  {
    name: 'a pipe that is read before anything is in it',
    program: 'import os\nr, w = os.pipe()\ndef f(x):\n    return os.read(r, 1)\n',
    status: 'exception',
  },
  {
    name: 'interrupts written to a pipe',
    program: source`
      import os, signal
      r, w = os.pipe()
      os.set_blocking(w, False)
      signal.set_wakeup_fd(w)
      def f(x):
          while True: pass
    `,
    status: 'timeout',
    timeoutMs: 400,
  },
  tries(
    'sockets, filled and left',
    'import socket',
    `
      socket.socket()
      socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      socket.socket(fileno=1)
      socket.fromfd(1, socket.AF_INET, socket.SOCK_STREAM)
      socket.create_server(("", 0))
    `,
  ),
  tries(
    'names of hosts, each given the next address',
    'import socket',
    `
      [socket.gethostbyname("host%d.invalid" % i) for i in range(300)]
      [socket.getaddrinfo("host%d.invalid" % i, 80) for i in range(300)]
      socket.gethostbyname_ex("a.invalid")
      socket.gethostbyaddr("172.29.1.0")
      socket.getnameinfo(("172.29.1.0", 80), 0)
    `,
    source`
      import socket
      def f():
          found = []
          for look in (socket.gethostbyname, socket.gethostbyname_ex):
              try: found.append(str(look("victim.invalid")))
              except OSError: pass
          return found
    `,
  ),
  tries(
    'names of protocols, kept as addresses in the heap',
    'import socket',
    'socket.getprotobyname("tcp")\nsocket.getprotobyname("x" * 10**6)',
    source`
      import socket
      def f():
          keep = [bytes(1000) for _ in range(1000)]
          try: return [n for n in [socket.getprotobyname("tcp")] if n != 6]
          except OSError: return []
    `,
  ),
  tries(
    'paths of a hundred megabytes',
    'import os\nlong, deep = "a" * 10**8, "/a" * 10**7',
    `
      os.stat(long)
      os.lstat(deep)
      open(long)
      open(deep)
      os.chdir("./" * 10**7)
      os.access(deep, os.R_OK)
      os.readlink(deep)
      os.statvfs(long)
      os.mkdir(deep)
      os.symlink(deep, long)
      os.listdir(deep)
    `,
  ),
  tries(
    'names and commands of a hundred megabytes',
    'import os, socket\nlong = "a" * 10**7',
    `
      socket.getaddrinfo(long, 80)
      socket.gethostbyname(long)
      os.system(long)
      os.execv(long, [long])
      os.posix_spawn(long, [long], {})
    `,
  ),
  {
    name: 'an environment without end',
    program: source`
      import os
      def f(x):
          i = 0
          while True:
              os.environ["V%d" % i] = "x" * 10**5
              i += 1
    `,
    status: ['memory', 'exception'],
    why: 'a variable that cannot be kept is an OSError',
    tests: ONE_CALL,
  },
  {
    name: 'a thousand million bytes of entropy',
    program: 'import os\ndef f(x):\n    return os.urandom(10**9)[:2]\n',
    status: 'memory',
    tests: ONE_CALL,
  },
  {
    name: 'a device read to its end',
    program: 'def f(x):\n    return len(open("/dev/urandom", "rb").read())\n',
    status: ['memory', 'timeout'],
    why: 'which limit comes first depends on how fast the machine is',
    timeoutMs: 5000,
    tests: ONE_CALL,
  },
  {
    name: 'memory mapped without a file',
    program: source`
      import mmap
      def f(x):
          keep = []
          while True: keep.append(mmap.mmap(-1, 1 << 24))
    `,
    status: ['memory', 'exception'],
    why: 'a map that cannot be made is an OSError, in which there may be too little memory for a report',
    tests: ONE_CALL,
  },
  tries(
    'one write of a thousand pieces',
    'import os\nblock = b"x" * 10**6',
    'os.writev(1, [block] * 1000)\nos.write(1, b"\\xff" * 10**7)\nos.write(2, block)',
  ),
  tries(
    'every second call to a device that fails',
    'import os',
    'all(attempt(lambda: open("/dev/stdout").read()) for _ in range(3000))',
  ),
  {
    name: 'two seconds slept away',
    program: 'import time\ntime.sleep(2.2)\ndef f(x):\n    return sorted(x)\n',
    status: 'pass',
    next: findsNothing(source`
      import time
      def f():
          clocks = (time.time, 1767225600), (time.monotonic, 86400), (time.perf_counter, 86400), (time.process_time, 0)
          return [clock.__name__ for clock, began in clocks if not 0 <= clock() - began < 2]
    `),
  },
  tries(
    'clocks set to another time',
    'import time',
    'time.clock_settime(time.CLOCK_REALTIME, 0)\ntime.clock_settime_ns(time.CLOCK_REALTIME, 10**18)\ntime.tzset()',
  ),
  tries(
    'an alarm for the next program',
    'import signal',
    'signal.signal(signal.SIGALRM, lambda *a: 1 / 0)\nsignal.setitimer(signal.ITIMER_REAL, 0.1, 0.1)\nsignal.setitimer(signal.ITIMER_PROF, 0.1, 0.1)',
    source`
      import time
      def f():
          end = time.monotonic() + 0.4
          while time.monotonic() < end: pass
          return []
    `,
  ),
  tries(
    'libraries loaded by the path of a file',
    source`
      import _imp
      from importlib.machinery import ModuleSpec
      spec = ModuleSpec("leak", None, origin="${LIBRARY}")
    `,
    '_imp.create_dynamic(spec)\n_imp.create_dynamic(spec)',
    source`
      import _imp
      from importlib.machinery import ModuleSpec
      def f():
          try: return [str(_imp.create_dynamic(ModuleSpec("leak", None, origin="${LIBRARY}")))]
          except ImportError: return []
    `,
  ),
  {
    name: "an exception of JavaScript, made by its class, and what hangs on the worker's own Error",
    program: `${ALL_CLASSES}${source`
      def f(x):
          for c in classes():
              if c.__name__ != "JsException": continue
              try: error = c("x")
              except NameError: continue
              error.constructor.leak = sorted
              error.constructor.prototype.toJSON = error.constructor
          return sorted(x)
    `}`,
    status: 'crash',
  },
  {
    name: 'every class of the bridge made, whatever it takes',
    program: `${ALL_CLASSES}${source`
      def f(x):
          for c in list(classes()):
              if "pyodide" not in str(c.__module__): continue
              for arguments in ((), ("x",), ("x", "y")):
                  try: made = c(*arguments)
                  except Exception: continue
                  for name in dir(made):
                      try: getattr(made, name)()
                      except Exception: pass
          return sorted(x)
    `}`,
    status: ['crash', 'pass'],
    why: 'what leads to JavaScript ends the interpreter; the rest is harmless',
    passed: 3,
  },
  {
    name: 'code from bytes in an interpreter of its own',
    program: source`
      def f():
          found = []
          for name in ("_interpreters", "_xxsubinterpreters", "concurrent.interpreters", "_testinternalcapi"):
              try:
                  module = __import__(name, fromlist=["create"])
                  found.append(str(module.create()))
              except (ImportError, AttributeError, RuntimeError): pass
          return found
    `,
    status: 'pass',
    tests: NO_DOOR_OPEN,
  },
  {
    name: 'code from bytes as if it were frozen',
    program: source`
      import _imp
      def f():
          found = []
          for data in (b"\xe3" + bytes(40), b"", b"N"):
              try: found.append(str(_imp.get_frozen_object("x", data)))
              except (ImportError, ValueError, RuntimeError, EOFError, TypeError): pass
          return found
    `,
    status: 'pass',
    tests: NO_DOOR_OPEN,
  },
  {
    name: 'a program that starts programs',
    program: 'import subprocess\ndef f(x):\n    return subprocess.run(["true"]).returncode\n',
    status: 'exception',
  },
  { name: 'a fork', program: 'import os\ndef f(x):\n    return os.fork()\n', status: 'exception' },
];
