import { NO_DOOR_OPEN, source, type Attack } from '../attack.ts';

/** Programs that look for what the page keeps, or for a place of their own to keep things. */
export const storage: readonly Attack[] = [
  {
    name: 'a database file',
    program: source`
      import sqlite3
      def f():
          try:
              db = sqlite3.connect("/home/pyodide/posterior.db")
              db.execute("create table t (a)")
              return ["sqlite"]
          except sqlite3.Error: return []
    `,
    status: 'pass',
    tests: NO_DOOR_OPEN,
  },
  {
    name: 'a shelf',
    program: source`
      import shelve
      def f():
          try:
              shelve.open("/tmp/shelf")["a"] = 1
              return ["shelve"]
          except Exception: return []
    `,
    status: 'pass',
    tests: NO_DOOR_OPEN,
  },
  {
    name: 'the file systems of the browser, mounted',
    program: source`
      import os
      def f():
          return [p for p in ("/idbfs", "/opfs", "/mnt", "/persist", "/nodefs", "/host") if os.path.exists(p)]
    `,
    status: 'pass',
    tests: NO_DOOR_OPEN,
  },
  {
    name: 'everything that can be written to and keeps it',
    program: source`
      import os
      def f():
          found = []
          for folder, folders, files in os.walk("/"):
              if folder.startswith("/proc"): continue
              for path in [os.path.join(folder, n) for n in files] + [os.path.join(folder, "new")]:
                  try:
                      os.close(os.open(path, os.O_WRONLY | os.O_CREAT))
                      if path != os.devnull: found.append(path)
                  except OSError: pass
          return found
    `,
    status: 'pass',
    tests: NO_DOOR_OPEN,
  },
  {
    name: 'the files of the machine',
    program: source`
      def f():
          found = []
          for path in ("/etc/passwd", "/root/.ssh/id_rsa", "/proc/self/environ", "/proc/1/cmdline", "/work", "C:/Windows"):
              try:
                  open(path).read()
                  found.append(path)
              except OSError: pass
          return found
    `,
    status: 'pass',
    tests: NO_DOOR_OPEN,
  },
  {
    name: 'secrets in the environment',
    program: source`
      import os
      def f():
          return [k for k in os.environ if any(s in k.upper() for s in ("KEY", "TOKEN", "SECRET", "PASS"))]
    `,
    status: 'pass',
    tests: NO_DOOR_OPEN,
  },
  {
    name: "the page's storage through the bridge",
    program: source`
      import sys
      for name in list(sys.modules):
          if sys.modules[name] is None: del sys.modules[name]
      def f():
          found = []
          for name in ("indexedDB", "localStorage", "caches", "navigator", "document", "postMessage", "self"):
              try:
                  found.append(getattr(__import__("js"), name) and name)
              except BaseException: pass
          return found
    `,
    status: 'pass',
    tests: NO_DOOR_OPEN,
  },
];
