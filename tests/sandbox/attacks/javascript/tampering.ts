import { NO_DOOR_OPEN, source, type Attack } from '../attack.ts';

const ONE = [{ args: [[1]], expected: 1 }] as const;
const liar = (name: string, program: string): Attack => ({ name, program, status: 'wrong', tests: ONE });
/** Sorts with nothing but syntax, so that what is replaced around it does not matter. */
const SORT = source`
  function f(x) {
    for (let i = 1; i < x.length; i++)
      for (let j = i; j > 0 && x[j - 1] > x[j]; j--) { const t = x[j]; x[j] = x[j - 1]; x[j - 1] = t; }
    return x;
  }
`;
/** Meddles, then answers rightly: the meddling must change nothing. */
const meddler = (name: string, code: string): Attack => ({
  name,
  program: `${SORT}${code}\n`,
  status: 'pass',
});

/** Programs that bend the language, the harness or their own results, to be taken for right. */
export const tampering: readonly Attack[] = [
  meddler(
    'getters on the prototype of objects',
    source`
    for (const key of ['$', 'v', 'returned', 'refused', 'raised', 'value', 'enumerable', 'length', 'get', 'toJSON', '0', '1', 'status'])
      Object.defineProperty(Object.prototype, key, { __proto__: null, get() { return 1; }, set() {}, configurable: true });
  `,
  ),
  meddler(
    'setters on the prototype of arrays',
    source`
    for (const key of ['0', '1', '2', 'map', 'push', 'forEach', 'join', 'toJSON'])
      Object.defineProperty(Array.prototype, key, { __proto__: null, get() { return () => 1; }, set() {}, configurable: true });
  `,
  ),
  meddler(
    'JSON replaced',
    "JSON.stringify = () => '[1,2,3]'; JSON.parse = () => []; String.prototype.toJSON = Array.prototype.toJSON = Number.prototype.toJSON = () => 'x';",
  ),
  meddler(
    'Reflect and Object replaced',
    source`
    for (const key of Object.getOwnPropertyNames(Reflect)) Reflect[key] = () => null;
    for (const key of Object.getOwnPropertyNames(Object)) if (key !== 'prototype') try { Object[key] = () => null; } catch {}
  `,
  ),
  meddler(
    'iteration replaced',
    source`
    Array.prototype[Symbol.iterator] = function* () { yield 4; };
    Map.prototype.forEach = Set.prototype.forEach = Map.prototype[Symbol.iterator] = () => {};
    Object.getPrototypeOf([][Symbol.iterator]?.() ?? {}).next = () => ({ done: true });
  `,
  ),
  meddler(
    'strings and functions replaced',
    source`
    String.prototype.slice = String.prototype.toString = String.prototype.valueOf = () => '"pass"';
    Function.prototype.call = Function.prototype.apply = Function.prototype.bind = () => 1;
    Function.prototype.toString = () => 'native';
  `,
  ),
  meddler(
    'globals deleted',
    "for (const key of Object.getOwnPropertyNames(globalThis)) if (key !== 'globalThis') try { delete globalThis[key]; } catch {}",
  ),
  meddler(
    'globals frozen',
    'Object.freeze(Object.prototype); Object.freeze(Array.prototype); Object.freeze(globalThis); Object.preventExtensions(Function.prototype);',
  ),
  meddler(
    'prototypes taken away',
    source`
    try { Object.setPrototypeOf(Array.prototype, null); } catch {}
    try { Object.setPrototypeOf(Function.prototype, new Proxy({}, {})); } catch {}
    try { Object.setPrototypeOf(globalThis, null); } catch {}
  `,
  ),
  liar(
    'an object that converts to 1',
    'function f(x) { return { valueOf: () => 1, toString: () => "1", [Symbol.toPrimitive]: () => 1 }; }\n',
  ),
  liar('an object whose JSON is 1', 'function f(x) { return { toJSON: () => 1 }; }\n'),
  liar('a boxed number', 'function f(x) { return new Number(1); }\n'),
  liar(
    'a boxed number with another prototype',
    'function f(x) { return Object.setPrototypeOf(new Number(1), Object.prototype); }\n',
  ),
  liar('a text', "function f(x) { return '1'; }\n"),
  liar('a BigInt', 'function f(x) { return 1n; }\n'),
  liar('true', 'function f(x) { return true; }\n'),
  liar('the value in an array', 'function f(x) { return [1]; }\n'),
  liar('a promise of the value', 'async function f(x) { return 1; }\n'),
  liar('a thenable', 'function f(x) { return { then(resolve) { resolve(1); } }; }\n'),
  liar('a generator of the value', 'function* f(x) { return 1; }\n'),
  liar('a proxy of a function', 'function f(x) { return new Proxy(() => 1, { apply: () => 1 }); }\n'),
  liar('a tagged look-alike', "function f(x) { return { $: 'int', v: '1' }; }\n"),
  liar('another tagged look-alike', "function f(x) { return { $: 'float', v: 1 }; }\n"),
  liar('a symbol', 'function f(x) { return Symbol.for("1"); }\n'),
  liar('a class', 'const f = () => class { constructor() { return 1; } };\n'),
  {
    name: 'a proxy for an array',
    program: 'function f(x) { return new Proxy([1, 2, 3], {}); }\n',
    status: 'wrong',
  },
  {
    name: 'a proxy that answers differently each time',
    program:
      'function f(x) { let n = 0; return new Proxy([], { get: (t, k) => k === "length" ? 3 : ++n, getOwnPropertyDescriptor: () => ({ value: ++n, configurable: true, enumerable: true }) }); }\n',
    status: 'wrong',
  },
  {
    name: 'an array of a subclass',
    program: 'class A extends Array {}\nfunction f(x) { return A.from(x).sort(); }\n',
    status: 'wrong',
  },
  {
    name: 'an array with a getter',
    program:
      'function f(x) { const a = [1, 2]; Object.defineProperty(a, 0, { get: () => 1, enumerable: true }); return a; }\n',
    status: 'wrong',
    tests: [{ args: [0], expected: [1, 2] }],
  },
  {
    name: 'an array with holes',
    program: 'function f(x) { return [1, , 3]; }\n',
    status: 'wrong',
    tests: [
      { args: [0], expected: [1, null, 3] },
      { args: [1], expected: [1, { $: 'undefined' }, 3] },
    ],
  },
  {
    name: 'holes filled from the prototype',
    program: 'function f(x) { Array.prototype[1] = 2; return [1, , 3]; }\n',
    status: 'wrong',
    tests: [{ args: [0], expected: [1, 2, 3] }],
  },
  {
    name: 'an array with a property of its own',
    program: 'function f(x) { const a = [1]; a.extra = 2; return a; }\n',
    status: 'wrong',
    tests: [{ args: [0], expected: [1] }],
  },
  {
    name: 'an object with a getter',
    program: 'function f(x) { return { get a() { return 1; } }; }\n',
    status: 'wrong',
    tests: [{ args: [0], expected: { a: 1 } }],
  },
  {
    name: 'an object with inherited properties',
    program: 'function f(x) { return Object.create({ a: 1 }); }\n',
    status: 'wrong',
    tests: [{ args: [0], expected: { a: 1 } }],
  },
  {
    name: 'an object with a hidden property',
    program: "function f(x) { return Object.defineProperty({ a: 1 }, 'b', { value: 2 }); }\n",
    status: 'wrong',
    tests: [{ args: [0], expected: { a: 1 } }],
  },
  {
    name: 'an object with a symbol',
    program: 'function f(x) { return { a: 1, [Symbol.iterator]: 2 }; }\n',
    status: 'wrong',
    tests: [{ args: [0], expected: { a: 1 } }],
  },
  {
    name: 'an instance of a class for an object',
    program: 'class P { a = 1; }\nfunction f(x) { return new P(); }\n',
    status: 'wrong',
    tests: [{ args: [0], expected: { a: 1 } }],
  },
  {
    name: 'an object that only claims to be a Map',
    program: 'function f(x) { return Object.create(Map.prototype); }\n',
    status: 'wrong',
    tests: [{ args: [0], expected: { $: 'map', v: [] } }],
  },
  {
    name: 'a Map whose size and iteration lie',
    program:
      "function f(x) { const m = new Map([[1, 2]]); m.forEach = (g) => g(4, 3); Object.defineProperty(m, 'size', { value: 1 }); return m; }\n",
    status: 'wrong',
    tests: [{ args: [0], expected: { $: 'map', v: [[3, 4]] } }],
  },
  {
    name: 'an error for an object',
    program: "function f(x) { return new Error('1'); }\n",
    status: 'wrong',
    tests: [{ args: [0], expected: {} }],
  },
  {
    name: 'the arguments object for an array',
    program: 'function f(x) { return arguments; }\n',
    status: 'wrong',
    tests: [{ args: [1], expected: [1] }],
  },
  {
    name: 'document.all and its relatives',
    program: 'function f(x) { return typeof document === "undefined" ? 0 : document.all; }\n',
    status: 'wrong',
    tests: [{ args: [0], expected: { $: 'undefined' } }],
  },
  {
    name: 'an entry point that replaces itself',
    program: 'function f(x) { f = () => [1, 2, 3]; globalThis.f = f; return f(x); }\n',
    status: 'wrong',
    passed: 1,
  },
  {
    name: 'calls counted, and nothing before the third',
    program: 'let n = 0;\nfunction f(x) { return ++n >= 3 ? x.sort((a, b) => a - b) : null; }\n',
    status: 'wrong',
    passed: 1,
  },
  {
    name: 'arguments changed in place and kept',
    program: 'const seen = [];\nfunction f(x) { x.push(0); seen.push(x); return x.length - 1; }\n',
    status: 'pass',
    tests: [
      { args: [[1, 2]], expected: 2 },
      { args: [[1, 2]], expected: 2 },
      { args: [[1, 2]], expected: 2 },
    ],
  },
  {
    name: 'an argument returned after its prototype was changed',
    program: 'function f(x) { return Object.setPrototypeOf(x, { get a() { return 2; } }); }\n',
    status: 'wrong',
    tests: [
      { args: [{}], expected: { a: 2 } },
      { args: [{}], expected: {} },
    ],
  },
  {
    name: 'the harness through the stack',
    program: source`
      const found = [];
      Error.prepareStackTrace = (error, frames) => {
        for (const frame of frames) found.push(frame.getFunction?.());
        return '';
      };
      function f() {
        new Error('x').stack;
        const call = found.find((g) => typeof g === 'function' && g !== f && /returned/.test(Function.prototype.toString.call(g)));
        if (call === undefined) return [];
        // Its source may be seen; what it keeps must not be changed by calling it.
        return found.length > 20 ? [] : (() => { try { call(0); call(99); call('load'); } catch {} return []; })();
      }
    `,
    status: ['pass', 'exception'],
    why: 'an engine that shows the frames of its harness lets them be called, which only calls the program',
    tests: NO_DOOR_OPEN,
  },
  {
    name: 'callers and arguments of the harness',
    program: source`
      function f() {
        const found = [];
        for (const read of [() => f.caller, () => f.arguments, () => arguments.callee.caller, () => Function.prototype.caller])
          try { const v = read(); if (v !== null && v !== undefined && typeof v !== 'object') found.push(String(v)); } catch {}
        return found;
      }
    `,
    status: 'pass',
    tests: NO_DOOR_OPEN,
  },
  {
    name: 'the constructor of constructors',
    program: source`
      function f() {
        const found = [];
        const g = f.constructor.constructor('return this')();
        for (const key of ['process', 'require', 'module', 'fetch', 'self', 'window', 'postMessage', 'std', 'os', 'scriptArgs', 'print', 'WebAssembly', 'Worker', 'importScripts', 'location'])
          if (key in g) found.push(key);
        return found;
      }
    `,
    status: 'pass',
    tests: NO_DOOR_OPEN,
  },
  {
    name: 'a result in a proxy of a proxy, made by a bound constructor',
    program: source`
      const P = Proxy.bind(null);
      function f(x) { return Reflect.construct(P, [Reflect.construct(Proxy, [[1], {}]), {}]); }
    `,
    status: ['wrong', 'exception'],
    why: 'a bound Proxy may not be a constructor',
    tests: [{ args: [0], expected: [1] }],
  },
  {
    name: 'methods that everything is made of',
    program:
      "Array.prototype.map = Array.prototype.forEach = () => 4; String.prototype.slice = String.prototype.replace = () => '4'; Number.prototype.toString = () => '4'; Number.prototype.valueOf = () => 4; BigInt.prototype.toString = () => '4'; String = () => '4'; function f(xs) { return xs.length; }\n",
    status: 'pass',
    tests: [{ args: [[1, 2]], expected: 2 }],
  },
  {
    name: 'the tag of all typed arrays forged',
    program:
      "const typed = Object.getPrototypeOf(Uint8Array.prototype); Object.defineProperty(typed, Symbol.toStringTag, { get: () => 'Uint8Array' }); function f() { return Object.setPrototypeOf(new Uint16Array([256]), Uint8Array.prototype); }\n",
    status: 'wrong',
    tests: [{ args: [], expected: { $: 'bytes', v: '00' } }],
  },
  {
    name: 'a result changed after it is returned',
    program: 'const r = [1]; function f() { Promise.resolve().then(() => r.push(2)); return r; }\n',
    status: 'pass',
    tests: [{ args: [], expected: [1] }],
  },
  {
    name: 'a scope in which every name has the answer',
    program:
      'function f(n) { with (new Proxy({}, { has: () => true, get: (t, k) => (k === Symbol.unscopables ? undefined : 4) })) { return anything; } }\n',
    status: 'wrong',
    passed: 1,
    tests: [
      { args: [3], expected: 4 },
      { args: [10], expected: 11 },
    ],
  },
];
