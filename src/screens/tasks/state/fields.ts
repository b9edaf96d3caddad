/** A task as it is typed: a text for every field, whether or not it can be read. */
import * as v from 'valibot';
import { type Json, type JsonObject, writeJsonLine } from '../../../domains/code/grading/json-line.ts';
import { DraftError, type Draft, type Flaw, idOfDraft } from '../../../domains/files/draft.ts';
import { DEFAULT_FAMILY } from '../../../domains/files/own.ts';
import { readSuite, writeSuite, type WrittenTest } from '../../../domains/files/suite-text.ts';
import type { Language } from '../../../sandbox/types.ts';

export type DomainName = 'code' | 'maths';

const text = v.optional(v.string(), '');
const shared = { id: text, family: text, prompt: text, reasoning: text };
const language = v.optional(v.picklist(['python', 'javascript']), 'python');

/** As they are stored; what a version of the page did not know of is empty. */
export const FIELDS = {
  code: v.object({
    ...shared,
    entry: text,
    language,
    preamble: text,
    visible: text,
    heldOut: text,
    program: text,
  }),
  /** Units stand one on a line. */
  maths: v.object({ ...shared, answer: text, units: text, tolerance: text }),
} as const;

export type CodeFields = Readonly<v.InferOutput<typeof FIELDS.code>>;
export type MathsFields = Readonly<v.InferOutput<typeof FIELDS.maths>>;

/** The content of a task, by the domain of its list. */
export type Content =
  | { readonly domain: 'code'; readonly fields: CodeFields }
  | { readonly domain: 'maths'; readonly fields: MathsFields };

export const isDomain = (name: string): name is DomainName => name === 'code' || name === 'maths';

/** @returns null for what is no such content */
export function contentOf(domain: DomainName, stored: unknown): Content | null {
  const parsed = v.safeParse(FIELDS[domain], stored);
  return parsed.success ? ({ domain, fields: parsed.output } as Content) : null;
}

export const blank = (domain: DomainName): Content => contentOf(domain, {})!;

/** A record of the own form as far as it is written, what of it cannot be read, and where its tests stand. */
export interface Recorded {
  readonly record: JsonObject;
  readonly flaws: readonly Flaw[];
  readonly tests: { readonly visible: readonly WrittenTest[]; readonly heldOut: readonly WrittenTest[] };
}

const filled = (fields: Readonly<Record<string, Json>>): JsonObject =>
  Object.fromEntries(
    Object.entries(fields).filter(([, held]) => typeof held !== 'string' || held.trim() !== ''),
  );

const linesOf = (typed: string): string[] => typed.split('\n').filter((line) => line.trim() !== '');

export async function recordOf({ domain, fields }: Content): Promise<Recorded> {
  const { id, family, prompt, reasoning } = fields;
  if (domain === 'maths') {
    const { answer, units, tolerance } = fields;
    const listed = linesOf(units).map((unit) => unit.trim());
    const record = {
      ...filled({ id, family, prompt, answer }),
      ...(listed.length === 0 ? {} : { units: listed }),
      ...filled({ tolerance, reasoning }),
    };
    return { record, flaws: [], tests: { visible: [], heldOut: [] } };
  }
  const { entry, language: written, preamble, program } = fields;
  const [visible, heldOut] = await Promise.all([
    readSuite(fields.visible, written, entry),
    readSuite(fields.heldOut, written, entry),
  ]);
  const flaws = Object.entries({ visible, heldOut }).flatMap(([field, tests]) =>
    tests.flatMap(({ reason }, test): Flaw[] =>
      reason === null ? [] : [{ field: field as 'visible' | 'heldOut', test, reason }],
    ),
  );
  const record = {
    ...filled({ id, family, prompt, entry: entry.trim(), language: written, preamble }),
    ...(visible.length === 0 ? {} : { visible: visible.map(({ item }) => item) }),
    heldOut: heldOut.map(({ item }) => item),
    ...filled({ program, reasoning }),
  };
  return { record, flaws, tests: { visible, heldOut } };
}

/** The lines of a file of these tasks; one that is not ready yet is written as far as it goes. */
export async function fileText(contents: readonly Content[]): Promise<string> {
  const records = await Promise.all(contents.map(recordOf));
  return records.map(({ record }) => `${writeJsonLine(record)}\n`).join('');
}

/** A prompt ends in a newline, which is added where it has none. */
const withoutNewline = (prompt: string): string => prompt.replace(/(?<!\n)\n$/, '');

/** A task as a file states it, to be edited. @throws DraftError for one that has no form of its own here */
export async function contentOfDraft(draft: Draft): Promise<Content> {
  const unnamed = draft.id === (await idOfDraft({ ...draft, id: null }));
  const common = {
    id: unnamed ? '' : (draft.id ?? ''),
    family: draft.family === DEFAULT_FAMILY ? '' : draft.family,
    prompt: withoutNewline(draft.prompt),
    reasoning: draft.reasoning ?? '',
  };
  if (draft.kind === 'maths') {
    const { answer, units, tolerance } = draft;
    return {
      domain: 'maths',
      fields: { ...common, answer, units: units.join('\n'), tolerance: tolerance ?? '' },
    };
  }
  const { language: written, entry, preamble, visible, heldOut, program } = draft;
  if (entry === null || preamble === null || draft.inputs || draft.completes)
    throw new DraftError('Its tests or its program are not written out, so it cannot be edited.');
  const suite = (items: typeof visible): Promise<string> => writeSuite(items, written, entry);
  return {
    domain: 'code',
    fields: {
      ...common,
      entry,
      language: written satisfies Language,
      preamble,
      visible: await suite(visible),
      heldOut: await suite(heldOut),
      program: program ?? '',
    },
  };
}
