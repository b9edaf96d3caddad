/** A kind of task that a caller defines. */
import { type ParsedCompletion, parseCompletion } from '../domains/completion.ts';
import type {
  Attempt,
  Domain,
  Means,
  Measures,
  Shown,
  Solution,
  Suite,
  Task,
  Verification,
  Verifier,
} from '../domains/domain.ts';

/**
 * Whether an answer is right: at all, or apart by what training may see and what is held out. Held-out checks decide
 * evaluations alone; an answer that fails the visible ones fails both.
 */
export type CheckResult = boolean | { readonly visible: boolean; readonly heldOut: boolean };

/** What a kind of task is, in a few functions. */
export interface DomainDefinition<T extends Task> {
  /** Stands in configurations and messages. */
  readonly name: string;
  /** Whether the answer is right. May be called several times for one answer, and at once for several. */
  readonly check: (task: T, answer: string) => CheckResult | Promise<CheckResult>;
  /** What the policy reads, ending in a newline. Default: the task's prompt, with a newline if it has none. */
  readonly promptOf?: (task: T) => string;
  /** What an answer is, in words, for the system prompt of a chat. Default: the answer alone. */
  readonly askedFor?: (task: T) => string;
  /** A worked solution, for the examples of few-shot prompts; null where none is known. */
  readonly solution?: (task: T) => Solution | null;
  /**
   * Reads reasoning and answer out of a completion. Default: `<think>…</think><answer>…</answer>`, each once and nothing
   * else.
   */
  readonly parse?: (text: string) => ParsedCompletion;
  /** Whether reasoning and answer say the same, right or wrong; null where that cannot be told. Default: never. */
  readonly agreement?: (task: T, reasoning: string, answer: string) => boolean | null;
  /** Further quantities of a completion that has the form, by name; metrics have their means. */
  readonly measures?: (task: T, reasoning: string, answer: string, passes: boolean) => Measures;
}

/** A kind of task, ready to train on: made by {@link defineDomain}, or one of the project’s. */
export class TaskDomain<T extends Task = Task> {
  /** As it stands in configurations. */
  readonly name: string;
  /** @internal */
  readonly domain: Domain<T>;

  /** @internal */
  constructor(domain: Domain<T>) {
    this.name = domain.name;
    this.domain = domain;
  }
}

/** Programs run in the app's sandbox alone. */
export const NO_MEANS: Means = {
  sandbox: { grade: () => Promise.reject(new Error('The library has no sandbox for programs.')) },
  timeoutMs: 1000,
};

/** Makes a kind of task out of what is particular to it. */
export function defineDomain<T extends Task>(definition: DomainDefinition<T>): TaskDomain<T> {
  const { name, measures, askedFor, solution } = definition;
  const promptOf =
    definition.promptOf ?? (({ prompt }: T) => (prompt.endsWith('\n') ? prompt : `${prompt}\n`));
  return new TaskDomain<T>({
    name,
    label: name,
    words: {
      answer: 'Answer',
      checks: 'Checks',
      noAnswer: 'No answer could be read: the completion does not have the required form.',
    },
    languageOf: () => null,
    sources: [],
    promptOf,
    ...(askedFor && { askedFor }),
    ...(solution && { solution }),
    titleOf: ({ prompt }) => prompt.trim(),
    parse: definition.parse ?? parseCompletion,
    verifier: () => verifierOf(definition),
    agreement: definition.agreement ?? (() => null),
    ...(measures && {
      measures: (task, reasoning, answer, { passes }) => measures(task, reasoning, answer, passes),
    }),
    show,
  });
}

const verifierOf = <T extends Task>({ check }: DomainDefinition<T>): Verifier<T> => ({
  verify: (attempts, suite, signal) =>
    Promise.all(
      attempts.map(async (attempt) => {
        signal?.throwIfAborted();
        return verificationOf(await resultOf(check, attempt), suite);
      }),
    ),
});

async function resultOf<T extends Task>(
  check: DomainDefinition<T>['check'],
  { task, answer }: Attempt<T>,
): Promise<{ readonly visible: boolean; readonly heldOut: boolean }> {
  if (answer === null) return { visible: false, heldOut: false };
  const result = await check(task, answer);
  return typeof result === 'boolean' ? { visible: result, heldOut: result } : result;
}

function verificationOf(
  { visible, heldOut }: { readonly visible: boolean; readonly heldOut: boolean },
  suite: Suite,
): Verification {
  const checks = suite === 'visible' ? [visible] : [visible, heldOut];
  return {
    passes: checks.every(Boolean),
    passesVisible: visible,
    passed: checks.filter(Boolean).length,
    total: checks.length,
    weak: false,
    detail: null,
  };
}

const show = ({ passes, passed, total }: Verification): Shown => ({
  outcome: { tone: passes ? 'pass' : 'fail', word: passes ? 'right' : 'wrong', count: `${passed}/${total}` },
  line: null,
  error: null,
  checks: [],
  output: '',
  timeMs: null,
});
