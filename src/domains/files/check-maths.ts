/** Tasks of mathematics, checked: their answers have to be read exactly. */
import { judge, UnreadableTaskError } from '../maths/verifier.ts';
import type { MathsTask } from '../maths/task.ts';
import type { Flaw, MathsDraft } from './draft.ts';

/** A task that can be used, with its answer as it was read; or why it cannot. */
export type CheckedMaths =
  { readonly task: Omit<MathsTask, 'split'>; readonly read: string } | { readonly flaw: Flaw };

export function checkMaths(draft: MathsDraft): CheckedMaths {
  const { id, family, prompt, answer, units, tolerance, reasoning } = draft;
  const task: Omit<MathsTask, 'split'> = {
    id: id ?? '',
    family,
    prompt,
    answer,
    ...(units.length === 0 ? {} : { units }),
    ...(tolerance === null ? {} : { tolerance }),
    ...(reasoning === null ? {} : { reference: reasoning }),
  };
  try {
    return { task, read: judge({ task: { ...task, split: 'train' }, answer }).expected };
  } catch (error) {
    if (!(error instanceof UnreadableTaskError)) throw error;
    return { flaw: { field: error.what, reason: reasonOf(error, draft) } };
  }
}

function reasonOf({ what }: UnreadableTaskError, { answer, tolerance }: MathsDraft): string {
  const shown = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
  if (what === 'tolerance')
    return `The tolerance “${shown(tolerance ?? '')}” is no number that is 0 or more.`;
  return (
    `The answer “${shown(answer)}” cannot be compared exactly: it is no number and no expression that is read ` +
    '(roots, intervals, tuples and words are not).'
  );
}
