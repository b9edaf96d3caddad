/** From the bytes of a file to tasks that can be trained on, with a reason for each record that was left out. */
import type { AdjustableSandbox } from '../../sandbox/index.ts';
import type { TaskFile } from '../domain.ts';
import { judge, UnreadableTaskError } from '../maths/verifier.ts';
import type { MathsTask } from '../maths/task.ts';
import { checkCode, type CheckedCode } from './check-code.ts';
import { type CodeDraft, type Draft, type Fault, idOfDraft, type MathsDraft, sha256 } from './draft.ts';
import { writeCode, writeMaths } from './own.ts';
import { readDrafts, type ReadFile } from './read.ts';

/** What came of a file. */
export interface CheckedTasks {
  /** Null where no record is a usable task. */
  readonly file: TaskFile | null;
  /** In the order of the file. */
  readonly leftOut: readonly Fault[];
  readonly unit: ReadFile['unit'];
  readonly form: string;
  readonly shapes: ReadFile['shapes'];
  readonly families: Readonly<Record<string, number>>;
  /** Tasks whose tests no reference program was run with. */
  readonly untried: number;
  /** Tasks whose tests a program could interfere with. */
  readonly weak: number;
  /** Tasks without a held-out test. */
  readonly withoutHeldOut: number;
}

export interface CheckMeans {
  /** Opened where a task needs it. */
  readonly sandbox: <R>(use: (sandbox: AdjustableSandbox) => Promise<R>) => Promise<R>;
  readonly report?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Tasks that are checked at once: as many as keep the sandbox busy. */
const AT_ONCE = 8;

/** A usable task: as it is trained on, and as a line of the own form. */
interface Usable {
  readonly task: TaskFile['tasks'][number];
  readonly written: string;
  readonly untried: boolean;
  readonly weak: boolean;
  readonly heldOut: boolean;
}

const KINDS = { code: 'programs', maths: 'mathematics' } as const;

/** @throws TaskFileError where the file cannot be read at all; AbortError */
export async function checkTasks(
  name: string,
  source: AsyncIterable<Uint8Array>,
  means: CheckMeans,
): Promise<CheckedTasks> {
  const { drafts, faults, unit, form, shapes } = await readDrafts(name, source);
  const leftOut: Fault[] = [...faults];
  const domain = mostOf(drafts);
  const named = await Promise.all(
    drafts.map(async (draft): Promise<Named> => ({ ...draft, id: await idOfDraft(draft) })),
  );
  const fresh = firsts(named, domain, unit, leftOut);
  const usable =
    domain === 'code'
      ? await checkPrograms(fresh as CodeDraft[], means, leftOut)
      : fresh.flatMap((draft) => checkMaths(draft as MathsDraft, leftOut));
  leftOut.sort((a, b) => a.line - b.line);
  const text = usable.map(({ written }) => `${written}\n`).join('');
  const tasks = usable.map(({ task }) => task);
  return {
    file: tasks.length === 0 ? null : { hash: await sha256(text), name, domain, text, tasks },
    leftOut,
    unit,
    form,
    shapes,
    families: countedBy(tasks.map(({ family }) => family)),
    untried: usable.filter(({ untried }) => untried).length,
    weak: usable.filter(({ weak }) => weak).length,
    withoutHeldOut: usable.filter(({ heldOut }) => !heldOut).length,
  };
}

function countedBy(names: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
}

type Named = Draft & { readonly id: string };

/** The kind that most records are of: a stray one is not to cost all others. */
function mostOf(drafts: readonly Draft[]): Draft['kind'] {
  const programs = drafts.filter(({ kind }) => kind === 'code').length;
  return 2 * programs >= drafts.length ? 'code' : 'maths';
}

/** The first record of each id, of the file's own domain. */
function firsts(drafts: readonly Named[], domain: Draft['kind'], unit: string, leftOut: Fault[]): Named[] {
  const lines = new Map<string, number>();
  return drafts.filter(({ id, line, kind }) => {
    if (kind !== domain) {
      const reason = `It is a task of ${KINDS[kind]} in a file of ${KINDS[domain]}; a file holds one or the other.`;
      leftOut.push({ line, id, reason });
      return false;
    }
    const before = lines.get(id);
    if (before === undefined) lines.set(id, line);
    else
      leftOut.push({
        line,
        id,
        reason: `Its id is that of ${unit} ${before}, or both have the same prompt and no id.`,
      });
    return before === undefined;
  });
}

async function checkPrograms(
  drafts: readonly CodeDraft[],
  { sandbox, report, signal }: CheckMeans,
  leftOut: Fault[],
): Promise<Usable[]> {
  if (drafts.length === 0) return [];
  return sandbox(async (opened) => {
    const usable: Usable[] = [];
    report?.(0, drafts.length);
    for (let at = 0; at < drafts.length; at += AT_ONCE) {
      signal?.throwIfAborted();
      const some = drafts.slice(at, at + AT_ONCE);
      const checked = await checkCode(opened, some, signal);
      for (const [i, one] of checked.entries()) {
        const { line, id } = some[i] as Named;
        if ('reason' in one) leftOut.push({ line, id, reason: one.reason });
        else usable.push(usableCode(one));
      }
      report?.(at + some.length, drafts.length);
    }
    return usable;
  });
}

function usableCode(record: Exclude<CheckedCode, { reason: string }>): Usable {
  const { task, heldOut, program } = record;
  const { visibleCode, heldOutCode } = task;
  return {
    task,
    written: writeCode(record),
    untried: program === null,
    weak: visibleCode?.beside !== undefined || heldOutCode?.beside !== undefined,
    heldOut: heldOut.length > 0,
  };
}

function checkMaths(draft: MathsDraft, leftOut: Fault[]): Usable[] {
  const { line, family, prompt, answer, units, tolerance, reasoning } = draft;
  const id = draft.id ?? '';
  const task: Omit<MathsTask, 'split'> = {
    id,
    family,
    prompt,
    answer,
    ...(units.length === 0 ? {} : { units }),
    ...(tolerance === null ? {} : { tolerance }),
    ...(reasoning === null ? {} : { reference: reasoning }),
  };
  try {
    judge({ task: { ...task, split: 'train' }, answer });
  } catch (error) {
    if (!(error instanceof UnreadableTaskError)) throw error;
    leftOut.push({ line, id, reason: reasonOf(error, draft) });
    return [];
  }
  // An exact comparison leaves nothing for a held-out test to find.
  return [{ task, written: writeMaths(task), untried: false, weak: false, heldOut: true }];
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
