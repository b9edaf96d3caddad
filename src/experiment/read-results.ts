/** The `results.jsonl` of an experiment's folder, read back. */
import * as v from 'valibot';
import type { EvalRecord, StepRecord } from '../rl/types.ts';
import { groupBy } from '../statistics/samples.ts';
import { ExperimentError } from './file.ts';
import { MEASURE_NAMES } from './measures.ts';
import type { ComparedCell } from './results.ts';
import { againstFirst, BOOTSTRAP, type Comparison } from './runs.ts';

const number = v.pipe(v.number(), v.finite());
const rowSchema = v.objectWithRest(
  {
    arm: v.pipe(v.string(), v.nonEmpty()),
    preset: v.string(),
    seed: v.pipe(v.number(), v.integer(), v.minValue(0)),
    kind: v.picklist(['step', 'eval', 'final']),
    step: v.pipe(v.number(), v.integer(), v.minValue(0)),
  },
  number,
);
type ResultRow = v.InferOutput<typeof rowSchema>;

/** Faults that are named; the first few tell what is wrong. */
const FAULTS = 5;

/** @throws ExperimentError with the first faults, each with its line */
export function readResultRows(name: string, text: string): Comparison {
  const problems: string[] = [];
  const rows: ResultRow[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '' || problems.length === FAULTS) continue;
    const found = rowOf(line);
    if (typeof found === 'string') problems.push(`Line ${i + 1} of ${name} ${found}`);
    else rows.push(found);
  }
  if (problems.length === 0 && rows.length === 0) problems.push(`${name} is empty.`);
  const twice = groupBy(rows, ({ arm, preset, seed, kind, step }) =>
    JSON.stringify([arm, preset, seed, kind, step]),
  ).find((own) => own.length > 1);
  if (problems.length === 0 && twice) {
    const { arm, seed, kind, step } = twice[0]!;
    problems.push(
      `${name} has the ${kind} row of step ${step} of “${arm}”, seed ${seed}, ${twice.length} times. Is it several files in one?`,
    );
  }
  if (problems.length > 0) throw new ExperimentError(problems);
  return comparisonOf(name, rows);
}

/** A row, or what is wrong with the line. */
function rowOf(line: string): ResultRow | string {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return 'is no JSON: the file may be cut off or damaged.';
  }
  const read = v.safeParse(rowSchema, json);
  if (read.success) return read.output;
  if (typeof json === 'object' && json !== null && 'task' in json)
    return 'is a row of tasks.jsonl. Open the results.jsonl that stands beside it.';
  const [issue] = read.issues;
  const where = v.getDotPath(issue) ?? 'it';
  return `is no row of results.jsonl: ${where} is ${issue.received}, not ${issue.expected ?? 'what it should be'}.`;
}

const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];

function comparisonOf(name: string, rows: readonly ResultRow[]): Comparison {
  const cells = groupBy(rows, ({ arm, preset, seed }) => JSON.stringify([arm, preset, seed])).map(cellOf);
  const names = distinct(cells.map(({ arm }) => arm));
  const arms = names.map((arm) => ({
    name: arm,
    label: arm,
    frozen: cells.every((cell) => cell.arm !== arm || cell.frozen),
  }));
  return {
    title: name.replace(/\.jsonl$/, ''),
    design: {
      presets: distinct(cells.map(({ preset }) => preset)),
      seeds: distinct(cells.map(({ seed }) => seed)).sort((a, b) => a - b),
      arms,
      contrasts: againstFirst(arms),
      bootstrap: BOOTSTRAP,
    },
    cells,
    arms: arms.map(({ name: arm, label }) => ({ name: arm, label, settings: null })),
    cautions: [],
  };
}

function cellOf(rows: readonly ResultRow[]): ComparedCell {
  const { arm, preset, seed } = rows[0]!;
  const recordsOf = (kind: ResultRow['kind']): (StepRecord & EvalRecord)[] =>
    rows
      .filter((row) => row.kind === kind)
      .map(({ arm: _, preset: __, seed: ___, kind: ____, step, ...metrics }) => ({ step, metrics }))
      .sort((a, b) => a.step - b.step);
  const steps = recordsOf('step');
  const final = recordsOf('final')[0]?.metrics ?? {};
  const ends = MEASURE_NAMES.flatMap((name) =>
    final[name] === undefined ? [] : [[name, final[name]] as const],
  );
  return {
    key: JSON.stringify([arm, preset, seed]),
    arm,
    preset,
    seed,
    frozen: steps.length === 0,
    steps,
    evals: recordsOf('eval'),
    tasks: [],
    ends: Object.fromEntries(ends),
  };
}
