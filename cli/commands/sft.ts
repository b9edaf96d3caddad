import { resolve } from 'node:path';
import { DEFAULT_PRESET, findPreset, PRESETS } from '../../src/run/presets.ts';
import type { Command } from '../command.ts';
import { EXIT, UsageError } from '../errors.ts';
import { shown } from '../files.ts';
import { asInputError, findStart } from '../model-folder.ts';
import { parseOptionsOnly } from '../options.ts';
import { parseOverrides } from '../overrides.ts';
import { duration } from '../progress.ts';
import { ADAPTER_OPTION, SEED_OPTION, deviceOption, folderOption } from '../shared-options.ts';
import { requestedTasks, served, TASKS_OPTIONS } from '../task-file.ts';
import { withProgress } from '../with-progress.ts';

const OPTIONS = {
  preset: {
    kind: 'choice',
    choices: PRESETS.map(({ name }) => name),
    help: 'whose tasks and prompts they are',
    default: DEFAULT_PRESET,
  },
  policy: folderOption('folder of the policy to start from (default: the starter)'),
  adapter: ADAPTER_OPTION,
  ...TASKS_OPTIONS,
  steps: { kind: 'integer', min: 1, max: 1_000_000, help: 'updates', default: 40 },
  batch: { kind: 'integer', min: 1, max: 4096, help: 'worked solutions of an update', default: 16 },
  'learning-rate': {
    kind: 'text',
    value: 'X',
    help: 'the highest: it rises over a twentieth of the steps and falls by a cosine',
    default: '2e-4',
  },
  seed: SEED_OPTION,
  device: deviceOption('where to compute'),
  set: { kind: 'list', value: 'KEY=VALUE', help: 'another field of the configuration; see below' },
  out: folderOption('folder to write into (default runs/sft)'),
  json: { kind: 'flag', help: 'progress and a summary as JSON lines on stdout' },
} as const;

/** Fields of a run's configuration that decide what is read, what is written and what is trained. */
const OF_TASKS = ['domain', 'tasks', 'taskSettings', 'maxPromptTokens', 'maxCompletionTokens', 'microBatch'];
const OF_THE_POLICY = [
  'promptStyle',
  'systemPrompt',
  'shots',
  'formatProfile',
  'loraRank',
  'loraAlpha',
  'loraTargets',
  'loraRankStabilized',
];
const SETTINGS: readonly string[] = [...OF_TASKS, ...OF_THE_POLICY];

export const sft: Command = {
  name: 'sft',
  summary: 'fine-tune a policy on the worked solutions of its tasks, to start a run from',
  usage: '[options]',
  description:
    'Supervised fine-tuning on the train tasks that come with a worked solution, reasoning and answer: the policy reads the\n' +
    'prompt as a run would show it, and learns to write the solution in the form. Writes the policy into policy/, for\n' +
    '`train --policy` and `eval --policy`, and with LoRA the adapter into adapter/.\n\n' +
    `Keys of --set: ${OF_TASKS.join(', ')},\n  ${OF_THE_POLICY.join(', ')}.\n` +
    'What each does: npm run -s posterior -- options NAME.',
  options: OPTIONS,
  examples: [
    'sft --policy models/smollm2 --set loraRank=16 --set promptStyle=chat --set maxPromptTokens=128 --out runs/warm',
    'sft --tasks tasks.jsonl --steps 100',
  ],
  async run(argv, terminal) {
    const { values } = parseOptionsOnly(OPTIONS, argv);
    const { preset, seed, steps, batch, device, json, out = 'runs/sft' } = values;
    const learningRate = Number(values['learning-rate']);
    if (!(learningRate > 0 && learningRate <= 1))
      throw new UsageError(
        `--learning-rate is a number above 0 and at most 1, not “${values['learning-rate']}”.`,
      );
    const tasks = await requestedTasks(values);
    const { settings: overrides, notes } = parseOverrides(values.set, { ...findPreset(preset).config, seed });
    const other = Object.keys(overrides).find((name) => !SETTINGS.includes(name));
    if (other !== undefined)
      throw new UsageError(
        `--set ${other} has no effect here. Leave it out; sft takes ${SETTINGS.join(', ')}, and has --learning-rate of its own.`,
      );
    for (const note of notes) terminal.log(`Note: ${note}\n`);
    const policy = await findStart(values);
    const { metrics, seconds } = await withProgress(terminal, { device, json }, async (call, exchange) => {
      const inbox = exchange.inbox(resolve(out));
      const trained = await call('sft', {
        preset,
        seed,
        steps,
        batch,
        learningRate,
        device,
        overrides,
        tasks: tasks && served(tasks, exchange),
        policy: policy && exchange.model(policy),
        upload: inbox.url,
      });
      await inbox.commit();
      return trained;
    }).catch(asInputError);
    if (json) terminal.out(JSON.stringify({ type: 'summary', metrics, seconds, out }));
    else
      terminal.out(
        `loss ${metrics['loss/first']?.toFixed(3)} → ${metrics['loss']?.toFixed(3)} in ${steps} steps on ` +
          `${metrics['examples']} worked solutions, ${duration(seconds)} → ${shown(out)}`,
      );
    return EXIT.ok;
  },
};
