import { source, type Attack } from '../attack.ts';

const timeout = (name: string, program: string, more: Partial<Attack> = {}): Attack => ({
  name,
  program,
  status: 'timeout',
  timeoutMs: 250,
  ...more,
});

/** Programs that never end. Those that stay in the engine's C code ignore the interrupt, and their worker is replaced. */
export const termination: readonly Attack[] = [
  timeout('an endless loop', 'function f(x) { for (;;); }\n'),
  timeout(
    'a loop that catches everything',
    'function f(x) { for (;;) { try { for (;;); } catch {} finally { continue; } } }\n',
  ),
  timeout('a loop in a finally clause', 'function f(x) { try { for (;;); } finally { for (;;); } }\n'),
  timeout(
    'labels that only ever continue',
    source`
    function f(x) {
      outer: for (;;) { inner: for (;;) { if (x) continue outer; else continue inner; } }
    }
  `,
  ),
  timeout('a loop at load', 'for (;;);\n'),
  timeout('a loop in a static block', 'class C { static { for (;;); } }\nfunction f(x) { return x; }\n'),
  timeout(
    'a loop in a getter that names the entry point',
    source`
    Object.defineProperty(globalThis, 'f', { get() { for (;;); } });
  `,
  ),
  timeout(
    'an infinite generator, spread',
    source`
    function* ones() { for (;;) yield 1; }
    function f(x) { let n = 0; for (const one of ones()) n += one; return n; }
  `,
  ),
  timeout(
    'a generator that will not return',
    source`
    function* stubborn() { for (;;) { try { yield 1; } finally { for (;;); } } }
    function f(x) { for (const one of stubborn()) return one; }
  `,
  ),
  timeout(
    'an iterator that is never done',
    source`
    function f(x) { const [...all] = { [Symbol.iterator]: () => ({ next: () => { for (;;); } }) }; return all; }
  `,
  ),
  timeout('a loop in toJSON', 'function f(x) { console.log({ toJSON() { for (;;); } }); return x; }\n'),
  timeout('a loop in valueOf', 'function f(x) { return 1 + { valueOf() { for (;;); } }; }\n'),
  timeout(
    'a loop in a comparison of sort',
    'function f(x) { return [3, 1, 2].sort(() => { for (;;); }); }\n',
  ),
  timeout(
    'a sort whose comparison always disagrees, over and over',
    'function f(x) { for (;;) [3, 1, 2].sort(() => Math.random() - 0.5); }\n',
  ),
  timeout(
    'a proxy that loops on every trap',
    source`
    function f(x) {
      const loop = () => { for (;;); };
      return { ...new Proxy({}, { ownKeys: loop, get: loop }) };
    }
  `,
  ),
  timeout('regex backtracking', "function f(x) { return /^(a+)+$/.test('a'.repeat(64) + 'b'); }\n"),
  timeout(
    'regex backtracking through a replacement',
    "function f(x) { return 'a'.repeat(64).replace(/(a|aa)+$b/, ''); }\n",
  ),
  timeout('a power of BigInts', 'function f(x) { return (3n ** (10n ** 7n)) % 7n; }\n'),
  timeout('a factorial of BigInts', 'function f(x) { let n = 1n; for (let i = 1n; ; i++) n *= i; }\n'),
  timeout(
    'a search through an array-like of 2**53',
    'function f(x) { return Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1); }\n',
  ),
  timeout(
    'a reversal of an array-like of 2**53',
    'function f(x) { return Array.prototype.reverse.call({ length: 2 ** 53 - 1 }); }\n',
  ),
  timeout(
    'exponential recursion',
    'function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }\nfunction f(x) { return fib(90); }\n',
  ),
  timeout('a recursion that catches its own end', 'function f(x) { for (;;) { try { f(x); } catch {} } }\n'),
  timeout('a clock that stands still', 'Date.now = () => 0;\nfunction f(x) { while (Date.now() < 1) ; }\n'),
  timeout(
    'waiting for a date',
    'function f(x) { const end = Date.now() + 1e9; while (Date.now() < end) ; }\n',
  ),
  timeout(
    'the last call of several',
    source`
    let calls = 0;
    function f(x) { if (++calls === 3) for (;;); return x.sort((a, b) => a - b); }
  `,
    { passed: 2 },
  ),
  timeout(
    'a stack trace that is never prepared',
    'Error.stackTraceLimit = Infinity; Error.prepareStackTrace = () => { for (;;); }; function f(x) { return new Error().stack; }\n',
  ),
];
