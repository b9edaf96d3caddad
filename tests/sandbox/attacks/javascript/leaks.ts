import { source, type Attack } from '../attack.ts';

const SORT =
  'function f(x) { for (let i = 1; i < x.length; i++) for (let j = i; j > 0 && x[j - 1] > x[j]; j--) { const t = x[j]; x[j] = x[j - 1]; x[j - 1] = t; } return x; }\n';

/** Code that runs before a right answer, and a program that must find nothing of it. */
const leaves = (name: string, code: string, next?: string): Attack => ({
  name,
  program: `${SORT}${code}\n`,
  status: 'pass',
  ...(next === undefined ? {} : { next: { program: next, tests: [{ args: [], expected: [] }] } }),
});

/** What a program could leave for the next one. */
export const leaks: readonly Attack[] = [
  leaves(
    'globals of every kind',
    'globalThis.leak = 1; var leak2 = 2; let leak3 = 3; const leak4 = 4; function leak5() {} class leak6 {}',
    source`
    function f() {
      const found = ['leak', 'leak2', 'leak5'].filter((key) => key in globalThis);
      for (const name of ['leak3', 'leak4', 'leak6']) try { eval(name); found.push(name); } catch {}
      return found;
    }
  `,
  ),
  leaves('names that the next program declares', 'let innocent = 1; const library = 2; class Point {}'),
  leaves(
    'prototypes',
    'Object.prototype.leak = Array.prototype.leak = Function.prototype.leak = 1; Array.prototype.map = Array.prototype.sort = () => [];',
    "function f() { return [{}, [], f].filter((o) => 'leak' in o).map(String); }\n",
  ),
  leaves(
    'replaced globals',
    'Math.max = JSON.stringify = Object.keys = Number.parseInt = () => 0; globalThis.Array = globalThis.Map = globalThis.String = null;',
    "function f() { return [Math.max(1, 2) === 2, Object.keys({ a: 1 }).length === 1, typeof Map === 'function'].filter((ok) => !ok); }\n",
  ),
  leaves(
    'the state of Math.random',
    'for (let i = 0; i < 1000; i++) Math.random(); Math.random = () => 0.5;',
  ),
  leaves(
    'registered symbols',
    "Symbol.for('leak'); Object.prototype[Symbol.for('leak')] = 1;",
    "function f() { return Symbol.for('leak') in {} ? ['symbol'] : []; }\n",
  ),
  leaves(
    'promises that wait',
    source`
    Promise.resolve().then(() => { globalThis.leak = 1; });
    (async () => { await null; globalThis.leak = 2; })();
    Promise.reject(new Error('unhandled'));
  `,
    "function f() { return 'leak' in globalThis ? ['promise'] : []; }\n",
  ),
  leaves(
    'finalizers',
    'const registry = new FinalizationRegistry(() => { globalThis.leak = 1; }); for (let i = 0; i < 1000; i++) registry.register({}, i); globalThis.ref = new WeakRef({});',
    "function f() { return ['leak', 'ref'].filter((key) => key in globalThis); }\n",
  ),
  leaves(
    'hooks on errors',
    'Error.prepareStackTrace = () => { throw 1; }; Error.stackTraceLimit = 0; Error.captureStackTrace = null;',
    source`
    function f() {
      try { null.x; } catch (e) { return typeof e.stack === 'string' && e.stack.includes('f') && Error.prepareStackTrace === undefined ? [] : ['stack']; }
    }
  `,
  ),
  leaves(
    'the last match of a regular expression',
    "/(leak)/.exec('leak'); RegExp.prototype.exec = null; String.prototype.match = () => ['leak'];",
    "function f() { return [RegExp.$1, RegExp.lastMatch].filter((v) => v === 'leak').concat('a1'.match(/\\d/)[0] === '1' ? [] : ['match']); }\n",
  ),
  leaves(
    'the console',
    "console.log('leak'); console.log = null; delete globalThis.console;",
    "function f() { console.log('mine'); return []; }\n",
  ),
  leaves(
    'the species and the iterator',
    'Object.defineProperty(Array, Symbol.species, { value: Object }); Array.prototype[Symbol.iterator] = null; Object.defineProperty(Set.prototype, "size", { get: () => 0 });',
    'function f() { return [...new Set([1])].length === new Set([1]).size && [1].map((x) => x) instanceof Array ? [] : ["species"]; }\n',
  ),
  leaves(
    'everything frozen',
    'for (const key of Object.getOwnPropertyNames(globalThis)) { const o = globalThis[key]; if (o) { Object.freeze(o); if (o.prototype) Object.freeze(o.prototype); } }',
    'function f() { Array.prototype.mine = 1; return Array.prototype.mine === 1 ? [] : ["frozen"]; }\n',
  ),
  leaves(
    'strict mode and atoms',
    `'use strict'; ${Array.from({ length: 500 }, (_, i) => `globalThis.leak${i} = ${i};`).join(' ')}`,
  ),
  {
    name: 'a change half-way when time runs out',
    program: 'Array.prototype.sort = null;\nfunction f(x) { for (;;); }\n',
    status: 'timeout',
    timeoutMs: 250,
    next: { program: 'function f() { return [2, 1].sort(); }\n', tests: [{ args: [], expected: [1, 2] }] },
  },
  {
    name: 'memory taken and a leak planted on the way',
    program:
      'globalThis.leak = [];\nfunction f(x) { for (;;) leak.push(new Uint8Array(1 << 20).fill(7)); }\n',
    status: 'memory',
    next: {
      program:
        "function f() { return 'leak' in globalThis ? ['leak'] : new Uint8Array(1 << 22).filter((byte) => byte !== 0).length === 0 ? [] : ['dirty memory']; }\n",
      tests: [{ args: [], expected: [] }],
    },
  },
  {
    name: 'a stack overflow and a leak planted on the way',
    program: 'Object.prototype.leak = 1;\nfunction f(x) { return [0].map(() => f(x)); }\n',
    status: 'exception',
    next: {
      program: "function f() { return 'leak' in {} ? ['leak'] : []; }\n",
      tests: [{ args: [], expected: [] }],
    },
  },
];
