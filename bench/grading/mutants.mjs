/**
 * Judges programs made from a data set's references by the grader and by a plain run under CPython, and lists what they
 * disagree about: mutants, and the right program with its result, its arguments or the tests tampered with.
 *
 *   node bench/grading/mutants.mjs FILE [--mutants 20] [--wrapped 0] [--problems N] [--seed 1] [--report FILE]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { run } from './judges.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    mutants: { type: 'string', default: '20' },
    wrapped: { type: 'string', default: '0' },
    problems: { type: 'string' },
    seed: { type: 'string', default: '1' },
    report: { type: 'string', default: 'runs/mutants.json' },
  },
});
const [file] = positionals;
if (file === undefined) {
  console.error('Name the file: node bench/grading/mutants.mjs mbpp.jsonl');
  process.exit(2);
}
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const { report, ...asked } = options;
const args = Object.entries(asked).flatMap(([name, value]) => [`--${name}`, value]);
const made = await run('python3', ['-B', here('reference_rows.py'), file, ...args], { quiet: false });
if (made.code !== 0) throw new Error(`No rows: the program that makes them ended with ${made.code}.`);

const folder = mkdtempSync(join(tmpdir(), 'posterior-mutants-'));
try {
  const rows = join(folder, 'rows.jsonl');
  writeFileSync(rows, made.out);
  const compare = [here('differential.mjs'), '--rows', rows, '--report', report, '--list', '200'];
  const { code, out } = await run(process.execPath, compare, { quiet: false, deadlineMs: 86_400_000 });
  console.log(out);
  process.exitCode = code ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
