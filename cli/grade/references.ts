import type { GradedLine } from '../../src/domains/code/grading/grade.ts';
import type { LineError } from '../../src/domains/code/grading/lines.ts';
import { Causes } from './causes.ts';

/** What a data set's own solutions tell of its tests: a task that its solution does not pass grades nothing. */
export class References {
  total = 0;
  weak = 0;
  readonly causes = new Causes();
  /** Why a task cannot be graded, by its id as text. */
  readonly broken = new Map<string, string>();

  count(result: GradedLine | LineError, place: string): void {
    this.total++;
    if (result.kind === 'verdict' && result.verdict.weak) this.weak++;
    const cause = result.kind === 'error' ? result.error : causeOf(result);
    if (cause === null) return;
    this.causes.add(cause, result.id ?? place);
    if (result.id !== undefined) this.broken.set(String(result.id), cause);
  }

  get failed(): number {
    return this.causes.list.reduce((sum, { count }) => sum + count, 0);
  }
}

/** Why the reference does not pass, in a sentence; `null` if it does. */
function causeOf({ verdict }: GradedLine): string | null {
  const { status, error, tests } = verdict;
  const told = error?.message ?? tests.find((test) => test.error !== undefined)?.error;
  const said = told === undefined ? '' : ` ${told.replace(/ \(line \d+\)$/, '').replace(/([^.!?])$/, '$1.')}`;
  switch (status) {
    case 'pass':
      return null;
    case 'wrong':
      return 'The reference solution does not pass the task’s own tests.';
    case 'exception':
      return `The reference solution raises an exception.${error ? ` ${error.type}:` : ''}${said}`;
    case 'syntax':
      return `The reference solution is no program of this version of the language.${said}`;
    case 'timeout':
      return 'The reference solution does not end in time; --timeout gives it more.';
    case 'memory':
      return 'The reference solution needs more memory; --memory gives it more.';
    case 'no-code':
      return 'There is no reference solution to check.';
    case 'crash':
    case 'tamper':
    case 'infrastructure':
      return said.trim() || `It ended with ${status}.`;
  }
}
