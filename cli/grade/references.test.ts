import { describe, expect, it } from 'vitest';
import type { GradedLine } from '../../src/domains/code/grading/grade.ts';
import type { Status, Verdict } from '../../src/sandbox/types.ts';
import { causeLine, Causes } from './causes.ts';
import { References } from './references.ts';

function graded(id: string | number, status: Status, more: Partial<Verdict> = {}): GradedLine {
  const verdict: Verdict = {
    id: String(id),
    status,
    passed: 0,
    total: 1,
    tests: [{ status: 'not-run' }],
    output: '',
    timeMs: 1,
    memoryMb: null,
    engine: 'e',
    weak: false,
    ...more,
  };
  return { kind: 'verdict', id, line: 1, verdict };
}

describe('causes', () => {
  it('say each sentence once, the most frequent first, with the first ids', () => {
    const causes = new Causes();
    causes.add('rare.', 'x');
    for (let i = 0; i < 7; i++) causes.add('frequent.', i);
    expect(causes.list).toEqual([
      { cause: 'frequent.', count: 7, ids: [0, 1, 2, 3, 4] },
      { cause: 'rare.', count: 1, ids: ['x'] },
    ]);
    expect(causes.list.map(causeLine)).toEqual(['7 × frequent. (0, 1, 2, 3, 4, …)\n', '1 × rare. (x)\n']);
  });
});

describe('references', () => {
  it('count what cannot be graded, one cause for one reason', () => {
    const references = new References();
    const missing = { type: 'ModuleNotFoundError', message: "No module named 'numpy'", line: 3 };
    references.count(graded('a', 'pass', { weak: true }), 'line 1');
    references.count(graded('b', 'exception', { error: missing }), 'line 2');
    references.count(graded('c', 'exception', { error: { ...missing, line: 9 } }), 'line 3');
    references.count(
      graded('d', 'exception', { tests: [{ status: 'exception', error: 'KeyError: 1 (line 4)' }] }),
      'line 4',
    );
    references.count(
      graded('e', 'infrastructure', {
        error: { type: 'Infrastructure', message: 'The worker died', line: null },
      }),
      'line 5',
    );
    references.count({ kind: 'error', line: 6, error: 'It has no tests.' }, 'line 6');
    expect([references.total, references.failed, references.weak]).toEqual([6, 5, 1]);
    expect(references.causes.list).toEqual([
      {
        cause: "The reference solution raises an exception. ModuleNotFoundError: No module named 'numpy'.",
        count: 2,
        ids: ['b', 'c'],
      },
      { cause: 'The reference solution raises an exception. KeyError: 1.', count: 1, ids: ['d'] },
      { cause: 'The worker died.', count: 1, ids: ['e'] },
      { cause: 'It has no tests.', count: 1, ids: ['line 6'] },
    ]);
    expect([...references.broken.keys()]).toEqual(['b', 'c', 'd', 'e']);
  });

  it.each<[Status, string]>([
    ['wrong', 'The reference solution does not pass the task’s own tests.'],
    ['timeout', 'The reference solution does not end in time; --timeout gives it more.'],
    ['memory', 'The reference solution needs more memory; --memory gives it more.'],
    ['no-code', 'There is no reference solution to check.'],
    ['crash', 'It ended with crash.'],
  ])('say what %s means for a task', (status, cause) => {
    const references = new References();
    references.count(graded('a', status), '');
    expect(references.causes.list[0]?.cause).toBe(cause);
  });
});
