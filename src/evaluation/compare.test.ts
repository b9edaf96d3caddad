import { describe, expect, it } from 'vitest';
import { compare, IncomparableError } from './compare.ts';
import {
  type EvaluationAbout,
  matrixCsv,
  matrixOf,
  type MatrixRow,
  parseAbout,
  parseMatrix,
} from './files.ts';
import type { Outcome } from './records.ts';
import { comparisonSummary, markdown, terminalText } from './summary.ts';

const [P, V, F]: readonly Outcome[] = ['passes', 'visible only', 'fails'];
const rows = (...outcomes: (readonly Outcome[])[]): MatrixRow[] =>
  outcomes.map((of, i) => ({ task: `t${i}`, family: i < 2 ? 'one' : 'two', outcomes: of }));
const about = (matrix: readonly MatrixRow[], known: Partial<EvaluationAbout> = {}): EvaluationAbout => ({
  policy: { name: 'p', hash: String(Math.random()) },
  tasks: { name: 'starter', domain: 'code', source: 'starter', split: 'held-out' },
  suite: matrix.map(({ task, family }) => ({ task, family, prompt: 'p', checks: 'c' })),
  settings: {
    samples: matrix[0]!.outcomes.length,
    seed: 1,
    temperature: 1,
    maxPromptTokens: 48,
    maxCompletionTokens: 88,
    timeoutMs: 1000,
  },
  ...known,
});
const evaluated = (...outcomes: (readonly Outcome[])[]) => {
  const matrix = rows(...outcomes);
  return { about: about(matrix), matrix };
};

describe('a comparison', () => {
  const a = evaluated([P!, F!], [V!, V!], [F!, F!]);
  const b = evaluated([P!, P!], [P!, V!], [F!, F!]);

  it('pairs samples, and resamples tasks', () => {
    const { strict, visible, families, tasks, samples } = compare(a, b, [1, 2], 1);
    expect([tasks, samples]).toEqual([3, 2]);
    expect(strict.pairs).toEqual({ both: 1, onlyA: 0, onlyB: 2, neither: 3, p: 0.5 });
    expect(strict.passAtK[1]).toMatchObject({ a: 1 / 6, b: 0.5 });
    expect(strict.passAtK[1]!.difference).toBeCloseTo(1 / 3, 12);
    expect(strict.passAtK[2]).toMatchObject({ a: 1 / 3, b: 2 / 3 });
    expect(visible.pairs).toMatchObject({ both: 3, onlyB: 1 });
    // Two of three tasks gain a half: all, or none, of what is drawn may be of them.
    expect(strict.passAtK[1]!.interval).toEqual({ low: 0, high: 0.5 });
    expect(families['two']!.strict.passAtK[1]).toMatchObject({ difference: 0, interval: null });
  });

  it('turns round with its sides, and finds nothing between a thing and itself', () => {
    const there = compare(a, b, [1], 1).strict;
    const back = compare(b, a, [1], 1).strict;
    expect(back.passAtK[1]!.difference).toBe(-there.passAtK[1]!.difference);
    expect(back.passAtK[1]!.interval!.high).toBeCloseTo(-there.passAtK[1]!.interval!.low, 12);
    expect(back.pairs.p).toBe(there.pairs.p);
    const same = compare(a, a, [1], 1);
    expect(same.strict.passAtK[1]).toMatchObject({ difference: 0, interval: { low: 0, high: 0 } });
    expect(same.strict.pairs.p).toBe(1);
    expect(same.notes).toContain('Both are of the same weights.');
  });

  const changed = (known: Partial<EvaluationAbout>) => ({ ...b, about: { ...b.about, ...known } });
  const { suite, settings } = b.about;
  it.each([
    [changed({ settings: { ...settings, samples: 3 } }), /samples of each task: 2 in A, 3 in B/],
    [changed({ settings: { ...settings, seed: 9 } }), /seed: 1 in A, 9 in B/],
    [changed({ suite: suite.slice(1) }), /Tasks in A alone: t0\./],
    [changed({ suite: [...suite, { ...suite[0]!, task: 'new' }] }), /Tasks in B alone: new\./],
    [
      changed({ suite: suite.map((print) => ({ ...print, checks: 'd' })) }),
      /Another test suite: t0, t1, t2\./,
    ],
    [changed({ suite: suite.map((print) => ({ ...print, prompt: 'd' })) }), /Another prompt: t0/],
    [changed({ suite: suite.toReversed() }), /another order/],
  ])('is refused over other tasks or random numbers', (other, message) => {
    expect(() => compare(a, other, [1], 1)).toThrow(IncomparableError);
    expect(() => compare(a, other, [1], 1)).toThrow(message);
  });

  it('is refused where a matrix is not that of its evaluation', () => {
    expect(() => compare(a, { ...b, matrix: b.matrix.slice(1) }, [1], 1)).toThrow(/does not hold/);
  });

  it('says what else differs', () => {
    const hot = changed({ settings: { ...settings, temperature: 0.5 } });
    expect(compare(a, hot, [1], 1).notes[0]).toBe('temperature is 1 in A and 0.5 in B.');
    const sampled = (rest: object) => changed({ settings: { ...settings, ...rest } });
    const notes = compare(a, sampled({ topK: 50, topP: 0.9 }), [1], 1).notes;
    expect(notes.slice(0, -1)).toEqual(['topK is 0 in A and 50 in B.', 'topP is 1 in A and 0.9 in B.']);
    // As a file says that has both off, and one from before has neither.
    expect(compare(a, sampled({ topK: 0, topP: 1 }), [1], 1).notes).toHaveLength(1);
  });

  it('is shown as a table', () => {
    const blocks = comparisonSummary(compare(a, b, [1], 1), 'first', 'second');
    expect(terminalText(blocks)).toMatch(/strict pass@1 +0\.167 +0\.500 +\+0\.333 +\[\+0\.000, \+0\.500\]/);
    expect(markdown(blocks)).toContain('| strict pass@1 | 0.167 | 0.500 | +0.333 |');
  });
});

describe('the files', () => {
  it('hold the matrix as lines and as CSV, and read it back', () => {
    const matrix = rows([P!, V!], [F!, F!]);
    const lines = matrix.map((row) => JSON.stringify(row)).join('\n');
    expect(parseMatrix(`${lines}\n`)).toEqual(matrix);
    expect(() => parseMatrix(`${lines}\n{"task":"x"}`)).toThrow('Line 3 is not a task with its outcomes.');
    expect(matrixCsv([{ task: 'a,"b"', family: 'x', outcomes: [P!] }])).toBe(
      'task,family,sample 1\r\n"a,""b""",x,passes\r\n',
    );
    const record = { family: 'f', passed: 0, total: 0, weak: false, length: 1, truncated: false, agreement: null, measures: {} }; // prettier-ignore
    const of = (task: string, sample: number, outcome: Outcome) => ({ ...record, task, sample, outcome });
    expect(matrixOf([of('a', 0, P!), of('a', 1, F!), of('b', 0, V!)])).toEqual([
      { task: 'a', family: 'f', outcomes: [P, F] },
      { task: 'b', family: 'f', outcomes: [V] },
    ]);
  });

  it('say what is wrong with one that is none', () => {
    const file = { format: 'posterior evaluation 1', ...about(rows([P!])) };
    expect(parseAbout(JSON.parse(JSON.stringify(file)))).toMatchObject({ settings: { samples: 1 } });
    expect(() => parseAbout({ ...file, format: 'x' })).toThrow('format must be “posterior evaluation 1”.');
    expect(() => parseAbout({ ...file, settings: { samples: 'a' } })).toThrow(
      'settings.samples must be a number.',
    );
    expect(() => parseAbout(null)).toThrow(/^It /);
  });
});
