/** Tasks in the shapes that data sets have them in, told by their fields, and read by the readers of `grade` where it has them. */
import { isObject, nested } from '../code/grading/formats/fields.ts';
import { formatOf, TITLES } from '../code/grading/formats/detect.ts';
import { readHumanEval } from '../code/grading/formats/humaneval.ts';
import { readMbpp } from '../code/grading/formats/mbpp.ts';
import { plainNumber, type Json, type JsonObject } from '../code/grading/json-line.ts';
import { idOf } from '../code/grading/lines.ts';
import { answerPart } from '../maths/answer.ts';
import { nearest } from '../../nearest.ts';
import { type CodeDraft, type Draft, DraftError, type Item, type MathsDraft } from './draft.ts';
import { CODE_FIELDS, MATHS_FIELDS, readOwnCode, readOwnMaths } from './own.ts';

/** A shape that tasks come in. */
export interface Shape {
  /** As people call it. */
  readonly title: string;
  readonly fits: (record: JsonObject) => boolean;
  /** @throws DraftError, JsonLineError */
  readonly read: (record: JsonObject, line: number) => Draft;
}

const has = (record: JsonObject, ...names: readonly string[]): boolean =>
  names.every((name) => record[name] !== undefined && record[name] !== null);
const isText = (record: JsonObject, ...names: readonly string[]): boolean =>
  names.every((name) => typeof record[name] === 'string');

function textOf(record: JsonObject, name: string): string {
  const held = record[name];
  if (typeof held === 'string' && held.trim() !== '') return held;
  throw new DraftError(
    has(record, name) ? `${name} must be a text that is not blank.` : `${name} is missing.`,
  );
}

const textOr = (record: JsonObject, name: string): string | null => {
  const held = record[name];
  return typeof held === 'string' && held.trim() !== '' ? held : null;
};

/** A text or a number, as text. */
function plainText(held: Json | undefined): string | null {
  const plain = plainNumber(held);
  return typeof plain === 'string' || typeof plain === 'number' ? String(plain) : null;
}

const endingInNewline = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);

const idIn = (record: JsonObject, prefix: string): string | null => {
  const id = idOf(record);
  return id === undefined ? null : typeof id === 'number' || /^\d+$/.test(id) ? `${prefix}/${id}` : id;
};

/** The messages of a conversation as one text: what is asked, after what is said of how to answer. */
function messagesText(held: Json): string | null {
  if (!Array.isArray(held) || held.length === 0) return null;
  const texts = held.map((message) => {
    const content = isObject(message) ? message['content'] : undefined;
    if (typeof content === 'string') return content;
    const parts = Array.isArray(content) ? content : [];
    const said = parts.map((part) => (isObject(part) && part['type'] === 'text' ? part['text'] : null));
    return said.length > 0 && said.every((part) => typeof part === 'string') ? said.join('') : null;
  });
  const asked = held.every((message) => isObject(message) && message['role'] !== 'assistant');
  if (!texts.every((text) => text !== null)) throw new DraftError('prompt holds messages without a text.');
  if (!asked) throw new DraftError('prompt holds a turn of the assistant; a task is one question.');
  return texts.join('\n\n');
}

/** The record with its prompt as text, where it is a conversation. */
export function withTextPrompt(record: JsonObject): JsonObject {
  const text = messagesText(record['prompt'] ?? null);
  return text === null ? record : { ...record, prompt: text };
}

const UNREAD = {
  reasoning: null,
  preamble: '',
  heldOut: [],
  language: 'python',
  completes: false,
} as const;

/** HumanEval and LeetCodeDataset: all tests are visible, since `check(candidate)` is one piece. */
function humanEval(record: JsonObject, line: number): CodeDraft {
  const { code } = readHumanEval(record, String(line), {});
  const { entry, source } = code;
  return {
    ...UNREAD,
    kind: 'code',
    line,
    id: idIn(record, 'humaneval'),
    family: familyOf(record, 'humaneval'),
    prompt: endingInNewline(textOf(record, 'prompt')),
    entry,
    preamble: null,
    visible: [`${source}\n\ncheck(${entry})`],
    program: code.reference,
    completes: true,
  };
}

const texts = (code: { readonly setup: string; readonly asserts: readonly string[] }): Item[] =>
  code.asserts.length === 0
    ? []
    : [...(code.setup.trim() === '' ? [] : [code.setup.trim()]), ...code.asserts];

/** MBPP: the visible tests are those that its authors show in the prompt, the held-out ones its challenge tests. */
function mbpp(record: JsonObject, line: number): CodeDraft {
  const read = (fields: JsonObject) => readMbpp({ ...record, ...fields }, String(line), {}).code;
  const shown = read({ challenge_test_list: null, test: null });
  const more = read({
    test_list: record['challenge_test_list'] ?? [],
    challenge_test_list: null,
    assertion: null,
  });
  const request = textOr(record, 'prompt') ?? textOf(record, 'text');
  const tests = `Your code should pass these tests:\n${shown.asserts.join('\n')}`;
  return {
    ...UNREAD,
    kind: 'code',
    line,
    id: idIn(record, 'mbpp'),
    family: familyOf(record, 'mbpp'),
    prompt: endingInNewline(shown.asserts.length === 0 ? request : `${request.trimEnd()}\n${tests}`),
    entry: shown.entry,
    visible: texts(shown),
    heldOut: texts(more),
    program: shown.reference,
  };
}

/** EvalPlus's own files: inputs alone; what they give is what the canonical solution gives. */
function evalPlus(record: JsonObject, line: number): CodeDraft {
  const { base_input: base, plus_input: plus } = record;
  if (!Array.isArray(base) || base.length === 0)
    throw new DraftError('base_input must be an array of inputs.');
  const entry = textOf(record, 'entry_point');
  const prompt = textOf(record, 'prompt');
  if (entry === 'find_zero')
    throw new DraftError('Any root is right here, which EvalPlus decides with a function of its own.');
  const completes = prompt.includes(`def ${entry}(`);
  const assertion = textOr(record, 'assertion');
  const absolute = plainNumber(record['atol'] ?? 0);
  const name = completes ? 'humaneval+' : 'mbpp+';
  return {
    ...UNREAD,
    kind: 'code',
    line,
    id: idIn(record, name),
    family: familyOf(record, name),
    prompt: endingInNewline(completes ? prompt : request(prompt, entry)),
    entry,
    preamble: completes ? null : '',
    visible: [],
    inputs: {
      visible: base,
      // One task has an empty object for no inputs.
      heldOut: Array.isArray(plus) ? plus : [],
      absolute: typeof absolute === 'number' ? absolute : 0,
      assertion,
    },
    program: textOf(record, 'canonical_solution'),
    completes,
  };
}

/** MBPP+ says what is asked in a docstring of no function; the function has to have its name. */
const request = (prompt: string, entry: string): string =>
  `${prompt.replace(/^\s*("""|''')\s*|\s*("""|''')\s*$/g, '')}\nThe function is called ${entry}.`;

const CALCULATOR = /<<[^<>]*>>/g;

/** GSM8K: the answer stands after `####`, the reasoning before it. */
function gsm8k(record: JsonObject, line: number): MathsDraft {
  const answer = textOf(record, 'answer');
  const end = answer.lastIndexOf('####');
  const reasoning = end < 0 ? '' : answer.slice(0, end).replaceAll(CALCULATOR, '').trim();
  return {
    kind: 'maths',
    line,
    id: idIn(record, 'gsm8k'),
    family: familyOf(record, 'gsm8k'),
    prompt: endingInNewline(textOf(record, 'question')),
    reasoning: reasoning === '' ? null : reasoning,
    answer: answerPart(answer).trim(),
    units: [],
    tolerance: null,
  };
}

/** MATH: the answer stands in the last `\boxed{…}` of the solution, where it has no column of its own. */
function math(record: JsonObject, line: number): MathsDraft {
  const solution = textOr(record, 'solution');
  const own = plainText(record['answer']);
  if (own === null && solution === null) throw new DraftError('solution is missing.');
  if (own === null && !/\\(boxed|fbox)\s*\{/.test(solution ?? ''))
    throw new DraftError('solution has no \\boxed{…}, so nothing says what the answer is.');
  return {
    kind: 'maths',
    line,
    id: textOr(record, 'unique_id') ?? idIn(record, 'math'),
    family: textOr(record, 'subject') ?? textOr(record, 'type') ?? familyOf(record, 'math'),
    prompt: endingInNewline(textOf(record, 'problem')),
    reasoning: solution,
    answer: own ?? answerPart(solution ?? '').trim(),
    units: [],
    tolerance: null,
  };
}

/** Columns in which TRL's users keep the answer, the first that is there counts. */
const ANSWER_COLUMNS = ['answer', 'ground_truth', 'final_answer', 'solution', 'target', 'label'] as const;

const answerColumn = (record: JsonObject): string | undefined =>
  ANSWER_COLUMNS.find((name) => plainText(record[name]) !== null);

/** What a table says of a task beside its prompt and what verifies it. */
interface About {
  readonly id: string | null;
  readonly family: string;
  readonly prompt: string;
  readonly reasoning: string | null;
}

/** A task by its ground truth: an answer or, of a program, JSON with `entry`, `visible` and the other own fields. */
function byTruth(truth: Json, about: About, columns: JsonObject, line: number): Draft {
  const tests = testsOf(truth);
  if (tests !== null) return readOwnCode({ ...tests, ...about }, line);
  const answer = plainText(truth);
  if (answer === null)
    throw new DraftError('The ground truth is neither an answer nor JSON with entry and visible.');
  const units = columns['units'];
  const { prompt, reasoning } = about;
  const part = answerPart(answer).trim();
  return {
    kind: 'maths',
    line,
    ...about,
    prompt: endingInNewline(prompt),
    reasoning: reasoning === '' || reasoning === part ? null : reasoning,
    answer: part,
    units: Array.isArray(units) ? units.filter((unit) => typeof unit === 'string') : [],
    tolerance: plainText(columns['tolerance']),
  };
}

const EXPORTED = 'posterior/';

const infoOf = (record: JsonObject): JsonObject => {
  const extra = nested(record, 'extra_info');
  return isObject(extra) ? extra : record;
};

/** Rows of either table that `export` writes: everything that a file of tasks can say is in them. */
const isExported = (record: JsonObject): boolean =>
  (textOr(record, 'data_source') ?? '').startsWith(EXPORTED) && infoOf(record)['reference'] !== undefined;

function exported(record: JsonObject, line: number): Draft {
  const [model, info] = [nested(record, 'reward_model'), infoOf(record)];
  const truth = textOf(isObject(model) ? model : record, 'ground_truth');
  const about = {
    id: info['id'] ?? null,
    family: info['family'] ?? null,
    // A prompt of another style holds more than the task.
    prompt: record['problem'] ?? info['prompt'] ?? record['prompt'] ?? null,
    reasoning: info['reference'] ?? null,
  };
  if (textOf(record, 'data_source') === `${EXPORTED}maths`)
    return readOwnMaths(
      { ...about, answer: truth, units: info['units'] ?? null, tolerance: info['tolerance'] ?? null },
      line,
    );
  const tests = testsOf(truth);
  if (tests === null)
    throw new DraftError('ground_truth holds no tests: they are JSON with entry and visible.');
  return readOwnCode({ ...tests, ...about }, line);
}

/** The tests of a ground truth: an object, or an object as text. */
function testsOf(truth: Json): JsonObject | null {
  if (isObject(truth)) return truth;
  if (typeof truth !== 'string' || !/^\s*\{.*"(entry|visible)"/s.test(truth)) return null;
  const parsed = nested({ ground_truth: truth }, 'ground_truth');
  return isObject(parsed) ? parsed : null;
}

const withoutNotes = (text: string): string =>
  text
    .replace(/####.*$/s, '')
    .replaceAll(CALCULATOR, '')
    .trim();

/** TRL: a prompt, as text or as messages, and columns of any name for the reward function. */
function trl(record: JsonObject, line: number): Draft {
  const column = answerColumn(record) ?? '';
  const truth = record[column] ?? null;
  const worked = ['reference', 'reasoning', 'solution'].find(
    (name) => name !== column && textOr(record, name) !== null,
  );
  const stated = plainText(truth) ?? '';
  // A solution holds its answer, and is the reasoning as well.
  const whole = answerPart(stated) === stated ? null : withoutNotes(stated);
  const about = {
    id: idIn(record, 'trl'),
    family: familyOf(record, 'trl'),
    prompt: textOf(record, 'prompt'),
    reasoning: worked === undefined ? whole : textOr(record, worked),
  };
  return byTruth(truth, about, record, line);
}

/** verl: what verifies an answer is `reward_model.ground_truth`. */
function verl(record: JsonObject, line: number): Draft {
  const model = nested(record, 'reward_model');
  const extra = nested(record, 'extra_info');
  const info = isObject(extra) ? extra : {};
  const source = textOr(record, 'data_source') ?? 'verl';
  const index = plainText(info['index']);
  const place = [source, plainText(info['split']), index].filter((part) => part !== null).join('/');
  const truth = isObject(model) ? (model['ground_truth'] ?? null) : null;
  if (truth === null) throw new DraftError('reward_model.ground_truth is missing.');
  const stated = textOr(info, 'reference') ?? textOr(info, 'answer');
  const about = {
    id: plainText(info['id']) ?? (index === null ? null : place),
    family: textOr(info, 'family') ?? source.split('/').at(-1) ?? source,
    prompt: textOf(record, 'prompt'),
    reasoning: stated === null ? null : withoutNotes(stated),
  };
  if (record['ability'] === 'code' && testsOf(truth) === null)
    throw new DraftError(
      'The ground truth of a program is JSON with entry and visible; no other tests are read.',
    );
  return byTruth(truth, about, info, line);
}

const familyOf = (record: JsonObject, otherwise: string): string => textOr(record, 'family') ?? otherwise;

const isFormat =
  (...formats: readonly string[]) =>
  (record: JsonObject): boolean =>
    formats.includes(formatOf(record) ?? '');

const SHAPES: readonly Shape[] = [
  { title: 'exported tasks', fits: isExported, read: exported },
  { title: 'own tasks', fits: (record) => has(record, 'entry') || has(record, 'visible'), read: readOwnCode },
  {
    title: 'EvalPlus',
    fits: (record) => has(record, 'base_input') && isText(record, 'entry_point'),
    read: evalPlus,
  },
  { title: 'verl', fits: (record) => has(record, 'prompt', 'reward_model'), read: verl },
  { title: 'HumanEval', fits: isFormat('humaneval', 'leetcode'), read: humanEval },
  { title: 'MBPP', fits: isFormat('mbpp'), read: mbpp },
  { title: 'GSM8K', fits: (record) => has(record, 'question', 'answer'), read: gsm8k },
  {
    title: 'MATH',
    fits: (record) => has(record, 'problem') && (has(record, 'solution') || has(record, 'answer')),
    read: math,
  },
  { title: 'own tasks', fits: isOwnMaths, read: readOwnMaths },
  {
    title: 'TRL',
    fits: (record) => isText(record, 'prompt') && answerColumn(record) !== undefined,
    read: trl,
  },
];

/** Own fields alone, or one that was probably meant for one: which is then said. */
function isOwnMaths(record: JsonObject): boolean {
  if (!has(record, 'prompt', 'answer')) return false;
  const missing = MATHS_FIELDS.filter((name) => record[name] === undefined);
  const strangers = Object.keys(record).filter((name) => !MATHS_FIELDS.includes(name));
  return strangers.length === 0 || strangers.some((name) => nearest(name, missing) !== null);
}

/** The shape of a record. @throws DraftError where no task is known by these fields */
export function shapeOf(record: JsonObject): Shape {
  const shape = SHAPES.find(({ fits }) => fits(record));
  if (shape) return shape;
  const format = formatOf(record);
  if (format === 'posterior')
    throw new DraftError(
      'It is a program to be graded. A task has prompt, entry and visible, or prompt and answer.',
    );
  if (format !== null) throw new DraftError(`${TITLES[format]} is graded, but not read as tasks.`);
  const names = Object.keys(record);
  const [close] = names.flatMap((name) => {
    const meant = nearest(name, [...CODE_FIELDS, ...MATHS_FIELDS]);
    return meant !== null && meant !== name && record[meant] === undefined ? [[name, meant] as const] : [];
  });
  const hint = close ? ` Is “${close[0]}” meant for “${close[1]}”?` : '';
  const listed = names.length === 0 ? 'It has no fields.' : `It has ${names.slice(0, 12).join(', ')}.`;
  throw new DraftError(`A task has prompt, entry and visible, or prompt and answer. ${listed}${hint}`);
}
