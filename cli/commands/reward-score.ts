import { createReadStream } from 'node:fs';
import { SCALING_KINDS } from '../../src/rl/scaling.ts';
import type { Command } from '../command.ts';
import { EXIT, InputError } from '../errors.ts';
import { reasonOf } from '../files.ts';
import { type ByteLine, linesOf } from '../../src/domains/code/grading/files/byte-lines.ts';
import { asInputError, findReward, findStart } from '../model-folder.ts';
import { parseWithOne } from '../options.ts';
import { nearest } from '../../src/nearest.ts';
import { readPrompts } from '../task-file.ts';
import { withProgress } from '../with-progress.ts';
import { BASE_POLICY_OPTION, fileOption, folderOption } from '../shared-options.ts';

const OPTIONS = {
  model: folderOption('folder of the reward model (default: the starter’s)'),
  policy: BASE_POLICY_OPTION,
  scaling: {
    kind: 'choice',
    choices: SCALING_KINDS,
    help: 'how scores become rewards; for rank all lines are one group (default: as stored with the model)',
  },
  tasks: fileOption('tasks whose prompts lines may name by “taskId”'),
  json: { kind: 'flag', help: 'leave the summary on stderr out; stdout is the same' },
} as const;

export const rewardScore: Command = {
  name: 'reward score',
  summary: 'score reasonings with a reward model',
  usage: 'FILE|- [options]',
  description:
    'Reads one JSON object a line and writes one a line, in order. `score` is unbounded, `reward` is R_t in [0, 1]:\n' +
    '  in   {"id"?,"prompt","reasoning"}, or with --tasks {"id"?,"taskId","reasoning"}\n' +
    '  out  {"id","score","reward","tokens"}, or {"id"?,"line","error"} for a line that cannot be scored',
  options: OPTIONS,
  examples: [
    'reward score reasonings.jsonl',
    'reward score - --scaling min-max < reasonings.jsonl',
    'reward score reasonings.jsonl --tasks tasks.jsonl',
  ],
  async run(argv, terminal) {
    const { values, argument: file } = parseWithOne(
      OPTIONS,
      argv,
      'reward score takes exactly one file, or - for stdin',
    );
    const prompts = values.tasks === undefined ? null : await readPrompts(values.tasks);
    const entries = await readAll(file, prompts);
    const items = entries.flatMap((entry) => ('item' in entry ? [entry.item] : []));
    if (items.length === 0) {
      const [first] = entries;
      throw new InputError(
        first === undefined || 'item' in first
          ? `${file} holds no lines.`
          : `${file} holds no line that can be scored; line ${first.line}: ${first.error}`,
      );
    }
    const model = values.model === undefined ? null : await findReward(values.model);
    const policy = await findStart({ policy: values.policy });
    const result = await withProgress(terminal, { device: 'wasm', json: false }, (call, exchange) =>
      call('rewardScore', {
        items,
        model: model && exchange.model(model),
        policy: policy && exchange.model(policy),
        scaling: values.scaling ?? null,
      }),
    ).catch(asInputError);
    const scores = result.scores.values();
    let failed = 0;
    for (const entry of entries) {
      const score = 'item' in entry ? scores.next().value : null;
      if (score) terminal.out(JSON.stringify({ id: entry.id ?? entry.line, ...score }));
      else {
        failed++;
        const { id, line } = entry;
        const tooLong = `The text has more than the ${result.maxPositions} tokens that the model can read.`;
        const error = 'error' in entry ? entry.error : tooLong;
        terminal.out(JSON.stringify({ ...(id === undefined ? {} : { id }), line, error }));
      }
    }
    if (!values.json) {
      const skipped = failed === 0 ? '' : `, ${failed} not`;
      terminal.log(
        `${entries.length - failed} scored in ${result.ms.toFixed(0)} ms${skipped}; scaling ${result.scaling.kind}.\n`,
      );
    }
    return failed === 0 ? EXIT.ok : EXIT.failed;
  },
};

interface Base {
  readonly line: number;
  readonly id?: string | number;
}
type Entry =
  | (Base & { readonly item: { readonly prompt: string; readonly reasoning: string } })
  | (Base & { readonly error: string });

async function readAll(file: string, prompts: Prompts | null): Promise<Entry[]> {
  const source = file === '-' ? process.stdin : createReadStream(file);
  const entries: Entry[] = [];
  try {
    for await (const line of linesOf(source)) entries.push(entryOf(line, prompts));
  } catch (error) {
    throw new InputError(`${file} cannot be read: ${reasonOf(error)}.`);
  }
  return entries;
}

/** Prompts by the ids of their tasks. */
type Prompts = ReadonlyMap<string, string>;

/** The prompt of the task that a line names; a line may have one of its own instead. */
function promptOf(record: Readonly<Record<string, unknown>>, prompts: Prompts | null): unknown {
  const { prompt, taskId } = record;
  if (prompts === null || prompt !== undefined || taskId === undefined) return prompt;
  const known = prompts.get(String(taskId));
  if (known !== undefined) return known;
  const meant = nearest(String(taskId), [...prompts.keys()]);
  return new InputError(
    `There is no task “${String(taskId)}”.${meant === null ? '' : ` Did you mean “${meant}”?`}`,
  );
}

function entryOf({ line, bytes, error }: ByteLine, prompts: Prompts | null): Entry {
  if (bytes === null) return { line, error };
  let record: unknown;
  try {
    record = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (failure) {
    return {
      line,
      error: failure instanceof SyntaxError ? 'The line is not JSON.' : 'The line is not UTF-8 text.',
    };
  }
  if (typeof record !== 'object' || record === null) return { line, error: 'The line is not a JSON object.' };
  const { id, reasoning } = record as Readonly<Record<string, unknown>>;
  const prompt = promptOf(record as Readonly<Record<string, unknown>>, prompts);
  const base = typeof id === 'string' || typeof id === 'number' ? { line, id } : { line };
  if (prompt instanceof InputError) return { ...base, error: prompt.message };
  for (const [name, value] of Object.entries({ prompt, reasoning })) {
    if (value === undefined || value === null) return { ...base, error: `${name} is missing.` };
    if (typeof value !== 'string') return { ...base, error: `${name} must be a text.` };
  }
  return { ...base, item: { prompt: prompt as string, reasoning: reasoning as string } };
}
