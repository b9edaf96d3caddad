/** From the bytes of a file to tasks that can be trained on, with a reason for each record that was left out. */
import type { AdjustableSandbox } from '../../sandbox/index.ts';
import { sha256 } from '../../sha256.ts';
import type { TaskFile } from '../domain.ts';
import { checkCode } from './check-code.ts';
import { checkMaths } from './check-maths.ts';
import { type CodeDraft, type Draft, type Fault, idOfDraft, type MathsDraft } from './draft.ts';
import { type CodeRecord, writeCode, writeMaths } from './own.ts';
import { readDrafts, type ReadFile } from './read.ts';

/** What came of a file. */
export interface CheckedTasks {
  /** Null where no record is a usable task. */
  readonly file: TaskFile | null;
  /** In the order of the file. */
  readonly leftOut: readonly Fault[];
  /** Those of them that were read as tasks of the file's kind, and may become usable by a change. */
  readonly unusable: readonly Draft[];
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
  readonly line: number;
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
      : checkProblems(fresh as MathsDraft[], leftOut);
  leftOut.sort((a, b) => a.line - b.line);
  const text = usable.map(({ written }) => `${written}\n`).join('');
  const tasks = usable.map(({ task }) => task);
  const used = new Set(usable.map(({ line }) => line));
  return {
    file: tasks.length === 0 ? null : { hash: await sha256(text), name, domain, text, tasks },
    leftOut,
    unusable: drafts.filter(({ kind, line }) => kind === domain && !used.has(line)),
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
        if ('flaws' in one) leftOut.push({ line, id, reason: one.flaws[0].reason });
        else usable.push(usableCode(one, line));
      }
      report?.(at + some.length, drafts.length);
    }
    return usable;
  });
}

function usableCode(record: CodeRecord, line: number): Usable {
  const { task, heldOut, program } = record;
  const { visibleCode, heldOutCode } = task;
  return {
    line,
    task,
    written: writeCode(record),
    untried: program === null,
    weak: visibleCode?.beside !== undefined || heldOutCode?.beside !== undefined,
    heldOut: heldOut.length > 0,
  };
}

function checkProblems(drafts: readonly MathsDraft[], leftOut: Fault[]): Usable[] {
  return drafts.flatMap((draft): Usable[] => {
    const checked = checkMaths(draft);
    if ('flaw' in checked) {
      leftOut.push({ line: draft.line, id: draft.id ?? '', reason: checked.flaw.reason });
      return [];
    }
    const { task } = checked;
    // An exact comparison leaves nothing for a held-out test to find.
    const { line } = draft;
    return [{ line, task, written: writeMaths(task), untried: false, weak: false, heldOut: true }];
  });
}
