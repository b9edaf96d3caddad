import { useTasks } from './state.ts';
import { nameFlaw } from './state/rows.ts';
import type { CheckedContent } from './state/tasks-state.ts';
import type { Flaw, TaskField } from '../../domains/files/draft.ts';
import { text } from './text.ts';
import './flaws.css';

const words = text.task;

/** What the latest check found, and whether the task has been changed since. */
export function useCheck(): { readonly result: CheckedContent | null; readonly stale: boolean } {
  const check = useTasks().tasks.checker.state.value;
  if (check.kind === 'none') return { result: null, stale: false };
  return check.kind === 'done' ? { result: check.result, stale: false } : { result: check.last, stale: true };
}

/** Every flaw that is known: of the check, and that the task is called as another. */
export function useFlaws(): readonly Flaw[] {
  const { open, selected } = useTasks().tasks.state.value;
  const { result } = useCheck();
  const named = open && selected !== null ? nameFlaw(open.rows, selected) : null;
  return [...(named ? [named] : []), ...(result?.flaws ?? [])];
}

export const useFlawsOf = (field: TaskField): readonly Flaw[] =>
  useFlaws().filter((flaw) => flaw.field === field);

/** Whether something was not written yet, rather than written wrong. */
export const isMissing = (reason: string): boolean => reason.endsWith(' is missing.');

/** Whether something of a field is written wrong. */
export const useIsWrong = (field: TaskField): boolean =>
  useFlawsOf(field).some(({ reason }) => !isMissing(reason));

/** Lines of a field that flaws are in, from 1. */
export function useMarked(field: 'visible' | 'heldOut' | 'program'): readonly number[] {
  const tests = useCheck().result?.tests;
  return useFlawsOf(field).flatMap(({ test, line }) => {
    if (line !== undefined) return [line];
    const written = field === 'program' || test === undefined ? undefined : tests?.[field][test];
    if (!written) return [];
    return Array.from({ length: written.last - written.first + 1 }, (_, i) => written.first + i);
  });
}

/** Where in a field of tests or of a program a flaw is, before what it is. */
function placeOf({ field, test, line }: Flaw, tests: CheckedContent['tests'] | undefined): string {
  if (line !== undefined) return `${words.lineOf(line)} `;
  if (test === undefined || (field !== 'visible' && field !== 'heldOut')) return '';
  const written = tests?.[field][test];
  return written ? `${words.lineOf(written.first)} ` : '';
}

/** What is wrong with a field, or else what the field is. */
export function About({ field, about }: { readonly field: TaskField; readonly about: string }) {
  const flaws = useFlawsOf(field);
  const { result, stale } = useCheck();
  const id = aboutId(field);
  const needed = flaws.every(({ reason }) => isMissing(reason));
  return (
    <div id={id} class={stale ? 'about-field stale' : 'about-field'}>
      <p class="hint">{about}</p>
      {flaws.length > 0 && (
        <ul class={needed ? 'flaws needed' : 'flaws'}>
          {flaws.map((flaw, i) => (
            <li key={i}>
              {placeOf(flaw, result?.tests)}
              {isMissing(flaw.reason) ? words.needed : flaw.reason}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

export const fieldId = (field: TaskField): string => `task-${field}`;
export const aboutId = (field: TaskField): string => `task-${field}-about`;
