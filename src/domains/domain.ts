/**
 * A domain is a kind of task: programs, mathematics. The algorithm, the evaluation and the store know this
 * interface and no domain behind it.
 */
import type { GenericSchema } from 'valibot';
import type { Sandbox } from '../sandbox/types.ts';
import type { ParsedCompletion } from './completion.ts';

export type Split = 'train' | 'held-out';

/** A problem with one answer or many; a domain's own tasks also hold what verifies an answer. */
export interface Task {
  readonly id: string;
  /** Kind of problem, by which results are broken down. */
  readonly family: string;
  readonly split: Split;
  /** What it is about in a few words, where its source knows. */
  readonly label?: string;
  /** The problem as text. */
  readonly prompt: string;
  /** Reasoning that leads to a right answer, where one is known. */
  readonly reference?: string;
}

/** Tasks to train on, and tasks to evaluate on that are never trained on. */
export interface TaskSet<T extends Task = Task> {
  readonly train: readonly T[];
  readonly heldOut: readonly T[];
}

/** Tasks of a file that somebody brought along, checked. Plain data, as it is stored. */
export interface TaskFile<T extends Task = Task> {
  /** SHA-256 of `text`, in hexadecimal. */
  readonly hash: string;
  /** What the file was called. */
  readonly name: string;
  /** Name of the domain that the tasks are of. */
  readonly domain: string;
  /** The tasks as JSON lines in the project's own form: those alone that can be used. */
  readonly text: string;
  /** Ready to be verified; their split is said when they are loaded. */
  readonly tasks: readonly Omit<T, 'split'>[];
}

/** Where tasks come from: a world that is written by the project, or a file. */
export interface TaskSource<T extends Task = Task, Settings = unknown> {
  readonly name: string;
  /** What its tasks are, in a sentence. */
  readonly about: string;
  /** The settings of its own, with their defaults. */
  readonly settings: GenericSchema<unknown, Settings>;
  /** Hash of the file that these settings choose; absent where the project writes the tasks. */
  fileOf?(settings: Settings): string;
  /**
   * Builds the tasks, which may take seconds. The same settings give the same tasks. `file` is the one that the
   * settings choose.
   * @throws TaskFileError where it is absent, or holds no tasks for these settings
   */
  load(settings: Settings, file?: TaskFile<T> | null): Promise<TaskSet<T>>;
}

/** A file of tasks is not at hand, or holds nothing that can be used. */
export class TaskFileError extends Error {
  override readonly name = 'TaskFileError';
}

/** `visible` decides the outcome reward; `strict` is the visible checks and the held-out ones, and decides pass@k. */
export type Suite = 'visible' | 'strict';

export interface Attempt<T extends Task = Task> {
  readonly task: T;
  /** Null where the completion does not have the form. */
  readonly answer: string | null;
  /** For what is shown alone: no verification depends on it. */
  readonly reasoning?: string | null;
}

/** What came of checking one answer. */
export interface Verification<Detail = unknown> {
  /** Every check of the suite holds. */
  readonly passes: boolean;
  /** Every visible check holds. */
  readonly passesVisible: boolean;
  readonly passed: number;
  readonly total: number;
  /** The answer could have interfered with its checks, so a pass proves less. */
  readonly weak: boolean;
  /** What the domain shows of it; plain data. */
  readonly detail: Detail;
}

export interface Verifier<T extends Task = Task> {
  /**
   * Verifications in the order of the attempts.
   * @throws VerificationError when checking failed through no fault of an answer; AbortError when the signal fires
   */
  verify(attempts: readonly Attempt<T>[], suite: Suite, signal?: AbortSignal): Promise<Verification[]>;
}

/** Checking failed through no fault of the answers; nothing was learned from them. */
export class VerificationError extends Error {
  override readonly name = 'VerificationError';
}

/** What a domain may verify with. */
export interface Means {
  readonly sandbox: Pick<Sandbox, 'grade'>;
  /** For one answer, in milliseconds. */
  readonly timeoutMs: number;
}

export type Tone = 'pass' | 'fail' | 'none';

/** One check of an answer, as a person reads it. */
export interface ShownCheck {
  readonly tone: Tone;
  /** What became of it, in a word or two. */
  readonly word: string;
  /** What was asked of the answer, and what it should have given. */
  readonly question: string;
  readonly expected: string;
  /** What it gave instead; null where it never came to that. */
  readonly got: { readonly kind: 'value' | 'error'; readonly text: string } | null;
  /** Training does not see it. */
  readonly heldOut?: true;
}

/** How the verification of one answer is shown, whatever the domain. */
export interface Shown {
  /** The outcome in a word or two, with the number of checks where it tells more. */
  readonly outcome: { readonly tone: Tone; readonly word: string; readonly count: string | null };
  /** The line of the answer that failed, from 1. */
  readonly line: number | null;
  readonly error: { readonly type: string; readonly message: string } | null;
  readonly checks: readonly ShownCheck[];
  /** What the answer printed. */
  readonly output: string;
  /** Milliseconds that checking took; null where it was not measured. */
  readonly timeMs: number | null;
}

export type Measures = Readonly<Record<string, number>>;

/** Reasoning and answer that are right. */
export interface Solution {
  readonly reasoning: string;
  readonly answer: string;
}

/** Everything the project must know of a kind of task. */
export interface Domain<T extends Task = Task> {
  readonly name: string;
  readonly label: string;
  /** Names of the two things that a completion holds, as headings. */
  readonly words: { readonly answer: string; readonly checks: string; readonly noAnswer: string };
  readonly sources: readonly TaskSource<T>[];
  /** The task in the domain's words, ending in a newline: what a policy reads by the prompt style `plain`. */
  promptOf(task: T): string;
  /** What an answer is, in words for somebody who is to write one. Default: the answer alone. */
  askedFor?(task: T): string;
  /** A worked solution; null where none is known. */
  solution?(task: T): Solution | null;
  /** The problem in a line, for a heading. */
  titleOf(task: T): string;
  /** What its answers are written in, for colouring; null for plain text. */
  languageOf(task?: T): 'python' | 'javascript' | null;
  parse(text: string): ParsedCompletion;
  verifier(means: Means): Verifier<T>;
  /** Whether reasoning and answer say the same, right or wrong; null where either cannot be read. */
  agreement(task: T, reasoning: string, answer: string): boolean | null;
  /**
   * Whether the reasoning is right, checked exactly against what is known of the task; null where the task cannot be
   * checked so. What cannot be read is not right.
   */
  soundness?(task: T, reasoning: string): boolean | null;
  /**
   * Parts of a strict verification that are told apart, by name, and whether all checks of each hold; none where the
   * task has no such parts.
   */
  parts?(task: T, verification: Verification): Readonly<Record<string, boolean>>;
  /**
   * What else the domain measures of a completion that has the form, by names of the catalogue of metrics. A step's
   * metric is the mean over the completions for which it is given.
   */
  measures?(task: T, reasoning: string, answer: string, verification: Verification): Measures;
  /** `task` is absent where a stored run's tasks are not at hand. */
  show(verification: Verification, task?: T): Shown;
}

/** A domain that the site offers, with models to start from. */
export interface SiteDomain<T extends Task = Task> extends Domain<T> {
  /** Folder of the site's models that know its starter tasks. */
  readonly models: string;
}
