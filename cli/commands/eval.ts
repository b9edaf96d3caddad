import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { evaluationFolder } from '../../src/evaluation/folder.ts';
import { checkKs, PassAtKError } from '../../src/evaluation/report.ts';
import { evaluationSummary, terminalText } from '../../src/evaluation/summary.ts';
import { type NamedTasks, TASK_SET_NAMES, TASK_SETS } from '../../src/evaluation/task-sets.ts';
import { FORMAT_PROFILES } from '../../src/domains/format-profiles.ts';
import { PROMPT_STYLES } from '../../src/domains/prompting.ts';
import type { EvaluateRequest, EvaluateResult } from '../../src/headless/requests.ts';
import { suggestion } from '../../src/nearest.ts';
import { EVAL_SEED } from '../../src/rl/sampling.ts';
import { DEFAULT_PRESET, findPreset } from '../../src/run/presets.ts';
import type { Command } from '../command.ts';
import { EXIT, InputError, UsageError } from '../errors.ts';
import { shown } from '../files.ts';
import { asInputError } from '../model-folder.ts';
import { parseOptionsOnly } from '../options.ts';
import { findPolicy } from '../policy-folder.ts';
import {
  ADAPTER_OPTION,
  SEED_OPTION,
  deviceOption,
  folderOption,
  parseTemperature,
  parseTopP,
  temperatureOption,
  topKOption,
  topPOption,
} from '../shared-options.ts';
import type { SplitBy } from '../../src/domains/files/source.ts';
import { type RequestedTasks, requestedTasks, served, TASKS_OPTIONS } from '../task-file.ts';
import { withProgress } from '../with-progress.ts';
import { writeText } from '../write-files.ts';

const config = findPreset(DEFAULT_PRESET).config;

const OPTIONS = {
  policy: {
    kind: 'text',
    value: 'DIR',
    help: 'folder of a policy or of a run, or “starter”',
    default: 'starter',
  },
  adapter: ADAPTER_OPTION,
  tasks: {
    kind: 'text',
    value: 'NAME|FILE',
    help: `${TASK_SET_NAMES.join(', ')}, or a file of tasks`,
    default: 'starter',
  },
  split: {
    kind: 'choice',
    choices: ['held-out', 'train', 'all'],
    help: 'which of the tasks (default held-out; train for hard, all for a file)',
  },
  'split-by': {
    ...TASKS_OPTIONS.split,
    help: 'of a file, whether single tasks are held out or whole families',
  },
  'held-out': TASKS_OPTIONS['held-out'],
  limit: { kind: 'integer', min: 1, max: 1_000_000, help: 'tasks at most (default all)' },
  samples: { kind: 'integer', min: 1, max: 256, help: 'completions of each task', default: 1 },
  k: { kind: 'text', value: 'K,K,…', help: 'for pass@k, at most as many as there are samples', default: '1' },
  temperature: temperatureOption(config.temperature),
  'top-k': topKOption,
  'top-p': topPOption,
  seed: {
    ...SEED_OPTION,
    help: `of the sampling; ${EVAL_SEED} draws as a run’s evaluations do`,
    default: EVAL_SEED,
  },
  'max-prompt-tokens': {
    kind: 'integer',
    min: 1,
    max: 32_768,
    help: 'tasks with a longer prompt are left out (default: as trained, or as needed)',
  },
  'max-completion-tokens': {
    kind: 'integer',
    min: 8,
    max: 32_768,
    help: 'where completions are cut (default: as trained)',
  },
  'prompt-style': {
    kind: 'choice',
    choices: PROMPT_STYLES,
    help: 'what the policy reads of a task (default: as trained, or plain)',
  },
  'system-prompt': {
    kind: 'text',
    value: 'TEXT',
    help: 'of a chat (default: as trained, or asking for the form)',
  },
  shots: {
    kind: 'integer',
    min: 1,
    max: 64,
    help: 'examples of few-shot prompts (default: as trained, or 3)',
  },
  'format-profile': {
    kind: 'choice',
    choices: FORMAT_PROFILES,
    help: 'how completions are read (default: as trained, or strict)',
  },
  timeout: {
    kind: 'integer',
    min: 10,
    max: 600_000,
    help: 'ms for one answer',
    default: config.timeoutMs,
  },
  device: deviceOption('where to compute'),
  out: folderOption('folder for the report, the matrix and the rollouts'),
  json: { kind: 'flag', help: 'progress and the report as JSON lines on stdout' },
} as const;

export const evaluate: Command = {
  name: 'eval',
  summary: 'evaluate a policy: pass@k with intervals, per family, visible against strict',
  usage: '--policy DIR --tasks NAME [options]',
  description:
    'Samples completions of each task and verifies them by every check. Prints pass@k (unbiased; Chen et al.,\n' +
    'arXiv 2107.03374) under all checks and under the visible ones, the shares of completions that have the form, agree\n' +
    'with their reasoning and were cut short, their length, and what the domain measures. Intervals are 95 %: by\n' +
    'resampling tasks, and Wilson’s where every task brings one independent trial.\n\n' +
    '--out writes evaluation.json, summary.md, rollouts.jsonl, and matrix.jsonl and matrix.csv with what became of each\n' +
    'sample of each task: passes, visible only, fails, no form. `eval compare` takes two such folders.\n\n' +
    'A run’s folder stands for its policy, or for its last checkpoint where it has not ended.',
  options: OPTIONS,
  examples: [
    'eval --samples 10 --k 1,5,10 --out runs/eval-starter',
    'eval --policy runs/posterior-1 --samples 10 --k 1,5,10 --out runs/eval-posterior-1',
    'eval --policy runs/posterior-1 --tasks hard --limit 100 --json',
    'eval --policy runs/posterior-1 --tasks tasks.jsonl --split held-out',
    'eval --policy models/smollm2 --prompt-style few-shot --shots 4 --format-profile chat',
  ],
  async run(argv, terminal) {
    const { values } = parseOptionsOnly(OPTIONS, argv);
    const { samples, seed, json, device } = values;
    const ks = parseKs(values.k, samples);
    const temperature = parseTemperature(values.temperature);
    const topP = parseTopP(values['top-p']);
    const tasks = await findTasks(values);
    const out = values.out === undefined ? null : resolve(values.out);
    if (out !== null) await checkEmpty(out);
    const policy = await findPolicy(values.policy, values.adapter);
    const profile = policy.run?.profile ?? null;
    const result = await withProgress(terminal, { device, json, profile }, async (call, exchange) => {
      const inbox = out === null ? null : exchange.inbox(out);
      const evaluated = await call('evaluate', {
        policy: {
          name: policy.name,
          model: policy.model && exchange.model(policy.model),
          run: policy.run?.id ?? null,
        },
        tasks: {
          ...tasks,
          ...(values.split === undefined ? {} : { split: values.split }),
          file: tasks.file && served(tasks.file, exchange),
        },
        limit: values.limit ?? null,
        samples,
        ks,
        seed,
        temperature,
        topK: values['top-k'],
        topP,
        maxPromptTokens: values['max-prompt-tokens'] ?? null,
        maxCompletionTokens: values['max-completion-tokens'] ?? null,
        prompts: {
          ...(values['prompt-style'] && { promptStyle: values['prompt-style'] }),
          ...(values['system-prompt'] !== undefined && { systemPrompt: values['system-prompt'] }),
          ...(values.shots !== undefined && { shots: values.shots }),
          ...(values['format-profile'] && { formatProfile: values['format-profile'] }),
        },
        timeoutMs: values.timeout,
        trained: policy.trained,
        device,
        upload: inbox?.url ?? null,
      });
      await inbox?.commit();
      return evaluated;
    }).catch(asInputError);
    if (out !== null) await writeFolder(out, result);
    const { suite: _, ...report } = result.file;
    if (json) terminal.out(JSON.stringify({ type: 'summary', ...report, ...(out === null ? {} : { out }) }));
    else {
      terminal.out(terminalText(evaluationSummary(result.file)));
      if (out !== null) terminal.out(`\nWritten to ${shown(out)}.`);
    }
    return EXIT.ok;
  },
};

/** @throws {UsageError} */
export function parseKs(text: string, samples: number): number[] {
  try {
    return checkKs(text.split(',').map(Number), samples);
  } catch (error) {
    if (error instanceof PassAtKError) throw new UsageError(`--k ${text}: ${error.message}`);
    throw error;
  }
}

/** What `--tasks` names. */
type FoundTasks = Omit<EvaluateRequest['tasks'], 'file'> & { readonly file: RequestedTasks | null };

async function findTasks(values: {
  readonly tasks: string;
  readonly 'split-by': SplitBy;
  readonly 'held-out': string;
}): Promise<FoundTasks> {
  const { tasks: name } = values;
  const found = (TASK_SETS as Readonly<Record<string, NamedTasks>>)[name];
  if (found) return { name, ...found, file: null };
  if (existsSync(name)) {
    const file = await requestedTasks({ ...values, split: values['split-by'] });
    return { name: basename(name), split: 'all', file };
  }
  throw new UsageError(
    `--tasks is one of ${TASK_SET_NAMES.join(', ')}, or a file that is there, not “${name}”. ${suggestion(name, TASK_SET_NAMES)}`,
  );
}

/** Nothing is overwritten. */
async function checkEmpty(folder: string): Promise<void> {
  if (existsSync(folder) && (await readdir(folder)).length > 0)
    throw new InputError(`${folder} is not empty. Choose another --out.`);
}

async function writeFolder(folder: string, { file, matrix }: EvaluateResult): Promise<void> {
  for (const [name, text] of evaluationFolder(file, matrix)) await writeText(join(folder, name), text);
}
