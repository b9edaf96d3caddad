/**
 * Grades every reference of HumanEval in the three forms that a model hands it in: the body alone, the whole function
 * without the prompt's imports and helpers, and the whole file. A plain run says which of them are right at all.
 *
 *   node bench/grading/forms.mjs HumanEval.jsonl [--python python3] [--workers N]
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gradeRows, plainRuns, reasonOf } from './judges.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { python: { type: 'string', default: 'python3' }, workers: { type: 'string' } },
});
const [file] = positionals;
if (file === undefined) {
  console.error('Name the file: node bench/grading/forms.mjs HumanEval.jsonl');
  process.exit(2);
}

/** From the entry's own `def` on: what a model writes that answers with the function asked for. */
function wholeFunction({ prompt, entry_point: entry, canonical_solution: body }) {
  const start = prompt.search(new RegExp(`^def ${entry}\\b`, 'm'));
  if (start < 0) throw new Error(`The prompt defines no ${entry}.`);
  return prompt.slice(start) + body;
}

const FORMS = {
  body: (problem) => problem.canonical_solution,
  'whole function': wholeFunction,
  'whole file': (problem) => problem.prompt + problem.canonical_solution,
};
const problems = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => JSON.parse(line));
const rows = Object.entries(FORMS).flatMap(([form, completion]) =>
  problems.map((problem) => ({ ...problem, form, completion: completion(problem) })),
);

const { verdicts, version } = await plainRuns(rows, { python: options.python });
const answers = await gradeRows(rows, { timeoutMs: 20_000, workers: options.workers });

console.log(`Plain runs by ${version}.\n`);
console.log('| form | references | plain passes | passes | of them weak |\n| --- | --- | --- | --- | --- |');
for (const form of Object.keys(FORMS)) {
  const own = rows.flatMap((row, i) => (row.form === form ? [i] : []));
  const count = (of) => own.filter(of).length;
  const passed = (i) => answers[i].status === 'pass';
  const plain = count((i) => verdicts[i].verdict === 'pass');
  console.log(
    `| ${form} | ${own.length} | ${plain} | ${count(passed)} | ${count((i) => passed(i) && answers[i].weak)} |`,
  );
}
const failed = rows.flatMap((row, i) => (answers[i].status === 'pass' ? [] : [{ row, answer: answers[i] }]));
if (failed.length > 0) console.log('');
for (const { row, answer } of failed)
  console.log(`- ${row.task_id} (${row.form}): ${answer.status ?? 'not gradable'} ${reasonOf(answer)}`);
process.exitCode = failed.length === 0 ? 0 : 1;
