/**
 * HumanEval in the sandbox: how its tests come apart, whether its reference solutions pass, and whether the split
 * verdict on mutated solutions agrees with a plain run of `check`. Prints Markdown.
 *
 *   node bench/humaneval.mjs FILE [mutants a problem, 60 by default] [problems, all by default]
 */
import { readFileSync } from 'node:fs';
import { openBenchmark } from './page.mjs';

const [file, limit = '60', count = '1000'] = process.argv.slice(2);
if (file === undefined) {
  console.error('Name the file: node bench/humaneval.mjs HumanEval.jsonl');
  process.exit(2);
}
const problems = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => JSON.parse(line))
  .slice(0, Number(count));

const began = performance.now();
const { open, close } = await openBenchmark();
const reports = [];
try {
  const page = await open();
  await page.evaluate(`import('/bench/humaneval.ts').then((module) => { globalThis.bench = module; })`);
  // A few at a time, so that progress shows.
  for (let i = 0; i < problems.length; i += 4) {
    const some = JSON.stringify(problems.slice(i, i + 4));
    reports.push(...(await page.evaluate(`bench.study(${some}, ${Number(limit)})`)));
    process.stderr.write(`\r${reports.length} of ${problems.length} problems`);
  }
} finally {
  await close();
}
process.stderr.write('\n');

const by = (how) => reports.filter((report) => report.how === how);
const sum = (of) => reports.reduce((total, report) => total + of(report), 0);
const survivors = reports.flatMap((report) => report.survivors.map((each) => ({ ...each, id: report.id })));
const agreed = survivors.filter((each) => each.split === 'pass' && each.plain === 'pass');
const falsePasses = survivors.filter((each) => each.split === 'pass' && each.plain !== 'pass');
const stricter = survivors.filter((each) => each.split !== 'pass' && each.plain === 'pass');
const rows = [
  ['problems', reports.length],
  ['references that pass', reports.filter((report) => report.reference === 'pass').length],
  ['split', `${by('split').length} (${by('split').reduce((total, each) => total + each.tests, 0)} tests)`],
  [
    'judged by replay',
    by('replayed')
      .map((each) => `${each.id} (${each.tests} calls)`)
      .join(', ') || 0,
  ],
  [
    'weak',
    by('weak')
      .map((each) => each.id)
      .join(', ') || 0,
  ],
  ['mutants', sum((report) => report.mutants)],
  ['that pass both ways', agreed.length],
  ['that pass split and fail plain (false passes)', falsePasses.length],
  ['that fail split and pass plain', stricter.length],
  ['seconds', Math.round((performance.now() - began) / 1000)],
];
console.log('| | |\n| --- | --- |');
for (const [name, value] of rows) console.log(`| ${name} | ${value} |`);
const list = (title, some, line) => {
  if (some.length === 0) return;
  console.log(`\n### ${title}\n`);
  for (const report of reports) {
    const own = some.filter((each) => each.id === report.id);
    if (own.length === 0) continue;
    console.log(`- ${report.id} (${own.length} of ${report.mutants}): ${own.map(line).join('; ')}`);
  }
};
const words = (each) => each.what.replaceAll('\n', ' ');
list('False passes', falsePasses, (each) => `${words(each)} — ${each.plain} ${each.detail}`);
list('Stricter than the plain run', stricter, (each) => `${words(each)} — ${each.split} ${each.detail}`);
list('Mutants that pass', agreed, words);
process.exitCode = falsePasses.length === 0 && reports.every((report) => report.reference === 'pass') ? 0 : 1;
