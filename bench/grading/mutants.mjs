/**
 * Judges mutants of a data set's references by the grader and by a plain run under CPython, and lists what they
 * disagree about.
 *
 *   node bench/grading/mutants.mjs FILE humaneval|mbpp [mutants a problem, 20 by default] [problems, all by default]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from './judges.mjs';

const [file, format, limit = '20', count = '100000'] = process.argv.slice(2);
if (file === undefined || !['humaneval', 'mbpp'].includes(format)) {
  console.error('Name the file and its format: node bench/grading/mutants.mjs mbpp.jsonl mbpp');
  process.exit(2);
}
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const made = await run('python3', ['-B', here('mutate_rows.py'), file, format, limit, count], {
  quiet: false,
});
if (made.code !== 0) throw new Error(`No mutants: the program that makes them ended with ${made.code}.`);
mkdirSync('runs', { recursive: true });
const rows = `runs/mutants-${format}.jsonl`;
writeFileSync(rows, made.out);
// The same comparison as for generated pairs; its report names every row that the two judges see differently.
process.argv.splice(2, Infinity, '--rows', rows, '--report', `runs/mutants-${format}.json`, '--list', '200');
await import('./differential.mjs');
