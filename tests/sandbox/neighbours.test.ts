/** Many programs at once: hostile ones cost the others nothing, and what we lose is never scored. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Language, Submission, Verdict } from '../../src/sandbox/types.ts';
import { SORTING, type Attack, type AttackClass } from './attacks/attack.ts';
import { JAVASCRIPT } from './attacks/javascript/index.ts';
import { PYTHON } from './attacks/python/index.ts';
import { openSandboxPage, type SandboxPage } from '../support/sandbox-page.ts';

let sandbox: SandboxPage;
beforeAll(async () => {
  sandbox = await openSandboxPage({ workers: 2, timeoutMs: 20_000 });
});
afterAll(() => sandbox?.close());

const INNOCENT: Readonly<Record<Language, string>> = {
  python: 'def f(x):\n    return sorted(x)\n',
  javascript: 'function f(x) { return x.sort((a, b) => a - b); }\n',
};
const LOOP: Readonly<Record<Language, string>> = {
  python: 'def f(x):\n    while True: pass\n',
  javascript: 'function f(x) { for (;;); }\n',
};
const LANGUAGES = ['python', 'javascript'] as const;

function submission(
  id: string,
  language: Language,
  program: string,
  more: Partial<Submission> = {},
): Submission {
  return { id, language, program, entry: 'f', tests: SORTING, ...more };
}
const innocents = (language: Language, count: number): Submission[] =>
  Array.from({ length: count }, (_, i) => submission(`innocent ${i}`, language, INNOCENT[language]));
const notPassed = (verdicts: readonly Verdict[]): Verdict[] =>
  verdicts.filter(({ status }) => status !== 'pass');

describe('hostile programs among innocent ones, on two workers', () => {
  const SEED = 7;
  const hostile = (language: Language, classes: AttackClass): (Submission & { right: readonly string[] })[] =>
    Object.values(classes)
      .flat()
      .filter(({ program }: Attack) => program.length < 5000 && !program.includes('{{PORT}}'))
      .map(({ program, entry = 'f', tests = SORTING, timeoutMs = 15_000, status }, i) => ({
        id: `hostile ${i}`, language, program, entry, tests, timeoutMs,
        right: typeof status === 'string' ? [status] : status,
      })); // prettier-ignore

  it('leave every innocent one its pass, in any order and in both languages at once', async () => {
    const attacks = [...hostile('python', PYTHON), ...hostile('javascript', JAVASCRIPT)];
    const chosen =
      fc.sample(fc.shuffledSubarray(attacks, { minLength: 90, maxLength: 90 }), {
        numRuns: 1,
        seed: SEED,
      })[0] ?? [];
    const innocent = [...innocents('python', 90), ...innocents('javascript', 90)];
    const all: Submission[] = [...chosen.map(({ right: _, ...each }) => each), ...innocent];
    const mixed =
      fc.sample(fc.shuffledSubarray(all, { minLength: all.length }), { numRuns: 1, seed: SEED })[0] ?? [];
    expect(mixed).toHaveLength(270);
    const verdicts = await sandbox.grade(mixed);
    expect(verdicts.map(({ id }) => id)).toEqual(mixed.map(({ id }) => id));
    expect(notPassed(verdicts.filter(({ id }) => id.startsWith('innocent')))).toEqual([]);
    const rights = new Map(chosen.map(({ language, id, right }) => [`${language} ${id}`, right]));
    const misjudged = verdicts.filter(({ status }, i) => {
      const right = rights.get(`${mixed[i]?.language} ${mixed[i]?.id}`);
      return right !== undefined && !right.includes(status);
    });
    expect(misjudged).toEqual([]);
  });

  it.each(LANGUAGES)('that never end cost the others nothing but a slot, in %s', async (language) => {
    const result = (await sandbox.page.evaluate(`(async () => {
      const stop = new AbortController();
      let loop = 'running';
      const looping = sandbox
        .grade(${JSON.stringify([submission('loop', language, LOOP[language], { timeoutMs: 600_000 })])}, stop.signal)
        .then(() => (loop = 'judged'), (error) => (loop = error.name));
      const others = await sandbox.grade(${JSON.stringify(innocents(language, 40))});
      const before = loop;
      stop.abort();
      await looping;
      return { statuses: others.map(({ status }) => status), before, after: loop };
    })()`)) as { statuses: string[]; before: string; after: string };
    expect(result).toEqual({
      statuses: Array<string>(40).fill('pass'),
      before: 'running',
      after: 'AbortError',
    });
  });
});

describe('a lost worker', () => {
  const losing = (times: number, submissions: readonly Submission[]): Promise<Verdict[]> =>
    sandbox.page.evaluate(`(async () => {
      const { Engine } = await import('/src/sandbox/engine.ts');
      const run = Engine.prototype.run;
      let lost = 0;
      Engine.prototype.run = function (...args) {
        const running = run.apply(this, args);
        // Killed in the midst of the run, not before it.
        if (args[0].includes('doomed') && lost++ < ${times}) setTimeout(() => this.terminate('lost on purpose'), 50);
        return running;
      };
      try {
        return await sandbox.grade(${JSON.stringify(submissions)});
      } finally {
        Engine.prototype.run = run;
      }
    })()`) as Promise<unknown> as Promise<Verdict[]>;
  const slow: Readonly<Record<Language, string>> = {
    python: 'import time\ndef f(x):\n    doomed = time.sleep(0.1)\n    return sorted(x)\n',
    javascript:
      'function f(x) { let doomed = 0; for (let i = 0; i < 3e6; i++) doomed += i; return x.sort((a, b) => a - b); }\n',
  };

  it.each(LANGUAGES)(
    'has its program run again, with the verdict that it would have had, in %s',
    async (language) => {
      const batch = [submission('retried', language, slow[language]), ...innocents(language, 10)];
      expect(notPassed(await losing(2, batch))).toEqual([]);
    },
  );

  it.each(LANGUAGES)('three times over is our failure and never a score, in %s', async (language) => {
    const [lost, ...others] = await losing(99, [
      submission('lost', language, slow[language]),
      ...innocents(language, 10),
    ]);
    expect(lost).toMatchObject({ status: 'infrastructure', passed: 0, total: 3, memoryMb: null });
    expect(lost?.tests.every(({ status }) => status === 'not-run')).toBe(true);
    expect(notPassed(others)).toEqual([]);
  });
});

describe('a cancelled batch', () => {
  it.each(LANGUAGES)('ends at once, and the next one is graded, in %s', async (language) => {
    const loops = Array.from({ length: 8 }, (_, i) =>
      submission(`loop ${i}`, language, LOOP[language], { timeoutMs: 60_000 }),
    );
    const result = (await sandbox.page.evaluate(`(async () => {
      const controller = new AbortController();
      const running = sandbox.grade(${JSON.stringify(loops)}, controller.signal);
      await new Promise((resolve) => setTimeout(resolve, 200));
      controller.abort();
      return running.then(() => 'finished', (error) => error.name);
    })()`)) as string;
    expect(result).toBe('AbortError');
    expect(notPassed(await sandbox.grade(innocents(language, 4)))).toEqual([]);
  });
});

describe('a long row of programs', () => {
  it('gets no wrong status', async () => {
    const kinds = [
      ['def f(x):\n    return sorted(x)\n', 'pass'],
      ['def f(x):\n    return x\n', 'wrong'],
      ['def f(x):\n    return x.nothing\n', 'exception'],
      ['def f(x:\n', 'syntax'],
      ['import builtins\nbuiltins.sorted = None\ndef f(x):\n    return sorted(x)\n', 'exception'],
    ] as const;
    const wanted = Array.from({ length: 600 }, (_, i) => kinds[i % kinds.length] ?? kinds[0]);
    const verdicts = await sandbox.grade(
      wanted.map(([program], i) => submission(`p${i}`, 'python', program)),
    );
    expect(verdicts.map(({ status }) => status)).toEqual(wanted.map(([, status]) => status));
  });

  it.each(LANGUAGES)('gets the same verdict for the same program every time, in %s', async (language) => {
    const program = {
      python:
        'import random, time, os\ndef f(n):\n    print(n)\n    return [random.random(), list({"a", "b", "c"}), os.urandom(3).hex(), hash("x"), time.strftime("%Y")]\n',
      javascript:
        'function f(n) { console.log(n); return [Math.random(), Math.random(), new Date().getFullYear(), Object.keys({ b: 1, a: 2 })]; }\n',
    }[language];
    const tests = [1, 2, 3].map((n) => ({ args: [n], expected: null }));
    const verdicts = await sandbox.grade(
      Array.from({ length: 30 }, () => submission('same', language, program, { tests })),
    );
    const facts = verdicts.map(({ timeMs: _, memoryMb: __, ...rest }) => JSON.stringify(rest));
    expect(new Set(facts).size).toBe(1);
  });
});
