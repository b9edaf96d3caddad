/** The tasks of a list as they are stored and shown, and what of them can be told without running anything. */
import * as v from 'valibot';
import type { StoredTask, StoredTaskSet } from '../../../store/index.ts';
import type { Flaw } from '../../../domains/files/draft.ts';
import { text } from '../text.ts';
import { contentOf, type Content, type DomainName } from './fields.ts';

/** What the last check came to. */
export interface Outcome {
  readonly usable: boolean;
  /** The first flaw; null where there is none. */
  readonly reason: string | null;
}

export interface Row {
  readonly key: string;
  readonly content: Content;
  /** Null until it was checked as it stands. */
  readonly outcome: Outcome | null;
}

export interface TaskSet {
  readonly id: string;
  readonly name: string;
  readonly domain: DomainName;
  readonly rows: readonly Row[];
}

/** A name that no list has: that which is wanted, or the same with a number. */
export function freeName(wanted: string, sets: readonly { readonly name: string }[]): string {
  const taken = new Set(sets.map(({ name }) => name));
  let name = wanted;
  for (let nth = 2; taken.has(name); nth++) name = `${wanted} (${nth})`;
  return name;
}

const stored = v.object({
  fields: v.unknown(),
  outcome: v.optional(v.nullable(v.object({ usable: v.boolean(), reason: v.nullable(v.string()) })), null),
});

export const storedRow = (set: string, { key, content: { fields }, outcome }: Row): StoredTask => ({
  set,
  key,
  content: { fields, outcome },
});

export const storedSet = ({ id, name, domain, rows }: TaskSet, changed: number): StoredTaskSet => ({
  id,
  name,
  domain,
  changed,
  order: rows.map(({ key }) => key),
});

/** @returns null for what is no task of this domain */
export function rowOf({ key, content }: StoredTask, domain: DomainName): Row | null {
  const parsed = v.safeParse(stored, content);
  const read = parsed.success ? contentOf(domain, parsed.output.fields) : null;
  return read && parsed.success ? { key, content: read, outcome: parsed.output.outcome } : null;
}

/** By what a task is told from others; without an id, that is its prompt. */
const identity = ({ content: { fields } }: Row): string => fields.id.trim() || `\n${fields.prompt.trim()}`;

/** That a task is called as an earlier one of its list, by its place from 1. */
export function nameFlaw(rows: readonly Row[], key: string): Flaw | null {
  const at = rows.findIndex((row) => row.key === key);
  const row = rows[at];
  if (!row || identity(row) === '\n') return null;
  const before = rows.findIndex((other) => identity(other) === identity(row));
  if (before === at) return null;
  return row.content.fields.id.trim() === ''
    ? { field: 'prompt', reason: text.task.samePrompt(before + 1) }
    : { field: 'id', reason: text.task.sameId(before + 1) };
}

const SIGNS = /^\s*(#|\/\/|"""|''')\s?/;

/** What a list calls a task: its id, or what it asks for, or its place. */
export const nameOf = (row: Row, at: number): string => titleOf(row) ?? text.list.nth(at + 1);

function titleOf({ content: { fields } }: Row): string | null {
  const id = fields.id.trim();
  if (id !== '') return id;
  const lines = fields.prompt.split('\n').map((line) => line.replace(SIGNS, '').trim());
  return (
    lines.find((line) => line !== '' && !/^(def|function) /.test(line)) ??
    lines.find((line) => line !== '') ??
    null
  );
}

/** Whether any field that tells tasks apart has the text. */
export function isFound({ content: { fields } }: Row, query: string): boolean {
  const { id, family, prompt } = fields;
  return [id, family, prompt].some((field) => field.toLowerCase().includes(query.trim().toLowerCase()));
}
