import { describe, expect, it } from 'vitest';
import { rolloutOf, verdictOf } from '../../tests/support/rollout.ts';
import { readRollout } from '../rl/stored-rollouts.ts';
import type { Submission, Verdict } from '../sandbox/types.ts';
import { code } from './code/index.ts';
import type { CodeTask } from './code/task.ts';
import { verificationOf } from './code/verifier.ts';
import { VerificationError } from './domain.ts';
import { domainOf, sourceOf, UnknownTasksError } from './index.ts';

describe('a choice of tasks', () => {
  it('is the starter world where nothing is said, as older runs had it', async () => {
    const { train, heldOut } = await sourceOf({}).load();
    expect(train.length + heldOut.length).toBe(2515);
    expect(new Set(train.map(({ split }) => split))).toEqual(new Set(['train']));
    expect(new Set(heldOut.map(({ split }) => split))).toEqual(new Set(['held-out']));
    for (const { reference, label } of [...train, ...heldOut]) {
      expect(reference).not.toBe('');
      expect(label).toContain(':');
    }
  });

  it('names a source, which has settings of its own', async () => {
    const set = await sourceOf({ tasks: 'hard', taskSettings: { families: ['lists'] } }).load();
    expect(set.train[0]?.id).toMatch(/^hard-/);
    expect(new Set([...set.train, ...set.heldOut].map(({ family }) => family))).toEqual(new Set(['lists']));
  });

  it.each([
    [{ domain: 'chess' }, 'domain must be one of code, maths, not "chess".'],
    [{ tasks: 'easy' }, 'tasks must be one of starter, hard, file, not "easy".'],
    [{ taskSettings: { families: [] } }, 'taskSettings.families must name at least one family.'],
    [
      { taskSettings: { families: ['lists', 'poems'] } },
      'taskSettings.families.1 must be among lists, rearrange, words, letters, digits, ranges, division.',
    ],
    [{ taskSettings: { size: 3 } }, 'taskSettings.size is no setting of the tasks “starter”.'],
  ])('is refused where it is %j', (choice, message) => {
    expect(() => sourceOf(choice)).toThrow(new UnknownTasksError(message));
  });
});

const task: CodeTask = {
  id: 't',
  family: 'lists',
  split: 'train',
  prompt: '# Return the largest of xs.\ndef largest(xs):\n',
  entry: 'largest',
  visibleTests: [{ args: [[1, 2]], expected: 2 }],
  heldOutTests: [{ args: [[]], expected: null }],
};

describe('programs', () => {
  const graded: Submission[] = [];
  const passing = (status: Verdict['status']) => ({
    grade: async (submissions: readonly Submission[]): Promise<Verdict[]> => {
      graded.push(...submissions);
      return submissions.map(({ id, tests }) => ({ ...verdictOf(status, 0, tests.length), id }));
    },
  });

  it('are verified by the tests of the suite, each program once', async () => {
    const attempts = ['a', 'b', 'a', null].map((answer) => ({ task, answer }));
    for (const [suite, tests] of [
      ['visible', 1],
      ['strict', 2],
    ] as const) {
      graded.length = 0;
      const verifier = code.verifier({ sandbox: passing('pass'), timeoutMs: 700 });
      const verifications = await verifier.verify(attempts, suite);
      expect(verifications.map(({ passes, total }) => [passes, total])).toEqual(
        attempts.map(() => [true, tests]),
      );
      expect(graded.map(({ program, timeoutMs }) => [program, timeoutMs])).toEqual([
        ['a', 700],
        ['b', 700],
        [null, 700],
      ]);
    }
  });

  it('are not judged where the sandbox failed', async () => {
    const verifier = code.verifier({ sandbox: passing('infrastructure'), timeoutMs: 700 });
    await expect(verifier.verify([{ task, answer: 'a' }], 'visible')).rejects.toThrow(VerificationError);
  });

  it('pass the visible suite apart from the strict one', () => {
    const of = (statuses: readonly ('pass' | 'wrong')[]) => {
      const verdict = { ...verdictOf('wrong', 1, 2), tests: statuses.map((status) => ({ status })) };
      const { passes, passesVisible } = verificationOf(verdict, 1);
      return [passes, passesVisible];
    };
    expect(of(['pass', 'wrong'])).toEqual([false, true]);
    expect(of(['wrong', 'pass'])).toEqual([false, false]);
  });

  it('are shown with every visible test, and without where the task is not at hand', () => {
    const verdict: Verdict = { ...verdictOf('wrong', 0, 1), tests: [{ status: 'wrong', got: 1 }] };
    const verification = verificationOf(verdict, 1);
    expect(code.show(verification, task)).toMatchObject({
      outcome: { tone: 'fail', word: 'wrong', count: '0/1' },
      checks: [
        {
          tone: 'fail',
          question: 'largest([1, 2])',
          expected: '2',
          got: { kind: 'value', text: '1' },
        },
      ],
    });
    expect(code.show(verification).checks).toEqual([]);
    expect(code.titleOf(task)).toBe('Return the largest of xs.');
  });
});

describe('verdicts over both suites', () => {
  it('are shown with the held-out tests, marked as such', () => {
    const verdict: Verdict = {
      ...verdictOf('wrong', 1, 2),
      tests: [{ status: 'pass' }, { status: 'wrong', got: 1 }],
    };
    const { checks } = code.show(verificationOf(verdict, 1), task);
    expect(checks.map(({ word, heldOut = false }) => [word, heldOut])).toEqual([
      ['passed', false],
      ['wrong', true],
    ]);
  });
});

describe('rollouts of older versions', () => {
  it('read as those of today', () => {
    const verdict = verdictOf('pass', 2, 2);
    const today = rolloutOf({ answer: 'p', verification: verificationOf(verdict, 2) });
    const { answer, verification: _, ...rest } = today;
    expect(readRollout({ ...rest, program: answer, verdict })).toEqual(today);
    expect(readRollout(today)).toBe(today);
  });

  it('are of the first domain', () => {
    expect(domainOf({})).toBe(code);
  });
});
