/** Results to take along: of the evaluations of which every sample is there. */
import { estimatesCsv } from '../../../evaluation/estimates.ts';
import { jsonLines } from '../../../evaluation/files.ts';
import { evaluationFolder } from '../../../evaluation/folder.ts';
import { taskRowsCsv } from '../../../evaluation/task-rows.ts';
import { type NamedText, saveText } from '../../../app/save-file.ts';
import { saveFolder } from '../../../app/save-folder.ts';
import type { NamedFile } from '../../../model/hugging-face.ts';
import type { BenchmarkRun } from './benchmark-run.ts';
import { type Result, resultOf, rowsOf } from './results.ts';
import { type Evaluation, isWhole } from './stored.ts';

export const KINDS = ['folders', 'samples', 'estimates', 'tasks'] as const;
export type Kind = (typeof KINDS)[number];

interface Whole {
  readonly evaluation: Evaluation;
  readonly result: Result;
}

const wholeOf = ({ evaluations, plan }: BenchmarkRun): Whole[] =>
  evaluations.value
    .filter(isWhole)
    .map((evaluation) => ({ evaluation, result: resultOf(evaluation, plan)! }));

/** A name for files, and none twice. */
export function fileNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const plain = name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'policy'; // prettier-ignore
    let free = plain;
    for (let n = 2; taken.has(free); n++) free = `${plain}-${n}`;
    taken.add(free);
    return free;
  });
}

/** A folder for each policy, as `eval --out` writes it. */
export function folders(run: BenchmarkRun): NamedFile[] {
  const whole = wholeOf(run);
  const names = fileNames(whole.map(({ evaluation }) => evaluation.policy.name));
  const encoder = new TextEncoder();
  return whole.flatMap(({ evaluation, result: { file, matrix } }, i) =>
    [['rollouts.jsonl', jsonLines(evaluation.samples)] as const, ...evaluationFolder(file, matrix)].map(
      ([name, text]): NamedFile => [`eval-${names[i]}/${name}`, encoder.encode(text)],
    ),
  );
}

/** Lines of `rollouts.jsonl`, each with the policy that it is of. */
export const samples = (run: BenchmarkRun): NamedText => ({
  name: 'samples.jsonl',
  type: 'application/jsonl',
  text: wholeOf(run)
    .map(({ evaluation: { policy, samples: all } }) =>
      jsonLines(all.map((sample) => ({ policy: policy.name, ...sample }))),
    )
    .join(''),
});

export const estimates = (run: BenchmarkRun): NamedText => ({
  name: 'estimates.csv',
  type: 'text/csv',
  text: estimatesCsv(
    wholeOf(run).map(({ evaluation, result }) => ({
      name: evaluation.policy.name,
      report: result.file.report,
    })),
  ),
});

export function tasks(run: BenchmarkRun): NamedText {
  const whole = wholeOf(run);
  const rows = rowsOf(whole.map(({ result }) => result));
  const names = whole.map(({ evaluation }) => evaluation.policy.name);
  return { name: 'tasks.csv', type: 'text/csv', text: taskRowsCsv(rows, names) };
}

const TEXTS = { samples, estimates, tasks };

export async function download(run: BenchmarkRun, kind: Kind): Promise<void> {
  if (kind === 'folders') return saveFolder('benchmark', folders(run));
  const file = TEXTS[kind](run);
  saveText({ ...file, name: `benchmark-${file.name}` });
}
