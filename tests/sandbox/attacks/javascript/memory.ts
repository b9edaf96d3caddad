import { ONE_CALL, source, type Attack } from '../attack.ts';

/** Programs that take all memory or all of the stack, or hand over more than anyone can read. */
export const memory: readonly Attack[] = [
  {
    name: 'a growing array of arrays',
    program: 'function f(x) { const out = []; for (;;) out.push(new Array(1000).fill(0)); }\n',
    status: 'memory',
    tests: ONE_CALL,
  },
  {
    name: 'a growing array of buffers',
    program: 'function f(x) { const out = []; for (;;) out.push(new Uint8Array(1 << 20).fill(1)); }\n',
    status: 'memory',
    tests: ONE_CALL,
  },
  {
    name: 'a string that doubles',
    program: "function f(x) { let s = 'a'; for (;;) s += s; }\n",
    status: ['exception', 'memory'],
    why: 'strings have a largest length, which may or may not fit',
    tests: ONE_CALL,
  },
  {
    name: 'a string of 2**29',
    program: "function f(x) { return 'a'.repeat(2 ** 29); }\n",
    status: ['exception', 'memory'],
    why: 'strings have a largest length, which may or may not fit',
    tests: ONE_CALL,
  },
  {
    name: 'a buffer of two gigabytes',
    program: 'function f(x) { return new ArrayBuffer(2 ** 31 - 8).byteLength; }\n',
    status: ['memory', 'exception'],
    why: 'the allocation fails, or is refused as too long',
    tests: ONE_CALL,
  },
  {
    name: 'a growable buffer',
    program:
      'function f(x) { const b = new ArrayBuffer(8, { maxByteLength: 2 ** 31 - 8 }); b.resize(2 ** 31 - 8); return 1; }\n',
    status: ['memory', 'exception'],
    why: 'the allocation fails, or is refused as too long',
    tests: ONE_CALL,
  },
  {
    name: 'a thousand million elements',
    program: 'function f(x) { return Array.from({ length: 1e9 }, () => 0); }\n',
    status: 'memory',
    tests: ONE_CALL,
  },
  {
    name: 'a sparse array of 2**32 - 1',
    program: 'function f(x) { return new Array(2 ** 32 - 1); }\n',
    status: 'wrong',
  },
  {
    name: 'millions of objects',
    program: 'function f(x) { let o = null; for (;;) o = { o }; }\n',
    status: ['memory', 'exception'],
    why: 'memory runs out, or the end of so long a chain overflows the stack',
    tests: ONE_CALL,
  },
  {
    name: 'a map without end',
    program: 'function f(x) { const m = new Map(); for (let i = 0; ; i++) m.set(i, {}); }\n',
    status: 'memory',
    tests: ONE_CALL,
  },
  {
    name: 'a memory bomb at load',
    program:
      'const bomb = []; for (;;) bomb.push(new Uint8Array(1 << 20).fill(1));\nfunction f(x) { return x; }\n',
    status: 'memory',
    tests: ONE_CALL,
  },
  {
    name: 'memory errors caught for ever',
    program:
      'function f(x) { const out = []; for (;;) try { for (;;) out.push(new Uint8Array(1 << 16)); } catch {} }\n',
    status: 'timeout',
    timeoutMs: 400,
  },
  {
    name: 'a memory error caught, and the right answer',
    program: source`
      function f(x) {
        let out = [];
        try { for (;;) out.push(new Uint8Array(1 << 20)); } catch { out = null; }
        return x.sort((a, b) => a - b);
      }
    `,
    status: 'pass',
    tests: ONE_CALL,
  },
  {
    name: 'output without end',
    program: "function f(x) { for (;;) console.log('y'.repeat(1000)); }\n",
    status: 'timeout',
    timeoutMs: 300,
  },
  {
    name: 'megabytes of output and the right answer',
    program:
      "function f(x) { for (let i = 0; i < 3000; i++) console.log('y'.repeat(1000)); return x.sort((a, b) => a - b); }\n",
    status: 'pass',
    tests: ONE_CALL,
  },
  { name: 'a large text as result', program: "function f(x) { return 'a'.repeat(1e6); }\n", status: 'wrong' },
  {
    name: 'large bytes as result',
    program: 'function f(x) { return new Uint8Array(1e7); }\n',
    status: 'wrong',
  },
  {
    name: 'an array of a million items as result',
    program: 'function f(x) { return new Array(1e6).fill(0); }\n',
    status: 'wrong',
    tests: ONE_CALL,
  },
  {
    name: 'a BigInt of a million digits as result',
    program: 'function f(x) { return 1n << 3300000n; }\n',
    status: 'exception',
  },
  {
    name: 'a small value that is exponentially large when written out',
    program: 'function f(x) { let v = [0]; for (let i = 0; i < 60; i++) v = [v, v]; return v; }\n',
    status: 'wrong',
    tests: ONE_CALL,
  },
  {
    name: 'a value that contains itself',
    program: 'function f(x) { const v = {}; v.v = [v]; return v; }\n',
    status: 'wrong',
  },
  {
    name: 'a result nested a hundred thousand deep',
    program: 'function f(x) { let v = []; for (let i = 0; i < 1e5; i++) v = [v]; return v; }\n',
    status: ['wrong', 'exception'],
    why: 'it is refused as too deep, or its own end overflows the stack',
  },
  { name: 'recursion', program: 'function f(x) { return f(x); }\n', status: 'exception' },
  {
    name: 'recursion through getters and calls of C',
    program: 'const o = { get a() { return [1].map(() => o.a); } };\nfunction f(x) { return o.a; }\n',
    status: 'exception',
  },
  {
    name: 'recursion through JSON',
    program:
      'function f(x) { let v = []; for (let i = 0; i < 1e5; i++) v = [v]; return JSON.stringify(v); }\n',
    status: 'exception',
  },
  {
    name: 'recursion through toString of arrays',
    program: 'function f(x) { let v = [1]; for (let i = 0; i < 1e5; i++) v = [v]; return String(v); }\n',
    status: 'exception',
  },
  {
    name: 'a deep eval',
    program: "function f(x) { return eval('['.repeat(1e5) + ']'.repeat(1e5)); }\n",
    status: 'exception',
  },
  {
    name: 'a deep regular expression',
    program: "function f(x) { return new RegExp('('.repeat(1e5) + ')'.repeat(1e5)).test(''); }\n",
    status: 'exception',
  },
  {
    name: 'deep JSON parsed',
    program: "function f(x) { return JSON.parse('['.repeat(1e5) + ']'.repeat(1e5)); }\n",
    status: ['exception', 'wrong'],
    why: 'the parser gives up, or the result is refused as too deep',
  },
  {
    name: 'a deeply nested program',
    program: `function f(x) { return ${'['.repeat(5000)}${']'.repeat(5000)}; }\n`,
    status: ['syntax', 'exception'],
    why: 'the parser refuses, if the stack of the browser lets it',
  },
  { name: 'an enormous program', program: `let x = 0;\n${'x += 1;\n'.repeat(150_000)}`, status: 'memory' },
  {
    name: 'a million arguments',
    program: 'function f(x) { return Math.max(...new Array(1e6).fill(0)); }\n',
    status: 'exception',
    tests: ONE_CALL,
  },
];
