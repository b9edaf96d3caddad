/**
 * `npm test [-- --only lint|types|unit|browser]`: installs what is missing, a browser included, then runs every
 * check. The last line is the sum: `N passed, N failed`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBrowser } from './browser.mjs';
import { ensureInstalled, exitWith, ROOT, SetupError } from './install.mjs';
import { add, lastLine, one, vitestTotals } from './totals.mjs';

const TOOLS = {
  oxlint: 'oxlint/bin/oxlint',
  prettier: 'prettier/bin/prettier.cjs',
  tsc: 'typescript/bin/tsc',
  vitest: 'vitest/vitest.mjs',
};

/** Runs a tool of this project with its output shown; true when it ended with code 0. */
async function tool(name, args, env = {}) {
  const program = join(ROOT, 'node_modules', TOOLS[name]);
  const child = spawn(process.execPath, [program, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  const [code, signal] = await once(child, 'exit');
  if (signal !== null) throw new SetupError(`Stopped by ${signal} while ${name} was running.`);
  return code === 0;
}

async function vitest(project, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'posterior-test-'));
  const file = join(folder, 'report.json');
  try {
    const args = [
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ];
    const ok = await tool('vitest', args, env);
    return vitestTotals(readReport(file), ok);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

async function browserTests() {
  try {
    const browser = ensureBrowser();
    process.stdout.write(`Browser: ${browser}\n`);
    return await vitest('browser', { PUPPETEER_EXECUTABLE_PATH: browser });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return one(false);
  }
}

/** Those of `together` use one core each and run at once. */
const STAGES = [
  {
    group: 'lint',
    title: 'lint',
    together: true,
    run: async () => one(await tool('oxlint', ['--deny-warnings'])),
  },
  {
    group: 'lint',
    title: 'format',
    together: true,
    // In two halves: it uses a single core, and the others of its group are done long before.
    run: async () => {
      const check = (...files) => tool('prettier', ['--check', '--log-level', 'warn', ...files]);
      const halves = await Promise.all([check('src'), check('.', '!src/**')]);
      return one(halves.every(Boolean));
    },
  },
  { group: 'types', title: 'types', together: true, run: async () => one(await tool('tsc', ['--noEmit'])) },
  { group: 'unit', title: 'unit tests', run: () => vitest('unit*') },
  { group: 'browser', title: 'browser tests', run: browserTests },
];

function selectedStages() {
  const groups = [...new Set(STAGES.map((stage) => stage.group))];
  try {
    const { values } = parseArgs({ options: { only: { type: 'string' } } });
    if (values.only === undefined) return STAGES;
    const stages = STAGES.filter((stage) => stage.group === values.only);
    if (stages.length > 0) return stages;
    throw new Error(`--only ${values.only} names no stage.`);
  } catch (error) {
    throw new SetupError(`${error.message} Usage: npm test -- [--only ${groups.join('|')}]`);
  }
}

async function timed({ title, run }) {
  process.stdout.write(`\n── ${title}\n`);
  const start = performance.now();
  const totals = await run();
  return { title, totals, seconds: (performance.now() - start) / 1000 };
}

try {
  const stages = selectedStages();
  ensureInstalled();
  const results = await Promise.all(stages.filter(({ together }) => together).map(timed));
  for (const stage of stages.filter(({ together }) => !together)) results.push(await timed(stage));
  process.stdout.write('\n');
  for (const { title, totals, seconds } of results) {
    const mark = totals.failed === 0 ? '✓' : '✗';
    process.stdout.write(`${mark} ${title.padEnd(14)} ${lastLine(totals)} (${seconds.toFixed(1)} s)\n`);
  }
  process.stdout.write(
    `– ${'real models'.padEnd(14)} skipped: npm run real-model makes one, npm run test:real tests it\n`,
  );
  const totals = results.map((result) => result.totals).reduce(add);
  process.exitCode = totals.failed === 0 ? 0 : 1;
  process.stdout.write(`\n${lastLine(totals)}\n`);
} catch (error) {
  exitWith(error);
}
