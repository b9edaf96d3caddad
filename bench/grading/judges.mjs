/** The two judges of a row, a task with a program in `completion`: the project's own command, and a plain run under CPython. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
/** Longest that a chunk of rows may take: what has not ended by then hangs. */
const CHUNK_MS = 1_200_000;

/** Runs a command to its end, or to the deadline. */
export async function run(command, args, { input = '', deadlineMs = CHUNK_MS, quiet = true } = {}) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', quiet ? 'pipe' : 'inherit'] });
  let out = '';
  let log = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
  child.stderr?.setEncoding('utf8').on('data', (text) => (log += text));
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const timer = setTimeout(() => child.kill('SIGTERM'), deadlineMs);
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  clearTimeout(timer);
  return { code, out, log };
}

export const formatOf = (row) => (row.test_list === undefined ? 'humaneval' : 'mbpp');

const linesOf = (text) =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line));

/**
 * What `grade` prints for each row, in order; a line that cannot be graded has `error` and no `status`, and a row
 * without an answer, because the command hung or died, is `{ missing: true }`.
 */
export async function gradeRows(
  rows,
  { chunk = 500, timeoutMs, workers, solution = 'completion', onProgress = () => {} } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'posterior-grading-'));
  const answers = Array.from({ length: rows.length }, () => ({ missing: true }));
  try {
    for (const format of ['humaneval', 'mbpp']) {
      const places = rows.flatMap((row, i) => (formatOf(row) === format ? [i] : []));
      for (let start = 0; start < places.length; start += chunk) {
        const some = places.slice(start, start + chunk);
        const file = join(folder, `${format}.jsonl`);
        writeFileSync(file, some.map((i) => `${JSON.stringify(rows[i])}\n`).join(''));
        const args = [here('../../scripts/run.mjs'), 'grade', file, '--format', format, '--json'];
        if (solution !== null) args.push('--solution', solution);
        if (timeoutMs !== undefined) args.push('--timeout', String(timeoutMs));
        if (workers !== undefined) args.push('--workers', String(workers));
        const { out, log } = await run(process.execPath, args);
        const lines = linesOf(out.slice(0, out.lastIndexOf('\n') + 1));
        if (lines.length < some.length)
          process.stderr.write(`\n${lines.length} of ${some.length} answered: ${log.slice(-500)}\n`);
        for (const [k, i] of some.entries()) if (lines[k] !== undefined) answers[i] = lines[k];
        onProgress(some.length);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return answers;
}

/** Verdicts of a plain run in order, and the Python that gave them. */
export async function plainRuns(rows, { python = 'python3', seconds = 5, processes = 2 } = {}) {
  const args = ['-B', here('oracle.py'), '-', '--seconds', String(seconds), '--processes', String(processes)];
  const input = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const { code, out, log } = await run(python, args, { input, deadlineMs: 3_600_000 });
  const verdicts = linesOf(out);
  if (code !== 0 || verdicts.length !== rows.length) throw new Error(`The oracle ended with ${code}: ${log}`);
  return { verdicts, version: log.trim() };
}

/** The first sentence that says why the grader did not pass a row. */
export function reasonOf(answer) {
  if (answer.missing) return 'no answer';
  if (answer.status === undefined) return answer.error;
  const failed = answer.tests?.find((test) => test.status !== 'pass');
  const got = failed?.got === undefined ? '' : `got ${JSON.stringify(failed.got)}`;
  const { error } = answer;
  // An error of the program has its type and place; one of ours is a sentence.
  const words = error !== null && typeof error === 'object' ? `${error.type}: ${error.message}` : error;
  return String(words ?? failed?.error ?? got).slice(0, 300);
}

export const notGraded = (answer) => answer.status === undefined || answer.status === 'infrastructure';
