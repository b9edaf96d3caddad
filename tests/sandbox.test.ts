import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Submission, Verdict } from '../src/sandbox/types.ts';
import { sandboxAssets } from '../vite.sandbox.ts';
import { openTestPage, type TestPage } from './support/page.ts';

let test: TestPage;

const SORTING: Submission['tests'] = [
  { args: [[3, 1, 2]], expected: [1, 2, 3] },
  { args: [[]], expected: [] },
  { args: [[5, 5, -1]], expected: [-1, 5, 5] },
];
const INNOCENT = 'def f(x):\n    return sorted(x)\n';

function submission(id: string, program: string | null, more: Partial<Submission> = {}): Submission {
  return { id, program, entry: 'f', tests: SORTING, ...more };
}

/** Grades in the page; the sandbox stays between calls, as it does in the app. */
async function grade(...submissions: Submission[]): Promise<Verdict[]> {
  return test.page.evaluate(`sandbox.grade(${JSON.stringify(submissions)})`) as unknown as Promise<Verdict[]>;
}

/** Grades a hostile program and, after it, an innocent one that must still pass. */
async function attack(program: string, more: Partial<Submission> = {}): Promise<Verdict> {
  const [verdict] = await grade(submission('attack', program, { timeoutMs: 500, ...more }));
  const after = await grade(submission('after-1', INNOCENT), submission('after-2', INNOCENT));
  expect(after.map((each) => each.status)).toEqual(['pass', 'pass']);
  if (!verdict) throw new Error('no verdict');
  return verdict;
}

beforeAll(async () => {
  test = await openTestPage();
  await test.page.evaluate(`(async () => {
    const { createSandbox } = await import('/src/sandbox/index.ts');
    globalThis.sandbox = createSandbox({ workers: 1, timeoutMs: 2000 });
    await sandbox.warm();
  })()`);
});
afterAll(() => test?.close());

describe('ordinary programs', () => {
  it('passes a right program, with one result per test in the order of the tests', async () => {
    const [verdict] = await grade(submission('right', INNOCENT));
    expect(verdict).toMatchObject({ id: 'right', status: 'pass', passed: 3, total: 3 });
    expect(verdict?.tests.map((each) => each.got)).toEqual([[1, 2, 3], [], [-1, 5, 5]]);
  });

  it('reports a wrong value beside those that are right', async () => {
    const [verdict] = await grade(submission('wrong', 'def f(x):\n    print("seen", x)\n    return x\n'));
    expect(verdict).toMatchObject({ status: 'wrong', passed: 1 });
    expect(verdict?.tests.map((each) => each.status)).toEqual(['wrong', 'pass', 'wrong']);
    expect(verdict?.output).toContain('seen []');
  });

  it('reports an exception with its line', async () => {
    const [verdict] = await grade(submission('raises', 'def f(x):\n    y = x[0]\n    return sorted(x)\n'));
    expect(verdict).toMatchObject({ status: 'exception', passed: 2 });
    expect(verdict?.tests[1]).toEqual({
      status: 'exception',
      error: 'IndexError: list index out of range (line 2)',
    });
  });

  it('reports a syntax error with its line and runs no test', async () => {
    const [verdict] = await grade(submission('syntax', 'def f(x):\n    return (x\n'));
    expect(verdict).toMatchObject({ status: 'syntax', passed: 0, error: { type: 'SyntaxError', line: 2 } });
    expect(verdict?.tests.every((each) => each.status === 'not-run')).toBe(true);
  });

  it('reports an exception at import with its line', async () => {
    const [verdict] = await grade(submission('import', 'import math\nx = 1 / 0\n'));
    expect(verdict).toMatchObject({ status: 'exception', error: { type: 'ZeroDivisionError', line: 2 } });
  });

  it('names the function that a program does not define', async () => {
    const [verdict] = await grade(submission('missing', 'def g(x):\n    return x\n'));
    expect(verdict).toMatchObject({ status: 'exception', error: { type: 'NameError' } });
    expect(verdict?.error?.message).toContain("'f' is not defined");
  });

  it('gives a completion without a program its own status', async () => {
    expect((await grade(submission('none', null)))[0]).toMatchObject({
      status: 'no-code',
      total: 3,
      engine: 'none',
    });
  });

  it('has the standard library that small programs use', async () => {
    const modules =
      'typing, math, re, collections, itertools, functools, heapq, bisect, string, random, datetime, copy, operator, statistics, fractions, decimal, hashlib, json, dataclasses, enum';
    const program = `import ${modules}\n@dataclasses.dataclass\nclass P:\n    a: int\ndef f(x):\n    return [P(1).a, hashlib.md5(b'a').hexdigest(), str(decimal.Decimal('0.1') + 1)]\n`;
    const tests = [{ args: [0], expected: [1, '0cc175b9c0f1b6a831c399e269772661', '1.1'] }];
    expect((await grade(submission('library', program, { tests })))[0]?.status).toBe('pass');
  });

  it('carries every kind of value in and out unchanged', async () => {
    const values = [
      null, true, 0, -7, 0.5, 1e300, 'a\u0000"\\\n\ud800é😀', [[], [1]], { a: { b: [] }, '': 1 },
      { $: 'int', v: '-123456789012345678901234567890' }, { $: 'float', v: 1 }, { $: 'float', v: '-0.0' },
      { $: 'float', v: 'nan' }, { $: 'float', v: '-inf' }, { $: 'complex', v: [1.5, -2] },
      { $: 'tuple', v: [1, { $: 'tuple', v: [] }] }, { $: 'set', v: [1, 'a'] }, { $: 'frozenset', v: [] },
      { $: 'bytes', v: '00ff' }, { $: 'bytearray', v: '10' },
      { $: 'dict', v: [[null, 1], [{ $: 'tuple', v: [1] }, 2], ['$', 3], ['__proto__', 4]] },
    ]; // prettier-ignore
    const tests = values.map((value) => ({ args: [value], expected: value }));
    const [verdict] = await grade(submission('values', 'def f(x):\n    return x\n', { tests }));
    expect(verdict?.tests.filter((each) => each.status !== 'pass')).toEqual([]);
  });

  it('repeats itself: hash order and unseeded random numbers are the same every time', async () => {
    const program = 'import random\ndef f(n):\n    return [random.random(), list({"a", "b", "c", "d"})]\n';
    const tests = [{ args: [1], expected: null }];
    const verdicts = await grade(...['1', '2', '3'].map((id) => submission(id, program, { tests })));
    const got = verdicts.map((verdict) => JSON.stringify(verdict.tests[0]?.got));
    expect(new Set(got).size).toBe(1);
  });
});

describe('submissions that cannot be graded', () => {
  it.each([
    ['no tests', { tests: [] }, /no tests/],
    [
      'a value that Python does not have',
      { tests: [{ args: [{ $: 'x' }], expected: 1 }] },
      /Test 1 .*Unknown tag/,
    ],
    ['an impossible deadline', { timeoutMs: -1 }, /deadline of -1 ms/],
  ])('refuses %s with a sentence', async (_, more, message) => {
    await expect(grade(submission('odd', INNOCENT, more))).rejects.toThrow(message);
  });
});

describe('programs that do not end', () => {
  it.each([
    ['an endless loop', 'def f(x):\n    while True: pass\n'],
    [
      'one that catches everything',
      'def f(x):\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass\n',
    ],
    ['one at import', 'while True: pass\n'],
    [
      'one in __repr__ of an exception',
      'class E(Exception):\n    def __str__(self):\n        while True: pass\ndef f(x):\n    raise E()\n',
    ],
    ['sleep', 'import time\ndef f(x):\n    time.sleep(1000)\n'],
    ['a power in C', 'def f(x):\n    return 7 ** (10 ** 9)\n'],
    [
      'a handler that ignores interrupts',
      'import signal\nsignal.signal(signal.SIGINT, lambda *a: None)\ndef f(x):\n    while True: pass\n',
    ],
    ['regex backtracking', 'import re\ndef f(x):\n    return re.match("(a+)+$", "a" * 64 + "b")\n'],
  ])('times out: %s', async (_, program) => {
    const verdict = await attack(program);
    expect(verdict.status).toBe('timeout');
    expect(verdict.tests).toHaveLength(3);
    expect(verdict.passed).toBe(0);
  });

  it('costs other programs nothing but a slot', async () => {
    const loop = submission('loop', 'def f(x):\n    while True: pass\n', { timeoutMs: 500 });
    const verdicts = await grade(
      loop,
      ...Array.from({ length: 20 }, (__, i) => submission(`p${i}`, INNOCENT)),
    );
    expect(verdicts.map((verdict) => verdict.status)).toEqual(['timeout', ...Array<string>(20).fill('pass')]);
  });
});

describe('programs that take too much', () => {
  it.each([
    ['a growing list', 'def f(x):\n    out = []\n    while True: out.append(bytes(1000000))\n', ['memory']],
    ['a large string', 'def f(x):\n    return "a" * 10**9\n', ['memory']],
    [
      'output',
      'def f(x):\n    for i in range(20000): print("y" * 100)\n    return sorted(x)\n',
      ['pass', 'timeout'],
    ],
    ['a large result', 'def f(x):\n    return "a" * 10**6\n', ['wrong']],
    ['a value that contains itself', 'def f(x):\n    x = []\n    x.append(x)\n    return x\n', ['wrong']],
    ['recursion', 'def f(x):\n    return f(x)\n', ['exception']],
    [
      'recursion with a raised limit',
      'import sys\nsys.setrecursionlimit(10**9)\ndef f(x):\n    return f(x)\n',
      ['exception', 'crash', 'memory', 'timeout'],
    ],
  ])('survives %s', async (_, program, statuses) => {
    const verdict = await attack(program, { timeoutMs: 1500 });
    expect(statuses).toContain(verdict.status);
    expect(verdict.output.length).toBeLessThanOrEqual(10_000);
  });
});

describe('programs that leave', () => {
  it.each([
    ['sys.exit', 'import sys\ndef f(x):\n    sys.exit(0)\n', ['exception']],
    ['sys.exit at import', 'import sys\nsys.exit(0)\n', ['exception']],
    ['a raised KeyboardInterrupt', 'def f(x):\n    raise KeyboardInterrupt\n', ['exception']],
    ['os._exit', 'import os\ndef f(x):\n    os._exit(0)\n', ['crash', 'exception']],
    ['abort', 'import os\ndef f(x):\n    os.abort()\n', ['crash']],
  ])('fails %s', async (_, program, statuses) => {
    expect(statuses).toContain((await attack(program)).status);
  });
});

describe('programs that cheat', () => {
  it.each([
    [
      'a liar in __eq__',
      'class L(list):\n    def __eq__(self, other): return True\ndef f(x):\n    return L()\n',
    ],
    ['a subclass of int', 'class I(int): pass\ndef f(x):\n    return I(3)\n'],
    ['True for 1', 'def f(x):\n    return True\n'],
    ['1.0 for 1', 'def f(x):\n    return 1.0\n'],
  ])('gives %s no pass', async (_, program) => {
    const verdict = await attack(program, { tests: [{ args: [[1]], expected: 1 }] });
    expect(verdict).toMatchObject({ status: 'wrong', passed: 0 });
  });

  it('hands each call its own copy of the arguments', async () => {
    const tests = [
      { args: [[1, 2]], expected: 2 },
      { args: [[1, 2]], expected: 2 },
    ];
    const program = 'seen = []\ndef f(x):\n    x.append(0)\n    seen.append(x)\n    return len(x) - 1\n';
    expect((await attack(program, { tests })).status).toBe('pass');
  });

  it.each([
    [
      'builtins',
      'import builtins\nbuiltins.len = lambda x: 0\nbuiltins.sorted = lambda x: []\nbuiltins.list = None',
    ],
    ['json', 'import json\njson.loads = lambda *a, **k: {}\njson.dumps = lambda *a: "{}"'],
    ['modules', 'import sys\nsys.modules["math"] = None\nsys.modules.pop("json", None)\nsys.stdout = None'],
    [
      'the hidden harness',
      'import gc, types\nfor o in gc.get_objects():\n    if isinstance(o, dict) and "load_program" in o:\n        o["encode"] = lambda *a: None',
    ],
    ['files', 'open("/tmp/x", "w").write("1")'],
    ['the recursion limit', 'import sys\nsys.setrecursionlimit(60)'],
    ['the working directory', 'import os\nos.chdir("/")'],
    ['standard streams', 'import os\nos.close(0); os.close(1); os.close(2)'],
    ['a profile function', 'import sys\nsys.setprofile(lambda *a: None)'],
    ['atexit', 'import atexit\natexit.register(lambda: 1 / 0)'],
    ['the collector', 'import gc\ngc.set_threshold(1)\ngc.unfreeze()\ngc.collect()'],
  ])('leaks nothing to the next program through %s', async (_, code) => {
    const verdict = await attack(`${code}\n${INNOCENT}`);
    expect(['pass', 'wrong', 'exception']).toContain(verdict.status);
  });

  it('leaves no file, module or global behind', async () => {
    await attack(
      'import sys, types\nsys.modules["secret"] = types.ModuleType("secret")\nglobals()["leak"] = 1\ndef f(x): return x\n',
    );
    const probe =
      'import sys, os\ndef f(x):\n    return ["secret" in sys.modules, "leak" in globals(), os.path.exists("/tmp/x")]\n';
    const tests = [{ args: [0], expected: [false, false, false] }];
    expect((await grade(submission('probe', probe, { tests })))[0]?.status).toBe('pass');
  });
});

describe('the way out', () => {
  const tests: Submission['tests'] = [{ args: ['/escaped-from-sandbox'], expected: 'never' }];

  it.each(['js', 'pyodide_js', 'pyodide', 'pyodide.http', '_pyodide_core', 'pyodide.code'])(
    'has no module %s',
    async (name) => {
      const verdict = await attack(`import ${name}\ndef f(x):\n    return 1\n`);
      expect(verdict).toMatchObject({ status: 'exception', error: { type: 'ModuleNotFoundError' } });
    },
  );

  it('lets no request out of Python, by the server log', async () => {
    const before = test.requests.length;
    const url = new URL('/escaped-from-sandbox', test.url).href;
    for (const code of [
      `import urllib.request\n    urllib.request.urlopen("${url}", timeout=1)`,
      `import socket\n    s = socket.create_connection(("127.0.0.1", ${new URL(url).port}), 1)\n    s.send(b"GET /escaped-from-sandbox HTTP/1.0\\r\\n\\r\\n")`,
    ]) {
      const verdict = await attack(`def f(x):\n    ${code}\n    return "out"\n`, { tests });
      expect(verdict.passed).toBe(0);
    }
    expect(test.requests.slice(before).filter((path) => path.includes('escaped'))).toEqual([]);
  });

  it('lets no request out of JavaScript in the frame or its workers, by the server log', async () => {
    const url = new URL('/escaped-from-sandbox', test.url).href;
    const before = test.requests.length;
    // The same frame with our own script in the worker's place: what a complete escape from Python could try.
    const said = await test.page.evaluate(`(async () => {
      const { SandboxFrame } = await import('/src/sandbox/frame.ts');
      const { python } = await import('/src/sandbox/python/spec.ts');
      const probe = \`
        const url = '${url}';
        onmessage = async (event) => {
          const port = event.data.port;
          const tried = {};
          const attempt = async (name, action) => {
            try { await action(); tried[name] = 'open'; } catch { tried[name] = 'blocked'; }
          };
          await attempt('fetch', () => fetch(url + '?fetch', { mode: 'no-cors' }));
          await attempt('xhr', () => new Promise((resolve, reject) => {
            const request = new XMLHttpRequest(); request.open('GET', url + '?xhr');
            request.onload = resolve; request.onerror = reject; request.send();
          }));
          await attempt('importScripts', () => importScripts(url + '?importScripts'));
          await attempt('import', () => import(url + '?import'));
          await attempt('websocket', () => new Promise((resolve, reject) => {
            const socket = new WebSocket(url.replace('http', 'ws') + '?websocket');
            socket.onopen = resolve; socket.onerror = reject;
          }));
          await attempt('nested', () => new Promise((resolve, reject) => {
            const code = 'fetch("' + url + '?nested").then(() => postMessage(1), () => postMessage(0))';
            const worker = new Worker(URL.createObjectURL(new Blob([code])));
            worker.onmessage = (event) => (event.data ? resolve() : reject());
            worker.onerror = reject;
          }));
          await attempt('eval', () => (0, eval)('1'));
          await attempt('indexedDB', () => new Promise((resolve, reject) => {
            const request = indexedDB.open('posterior');
            request.onsuccess = resolve; request.onerror = reject;
          }));
          await attempt('caches', () => caches.open('x'));
          port.postMessage(tried);
        };\`;
      const original = fetch;
      globalThis.fetch = async (resource, options) =>
        String(resource).endsWith('sandbox/python.js') ? new Response(probe) : original(resource, options);
      const frame = await SandboxFrame.open(python);
      globalThis.fetch = original;
      const worker = frame.spawn(() => {});
      const tried = await new Promise((resolve) => {
        worker.port.onmessage = (event) => resolve(event.data);
      });
      frame.close();
      return tried;
    })()`);
    expect(said).toEqual({
      fetch: 'blocked', xhr: 'blocked', importScripts: 'blocked', import: 'blocked', websocket: 'blocked',
      nested: 'blocked', eval: 'blocked', indexedDB: 'blocked', caches: 'blocked',
    }); // prettier-ignore
    expect(test.requests.slice(before).filter((path) => path.includes('escaped'))).toEqual([]);
  });

  it('flags a worker that forges, repeats or invents replies as tampering', async () => {
    const report = JSON.stringify({
      outcome: 'ran',
      error: null,
      calls: [{ returned: 1 }],
      output: '',
      timeMs: 1,
      memoryBytes: 0,
      heldBytes: 0,
    });
    const kinds = await test.page.evaluate(`(async () => {
      const { Engine } = await import('/src/sandbox/engine.ts');
      const { python } = await import('/src/sandbox/python/spec.ts');
      const scripts = {
        honest: (p, n) => [['started', n], ['done', n], ['idle', n]],
        wrongNonce: (p, n) => [['started', n], ['done', 'f'.repeat(32)]],
        twice: (p, n) => [['started', n], ['done', n], ['done', n], ['idle', n]],
        unasked: (p, n) => [['done', n]],
        shapeless: () => [['started']],
      };
      const kinds = {};
      for (const [name, script] of Object.entries(scripts)) {
        const channel = new MessageChannel();
        const frame = { spawn: () => ({ port: channel.port1, terminate: () => channel.port1.close() }) };
        const engine = new Engine(python, frame, () => {});
        channel.port2.onmessage = ({ data }) => {
          for (const [type, nonce] of script(channel.port2, data.nonce)) {
            channel.port2.postMessage(type === 'done' ? { type, nonce, report: ${JSON.stringify(report)} } : { type, nonce });
          }
        };
        channel.port2.postMessage({ type: 'ready', engine: 'double' });
        await engine.ready;
        kinds[name] = (await engine.run('{}', 1000, 64)).kind;
      }
      return kinds;
    })()`);
    expect(kinds).toEqual({
      honest: 'report', wrongNonce: 'tamper', twice: 'tamper', unasked: 'tamper', shapeless: 'tamper',
    }); // prettier-ignore
  });

  it('ignores what other windows post to the page', async () => {
    const verdict = await test.page.evaluate(`(async () => {
      const running = sandbox.grade([${JSON.stringify(submission('slow', `import time\ndef f(x):\n    time.sleep(0.1)\n    return 0\n`))}]);
      for (let i = 0; i < 20; i++) {
        postMessage({ type: 'done', nonce: '0'.repeat(32), report: '{}' }, '*');
        document.querySelector('iframe').contentWindow.postMessage({ type: 'terminate', worker: 0 }, '*');
      }
      return (await running)[0];
    })()`);
    expect(verdict).toMatchObject({ status: 'wrong', passed: 0 });
  });
});

describe('the pool', () => {
  it('cancels within a second and goes on working', async () => {
    const loops = Array.from({ length: 8 }, (_, i) =>
      submission(`loop${i}`, 'def f(x):\n    while True: pass\n', { timeoutMs: 60_000 }),
    );
    const result = await test.page.evaluate(`(async () => {
      const controller = new AbortController();
      const running = sandbox.grade(${JSON.stringify(loops)}, controller.signal);
      setTimeout(() => controller.abort(), 200);
      const began = performance.now();
      const name = await running.then(() => 'finished', (error) => error.name);
      return { name, ms: performance.now() - began };
    })()`);
    expect(result).toMatchObject({ name: 'AbortError' });
    expect((result as { ms: number }).ms).toBeLessThan(1200);
    expect((await grade(submission('after', INNOCENT)))[0]?.status).toBe('pass');
  });

  it('grades 200 programs in a row without a wrong status', async () => {
    const kinds = [
      [INNOCENT, 'pass'],
      ['def f(x):\n    return x\n', 'wrong'],
      ['def f(x):\n    return x.nothing\n', 'exception'],
      ['def f(x:\n', 'syntax'],
      ['import builtins\nbuiltins.sorted = None\ndef f(x):\n    return sorted(x)\n', 'exception'],
    ] as const;
    const wanted = Array.from({ length: 200 }, (_, i) => kinds[i % kinds.length] ?? kinds[0]);
    const verdicts = await grade(...wanted.map(([program], i) => submission(`p${i}`, program)));
    expect(verdicts.map((verdict) => verdict.status)).toEqual(wanted.map(([, status]) => status));
    expect(verdicts.map((verdict) => verdict.id)).toEqual(wanted.map((__, i) => `p${i}`));
  });

  it('runs a program again when its worker is lost, and never scores the loss', async () => {
    const verdicts = await test.page.evaluate(`(async () => {
      const { Pool } = await import('/src/sandbox/pool.ts');
      const { Engine } = await import('/src/sandbox/engine.ts');
      const run = Engine.prototype.run;
      let lost = 0;
      Engine.prototype.run = function (...args) {
        const running = run.apply(this, args);
        if (lost++ === 0) this.terminate('lost on purpose');
        return running;
      };
      try {
        return await sandbox.grade([${JSON.stringify(submission('retried', INNOCENT))}]);
      } finally {
        Engine.prototype.run = run;
      }
    })()`);
    expect(verdicts).toMatchObject([{ status: 'pass', passed: 3 }]);
  });
});

describe('a disposed sandbox', () => {
  it('settles what waits and runs as infrastructure, leaves no frame, and says so when asked again', async () => {
    const loop = submission('loop', 'def f(x):\n    while True: pass\n', { timeoutMs: 60_000 });
    const result = await test.page.evaluate(`(async () => {
      const { createSandbox } = await import('/src/sandbox/index.ts');
      const frames = document.querySelectorAll('iframe').length;
      const other = createSandbox({ workers: 1 });
      await other.warm();
      const running = other.grade(${JSON.stringify([loop, submission('waiting', INNOCENT)])});
      setTimeout(() => other.dispose(), 100);
      const statuses = (await running).map((verdict) => verdict.status);
      const later = (await other.grade(${JSON.stringify([submission('later', INNOCENT)])})).map((each) => each.status);
      const warm = await other.warm().then(() => 'warm', (error) => error.name);
      return { statuses, later, warm, frames: document.querySelectorAll('iframe').length - frames };
    })()`);
    expect(result).toEqual({
      statuses: ['infrastructure', 'infrastructure'],
      later: ['infrastructure'],
      warm: 'SandboxUnavailableError',
      frames: 0,
    });
  });
});

describe('the built site', () => {
  const TYPES: Record<string, string> = {
    '.html': 'text/html',
    '.js': 'text/javascript',
    '.wasm': 'application/wasm',
  };
  let folder = '';
  let server: Server | undefined;
  let site = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'posterior-build-'));
    const entry = fileURLToPath(new URL('../src/sandbox/index.ts', import.meta.url));
    await writeFile(
      join(folder, 'index.html'),
      '<!doctype html><title>Built</title><link rel="icon" href="data:," /><script type="module" src="./main.ts"></script>',
    );
    await writeFile(
      join(folder, 'main.ts'),
      `import { createSandbox } from ${JSON.stringify(entry)};\nglobalThis.built = createSandbox({ workers: 1 });\n`,
    );
    await build({
      root: folder,
      base: './',
      configFile: false,
      logLevel: 'error',
      plugins: [sandboxAssets()],
      build: { outDir: 'dist', target: 'es2022' },
    });
    server = createServer((request, response) => {
      const path = (request.url ?? '').replace(/^\/deep\/path\//, '');
      if (path === request.url || path.includes('..')) return response.writeHead(404).end();
      const headers = {
        'Content-Type': TYPES[extname(path || 'index.html')] ?? 'application/octet-stream',
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      };
      const file = createReadStream(join(folder, 'dist', path || 'index.html'));
      file.on('open', () => response.writeHead(200, headers));
      file.on('error', () => response.writeHead(404).end());
      file.pipe(response);
    });
    const listening = server;
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    site = `http://127.0.0.1:${(listening.address() as AddressInfo).port}/deep/path/`;
  });
  afterAll(async () => {
    server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('works under a sub-path, cross-origin isolated', async () => {
    const page = await test.browser.newPage();
    await page.goto(site);
    const [isolated, verdicts] = (await page.evaluate(
      `built.grade(${JSON.stringify([submission('built', INNOCENT)])}).then((verdicts) => [crossOriginIsolated, verdicts])`,
    )) as [boolean, Verdict[]];
    await page.close();
    expect(isolated).toBe(true);
    expect(verdicts).toMatchObject([{ status: 'pass', passed: 3 }]);
  });

  it('starts plainly, and right, without its snapshot', async () => {
    await rm(join(folder, 'dist/sandbox/python.snapshot.bin'));
    const page = await test.browser.newPage();
    await page.goto(site);
    const verdicts = await page.evaluate(`built.grade(${JSON.stringify([submission('plain', INNOCENT)])})`);
    await page.close();
    expect(verdicts).toMatchObject([{ status: 'pass', passed: 3 }]);
  });

  it('says which file is missing when the engine is not served', async () => {
    await rm(join(folder, 'dist/sandbox/pyodide.asm.wasm'));
    const page = await test.browser.newPage();
    await page.goto(site);
    const said = await page.evaluate(
      `built.warm().then(() => 'started', (error) => error.name + ': ' + error.message)`,
    );
    expect(said).toMatch(
      /^SandboxUnavailableError: The sandbox file .*pyodide\.asm\.wasm is missing \(status 404\)/,
    );
    const verdicts = await page.evaluate(`built.grade(${JSON.stringify([submission('lost', INNOCENT)])})`);
    await page.close();
    expect(verdicts).toMatchObject([{ status: 'infrastructure', passed: 0, total: 3 }]);
  });
});
