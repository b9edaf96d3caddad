/**
 * The sandbox: start, 512 ordinary programs, and 10,000 programs in a row in ten batches, of which every status is checked and
 * between which the resident memory of the page's process is read (page, frame, workers and their WASM memories; Linux
 * only). Each language by itself, with as many workers as there are cores.
 *
 *   node bench/sandbox.mjs [python|javascript|both, both by default] [programs, 10000 by default]
 */
import { availableParallelism } from 'node:os';
import { openBenchmark } from './page.mjs';
import { residentBytes } from './resident.mjs';

const chosen = process.argv[2] ?? 'both';
const count = Number(process.argv[3] ?? 10_000);
const languages = chosen === 'both' ? ['python', 'javascript'] : [chosen];
const workers = Math.min(4, availableParallelism());

/** Each kind of program in both languages, the status that it must get, and how many of 1,000 are of that kind. */
const KINDS = [
  {
    share: 100,
    status: 'pass',
    python: 'def f(x):\n    return sorted(x)\n',
    javascript: 'const f = (x) => [...x].sort((a, b) => a - b);\n',
  },
  {
    share: 150,
    status: 'pass',
    python:
      'import heapq\ndef f(x):\n    h = list(x)\n    heapq.heapify(h)\n    return [heapq.heappop(h) for _ in range(len(h))]\n',
    javascript:
      'function f(x) { const a = x.slice(); for (let i = 1; i < a.length; i++) for (let j = i; j > 0 && a[j - 1] > a[j]; j--) [a[j - 1], a[j]] = [a[j], a[j - 1]]; return a; }\n',
  },
  {
    share: 250,
    status: 'pass',
    python:
      'from collections import Counter\ndef f(x):\n    out = []\n    for k, n in sorted(Counter(x).items()):\n        out.extend([k] * n)\n    return out\n',
    javascript:
      'function f(x) { const m = new Map(); for (const k of x) m.set(k, (m.get(k) ?? 0) + 1); return [...m.keys()].sort((a, b) => a - b).flatMap((k) => Array(m.get(k)).fill(k)); }\n',
  },
  {
    share: 200,
    status: 'wrong',
    python: 'def f(x):\n    return x[::-1]\n',
    javascript: 'const f = (x) => [...x].reverse();\n',
  },
  {
    share: 100,
    status: 'exception',
    python: 'def f(x):\n    return sorted(x)[10 ** 6]\n',
    javascript: 'const f = (x) => x.nothing.more;\n',
  },
  {
    share: 80,
    status: 'syntax',
    python: 'def f(x:\n    return x\n',
    javascript: 'function f(x { return x }\n',
  },
  {
    share: 100,
    status: 'exception',
    python: 'import builtins\nbuiltins.sorted = None\ndef f(x):\n    return sorted(x)\n',
    javascript: 'Array.prototype.sort = null;\nconst f = (x) => [...x].sort();\n',
  },
  {
    share: 15,
    status: 'memory',
    python: 'def f(x):\n    return len(bytes(10 ** 9))\n',
    javascript: 'function f() { const a = []; for (;;) a.push(new Uint8Array(1e7)); }\n',
  },
  {
    share: 5,
    status: 'timeout',
    python: 'def f(x):\n    while True:\n        pass\n',
    javascript: 'function f() { for (;;); }\n',
  },
];
const ORDINARY = KINDS.filter(({ status }) => status === 'pass');
const TESTS = Array.from({ length: 10 }, (_, i) => ({
  args: [[5, 3, i, 1, 9, 3]],
  expected: [5, 3, i, 1, 9, 3].sort((a, b) => a - b),
}));

/** Programs that all differ, of the kinds in turn: 7 shares no factor with 1,000, so the kinds are mixed. */
function programs(language, kinds, total) {
  const pattern = kinds.flatMap((kind) => Array.from({ length: kind.share }, () => kind));
  const comment = language === 'python' ? '#' : '//';
  return Array.from({ length: total }, (_, i) => {
    const kind = pattern[(i * 7) % pattern.length];
    const program = `${kind[language]}${comment} ${i}\n`;
    return {
      id: kind.status,
      language,
      program,
      entry: 'f',
      tests: TESTS,
      timeoutMs: kind.status === 'timeout' ? 250 : 10_000,
    };
  });
}

const { profile, version, open, close } = await openBenchmark();
let wrong = 0;
try {
  for (const language of languages) {
    const tab = await open();
    // The first start also has the server bundle the workers; the second is what a visitor sees.
    const starts = [];
    for (let i = 0; i < 4; i++) {
      starts.push(
        await tab.evaluate(
          `(async () => {
            const { createSandbox } = await import('/src/sandbox/index.ts');
            globalThis.sandbox?.dispose();
            // What still starts in the earlier one ends first: a visitor has no earlier one.
            await new Promise((resolve) => setTimeout(resolve, 2000));
            const began = performance.now();
            globalThis.sandbox = createSandbox({ workers: ${workers} });
            await sandbox.warm(${JSON.stringify(language)});
            return performance.now() - began;
          })()`,
        ),
      );
    }
    console.log(`${language}, ${workers} workers, ${version}`);
    console.log(
      `  warm start        ${starts
        .slice(1)
        .map((ms) => Math.round(ms))
        .join(', ')} ms`,
    );
    const grade = (submissions) =>
      tab.evaluate(
        `(async () => {
          const submissions = ${JSON.stringify(submissions)};
          const began = performance.now();
          const verdicts = await sandbox.grade(submissions);
          const ms = performance.now() - began;
          const odd = verdicts.flatMap((verdict, i) => verdict.status === verdict.id ? [] :
            [{ i, wanted: verdict.id, got: verdict.status, error: verdict.error, tests: verdict.tests.slice(0, 1) }]);
          return { ms, odd };
        })()`,
      );
    const check = ({ ms, odd }) => {
      wrong += odd.length;
      for (const each of odd.slice(0, 20)) console.log('  wrong status:', JSON.stringify(each));
      return ms;
    };
    check(await grade(programs(language, ORDINARY, 256)));
    const times = [];
    for (let i = 0; i < 3; i++) times.push(check(await grade(programs(language, ORDINARY, 512))));
    console.log(`  512 ordinary      ${times.map((ms) => (ms / 1000).toFixed(2)).join(', ')} s`);

    const protocol = await tab.createCDPSession();
    const settledMb = async () => {
      await protocol.send('HeapProfiler.collectGarbage');
      return Math.round(residentBytes(profile) / 2 ** 20);
    };
    const samples = [await settledMb()];
    const mixed = programs(language, KINDS, count);
    const wrongBefore = wrong;
    let ms = 0;
    for (let i = 0; i < 10; i++) {
      ms += check(await grade(mixed.slice((i * count) / 10, ((i + 1) * count) / 10)));
      samples.push(await settledMb());
    }
    console.log(
      `  ${count} mixed       ${(ms / 1000).toFixed(1)} s, ${Math.round((count * 1000) / ms)} programs/s, ${wrong - wrongBefore} wrong statuses`,
    );
    console.log(`  resident MB before and after each tenth  ${samples.join(' ')}`);
    await tab.close();
  }
} finally {
  await close();
}
process.exitCode = wrong === 0 ? 0 : 1;
