import { signal, type ReadonlySignal } from '@preact/signals';
import type { Language, Sandbox, Submission, Verdict } from '../../../../sandbox/types.ts';
import { check, sameDraft, type Draft, type TestDraft } from './draft.ts';
import { EXAMPLES, exampleDraft, examplesIn, type ExampleId } from './examples.ts';
import { canRead, loadLiterals } from '../../../../domains/code/literals/literal.ts';
import { translate } from './translate.ts';
import { unlessAborted } from '../../../../abort.ts';
import { messageOf } from '../../../../errors.ts';

/** Where the program came from. */
export type Origin =
  | { readonly kind: 'example'; readonly id: ExampleId }
  /** `asked` is what its task asks for, empty when the task is not at hand. */
  | { readonly kind: 'completion'; readonly step: number; readonly asked: string };

/** How the latest run ended. `ran` is what was run: the draft may have been edited since. */
export type Outcome =
  | { readonly kind: 'verdict'; readonly ran: Draft; readonly verdict: Verdict }
  | { readonly kind: 'stopped' }
  /** The sandbox failed, not the program. */
  | { readonly kind: 'failed'; readonly reason: string };

export interface Running {
  readonly draft: Draft;
  /** `performance.now()` at the start. */
  readonly since: number;
  /** The interpreter of this language has not answered before, so it is being started. */
  readonly starting: boolean;
}

export interface TryItState {
  readonly draft: Draft;
  readonly origin: Origin;
  /** The draft as it was loaded, to tell whether it was edited. */
  readonly loaded: Draft;
  /** An edited draft that another took the place of. */
  readonly replaced: { readonly draft: Draft; readonly origin: Origin; readonly loaded: Draft } | null;
  readonly running: Running | null;
  readonly outcome: Outcome | null;
}

export interface TryIt {
  readonly state: ReadonlySignal<TryItState>;
  /** Puts another program in place of the present one, which is kept for `bringBack` if it was edited. */
  load(draft: Draft, origin: Origin): void;
  loadExample(id: ExampleId): void;
  bringBack(): void;
  edit(change: Partial<Omit<Draft, 'language' | 'tests'>>): void;
  setLanguage(language: Language): void;
  editTest(key: number, change: Partial<Pick<TestDraft, 'args' | 'expected'>>): void;
  addTest(): void;
  removeTest(key: number): void;
  /** Grades the draft; does nothing while one runs or when the draft cannot be read. */
  run(): Promise<void>;
  cancel(): void;
}

export interface TryItOptions {
  /** The sandbox of the page. */
  readonly sandbox: {
    use<R>(work: (sandbox: Pick<Sandbox, 'grade'>) => Promise<R>): Promise<R>;
    /** Has the next use open another. */
    retire(): void;
  };
}

/** Whether the draft can be run now, as far as that is known. */
export function isRunnable({ running, draft }: TryItState): boolean {
  const checked = check(draft, '');
  return running === null && (checked.ok || checked.problems.length === 0);
}

const FIRST: ExampleId = EXAMPLES[0];

function initial(): TryItState {
  const draft = exampleDraft(FIRST, 'python');
  return {
    draft,
    origin: { kind: 'example', id: FIRST },
    loaded: draft,
    replaced: null,
    running: null,
    outcome: null,
  };
}

/** The state behind the panel. Its program waits for its turn where a training step is having its own run. */
export function createTryIt({ sandbox }: TryItOptions): TryIt {
  const state = signal(initial());
  /** Languages whose interpreters have answered in the sandbox that was used last. */
  const answered = new Set<Language>();
  let last: object | null = null;
  let abort: AbortController | null = null;
  let runs = 0;

  const set = (change: Partial<TryItState>): void => {
    state.value = { ...state.value, ...change };
  };
  const replace = (draft: Draft, origin: Origin): void => {
    const { draft: old, origin: from, loaded, replaced } = state.value;
    const kept = sameDraft(old, loaded) ? replaced : { draft: old, origin: from, loaded };
    set({ draft, origin, loaded: draft, replaced: kept, outcome: null });
  };
  const setTests = (tests: readonly TestDraft[]): void => set({ draft: { ...state.value.draft, tests } });
  const cancel = (): void => abort?.abort();

  const setLanguage = (language: Language): void => {
    const { draft, origin, loaded } = state.value;
    if (language === draft.language) return;
    if (!canRead(draft.language)) {
      void loadLiterals(draft.language).then(() => setLanguage(language));
      return;
    }
    cancel();
    if (origin.kind === 'example' && sameDraft(draft, loaded)) {
      const id = examplesIn(language).includes(origin.id) ? origin.id : FIRST;
      replace(exampleDraft(id, language), { kind: 'example', id });
    } else {
      set({ draft: translate(draft, language), outcome: null });
    }
  };

  const gradeIn = async (
    opened: Pick<Sandbox, 'grade'>,
    ran: Draft,
    submission: Submission,
    signal: AbortSignal,
  ): Promise<Outcome> => {
    const { running } = state.value;
    if (last !== opened) {
      last = opened;
      answered.clear();
      if (running) set({ running: { ...running, starting: true } });
    }
    const [verdict] = await opened.grade([submission], signal);
    if (!verdict || verdict.status === 'infrastructure') throw new Error(verdict?.error?.message ?? '');
    answered.add(ran.language);
    return { kind: 'verdict', ran, verdict };
  };
  /** Never throws: whatever goes wrong outside the program is an outcome of its own. */
  const grade = async (ran: Draft, submission: Submission, signal: AbortSignal): Promise<Outcome> => {
    try {
      const graded = sandbox.use((opened) => gradeIn(opened, ran, submission, signal));
      return await unlessAborted(graded, signal);
    } catch (error) {
      if (signal.aborted) return { kind: 'stopped' };
      sandbox.retire();
      return { kind: 'failed', reason: messageOf(error) };
    }
  };

  return {
    state,
    cancel,
    load(draft, origin) {
      cancel();
      replace(draft, origin);
    },
    loadExample(id) {
      cancel();
      replace(exampleDraft(id, state.value.draft.language), { kind: 'example', id });
    },
    bringBack() {
      const { replaced } = state.value;
      if (!replaced) return;
      cancel();
      set({ ...replaced, replaced: null, outcome: null });
    },
    edit: (change) => set({ draft: { ...state.value.draft, ...change } }),
    setLanguage,
    editTest(key, change) {
      setTests(state.value.draft.tests.map((test) => (test.key === key ? { ...test, ...change } : test)));
    },
    addTest() {
      const { tests } = state.value.draft;
      const key = Math.max(-1, ...tests.map((test) => test.key)) + 1;
      setTests([...tests, { key, suite: 'own', args: '', expected: '' }]);
    },
    removeTest: (key) => setTests(state.value.draft.tests.filter((test) => test.key !== key)),
    async run() {
      const { language } = state.value.draft;
      if (!canRead(language)) await loadLiterals(language);
      const { draft, loaded: loadedAt, running } = state.value;
      const checked = check(draft, `try-${runs++}`);
      if (running || !checked.ok) return;
      const mine = new AbortController();
      abort = mine;
      set({ running: { draft, since: performance.now(), starting: !answered.has(draft.language) } });
      const outcome = await grade(draft, checked.submission, mine.signal);
      abort = null;
      // What was stopped by loading another program leaves no trace on it.
      const leftBehind = mine.signal.aborted && state.value.loaded !== loadedAt;
      set({ running: null, outcome: leftBehind ? null : outcome });
    },
  };
}
