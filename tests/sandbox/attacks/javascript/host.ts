import { NO_DOOR_OPEN, ONE_CALL, source, type Attack } from '../attack.ts';

const SORT = 'const f = (x) => [...x].sort((a, b) => a - b);\n';

/** What the engine has outside its memory: clocks, waiting, buffers of the page, modules. */
export const host: readonly Attack[] = [
  {
    name: 'a second spent, and the clock of the next program',
    program: `${SORT}const end = Date.now() + 1200;\nwhile (Date.now() < end);\n`,
    status: 'pass',
    next: {
      program: source`
        function f() {
          const began = Date.UTC(2026, 0, 1);
          return [Date.now() - began, new Date() - began, new Date().getTimezoneOffset()].filter((ms) => !(ms >= 0 && ms < 1000));
        }
      `,
      tests: [{ args: [], expected: [] }],
    },
  },
  {
    name: 'the clock patched',
    program: `${SORT}Date.now = () => 4; Date.prototype.getTime = () => 5; globalThis.Date = class extends Date { constructor() { super(6); } };\n`,
    status: 'pass',
    next: {
      program: 'function f() { return [Date.now(), +new Date()].filter((ms) => ms < 1e12); }\n',
      tests: [{ args: [], expected: [] }],
    },
  },
  {
    name: 'waiting on shared memory',
    program: source`
      function f(x) {
        const cell = new Int32Array(new SharedArrayBuffer(4));
        Atomics.wait(cell, 0, 0, Infinity);
        return [1, 2];
      }
    `,
    status: ['timeout', 'exception'],
    why: 'the engine may refuse to wait at all',
    timeoutMs: 600,
    tests: ONE_CALL,
  },
  {
    name: 'shared memory without end',
    program:
      'function f(x) { const keep = []; for (;;) keep.push(new SharedArrayBuffer(1 << 24, { maxByteLength: 1 << 30 })); }\n',
    status: ['memory', 'exception'],
    why: 'the engine may have no shared memory',
    tests: ONE_CALL,
  },
  {
    name: 'buffers that grow after they were made',
    program:
      'function f(x) { const keep = []; for (;;) { const b = new ArrayBuffer(8, { maxByteLength: 1 << 26 }); b.resize(1 << 26); keep.push(b); } }\n',
    status: 'memory',
    tests: ONE_CALL,
  },
  {
    name: 'buffers handed from one owner to the next',
    program:
      'function f(x) { let b = new ArrayBuffer(1 << 20); const keep = []; for (;;) { b = b.transfer(b.byteLength + (1 << 20)); keep.push(b.slice(0)); } }\n',
    status: ['memory', 'exception'],
    why: 'the engine may not know transfer',
    tests: ONE_CALL,
  },
  {
    name: 'modules of the engine',
    program: source`
      async function load(name) { return (await import(name)).default; }
      function f() {
        const found = [];
        for (const name of ['std', 'os', 'qjs:std', 'qjs:os', 'bjson', 'fs']) load(name).then(() => found.push(name), () => {});
        return found.concat(['std', 'os', 'bjson', 'scriptArgs', 'loadFile', 'require', 'process'].filter((name) => name in globalThis));
      }
    `,
    status: 'pass',
    tests: NO_DOOR_OPEN,
  },
  {
    name: 'a module by name',
    program: "function f(x) { return import('std'); }\n",
    status: 'wrong',
  },
];
