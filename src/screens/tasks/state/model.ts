/** The state behind the screen: the lists of tasks, the task that is written, and what there is to say. */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { LabMessage } from '../../../app/controller-types.ts';
import { sayer } from '../../../app/say.ts';
import type { CheckedTasks } from '../../../domains/files/check.ts';
import type { CheckedTask } from '../../../domains/files/check-task.ts';
import { isAbort, messageOf } from '../../../errors.ts';
import type { Store, StoredTaskSet } from '../../../store/index.ts';
import { text } from '../text.ts';
import { createBringBack } from './bring-back.ts';
import { type Checker, createChecker, PAUSE_MS } from './checker.ts';
import { EXAMPLES } from './examples.ts';
import {
  blank,
  type Content,
  type DomainName,
  fileText,
  isDomain,
  type Recorded,
  recordOf,
} from './fields.ts';
import { contentsOf } from './importing.ts';
import {
  freeName,
  nameOf,
  type Outcome,
  type Row,
  rowOf,
  storedRow,
  storedSet,
  type TaskSet,
} from './rows.ts';
import { createLinkOffer } from './link-offer.ts';
import { createSaver } from './saver.ts';
import { type CheckedContent, START, type TasksState } from './tasks-state.ts';

type SetStore = Pick<Store, 'listTaskSets' | 'tasksOfSet' | 'putTaskSet' | 'deleteTaskSet'>;

export interface TasksOptions {
  readonly store: () => Promise<SetStore>;
  /** @throws AbortError when the signal fires */
  readonly check: (domain: DomainName, recorded: Recorded, signal: AbortSignal) => Promise<CheckedTask>;
  readonly readFile: (
    file: File,
    report: (done: number, total: number) => void,
    signal: AbortSignal,
  ) => Promise<CheckedTasks>;
  /** Does something after so many milliseconds, unless it is called off. */
  readonly later: (work: () => void, ms: number) => () => void;
  /** Hears which list and which task are on view. */
  readonly moved: (set: string, task: string) => void;
  /** Hears that nothing more is to be done with what the link brought. */
  readonly answered: () => void;
}

/** Fields of either kind of task. */
export type FieldChange = Readonly<Record<string, string>>;

export interface Tasks {
  readonly state: ReadonlySignal<TasksState>;
  readonly checker: Checker<Content, CheckedContent>;
  /** Shows a list and a task of it; the first where nothing is asked for. */
  open(set: string, task: string): Promise<void>;
  createSet(domain: DomainName): void;
  openExample(domain: DomainName): Promise<void>;
  rename(name: string): void;
  removeSet(): Promise<void>;
  select(key: string): void;
  /** Goes to the task so many places on. */
  move(by: number): void;
  addTask(): void;
  removeTask(): void;
  edit(change: FieldChange): void;
  stopCheck(): void;
  /** Checks the task on view as it stands. */
  checkAgain(): void;
  checkAll(): Promise<void>;
  /** Takes in a file as a new list. */
  importFile(file: File): Promise<void>;
  /** Reads what a link brought, and offers it; empty where it brought nothing. */
  receive(written: string): Promise<void>;
  /** Takes in what is offered as a new list. */
  keepOffer(): Promise<void>;
  leaveOffer(): void;
  /** Ends the import, or the check of all. */
  cancel(): void;
  closeReport(): void;
  /** The open list as a file; null where none is open, or what writes it could not be loaded, which is said. */
  file(): Promise<{ readonly name: string; readonly content: string } | null>;
  undo(id: string): Promise<void>;
  dismiss(id: string): void;
}

const newKey = (): string => crypto.randomUUID().slice(0, 8);

export const outcomeOf = ({ flaws, usable }: CheckedTask): Outcome => ({
  usable: usable !== null,
  reason: flaws[0]?.reason ?? null,
});

export function createTasks(options: TasksOptions): Tasks {
  const state = signal<TasksState>(START);
  const set = (change: Partial<TasksState>): void => {
    state.value = { ...state.peek(), ...change };
  };
  const say = sayer(
    'tasks',
    () => state.peek().messages,
    (messages) => set({ messages }),
  );

  const saver = createSaver({
    store: options.store,
    ended(error) {
      if (error !== null) say('error', messageOf(error), text.error.save);
      set({ unsaved: error !== null });
    },
  });
  const { offer, undo } = createBringBack({
    later: options.later,
    read: () => state.peek().deleted,
    write: (deleted) => set({ deleted }),
  });
  let abort: AbortController | null = null;

  const check = async (content: Content, aborted: AbortSignal): Promise<CheckedContent> => {
    const recorded = await recordOf(content);
    aborted.throwIfAborted();
    const checked = await options.check(content.domain, recorded, aborted);
    return { ...checked, tests: recorded.tests };
  };
  const checker = createChecker<Content, CheckedContent>({ check, later: options.later });

  const rowAt = (key: string | null): Row | undefined =>
    state.peek().open?.rows.find((row) => row.key === key);

  /** Changes the open list and writes it: these rows of it, or all that its order says. */
  const change = (open: TaskSet, put: readonly Row[], remove: readonly string[] = []): void => {
    const others = state.peek().sets.filter(({ id }) => id !== open.id);
    set({ open, sets: [{ id: open.id, name: open.name }, ...others] });
    saver.save({
      set: storedSet(open, Date.now()),
      put: put.map((row) => storedRow(open.id, row)),
      remove,
    });
  };

  const keepOutcome = (id: string, content: Content, key: string, outcome: Outcome): void => {
    const { open } = state.peek();
    const row = rowAt(key);
    if (open?.id !== id || row?.content !== content) return;
    if (row.outcome?.usable === outcome.usable && row.outcome.reason === outcome.reason) return;
    const checked = { ...row, outcome };
    change({ ...open, rows: open.rows.map((each) => (each === row ? checked : each)) }, [checked]);
  };

  const ask = (pauseMs: number): void => {
    const { open, selected } = state.peek();
    const row = rowAt(selected);
    if (!open || !row) return checker.reset();
    checker.ask(row.content, pauseMs, (result) =>
      keepOutcome(open.id, row.content, row.key, outcomeOf(result)),
    );
  };

  const show = (open: TaskSet | null, task: string): void => {
    const selected = open?.rows.find(({ key }) => key === task)?.key ?? open?.rows[0]?.key ?? null;
    checker.reset();
    set({ open, selected });
    options.moved(open?.id ?? '', selected ?? '');
    ask(0);
  };

  const read = async ({ id, name, domain }: StoredTaskSet): Promise<TaskSet | null> => {
    if (!isDomain(domain)) throw new Error(text.error.domain(name));
    const stored = await (await options.store()).tasksOfSet(id);
    const rows = stored.map((task) => rowOf(task, domain));
    const lost = rows.filter((row) => row === null).length;
    if (lost > 0) say('error', text.error.unread(lost, name), text.error.unreadRest);
    return { id, name, domain, rows: rows.filter((row) => row !== null) };
  };

  const list = async (): Promise<readonly StoredTaskSet[]> => {
    const sets = await (await options.store()).listTaskSets();
    set({ sets: sets.map(({ id, name }) => ({ id, name })) });
    return sets;
  };

  const open = async (id: string, task: string): Promise<void> => {
    const before = state.peek();
    if (before.open && (id === '' || before.open.id === id)) {
      const same = task === '' || task === before.selected;
      if (same) options.moved(before.open.id, before.selected ?? '');
      else show(before.open, task);
      return;
    }
    if (before.status === 'opening') return;
    set({ status: 'opening' });
    let opened: TaskSet | null = null;
    try {
      await saver.written();
      const sets = await list();
      const wanted = sets.find((each) => each.id === id);
      if (id !== '' && !wanted) say('notice', text.error.gone);
      const first = wanted ?? sets[0];
      opened = first ? await read(first) : null;
    } catch (error) {
      say('error', messageOf(error), text.error.open);
      opened = before.open;
    }
    set({ status: 'ready' });
    show(opened, task);
  };

  const add = (name: string, domain: DomainName, rows: readonly Row[]): void => {
    const fresh: TaskSet = { id: crypto.randomUUID(), name, domain, rows };
    set({ status: 'ready' });
    change(fresh, rows);
    show(fresh, '');
  };

  const rowsOf = (contents: readonly Content[], outcome: Outcome | null = null): Row[] =>
    contents.map((content) => ({ key: newKey(), content, outcome }));

  /** Puts a deleted task back into its list, which is not on view; where that is gone, too, into one of its name. */
  const putBack = async (of: TaskSet, row: Row, at: number): Promise<void> => {
    try {
      await saver.written();
      const stored = (await list()).find(({ id }) => id === of.id) ?? storedSet({ ...of, rows: [] }, 0);
      const order = stored.order.toSpliced(at, 0, row.key);
      saver.save({
        set: { ...stored, changed: Date.now(), order },
        put: [storedRow(of.id, row)],
        remove: [],
      });
    } catch (error) {
      say('error', messageOf(error), text.error.open);
    }
  };

  /** Something that takes a while and can be ended; one at a time. */
  const busy = async (
    rest: Pick<LabMessage, 'kept' | 'todo'>,
    work: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> => {
    if (abort) return;
    const mine = (abort = new AbortController());
    try {
      await work(mine.signal);
    } catch (error) {
      if (!isAbort(error)) say('error', messageOf(error), rest);
    } finally {
      abort = null;
      set({ importing: null, checkingAll: null });
    }
  };

  /** Checks a file and makes a list of it; whether there was anything to make one of. */
  const takeIn = async (file: File, listName: string, aborted: AbortSignal): Promise<boolean> => {
    const { name } = file;
    const report = (done: number, total: number): void => set({ importing: { name, done, total } });
    report(0, 0);
    set({ report: null });
    const checked = await options.readFile(file, report, aborted);
    const { domain, usable, toMend, ...told } = await contentsOf(name, checked);
    aborted.throwIfAborted();
    set({ report: told });
    if (usable.length + toMend.length === 0) return false;
    const rows = [
      ...rowsOf(usable, { usable: true, reason: null }),
      ...toMend.flatMap(({ content, reason }) => rowsOf([content], { usable: false, reason })),
    ];
    add(freeName(listName, state.peek().sets), domain, rows);
    return true;
  };

  const link = createLinkOffer({
    read: () => state.peek().offer,
    write: (offered) => set({ offer: offered }),
    answered: options.answered,
    say,
  });

  return {
    state,
    checker,
    open,
    createSet: (domain) => add(text.sets.fresh, domain, rowsOf([blank(domain)])),
    async openExample(domain) {
      try {
        add(text.sets.example[domain], domain, rowsOf(await EXAMPLES[domain]()));
      } catch (error) {
        say('error', messageOf(error), text.error.load);
      }
    },
    rename(name) {
      const { open: current } = state.peek();
      if (current && name.trim() !== '') change({ ...current, name: name.trim() }, []);
    },
    async removeSet() {
      const { open: gone } = state.peek();
      if (!gone) return;
      // What waits, or cannot be written and waits again, would bring it back.
      saver.forget(gone.id);
      await saver.written();
      saver.forget(gone.id);
      try {
        await (await options.store()).deleteTaskSet(gone.id);
      } catch (error) {
        say('error', messageOf(error), text.error.remove);
        change(gone, gone.rows);
        return;
      }
      offer(gone.name, () => {
        change(gone, gone.rows);
        show(gone, '');
      });
      set({ open: null });
      await open('', '');
    },
    select(key) {
      const { open: current, selected } = state.peek();
      if (key !== selected) show(current, key);
    },
    move(by) {
      const { open: current, selected } = state.peek();
      const at = current?.rows.findIndex(({ key }) => key === selected) ?? -1;
      const next = current?.rows[at + by];
      if (next) show(current, next.key);
    },
    addTask() {
      const { open: current, selected } = state.peek();
      if (!current) return;
      const language = rowAt(selected)?.content.fields;
      const fresh = blank(current.domain);
      const content =
        fresh.domain === 'code' && language && 'language' in language
          ? { ...fresh, fields: { ...fresh.fields, language: language.language } }
          : fresh;
      const [row] = rowsOf([content]) as [Row];
      const grown = { ...current, rows: [...current.rows, row] };
      change(grown, [row]);
      show(grown, row.key);
    },
    removeTask() {
      const { open: current, selected } = state.peek();
      const at = current?.rows.findIndex(({ key }) => key === selected) ?? -1;
      const row = current?.rows[at];
      if (!current || !row) return;
      const rows = current.rows.filter((each) => each !== row);
      change({ ...current, rows }, [], [row.key]);
      show(state.peek().open, (rows[at] ?? rows[at - 1])?.key ?? '');
      offer(nameOf(row, at), () => {
        const now = state.peek().open;
        if (now?.id !== current.id) return putBack(current, row, at);
        const back = { ...now, rows: now.rows.toSpliced(Math.min(at, now.rows.length), 0, row) };
        change(back, [row]);
        return show(back, row.key);
      });
    },
    edit(fields) {
      const { open: current, selected } = state.peek();
      const row = rowAt(selected);
      if (!current || !row) return;
      const content = { ...row.content, fields: { ...row.content.fields, ...fields } } as Content;
      const edited: Row = { ...row, content, outcome: null };
      change({ ...current, rows: current.rows.map((each) => (each === row ? edited : each)) }, [edited]);
      ask(PAUSE_MS);
    },
    stopCheck: checker.stop,
    checkAgain: () => ask(0),
    checkAll: () =>
      busy(text.error.check, async (aborted) => {
        const { open: current } = state.peek();
        if (!current) return;
        const { id, name, rows } = current;
        for (const [done, { key }] of rows.entries()) {
          set({ checkingAll: { name, done, total: rows.length } });
          const row = rowAt(key);
          if (state.peek().open?.id !== id) return;
          if (!row) continue;
          keepOutcome(id, row.content, key, outcomeOf(await check(row.content, aborted)));
        }
      }),
    importFile: (file) =>
      busy(text.error.import, async (aborted) => {
        await takeIn(file, file.name.replace(/(\.(jsonl?|parquet|gz|ndjson))+$/i, ''), aborted);
      }),
    receive: link.receive,
    keepOffer: () =>
      busy(text.error.link, async (aborted) => {
        const { offer: brought } = state.peek();
        if (!brought) return;
        const { lines, name } = brought;
        if (await takeIn(new File([lines], name), name, aborted)) link.leave();
      }),
    leaveOffer: link.leave,
    cancel: () => abort?.abort(),
    closeReport: () => set({ report: null }),
    async file() {
      const { open: current } = state.peek();
      if (!current) return null;
      try {
        const content = await fileText(current.rows.map((row) => row.content));
        return { name: `${current.name.replace(/[^\p{L}\p{N}._-]+/gu, '-')}.jsonl`, content };
      } catch (error) {
        say('error', messageOf(error), text.error.load);
        return null;
      }
    },
    undo,
    dismiss: (id) => set({ messages: state.peek().messages.filter((message) => message.id !== id) }),
  };
}
