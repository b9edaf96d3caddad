import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Language, Submission, Test, Verdict } from '../../../src/sandbox/types.ts';
import { listen, openSandboxPage, type Listener, type SandboxPage } from '../../support/sandbox-page.ts';
import { SORTING, type Attack, type AttackClass } from './attack.ts';
import { INNOCENT, questions } from './innocent.ts';

/** Deadline of whatever should end by itself: the clock must not be what fails it on a busy machine. */
const PATIENCE_MS = 15_000;

interface Outcome {
  readonly attack: Verdict;
  /** Of `next`, where there is one, and of the usual innocent program. */
  readonly after: readonly Verdict[];
}

/**
 * Runs every class in one worker, one page call for each class, an innocent program after every attack; then states
 * one test for each attack. A leak from an attack fails the test of that attack.
 */
export function describeAttacks(language: Language, classes: AttackClass): void {
  describe(`hostile ${language}`, () => {
    let sandbox: SandboxPage;
    let server: Listener;
    let found: Test[] = [];

    const innocentAfter = (attack: Attack, i: number): Submission[] => {
      const base = { language, entry: 'f', timeoutMs: PATIENCE_MS };
      const usual = { ...base, id: `innocent ${i}`, program: INNOCENT[language], tests: found };
      return attack.next ? [{ ...base, id: `next ${i}`, ...attack.next }, usual] : [usual];
    };

    beforeAll(async () => {
      server = await listen();
      sandbox = await openSandboxPage({ workers: 1 });
      // Described twice: a description that changes by itself would be no measure.
      const untouched = {
        id: 'untouched',
        language,
        entry: 'f',
        program: INNOCENT[language],
        tests: questions(language),
      };
      const [first, second] = await sandbox.grade(
        [untouched, untouched].map((each) => ({ ...each, timeoutMs: PATIENCE_MS })),
      );
      const got = (verdict?: Verdict): unknown[] => verdict?.tests.map((test) => test.got) ?? [];
      if (got(first).some((value) => value === undefined)) throw new Error(JSON.stringify(first));
      expect(got(second)).toEqual(got(first));
      found = questions(language).map((question, i) => ({
        ...question,
        expected: first?.tests[i]?.got ?? null,
      }));
    });
    afterAll(async () => {
      await sandbox?.close();
      server?.close();
    });

    describe.each(Object.entries(classes))('%s', (_, attacks) => {
      let outcomes: Outcome[] = [];

      beforeAll(async () => {
        const batches = attacks.map((attack, i) => [
          toSubmission(language, attack, i, server.port),
          ...innocentAfter(attack, i),
        ]);
        const verdicts = await sandbox.grade(batches.flat());
        let next = 0;
        outcomes = batches.map((batch) => {
          const [attack, ...after] = verdicts.slice(next, (next += batch.length));
          if (!attack) throw new Error('A verdict is missing.');
          return { attack, after };
        });
      });

      it.each(attacks.map((attack, i) => [attack.name, i] as const))('%s', (__, i) => {
        const attack = attacks[i];
        const outcome = outcomes[i];
        if (!attack || !outcome) throw new Error('The attack did not run.');
        const right = typeof attack.status === 'string' ? [attack.status] : attack.status;
        expect(right, describeVerdict(outcome.attack)).toContain(outcome.attack.status);
        expect(outcome.attack.tests).toHaveLength(outcome.attack.total);
        if (outcome.attack.status !== 'pass')
          expect(outcome.attack.passed).toBeLessThanOrEqual(attack.passed ?? 0);
        expect(outcome.attack.output.length).toBeLessThanOrEqual(10_000);
        for (const verdict of outcome.after) expect(verdict.status, describeVerdict(verdict)).toBe('pass');
        expect(server.heard).toEqual([]);
      });
    });
  });
}

function toSubmission(language: Language, attack: Attack, i: number, port: number): Submission {
  return {
    id: `attack ${i}`,
    language,
    program: attack.program.replaceAll('{{PORT}}', String(port)),
    entry: attack.entry ?? 'f',
    tests: attack.tests ?? SORTING,
    timeoutMs: attack.timeoutMs ?? PATIENCE_MS,
    ...(attack.memoryMb === undefined ? {} : { memoryMb: attack.memoryMb }),
  };
}

/** What a failed expectation shows. */
function describeVerdict({ id, status, error, tests, output, evidence }: Verdict): string {
  return JSON.stringify({ id, status, error, evidence, tests, output: output.slice(0, 300) }).slice(0, 1500);
}
