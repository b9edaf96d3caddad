/** The pool of engines, below grading: how many it has, how it shares out work, and what it does when they fail. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestPage, type TestPage } from '../support/page.ts';

let test: TestPage;

beforeAll(async () => {
  test = await openTestPage({ compiler: 'usual' });
  await test.page.evaluate(`(async () => {
    const { Pool } = await import('/src/sandbox/pool.ts');
    const { python } = await import('/src/sandbox/python/spec.ts');
    const { javascript } = await import('/src/sandbox/javascript/spec.ts');
    globalThis.makePool = (language, size) => new Pool({ python, javascript }[language], size);
    globalThis.pools = { javascript: makePool('javascript', 1) };
  })()`);
});
afterAll(() => test?.close());

describe('a pool', () => {
  it('has at most one program in each worker, however long the batch, and keeps the page alive', async () => {
    const result = (await test.page.evaluate(`(async () => {
      const { Engine } = await import('/src/sandbox/engine.ts');
      const run = Engine.prototype.run;
      let under = 0, most = 0, ended = 0, atTick = 0, apart = 0;
      Engine.prototype.run = async function (...args) {
        most = Math.max(most, ++under);
        try { return await run.apply(this, args); } finally { under--; ended++; }
      };
      const timer = setInterval(() => {
        apart = Math.max(apart, ended - atTick);
        atTick = ended;
      }, 10);
      const pool = makePool('javascript', 2);
      await pool.warm();
      const jobs = Array.from({ length: 10_000 }, (_, i) => pool.submit({ program: 'const f = (x) => x + 1', entry: 'f', calls: [[i]], timeoutMs: 60_000 }).result);
      const results = await Promise.all(jobs);
      clearInterval(timer);
      apart = Math.max(apart, ended - atTick);
      Engine.prototype.run = run;
      pool.dispose();
      const right = results.filter(({ end }, i) => end.kind === 'report' && end.report.calls[0]?.returned === i + 1).length;
      return { right, most, apart };
    })()`)) as { right: number; most: number; apart: number };
    expect(result).toMatchObject({ right: 10_000, most: 2 });
    // The page's own timers had their turn all along.
    expect(result.apart).toBeLessThan(1000);
  });

  it('starts as many interpreters as there are programs, up to its size, and a spare', async () => {
    const counts = await test.page.evaluate(`(async () => {
      const { SandboxFrame } = await import('/src/sandbox/frame.ts');
      const spawn = SandboxFrame.prototype.spawn;
      let started = 0;
      SandboxFrame.prototype.spawn = function (...args) { started++; return spawn.apply(this, args); };
      const program = { program: 'function f() { return 1; }', entry: 'f', calls: [[]], timeoutMs: 60_000 };
      const settled = async () => {
        for (let before = -1; before !== started; ) {
          before = started;
          await new Promise((resolve) => setTimeout(resolve, 1000));
        }
        return started;
      };
      const pool = makePool('javascript', 3);
      const run = (n) => Promise.all(Array.from({ length: n }, () => pool.submit(program).result));
      const counts = [];
      for (const programs of [1, 1, 2, 50]) {
        await run(programs);
        counts.push(await settled());
      }
      pool.dispose();
      SandboxFrame.prototype.spawn = spawn;
      return counts;
    })()`);
    expect(counts).toEqual([2, 2, 3, 4]);
  });

  it('can be resized while it works', async () => {
    const sizes = await test.page.evaluate(`(async () => {
      const { Engine } = await import('/src/sandbox/engine.ts');
      const run = Engine.prototype.run;
      let under = 0, most = 0;
      Engine.prototype.run = async function (...args) {
        most = Math.max(most, ++under);
        try { return await run.apply(this, args); } finally { under--; }
      };
      const pool = makePool('javascript', 1);
      await pool.warm();
      const loop = { program: 'function f() { for (;;); }', entry: 'f', calls: [[]], timeoutMs: 100 };
      const batch = async (n) => {
        most = 0;
        await Promise.all(Array.from({ length: n }, () => pool.submit(loop).result));
        return most;
      };
      const sizes = [await batch(3)];
      pool.resize(3);
      // Two more interpreters take their time to start.
      let larger = 0;
      for (let i = 0; i < 50 && larger < 3; i++) larger = await batch(6);
      sizes.push(larger);
      pool.resize(1);
      sizes.push(await batch(3));
      Engine.prototype.run = run;
      pool.dispose();
      return sizes;
    })()`);
    expect(sizes).toEqual([1, 3, 1]);
  });

  it('gives a program up as lost after three workers, and goes on', async () => {
    const result = (await test.page.evaluate(`(async () => {
      const { Engine } = await import('/src/sandbox/engine.ts');
      const run = Engine.prototype.run;
      let tries = 0;
      Engine.prototype.run = function (...args) {
        const running = run.apply(this, args);
        if (args[0].includes('doomed')) {
          tries++;
          this.terminate('lost on purpose');
        }
        return running;
      };
      const submit = (program) => pools.javascript.submit({ program, entry: 'f', calls: [[]], timeoutMs: 60_000 }).result;
      const ends = await Promise.all([submit('/* doomed */ function f() {}'), submit('const f = () => 1')]);
      Engine.prototype.run = run;
      return { tries, kinds: ends.map(({ end }) => end.kind) };
    })()`)) as object;
    expect(result).toEqual({ tries: 3, kinds: ['lost', 'report'] });
  });

  it('takes back what was cancelled, waiting or running', async () => {
    const result = await test.page.evaluate(`(async () => {
      const loop = { program: 'function f() { for (;;); }', entry: 'f', calls: [[]], timeoutMs: 60000 };
      const tasks = Array.from({ length: 2000 }, () => pools.javascript.submit(loop));
      await new Promise((resolve) => setTimeout(resolve, 100));
      for (const task of tasks) task.cancel();
      const ends = await Promise.all(tasks.map(({ result }) => result));
      const after = await pools.javascript.submit({ ...loop, program: 'const f = () => 1' }).result;
      return { kinds: [...new Set(ends.map(({ end }) => end.kind))], after: after.end.report.calls };
    })()`);
    expect(result).toEqual({ kinds: ['lost'], after: [{ returned: 1 }] });
  });

  it('tries again when its first interpreter does not start', async () => {
    const ends = await test.page.evaluate(`(async () => {
      const { SandboxFrame } = await import('/src/sandbox/frame.ts');
      const spawn = SandboxFrame.prototype.spawn;
      let left = 0;
      SandboxFrame.prototype.spawn = function (onMishap) {
        const worker = spawn.call(this, onMishap);
        if (left-- > 0) setTimeout(() => onMishap({ kind: 'died', message: 'it was too weak' }), 0);
        return worker;
      };
      const program = { program: 'function f() { return 1; }', entry: 'f', calls: [[]], timeoutMs: 60_000 };
      const ends = [];
      for (const failures of [1, 2, 9]) {
        left = failures;
        const pool = makePool('javascript', 1);
        const { end } = await pool.submit(program).result;
        ends.push(end.kind === 'lost' ? end.message : end.kind);
        pool.dispose();
      }
      SandboxFrame.prototype.spawn = spawn;
      return ends;
    })()`);
    expect(ends).toEqual(['report', 'report', expect.stringContaining('it was too weak')]);
  });
});
