/** Test code in a page: how it is prepared, and what programs come to by it. */
import { afterAll, beforeAll } from 'vitest';
import type { Refusal, Suite, TestCode } from '../../src/domains/code/grading/suite.ts';
import type { Harness, Submission, Verdict } from '../../src/sandbox/types.ts';
import { openSandboxPage, type SandboxPage } from './sandbox-page.ts';

let test: SandboxPage;

/** Call once in a file of tests. */
export function useChecks(): void {
  beforeAll(async () => {
    test = await openSandboxPage({ workers: 1, timeoutMs: 20_000 });
    await test.page.evaluate(
      `import('/src/domains/code/grading/suite.ts').then((suite) => void (globalThis.suite = suite))`,
    );
  });
  afterAll(() => test?.close());
}

export const prepare = (...codes: TestCode[]): Promise<(Suite | Refusal)[]> =>
  test.inPage('suite.prepareSuites(sandbox, input)', codes);

export async function verdictOf(program: string, harness: Harness, entry = 'f'): Promise<Verdict> {
  const submission: Submission = { id: 'one', program, entry, tests: [], harness };
  const [verdict] = await test.grade([submission]);
  if (!verdict) throw new Error('no verdict');
  return verdict;
}

/** Text without the indentation that it has for the sake of this file. */
export function source(text: string): string {
  const lines = text.replace(/^\n/, '').replace(/\s*$/, '').split('\n');
  const depth = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  return `${lines.map((line) => line.slice(depth)).join('\n')}\n`;
}

export const codeOf = (check: string, reference: string | null, context = ''): TestCode => ({
  source: source(check),
  asserts: [],
  setup: '',
  context: source(context),
  entry: 'f',
  reference: reference === null ? null : source(reference),
});

/** `status`, with `weak` behind it where the verdict is. */
export const said = ({ status, weak }: Verdict): string => (weak ? `${status} weak` : status);

/** What a program comes to by tests with a reference solution, and by the same tests without one. */
export async function both(
  check: string,
  reference: string,
  program: string,
  context = '',
): Promise<string[]> {
  const suites = await prepare(codeOf(check, reference, context), codeOf(check, null, context));
  return Promise.all(
    suites.map(async (suite) => {
      if (suite.kind === 'refusal') return suite.why;
      return said(await verdictOf(source(program), suite.harness));
    }),
  );
}

/** Programs made of completions, in order. */
export const assembled = (completions: readonly object[]): Promise<unknown> =>
  test.inPage('suite.assemble(sandbox, input)', completions);
