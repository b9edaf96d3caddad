import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import type { TestSequencer, TestSpecification } from 'vitest/node';
import { ISOLATION } from './scripts/isolation.mjs';
import { offline } from './vite.offline.ts';
import { sandboxAssets } from './vite.sandbox.ts';

const FOLDERS = ['src', 'workers', 'cli', 'scripts', 'bench'];
const UNIT = `{${FOLDERS.join(',')}}/**/*.test.{ts,tsx}`;
/** They need what `npm run real-model` makes, and run by `npm run test:real` alone. */
const REAL = '**/*.real.test.ts';
/** Tests that change what a process has once, such as its globals, its modules or its time zone. */
const CHANGES =
  /vi\.(stubGlobal|resetModules)|^\s*(globalThis|WebAssembly)\.\w+ = |process\.env\[|allowMemory\(/m;
const ALONE = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((path) => /(?<!\.real)\.test\.tsx?$/.test(path) && CHANGES.test(readFileSync(path, 'utf8'))),
);

/** Files that take a minute or more, the longest first. Begun last, they would run alone. */
const LONG = [
  'screens/lab',
  'host/host',
  'sandbox/python',
  'cli/train',
  'cli/reward',
  'screens/reward-lab-desk',
  'cli/grade-files',
  'screens/try-it',
  'cli/experiment',
  'screens/reward-lab-training',
  'domains/reports',
].map((name) => `/tests/${name}.test.ts`);

class LongFirst implements TestSequencer {
  sort(files: TestSpecification[]): TestSpecification[] {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONG.findIndex((name) => moduleId.replaceAll('\\', '/').endsWith(name));
      return place < 0 ? LONG.length : place;
    };
    return files.toSorted((a, b) => rank(a) - rank(b));
  }
  shard(files: TestSpecification[]): TestSpecification[] {
    return files;
  }
}

/**
 * Isolates every reply of the development server: `server.headers` leaves out “304 Not Modified”, and WebKit then keeps
 * what it has from a second worker.
 */
const isolated = (): Plugin => ({
  name: 'isolated',
  configureServer({ middlewares }) {
    middlewares.use((_, response, next) => {
      for (const [name, value] of Object.entries(ISOLATION)) response.setHeader(name, value);
      next();
    });
  },
});

export default defineConfig(({ mode }) => ({
  base: './',
  // The benchmarks are a page of their own, which nothing serves but this machine.
  plugins: [isolated(), sandboxAssets(), ...(mode === 'bench' ? [] : [offline()])],
  // Examples import the library as others do.
  resolve: { alias: { posterior: fileURLToPath(new URL('src/index.ts', import.meta.url)) } },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  server: { headers: ISOLATION, fs: { allow: ['.'] } },
  preview: { headers: ISOLATION },
  worker: { format: 'es' },
  // Both load their .wasm relative to their own module, which pre-bundling would move.
  optimizeDeps: {
    exclude: ['onnxruntime-web', 'pyodide'],
    // Packages are bundled before the page loads: one found later would change addresses under a page that has
    // begun. So workers are searched too, and the search is told of Preact's JSX, which it does not take from `oxc`.
    entries: ['index.html', 'workers/**/*.ts'],
    rolldownOptions: { transform: { jsx: { runtime: 'automatic', importSource: 'preact' } } },
  },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 2000,
    rolldownOptions: { input: mode === 'bench' ? 'bench/index.html' : 'index.html' },
  },
  test: {
    sequence: { sequencer: LongFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: [UNIT],
          exclude: [...ALONE, REAL],
          testTimeout: 60_000,
          // Nothing else needs a core: these tests only compute.
          maxWorkers: '100%',
          // Half of the time would go to reading the same modules again.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'unit-alone',
          environment: 'node',
          include: ALONE,
          testTimeout: 60_000,
          maxWorkers: '100%',
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          environment: 'node',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/other-browsers/**', REAL],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          globalSetup: 'tests/support/server.ts',
          // A worker that stays has read puppeteer, the command line and the tests' own modules once.
          isolate: false,
          // Twice as many as cores: a file waits for its page as long as it works.
          maxWorkers: 4,
          // On a busy machine a page now and then answers too late: the report says which tests were tried again.
          retry: process.env['CI'] === undefined ? 0 : 1,
        },
      },
      {
        extends: true,
        test: {
          name: 'real',
          environment: 'node',
          globalSetup: 'tests/support/server.ts',
          include: [`{tests,src,cli}/${REAL}`],
          testTimeout: 1_800_000,
          hookTimeout: 600_000,
          // Each holds a model of half a gigabyte.
          maxWorkers: 1,
        },
      },
      {
        extends: true,
        test: {
          name: 'other-browsers',
          environment: 'node',
          include: ['tests/other-browsers/**/*.test.ts'],
          globalSetup: 'tests/support/server.ts',
          maxWorkers: 1,
        },
      },
    ],
  },
}));
