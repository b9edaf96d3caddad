import { createReadStream } from 'node:fs';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, normalizePath } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Submission, Verdict } from '../src/sandbox/types.ts';
import { sandboxAssets } from '../vite.sandbox.ts';
import { SORTING } from './attacks/attack.ts';
import { openSandboxPage, type SandboxPage } from './support/sandbox-page.ts';

let test: SandboxPage;

const INNOCENT = 'def f(x):\n    return sorted(x)\n';

function submission(id: string, program: string | null, more: Partial<Submission> = {}): Submission {
  return { id, program, entry: 'f', tests: SORTING, ...more };
}

const grade = (...submissions: Submission[]): Promise<Verdict[]> => test.grade(submissions);

beforeAll(async () => {
  test = await openSandboxPage({ workers: 1, timeoutMs: 20_000 });
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
    // Windows may name it in short, and would then take the page to lie outside.
    folder = await mkdtemp(join(await realpath(tmpdir()), 'posterior-build-'));
    const entry = normalizePath(fileURLToPath(new URL('../src/sandbox/index.ts', import.meta.url)));
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
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
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
