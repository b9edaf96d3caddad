/**
 * Compares the grader with a plain run of the same program and tests under CPython, row by row, over generated pairs.
 *
 *   node bench/grading/differential.mjs [--pairs 5000] [--seed 1] [--only PATTERN] [--rows FILE [--field completion]]
 *     [--list 40] [--python python3] [--chunk 500] [--workers N] [--report runs/differential.json]
 *
 * `--only` keeps the rows whose kind (task/form/program/shape) matches; `--rows` takes a file of rows in place of
 * generated ones, with the program in `--field`, or an earlier report, whose rows are tried again. Two faults: an
 * unmarked pass where the plain run fails, or where the row's `want` or `expect` rules one out; and a fail where the
 * plain run passes, unless `known.mjs` documents it. The code is 1 where there is one.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gradeRows, notGraded, plainRuns, reasonOf, run } from './judges.mjs';
import { knownDifference } from './known.mjs';

const { values: options } = parseArgs({
  options: {
    pairs: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    rows: { type: 'string' },
    field: { type: 'string', default: 'completion' },
    list: { type: 'string', default: '40' },
    python: { type: 'string', default: 'python3' },
    chunk: { type: 'string', default: '500' },
    workers: { type: 'string' },
    report: { type: 'string', default: 'runs/differential.json' },
  },
});

const began = performance.now();
const seconds = () => Math.round((performance.now() - began) / 1000);
const say = (text) => process.stderr.write(`\r${seconds()} s: ${text}\x1b[K`);

/** Lines of a file, or the rows of an earlier report. */
function readRows(file) {
  const text = readFileSync(file, 'utf8');
  if (file.endsWith('.json')) return JSON.parse(text).rows.map(({ row }) => row);
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line));
}

async function generated() {
  const folder = mkdtempSync(join(tmpdir(), 'posterior-pairs-'));
  try {
    const script = fileURLToPath(new URL('generate.py', import.meta.url));
    const args = ['-B', script, folder, '--pairs', options.pairs, '--seed', options.seed];
    if (options.only !== undefined) args.push('--only', options.only);
    const { code } = await run(options.python, args, { quiet: false, deadlineMs: 3_600_000 });
    if (code !== 0) throw new Error(`The generator ended with ${code}.`);
    return ['humaneval', 'mbpp'].flatMap((name) => readRows(join(folder, `${name}.jsonl`)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function given(file) {
  const matches = new RegExp(options.only ?? '');
  const { field } = options;
  return readRows(file)
    .map((row, i) => {
      if (row[field] === undefined) throw new Error(`Row ${i + 1} has no program in ${field}: see --field.`);
      return { kind: String(row.task_id), ...row, completion: row[field] };
    })
    .filter((row) => matches.test(row.kind));
}

const rows = options.rows === undefined ? await generated() : given(options.rows);
say(`${rows.length} rows; plain runs`);
const { verdicts: plain, version } = await plainRuns(rows, { python: options.python });
let graded = 0;
const answers = await gradeRows(rows, {
  chunk: Number(options.chunk),
  workers: options.workers,
  onProgress: (count) => say(`${(graded += count)} of ${rows.length} graded`),
});

// A busy machine times out what has the time: where only one of the two did, both are asked again, with patience.
const late = rows.flatMap((_, i) =>
  (answers[i].status === 'timeout') === (plain[i].verdict === 'timeout') ? [] : [i],
);
if (late.length > 0) {
  say(`${late.length} rows again with more time`);
  const some = late.map((i) => rows[i]);
  const again = await plainRuns(some, { python: options.python, seconds: 20 });
  const graded = await gradeRows(some, { timeoutMs: 20_000, workers: options.workers });
  for (const [k, i] of late.entries()) [plain[i], answers[i]] = [again.verdicts[k], graded[k]];
}
process.stderr.write('\n');

/** What the two judges' words on a row come to. */
function classOf(row, answer, verdict) {
  const passed = answer.status === 'pass';
  const unmarked = passed && answer.weak !== true;
  const ruledOut = row.want !== undefined ? !row.want.includes('pass') : row.expect === 'not pass';
  if (answer.missing) return 'no answer';
  if (ruledOut) return unmarked ? 'false pass' : passed ? 'weak false pass' : 'both fail';
  if (verdict.verdict !== 'pass') return unmarked ? 'false pass' : passed ? 'weak false pass' : 'both fail';
  if (passed) return 'both pass';
  if (notGraded(answer)) return 'not graded';
  return knownDifference(row.kind, reasonOf(answer)) ? 'known difference' : 'false fail';
}

const joined = rows.map((row, i) => ({
  id: row.task_id,
  kind: row.kind,
  class: classOf(row, answers[i], plain[i]),
  status: answers[i].status ?? 'not gradable',
  weak: answers[i].weak === true,
  reason: answers[i].status === 'pass' ? '' : reasonOf(answers[i]),
  why: answers[i].why ?? '',
  plain: plain[i].verdict,
  plainError: plain[i].error ?? '',
  row,
}));
const of = (name) => joined.filter((each) => each.class === name);
// Those that ought to pass: where the plain run is the measure, and passes.
const plainPasses = ['both pass', 'false fail', 'known difference', 'not graded'].reduce(
  (sum, name) => sum + of(name).length,
  0,
);
const weak = joined.filter((each) => each.weak);
const ungraded = joined.filter((each) => each.status === 'infrastructure' || each.status === 'not gradable');
const percent = (part, whole) => `${((100 * part) / Math.max(1, whole)).toFixed(2)} %`;

const table = [
  ['rows', rows.length],
  ['plain run', version],
  ['pass both', of('both pass').length],
  ['fail both', of('both fail').length],
  ['**unmarked passes where the plain run fails**', of('false pass').length],
  ['weak passes where the plain run fails', of('weak false pass').length],
  [
    '**fails where the plain run passes**',
    `${of('false fail').length} (${percent(of('false fail').length, plainPasses)} of ${plainPasses})`,
  ],
  ['documented fails where the plain run passes', of('known difference').length],
  ['not graded where the plain run passes', of('not graded').length],
  ['infrastructure and not gradable', ungraded.length],
  ['without an answer', of('no answer').length],
  ['weak verdicts', `${weak.length} (${percent(weak.length, rows.length)})`],
  ['seconds', seconds()],
];
console.log('| | |\n| --- | --- |');
for (const [name, value] of table) console.log(`| ${name} | ${value} |`);

const oneLine = (text) => String(text).replaceAll('\n', ' ').slice(0, 200);
function list(title, some) {
  if (some.length === 0) return;
  console.log(`\n### ${title}\n`);
  for (const { id, kind, status, reason, plain: verdict, plainError } of some.slice(0, Number(options.list)))
    console.log(`- ${id} ${kind}: ${status} ${oneLine(reason)} — plain: ${verdict} ${oneLine(plainError)}`);
  if (some.length > Number(options.list)) console.log(`- and ${some.length - Number(options.list)} more`);
}
list('Unmarked passes where the plain run fails', of('false pass'));
list('Fails where the plain run passes', of('false fail'));
list('Without an answer', of('no answer'));

/** Causes with their numbers, the names and numbers in them left out. */
function causes(title, some, cause = (each) => each.reason) {
  const counts = new Map();
  for (const each of some) {
    const words = oneLine(cause(each)).replaceAll(/\d+/g, 'N').slice(0, 120);
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  if (counts.size === 0) return;
  console.log(`\n### ${title}\n`);
  for (const [words, count] of [...counts].sort(([, a], [, b]) => b - a).slice(0, Number(options.list)))
    console.log(`- ${count} × ${words}`);
}
causes(
  'Documented differences',
  of('known difference'),
  ({ kind, reason }) => knownDifference(kind, reason)?.why,
);
causes('Infrastructure and not gradable, by cause', ungraded);
causes('Weak verdicts, by cause', weak, (each) => each.why);

mkdirSync(dirname(options.report), { recursive: true });
const summary = Object.fromEntries(table.map(([name, value]) => [name.replaceAll('*', ''), value]));
// Rows on which the two agree are made again from the seed.
const disagreeing = joined.filter(({ class: name }) => !['both pass', 'both fail'].includes(name));
writeFileSync(options.report, JSON.stringify({ options, summary, rows: disagreeing }, null, 1));
console.log(`\nThe rows that disagree are in ${options.report}.`);
const faults = ['false pass', 'false fail', 'no answer'].reduce((sum, name) => sum + of(name).length, 0);
process.exitCode = faults === 0 ? 0 : 1;
