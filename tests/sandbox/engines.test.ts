/** The engines, below grading: what a run reports. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PoolJob, PoolResult } from '../../src/sandbox/pool.ts';
import type { CallReport, RunReport } from '../../src/sandbox/protocol.ts';
import type { Language, Value } from '../../src/sandbox/types.ts';
import { openTestPage, type TestPage } from '../support/page.ts';

let test: TestPage;

beforeAll(async () => {
  test = await openTestPage({ compiler: 'usual' });
  await test.page.evaluate(`(async () => {
    const { Pool } = await import('/src/sandbox/pool.ts');
    const { python } = await import('/src/sandbox/python/spec.ts');
    const { javascript } = await import('/src/sandbox/javascript/spec.ts');
    globalThis.makePool = (language, size) => new Pool({ python, javascript }[language], size);
    globalThis.pools = { python: makePool('python', 1), javascript: makePool('javascript', 1) };
    await Promise.all([pools.python.warm(), pools.javascript.warm()]);
  })()`);
});
afterAll(() => test?.close());

const job = (program: string, more: Partial<PoolJob> = {}): PoolJob => ({
  program,
  entry: 'f',
  calls: [[]],
  timeoutMs: 20_000,
  ...more,
});

async function run(language: Language, ...jobs: PoolJob[]): Promise<PoolResult[]> {
  const code = `Promise.all(${JSON.stringify(jobs)}.map((job) => pools.${language}.submit(job).result))`;
  return test.page.evaluate(code) as unknown as Promise<PoolResult[]>;
}

async function report(language: Language, one: PoolJob): Promise<RunReport> {
  const [result] = await run(language, one);
  if (result?.end.kind !== 'report') throw new Error(`The run ended as ${JSON.stringify(result)}.`);
  return result.end.report;
}

const javascript = (program: string, more: Partial<PoolJob> = {}): Promise<RunReport> =>
  report('javascript', job(program, more));

/** What a JavaScript expression becomes as a result. */
async function returned(expression: string): Promise<CallReport | undefined> {
  return (await javascript(`function f() { return ${expression}; }`)).calls[0];
}

describe('JavaScript values', () => {
  const values: Value[] = [
    null, true, 0, -7, 0.5, 1e300, 'a\u0000"\\\n\ud800é😀', [[], [1]], { a: { b: [] }, '': 1 },
    { $: 'undefined' }, { $: 'bigint', v: '-123456789012345678901234567890' }, { $: 'float', v: '-0.0' },
    { $: 'float', v: 'nan' }, { $: 'float', v: '-inf' }, { $: 'set', v: [1, 'a'] }, { $: 'bytes', v: '00ff' },
    { $: 'map', v: [[{ $: 'undefined' }, 1], [[1], { $: 'set', v: [] }]] },
    { $: 'dict', v: [['$', 3], ['__proto__', { $: 'dict', v: [['$', 4]] }]] },
  ]; // prettier-ignore

  it('come back as they went in', async () => {
    const { calls } = await javascript('const f = (x) => x;', { calls: values.map((value) => [value]) });
    expect(calls).toEqual(values.map((value) => ({ returned: value })));
  });

  it('are fresh for each call, and a tuple is an array', async () => {
    const calls = [[[1]], [[1]], [{ $: 'tuple', v: [1, { $: 'tuple', v: [] }] }]];
    const program = 'function f(x) { x.push(2); return x; }';
    expect((await javascript(program, { calls })).calls).toEqual([
      { returned: [1, 2] },
      { returned: [1, 2] },
      { returned: [1, [], 2] },
    ]);
  });

  it.each([
    ['a function', 'f', 'a function'],
    ['a symbol', 'Symbol()', 'a symbol'],
    ['a date', 'new Date()', 'class Date'],
    ['an instance', 'new (class Liar { toJSON() { return 1; } })()', 'class Liar'],
    ['a subclass of Array', 'new (class Liar extends Array {})()', 'another class'],
    ['a boxed number', 'new Number(1)', 'class Number'],
    ['an accessor', '({ get x() { return 1; } })', 'getter'],
    ['an accessor in an array', 'Object.defineProperty([1], 0, { get: () => 1 })', 'getter'],
    ['a hidden property', 'Object.defineProperty({}, "x", { value: 1 })', 'not enumerable'],
    ['a hole', '[1, , 2]', 'holes'],
    ['an array with a property', 'Object.assign([1], { x: 1 })', 'properties of its own'],
    ['a symbol key', '({ [Symbol.toPrimitive]: 1 })', 'symbol'],
    ['a proxy', 'new Proxy([1], {})', 'a Proxy'],
    ['a revocable proxy', 'Proxy.revocable({}, {}).proxy', 'a Proxy'],
    ['a proxy made through Reflect', 'Reflect.construct(Proxy, [{}, {}])', 'a Proxy'],
    ['a promise', '(async () => 1)()', 'a Promise'],
    ['a pretended Map', 'Object.create(Map.prototype)', 'only claims'],
    ['a pretended Uint8Array', 'Object.create(Uint8Array.prototype)', 'only claims'],
    ['itself', '(() => { const x = []; x.push(x); return x; })()', 'contains itself'],
    ['too much', '"x".repeat(300000)', '262,144'],
    ['a large BigInt', '10n ** 20000n', '12,000 digits'],
  ])('refuses %s', async (_, expression, reason) => {
    expect(await returned(expression)).toEqual({ refused: expect.stringContaining(reason) as string });
  });

  it('encodes with nothing that a program can patch, and runs none of its code', async () => {
    const program = `
      const lie = () => { globalThis.ran = true; return 'lie'; };
      const { defineProperty, getOwnPropertyDescriptor } = Object;
      const { ownKeys } = Reflect;
      const types = [Object, Array, String, Number, Map, Set, Function, Boolean, BigInt, Symbol, WeakSet, Uint8Array];
      types.push(Object.getPrototypeOf(Uint8Array), Object.getPrototypeOf([][Symbol.iterator]()).constructor);
      for (let i = 0; i < types.length; i++) {
        const { prototype } = types[i];
        const keys = ownKeys(prototype);
        for (let j = 0; j < keys.length; j++) {
          const { configurable, value } = getOwnPropertyDescriptor(prototype, keys[j]);
          if (!configurable || keys[j] === 'constructor') continue;
          defineProperty(prototype, keys[j], typeof value === 'function' ? { value: lie } : { get: lie });
        }
        defineProperty(prototype, 'toJSON', { value: lie });
      }
      const names = ['value', 'get', 'set', 'enumerable', 'length', '0', '$', 'v'];
      for (let i = 0; i < names.length; i++) {
        defineProperty(Object.prototype, names[i], { __proto__: null, get: lie, set: lie });
      }
      JSON.stringify = JSON.parse = Reflect.ownKeys = Reflect.apply = Object.hasOwn = Array.isArray = String = lie;
      globalThis.ran = false;
      function f(x) { return x === 'ran' ? globalThis.ran : x; }
    `;
    const wanted = [
      { a: [1, { $: 'map', v: [['k', { $: 'set', v: [0.5] }]] }] },
      { $: 'bytes', v: '0a' },
      'text',
    ];
    const calls = [[wanted], ['ran']];
    expect(await javascript(program, { calls })).toMatchObject({
      error: null,
      calls: [{ returned: wanted }, { returned: false }],
    });
  });
});

describe('JavaScript programs', () => {
  it.each([
    ['function', 'function f() { return 1; }'],
    ['const', 'const f = () => 1;'],
    ['let', 'let f = function () { return 1; };'],
    ['var', 'var f = () => 1;'],
    ['property of the global object', 'globalThis.f = () => 1;'],
  ])('may define their entry point as %s', async (_, program) => {
    expect((await javascript(program)).calls).toEqual([{ returned: 1 }]);
  });

  it('find the language, a console and nothing of a host', async () => {
    const program = 'function f() { return Object.getOwnPropertyNames(globalThis); }';
    const [call] = (await javascript(program)).calls;
    const names = call && 'returned' in call ? (call.returned as string[]) : [];
    const foreign = names.filter((name) => !Reflect.has(globalThis, name) && name !== 'Iterator');
    expect(foreign.filter((name) => !['InternalError', 'Float16Array', 'f'].includes(name))).toEqual([]);
    for (const name of [
      'performance',
      'queueMicrotask',
      'setTimeout',
      'fetch',
      'process',
      'require',
      'std',
      'os',
    ]) {
      expect(names).not.toContain(name);
    }
  });

  it('say where they fail', async () => {
    expect(await javascript('const x = 1;\nfunction f( {')).toMatchObject({
      outcome: 'syntax',
      error: { type: 'SyntaxError', line: 2 },
    });
    expect(await javascript('const x = 1;\nx();')).toMatchObject({
      outcome: 'exception',
      error: { type: 'TypeError', line: 2 },
    });
    expect((await javascript('function f(x) {\n  x.y.z = 1;\n}')).calls).toEqual([
      { raised: "TypeError: cannot read property 'y' of undefined", memory: false, line: 2 },
    ]);
    expect(await javascript('const g = 1;')).toMatchObject({
      outcome: 'exception',
      error: { type: 'ReferenceError', message: expect.stringContaining('f is not defined') as string },
    });
  });

  it.each([
    ['a loop', 'function f() { for (;;); }'],
    [
      'a loop that catches everything',
      'function f() { for (;;) try { for (;;); } catch {} finally { for (;;); } }',
    ],
    ['a loop at the start', 'for (;;);'],
    ['backtracking', 'function f() { return /^(a+)+$/.test("a".repeat(60) + "b"); }'],
  ])('are interrupted in %s', async (_, program) => {
    expect(await javascript(program, { timeoutMs: 200 })).toMatchObject({ outcome: 'timeout' });
  });

  it('are held to their memory, which is reported', async () => {
    const hungry = 'function f() { const a = []; for (;;) a.push(new Uint8Array(1e6).fill(1)); }';
    const full = await javascript(hungry, { memoryMb: 64 });
    expect(full.calls).toEqual([{ raised: 'InternalError: out of memory', memory: true, line: 1 }]);
    expect(full.memoryBytes).toBeLessThanOrEqual(64 * 2 ** 20);
    const program = 'function f() { return new Uint8Array(1e8).length; }';
    expect((await javascript(program, { memoryMb: 200 })).calls).toEqual([{ returned: 1e8 }]);
    // The limit of one run is not that of the next, though memory never shrinks.
    expect((await javascript(program, { memoryMb: 64 })).calls[0]).toMatchObject({ memory: true });
  });

  it('end endless recursion as an exception', async () => {
    for (const body of ['return f();', 'return eval("(".repeat(1e5));', '[1].forEach(f);']) {
      const { outcome, error, calls } = await javascript(`function f() { ${body} }`);
      const said = outcome === 'ran' ? JSON.stringify(calls) : error?.message;
      expect(said).toContain('Maximum call stack size exceeded');
    }
  });

  it('leave nothing behind, and are the same every time', async () => {
    const leak =
      'globalThis.x = 1; Array.prototype.y = 2; Math.random(); const z = 3; function f() { return 0; }';
    const probe =
      'function f() { return [typeof x, [].y === undefined, typeof z, Math.random(), new Date(0).getHours(), Date.now()]; }';
    const [before] = (await javascript(probe)).calls;
    await javascript(leak);
    const [after] = (await javascript(probe)).calls;
    expect(after).toEqual(before);
    expect(after).toMatchObject({
      returned: ['undefined', true, 'undefined', expect.any(Number), 0, expect.any(Number)],
    });
  });

  it('print into a capped output, and never run what they put off', async () => {
    const program =
      'function f() { console.log("seen", 1, [2], { a: 3n }.b); Promise.resolve().then(() => console.log("later")); return 1; }';
    expect((await javascript(program)).output).toBe('seen 1 [2] undefined\n');
    const flood = await javascript(
      'function f() { for (let i = 0; i < 1e5; i++) console.log("y".repeat(100)); return 1; }',
    );
    expect(flood).toMatchObject({ outcome: 'ran', calls: [{ returned: 1 }] });
    expect(flood.output.length).toBeLessThanOrEqual(10_000);
  });
});

describe('Python programs', () => {
  it('are held to their memory, whatever a program before them was allowed', async () => {
    const program = 'def f():\n    return len(bytes(10 ** 8))\n';
    const limited = await report('python', job(program, { memoryMb: 64 }));
    expect(limited.calls).toEqual([{ raised: 'MemoryError', memory: true, line: 2 }]);
    const roomy = await report('python', job(program, { memoryMb: 200 }));
    expect(roomy.calls).toEqual([{ returned: 1e8 }]);
    expect(roomy.memoryBytes).toBeGreaterThan(1e8);
    expect((await report('python', job(program, { memoryMb: 64 }))).calls[0]).toMatchObject({ memory: true });
  });

  it('begin at the same instant, in the same time zone', async () => {
    const program =
      'import datetime, time\ndef f():\n    return [str(datetime.date.today()), time.localtime(0).tm_hour]\n';
    expect((await report('python', job(program))).calls).toEqual([{ returned: ['2026-01-01', 0] }]);
  });

  it('cannot make code from bytes', async () => {
    for (const code of [
      'f.__code__.replace(co_code=b"")',
      '__import__("types").CodeType(0, 0, 0, 0, 0, 0, b"", (), (), (), "", "", "", 0, b"", b"")',
      '__import__("marshal").loads(b"N")',
    ]) {
      const { calls } = await report('python', job(`def f():\n    return ${code}\n`));
      expect(calls).toEqual([
        { raised: 'RuntimeError: programs cannot make code from bytes', memory: false, line: 2 },
      ]);
    }
  });
});

describe('a snapshot that cannot be used', () => {
  it.each([
    ['is of something else', 'new Uint8Array(65536).fill(7)'],
    ['breaks off', 'new Uint8Array([0x1f, 0x8b, 8, 0, 0])'],
  ])('is left out when it %s, and Python starts plainly', async (_, bytes) => {
    const ends = await test.page.evaluate(`(async () => {
      const original = fetch;
      globalThis.fetch = async (resource, options) =>
        String(resource).endsWith('snapshot.bin') ? new Response(${bytes}) : original(resource, options);
      const pool = makePool('python', 1);
      try {
        await pool.warm();
      } finally {
        globalThis.fetch = original;
      }
      const submit = (program) => pool.submit({ program, entry: 'f', calls: [[]], timeoutMs: 20_000 }).result;
      const programs = ['import math\\ndef f():\\n    return math.gcd(4, 6)', 'import sys\\ndel sys.modules["_ctypes"]\\nimport _ctypes\\ndef f():\\n    return 1'];
      const ends = await Promise.all(programs.map(submit));
      pool.dispose();
      return ends.map(({ end }) => end.report);
    })()`);
    expect(ends).toMatchObject([
      { outcome: 'ran', calls: [{ returned: 2 }] },
      { outcome: 'exception', error: { type: 'ModuleNotFoundError' } },
    ]);
  });
});

describe('a program of ten megabytes', () => {
  it.each([
    ['python', `x = "${'a'.repeat(1e7)}"\ndef f():\n    return 1\n`],
    ['javascript', `const x = "${'a'.repeat(1e7)}"; function f() { return 1; }`],
  ] as const)('is run or refused, in %s', async (language, program) => {
    const { outcome, error } = await report(language, job(program, { timeoutMs: 10_000 }));
    expect(outcome === 'ran' || (outcome === 'memory' && error !== null)).toBe(true);
  });
});

describe('a worker that is locked down', () => {
  it('lets nothing that messages and memory go through be changed', async () => {
    const changed = await test.page.evaluate(`(async () => {
      const frame = document.createElement('iframe');
      document.body.append(frame);
      // In a realm of its own, since it cannot be undone.
      const { lockDown } = await import('/workers/sandbox/lockdown.ts');
      const realm = frame.contentWindow;
      realm.eval('(' + lockDown + ')()');
      return realm.eval(\`(() => {
        'use strict';
        const attempts = {
          data: () => Object.defineProperty(MessageEvent.prototype, 'data', { get: () => 'forged' }),
          target: () => Object.defineProperty(Event.prototype, 'target', { get: () => 'forged' }),
          post: () => (MessagePort.prototype.postMessage = () => 'forged'),
          listen: () => (EventTarget.prototype.addEventListener = () => 'forged'),
          stringify: () => (JSON.stringify = () => 'forged'),
          json: () => (globalThis.JSON = {}),
          copy: () => (Object.getPrototypeOf(Uint8Array.prototype).set = () => 'forged'),
          own: () => (Uint8Array.prototype.set = () => 'forged'),
          bytes: () => (globalThis.Uint8Array = Array),
          grow: () => (WebAssembly.Memory.prototype.grow = () => 'forged'),
        };
        return Object.entries(attempts).filter(([, attempt]) => {
          try { attempt(); return true; } catch { return false; }
        }).map(([name]) => name);
      })()\`);
    })()`);
    expect(changed).toEqual([]);
  });
});
