import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimatesCsv } from './estimates.ts';
import type { MatrixRow } from './files.ts';
import { type Outcome, OUTCOMES, type SampleRecord } from './records.ts';
import { reportOf } from './report.ts';
import {
  arranged,
  type Arrangement,
  changeOf,
  CHANGES,
  countChanges,
  SORTS,
  taskRows,
  taskRowsCsv,
} from './task-rows.ts';

const [P, V, F]: readonly Outcome[] = ['passes', 'visible only', 'fails'];
const row = (task: string, family: string, ...outcomes: (Outcome | undefined)[]): MatrixRow => ({
  task,
  family,
  outcomes: outcomes as Outcome[],
});
const before = [
  row('a', 'two', F, F),
  row('b', 'one', P, F),
  row('c', 'two', P, P),
  row('d', 'one', P, V),
  row('e', 'one', V, V),
];
const after = [
  row('a', 'two', P, F),
  row('b', 'one', P, P),
  row('c', 'two', F, F),
  row('d', 'one', V, P),
  row('x', 'one', P, P),
];
const PAIR = { before: 0, after: 1 };
const ALL: Arrangement = { suite: 'strict', pair: PAIR, family: null, change: null, sort: 'drawn' };
const rows = taskRows([before, after]);
const names = (asked: Partial<Arrangement>): string =>
  arranged(rows, { ...ALL, ...asked })
    .map(({ task }) => task)
    .join('');

describe('tasks by policies', () => {
  it('have the passes of each policy by either suite, and none where it has no samples', () => {
    expect(rows.map(({ task }) => task).join('')).toBe('abcdex');
    expect(rows[3]!.passes).toEqual([
      { strict: 1, visible: 2, samples: 2 },
      { strict: 1, visible: 2, samples: 2 },
    ]);
    expect(rows[4]!.passes).toEqual([{ strict: 0, visible: 2, samples: 2 }, null]);
  });

  it('say what changed of each', () => {
    expect(rows.map((each) => changeOf(each, PAIR, 'strict'))).toEqual(
      ['fixed', 'better', 'broken', 'same', null, null], // prettier-ignore
    );
    expect(countChanges(rows, PAIR, 'strict')).toEqual({ fixed: 1, better: 1, same: 1, worse: 0, broken: 1 });
    expect(changeOf(rows[3]!, PAIR, 'visible')).toBe('same');
  });

  it('are filtered and sorted, and equal ones keep their order', () => {
    expect(names({ family: 'two' })).toBe('ac');
    expect(names({ change: 'broken' })).toBe('c');
    expect(names({ change: 'broken', pair: null })).toBe('abcdex');
    expect(names({ sort: 'family' })).toBe('bdexac');
    expect(names({ sort: 'hardest' })).toBe('eacdbx');
    expect(names({ sort: 'change' })).toBe('cabdex');
  });

  it('change the other way round when they are turned round', () => {
    const mirrored = { fixed: 'broken', better: 'worse', same: 'same', worse: 'better', broken: 'fixed' };
    const matrix = fc.array(fc.array(fc.constantFrom(...OUTCOMES), { minLength: 3, maxLength: 3 }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(matrix, fc.constantFrom(...SORTS), (outcomes, sort) => {
        const of = (all: typeof outcomes) => all.map((each, i) => row(`t${i}`, `f${i % 2}`, ...each));
        const both = taskRows([of(outcomes), of(outcomes.toReversed())]);
        for (const each of both) {
          const there = changeOf(each, PAIR, 'strict')!;
          expect(changeOf(each, { before: 1, after: 0 }, 'strict')).toBe(mirrored[there]);
        }
        const counts = countChanges(both, PAIR, 'strict');
        expect(Object.values(counts).reduce((a, b) => a + b)).toBe(both.length);
        // Whatever the order, every task is in exactly one of the parts.
        const parts = CHANGES.flatMap((change) => arranged(both, { ...ALL, change, sort }));
        expect(new Set(parts)).toEqual(new Set(both));
        expect(parts).toHaveLength(both.length);
      }),
      { numRuns: 30 },
    );
  });

  it('are written as CSV', () => {
    expect(taskRowsCsv(rows.slice(3, 5), ['A', 'B, later']).split('\r\n')).toEqual([
      'task,family,A: samples,A: strict,A: visible,"B, later: samples","B, later: strict","B, later: visible"',
      'd,one,2,1,2,2,1,2',
      'e,one,2,0,2,,,',
      '',
    ]);
  });
});

describe('reports as CSV', () => {
  it('have a line for each policy, family and quantity', () => {
    const records = before.flatMap(({ task, family, outcomes }) =>
      outcomes.map((outcome, sample): SampleRecord => {
        const rest = { passed: 0, total: 1, weak: false, length: 9, truncated: false, agreement: null, measures: {} }; // prettier-ignore
        return { task, family, sample, outcome, ...rest };
      }),
    );
    const report = reportOf(records, [1, 2], 0);
    const lines = estimatesCsv([{ name: 'A', report }]).split('\r\n');
    // Two of pass@k by two suites, form, truncated, weak, length: for all tasks and for two families.
    expect(lines).toHaveLength(1 + 3 * 8 + 1);
    const { value, bootstrap, wilson } = report.families['one']!.strict[2]!;
    const numbers = [value, bootstrap!.low, bootstrap!.high, wilson!.low, wilson!.high];
    expect(lines).toContain(`A,one,3,6,strict pass@2,${numbers.join(',')}`);
    expect(lines.some((line) => line.startsWith('A,,5,10,length,9,9,9,,'))).toBe(true);
  });
});
