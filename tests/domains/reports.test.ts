import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GradedLine } from '../../src/domains/code/grading/grade.ts';
import type { GradeItem, LineError, ReadOptions } from '../../src/domains/code/grading/lines.ts';
import { callCommand } from '../support/call-command.ts';
import { jsonLines } from '../support/command.ts';
import { readLine } from '../support/lines.ts';
import { openTestPage, type TestPage } from '../support/page.ts';

/**
 * Programs and tests that people reported, and a red team's, each with what must come of it: `expect` is what a plain
 * run under CPython says, `want` lists the acceptable statuses where that is no measure. A line that cannot be graded
 * counts as `infrastructure`. Of a wrong program a pass is acceptable only when it is marked weak.
 */
interface Row {
  readonly id?: string | number;
  readonly task_id?: string | number;
  readonly expect?: 'pass' | 'not pass';
  readonly want?: readonly string[];
}

type Answer = GradedLine | LineError;

const folder = resolve('tests/fixtures/reports');
const FILES: readonly (readonly [string, ReadOptions])[] = [
  ['humaneval.jsonl', { format: 'humaneval', solution: 'completion' }],
  ['mbpp.jsonl', { format: 'mbpp', solution: 'completion' }],
  ['mbpp-shapes.jsonl', { format: 'mbpp' }],
  ['posterior.jsonl', { format: 'posterior' }],
  ['hostile.jsonl', { format: 'posterior' }],
  ['hostile-humaneval.jsonl', { format: 'humaneval', solution: 'completion' }],
  ['hostile-mbpp.jsonl', { format: 'mbpp', solution: 'completion' }],
];
/** Rows that go to the page at once: what an earlier one left behind must show in later ones, so the worker stays. */
const AT_ONCE = 16;
/** What a page may take for them before it counts as hung. */
const PATIENCE_MS = 150_000;

const linesOf = (file: string): string[] =>
  readFileSync(resolve(folder, file), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');

/** A line that is no JSON on purpose has its `want` all the same. */
const rowOf = (line: string): Row => JSON.parse(line.replaceAll(/\bNaN\b/g, 'null')) as Row;

let test: TestPage;

// One page for all files: starting its interpreter takes as long as grading many lines.
beforeAll(async () => {
  test = await openTestPage({ compiler: 'usual' });
  await test.page.evaluate(`(async () => {
    const { createSandbox } = await import('/src/sandbox/index.ts');
    const { LineGrader } = await import('/src/domains/code/grading/grade.ts');
    globalThis.grader = new LineGrader(createSandbox({ workers: 1, timeoutMs: 5000 }));
  })()`);
});
afterAll(() => test?.close());

async function grade(items: readonly GradeItem[]): Promise<Answer[]> {
  const text = JSON.stringify(JSON.stringify(items));
  const graded = test.page.evaluate(`grader.grade(JSON.parse(${text})).then((all) => JSON.stringify(all))`);
  const late = new Promise<never>((_, reject) => {
    setTimeout(
      () => reject(new Error(`The page gave no answer in ${PATIENCE_MS / 1000} s.`)),
      PATIENCE_MS,
    ).unref();
  });
  return JSON.parse((await Promise.race([graded, late])) as string) as Answer[];
}

/** Answers in the order of the lines, read as the command reads them. */
async function gradeLines(lines: readonly string[], options: ReadOptions): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let start = 0; start < lines.length; start += AT_ONCE) {
    const entries = lines
      .slice(start, start + AT_ONCE)
      .map((line, i) => readLine(line, start + i + 1, options));
    const items = entries.filter((entry): entry is GradeItem => entry.kind !== 'error');
    const graded = (await grade(items)).values();
    for (const entry of entries) {
      answers.push(entry.kind === 'error' ? entry : (graded.next().value as Answer));
    }
  }
  return answers;
}

interface Told {
  readonly status: string;
  readonly weak: boolean;
  readonly why: string;
}

function told(answer: Answer): Told {
  if (answer.kind === 'error') return { status: 'infrastructure', weak: false, why: answer.error };
  const { status, weak, error, tests } = answer.verdict;
  const failed = tests.find((each) => each.status !== 'pass');
  const why = JSON.stringify(error ?? failed?.error ?? failed?.got) ?? answer.verdict.why ?? '';
  return { status, weak, why: why.slice(0, 300) };
}

function acceptable({ expect, want }: Row, { status, weak }: Told): boolean {
  if (want) return want.includes(status) || (status === 'pass' && weak);
  return expect === 'pass' ? status === 'pass' : status !== 'pass' || weak;
}

function check(row: Row, answer: Answer): void {
  const came = told(answer);
  const asked = row.want ? row.want.join(' or ') : row.expect;
  const words = `${came.status}${came.weak ? ' (weak)' : ''} where ${asked} was asked for: ${came.why}`;
  expect(acceptable(row, came), words).toBe(true);
}

describe.each(FILES)('%s', (file, options) => {
  const lines = linesOf(file);
  let answers: readonly Answer[] = [];

  beforeAll(async () => {
    answers = await gradeLines(lines, options);
  }, 600_000);

  it.each(lines.map((line, i) => [rowOf(line).id ?? rowOf(line).task_id ?? `line ${i + 1}`, i] as const))(
    '%s',
    (_, i) => {
      const [line, answer] = [lines[i], answers[i]];
      if (line === undefined || answer === undefined) throw new Error('The line has no answer.');
      check(rowOf(line), answer);
    },
  );
});

describe('a result that is costly to compare', () => {
  it.each([23, 60])(
    'gets its verdict at depth %i, and the page goes on',
    async (depth) => {
      const [line = ''] = linesOf('hang.jsonl').map((each) => each.replace('range(23)', `range(${depth})`));
      const [easy = ''] = linesOf('posterior.jsonl');
      const [answer] = await gradeLines([line], { format: 'posterior' });
      if (answer === undefined) throw new Error('The line has no answer.');
      check(rowOf(line), answer);
      const [after] = await gradeLines([easy], { format: 'posterior' });
      expect(after).toMatchObject({ verdict: { status: 'pass' } });
    },
    200_000,
  );
});

describe('a syntax error in test code', () => {
  it('names a place in that code, not one of ours', async () => {
    const broken = linesOf('mbpp-shapes.jsonl').filter((line) => line.includes('f(2 == 3'));
    const [answer] = await gradeLines(broken, { format: 'mbpp' });
    if (answer === undefined) throw new Error('The line has no answer.');
    const { why } = told(answer);
    const places = [...why.matchAll(/line (\d+)/g)].map(([, line]) => Number(line));
    expect(why).not.toBe('');
    expect(Math.max(0, ...places), why).toBeLessThan(10);
  });
});

describe('the published files of MBPP', () => {
  it.each(['mbpp-array.json', 'mbpp.jsonl.gz'])('%s is read as it is', async (file) => {
    const { code, out, log } = await callCommand(['grade', resolve(folder, file), '--format', 'mbpp']);
    const verdicts = jsonLines(out).map(({ id, status }) => [id, status]);
    expect(verdicts, log).toEqual([[2, 'pass'], [3, 'pass']]); // prettier-ignore
    expect(code).toBe(0);
  });
});
