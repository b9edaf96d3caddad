import * as v from 'valibot';
import { THINK_CLOSE, THINK_OPEN } from '../../model/tokenizer/special-tokens.ts';
import { DIMENSIONS, type ImportedPair, PAIR_KINDS, type PairColumns, type PairLabels } from './types.ts';

/**
 * The pairs of one record, in the columns of this project and of others: TRL's standard, conversational and
 * implicit-prompt forms, RewardBench 1 and 2, LCB-RB, Alpaca's `instruction`, PKU's `response_0` and
 * `better_response_id`. What is meant is read; what could mean two things is refused in a sentence.
 */

export type LineProblem =
  | 'not-utf8'
  | 'not-json'
  | 'missing-field'
  | 'wrong-type'
  | 'empty-text'
  | 'equal-texts'
  | 'too-long'
  /** The record could be read in two ways. */
  | 'ambiguous';

export class Unreadable extends Error {
  constructor(
    readonly problem: LineProblem,
    message: string,
  ) {
    super(message);
  }
}

/** Longest text that is read, in characters: models here take a few hundred tokens. */
export const MAX_TEXT = 32_768;

const LONE_SURROGATE = /[\uD800-\uDFFF]/u;

type Json = Readonly<Record<string, unknown>>;

/** @throws Unreadable */
export function pairsOf(record: Json): ImportedPair[] {
  const labels = labelsOf(record);
  return columnsOf(record).map((columns) => ({ ...checked(columns), ...labels }));
}

function columnsOf(record: Json): PairColumns[] {
  const [chosen, rejected] = sidesOf(record);
  const prompt = promptOf(record) ?? sharedPrompt(chosen, rejected);
  return answersOf('chosen', chosen).flatMap((better) =>
    answersOf('rejected', rejected).map((worse) => {
      if (better.marked !== worse.marked) {
        const [has, lacks] = better.marked ? ['chosen', 'rejected'] : ['rejected', 'chosen'];
        throw new Unreadable(
          'ambiguous',
          `${has} says which part of it is the reasoning and ${lacks} does not, so the two cannot be compared.`,
        );
      }
      return { prompt, chosen: better.reasoning, rejected: worse.reasoning };
    }),
  );
}

function checked(columns: PairColumns): PairColumns {
  for (const [name, value] of Object.entries(columns) as [string, string][]) {
    if (value.trim() === '') throw new Unreadable('empty-text', `${name} is empty.`);
    if (value.length > MAX_TEXT)
      throw new Unreadable(
        'too-long',
        `${name} has ${value.length} characters; at most ${MAX_TEXT} are read.`,
      );
    // A lone surrogate would turn into another character on its way to bytes.
    if (LONE_SURROGATE.test(value))
      throw new Unreadable('not-utf8', `${name} holds half of a surrogate pair.`);
  }
  if (columns.chosen === columns.rejected)
    throw new Unreadable('equal-texts', 'chosen and rejected are the same text.');
  return columns;
}

/** What is better and what is worse, as the record has them. */
function sidesOf(record: Json): [chosen: unknown, rejected: unknown] {
  const better = record['better_response_id'];
  if (record['chosen'] === undefined && (better === 0 || better === 1)) {
    return [record[`response_${better}`], record[`response_${1 - better}`]];
  }
  return [record['chosen'], record['rejected']];
}

interface Message {
  readonly role?: unknown;
  readonly content: string;
  /** Reasoning in a field of its own, as APIs return it. */
  readonly reasoning: string | null;
}

/** A message, with its content as one text. `null`: it is none. */
function messageOf(item: unknown): Message | null {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return null;
  const { role, content, reasoning_content: own, reasoning = own, thinking = reasoning } = item as Json;
  const separate = typeof thinking === 'string' && thinking.trim() !== '' ? thinking.trim() : null;
  const text = contentText(content);
  if (text === null && separate === null) return null;
  return { role, content: text ?? '', reasoning: separate };
}

/** A text, or the texts among the parts that some APIs write. */
function contentText(content: unknown): string | null {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return null;
  const parts = content.map((part: unknown) => (part as Json | null)?.['text']);
  return parts.length > 0 && parts.every((part) => typeof part === 'string') ? parts.join('\n') : null;
}

/** A conversation; `null` for anything else. */
function conversationOf(value: unknown): readonly Message[] | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const messages = value.map(messageOf);
  return messages.every((message) => message !== null) ? messages : null;
}

function promptOf(record: Json): string | null {
  const { prompt, instruction, input } = record;
  if (prompt === undefined || prompt === null) {
    if (typeof instruction !== 'string') return null;
    return typeof input === 'string' && input.trim() !== '' ? `${instruction}\n${input}` : instruction;
  }
  if (typeof prompt === 'string') return prompt;
  const messages = conversationOf(prompt);
  if (messages) return messages.map(({ content }) => content).join('\n');
  throw new Unreadable('wrong-type', 'prompt must be a text or a list of messages with a content.');
}

/** Without a prompt, what both conversations begin with is the prompt. */
function sharedPrompt(chosen: unknown, rejected: unknown): string {
  const [better, worse] = [conversationOf(chosen), conversationOf(rejected)];
  const shared = (better ?? []).slice(0, -1);
  const same =
    shared.length > 0 &&
    worse?.length === shared.length + 1 &&
    shared.every(({ role, content }, i) => worse[i]?.role === role && worse[i]?.content === content);
  if (!same) throw new Unreadable('missing-field', 'prompt is missing.');
  return shared.map(({ content }) => content).join('\n');
}

interface Answer {
  readonly reasoning: string;
  /** Whether the answer says which part of it is the reasoning, by tags or a field of its own. */
  readonly marked: boolean;
}

/** The reasoning of each answer of a side: a text, a conversation (its last message), or a list of texts. */
function answersOf(name: string, value: unknown): Answer[] {
  if (value === undefined || value === null) throw new Unreadable('missing-field', `${name} is missing.`);
  if (typeof value === 'string') return [answerOf(name, value)];
  if (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string')) {
    return value.map((item) => answerOf(name, item));
  }
  const last = conversationOf(value)?.at(-1);
  if (last === undefined)
    throw new Unreadable(
      'wrong-type',
      `${name} must be a text, texts, or a list of messages with a content.`,
    );
  return [
    last.reasoning === null ? answerOf(name, last.content) : { reasoning: last.reasoning, marked: true },
  ];
}

const countOf = (text: string, tag: string): number => text.split(tag).length - 1;

/**
 * The text inside the one thinking block; a text without tags is reasoning itself. A closing tag alone ends reasoning
 * that a prompt began; an opening tag alone begins reasoning that was cut off.
 */
function answerOf(name: string, text: string): Answer {
  const [opened, closed] = [countOf(text, THINK_OPEN), countOf(text, THINK_CLOSE)];
  if (opened + closed === 0) return { reasoning: text, marked: false };
  const start = opened === 0 ? 0 : text.indexOf(THINK_OPEN) + THINK_OPEN.length;
  const end = closed === 0 ? text.length : text.indexOf(THINK_CLOSE);
  if (opened > 1 || closed > 1 || end < start) {
    throw new Unreadable(
      'ambiguous',
      `${name} has ${opened} ${THINK_OPEN} and ${closed} ${THINK_CLOSE}, so which part is the reasoning is not clear.`,
    );
  }
  return { reasoning: text.slice(start, end).trim(), marked: true };
}

const label = v.pipe(
  v.union([v.string(), v.number()]),
  v.transform((value) => String(value)),
);
const LABELS = {
  taskId: label,
  family: label,
  subset: label,
  operation: label,
  writer: label,
  dimension: v.picklist(DIMENSIONS),
  kind: v.picklist(PAIR_KINDS),
};

/** The labels that mean something here; others' values of these columns are left aside. */
function labelsOf(record: Json): Partial<PairLabels> & { subset?: string } {
  const found = Object.entries(LABELS).flatMap(([name, schema]) => {
    const parsed = v.safeParse(schema, record[name]);
    return parsed.success ? [[name, parsed.output] as const] : [];
  });
  return Object.fromEntries(found);
}
